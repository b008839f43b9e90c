"""A person's library page after page, for clients that scroll.

A page begins after the last row of the one before, told by that row's sort key and id: what comes or goes
meanwhile moves no other row over a page's edge, and page a hundred is as fast as the first.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Uuid, any_, bindparam, func, select, true, tuple_
from sqlalchemy.dialects.postgresql import ARRAY

from core.catalog.showing import SHOWN, songs, view_of
from core.catalog.views import SongView
from core.db.reading import Reader, rows_by
from core.library.models import LibraryEntry
from core.library.shelves import MOST_SEARCHED, sounds_like
from core.text.keys import forms

TITLE_KEY = 60
"""Letters of a title that its place is told by."""


class LibraryShelf(StrEnum):
    RECENT = "recent"
    """Everything."""
    SAVED = "saved"
    CONVERSIONS = "conversions"
    """What instrumentals were made or asked of."""


class Sort(StrEnum):
    USED = "used"
    """Heard or added last comes first."""
    ADDED = "added"
    PLAYS = "plays"
    TITLE = "title"


Key = datetime | int | str
"""What a row is sorted by: a time for `used` and `added`, a number for `plays`, letters for `title`."""


@dataclass(frozen=True)
class Place:
    """Where a page ended: the sort key and the id of its last row."""

    key: Key
    entry_id: uuid.UUID


@dataclass(frozen=True)
class LibrarySong:
    """A song and how it stands in one person's library."""

    song: SongView
    is_private: bool
    saved: bool = False
    added_at: datetime | None = None
    """None where it is not in the library; then the rest is as nothing had happened."""
    play_count: int = 0
    last_played_at: datetime | None = None
    has_instrumental: bool = False
    instrumental_status: str = "none"


@dataclass(frozen=True)
class LibraryPage:
    songs: tuple[LibrarySong, ...]
    next: Place | None
    """Where the next page begins; None where there is none. While a name is searched for a page may be short
    or empty though another one follows."""


async def library_page(
    reader: Reader,
    user_id: uuid.UUID,
    labels: Mapping[str, str],
    *,
    shelf: LibraryShelf = LibraryShelf.RECENT,
    sort: Sort = Sort.USED,
    limit: int = 50,
    after: Place | None = None,
    name: str = "",
    song_id: uuid.UUID | None = None,
) -> LibraryPage:
    """One page, in one statement; with `name`, of the songs that sound like it, in any script; with `song_id`
    of that song alone. `labels` tells what people know each source as."""
    looked_at = MOST_SEARCHED if name else limit
    given: dict[str, Any] = {"user_id": user_id, "most": looked_at + 1}
    if after is not None:
        given |= {"after_key": after.key, "after_id": after.entry_id}
    if song_id is not None:
        given["song_id"] = song_id
    statement = page_statement(shelf, sort, after is not None, song_id is not None)
    rows = await rows_by(reader, statement, given)
    has_more, rows = len(rows) > looked_at, rows[:looked_at]
    last_row = rows[-1] if rows else None
    if name:
        found = await asyncio.to_thread(_named, rows, name)
        if len(found) > limit:
            has_more, last_row = True, found[limit - 1]
        rows = found[:limit]
    place = Place(last_row.key, last_row.entry_id) if has_more and last_row is not None else None
    now = datetime.now(UTC)
    return LibraryPage(tuple(_in_library(row, labels, now) for row in rows), place)


async def library_songs(
    reader: Reader, user_id: uuid.UUID, song_ids: Collection[uuid.UUID], labels: Mapping[str, str]
) -> list[LibrarySong]:
    """These songs in their order, in the library or not; private ones of others are left out."""
    found = await rows_by(reader, _SONGS, {"user_id": user_id, "ids": list(song_ids)})
    rows = {row.id: row for row in found}
    now = datetime.now(UTC)
    return [_in_library(rows[one], labels, now) for one in song_ids if one in rows]


_entries = LibraryEntry.__table__
_ENTRY = (
    _entries.c.id.label("entry_id"),
    *(
        _entries.c[name]
        for name in (
            "saved", "added_at", "play_count", "last_played_at", "has_instrumental", "instrumental_status"
        )
    ),
)  # fmt: skip
_KEYS: dict[Sort, ColumnElement[Any]] = {
    Sort.USED: func.greatest(_entries.c.added_at, _entries.c.last_played_at),
    Sort.ADDED: _entries.c.added_at,
    Sort.PLAYS: _entries.c.play_count,
    Sort.TITLE: func.left(func.lower(songs.c.title), TITLE_KEY),
}
_SONGS = (
    select(*_ENTRY, *SHOWN)
    .select_from(
        songs.outerjoin(
            _entries, (_entries.c.song_id == songs.c.id) & (_entries.c.user_id == bindparam("user_id"))
        )
    )
    .where(
        songs.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
        songs.c.is_private.is_(False) | _entries.c.id.is_not(None),
    )
)


@cache
def page_statement(shelf: LibraryShelf, sort: Sort, is_later: bool, of_one: bool = False) -> Select[Any]:
    """The statement of a page: `user_id`, `most` rows, for a later one `after_key` and `after_id`, and for
    one song its `song_id`.

    Which rows these are is found out first, and only they are joined with their songs.
    """
    key = _KEYS[sort]
    place = (key, _entries.c.id)
    entries = select(*_ENTRY, _entries.c.song_id, key.label("key"))
    if sort is Sort.TITLE:
        entries = entries.join_from(_entries, songs, songs.c.id == _entries.c.song_id)
    entries = entries.where(_entries.c.user_id == bindparam("user_id"), _on_shelf(shelf))
    if of_one:
        entries = entries.where(_entries.c.song_id == bindparam("song_id"))
    if is_later:
        last = tuple_(bindparam("after_key", type_=key.type), bindparam("after_id", type_=Uuid))
        entries = entries.where(tuple_(*place) > last if sort is Sort.TITLE else tuple_(*place) < last)
    page = _ordered(entries, sort, *place).limit(bindparam("most", type_=Integer)).subquery("page")
    shown = [page.c[column.name] for column in _ENTRY]
    statement = select(*shown, page.c.key, *SHOWN).join_from(page, songs, songs.c.id == page.c.song_id)
    return _ordered(statement, sort, page.c.key, page.c.entry_id)


def _ordered(statement: Select[Any], sort: Sort, *place: ColumnElement[Any]) -> Select[Any]:
    return statement.order_by(*(place if sort is Sort.TITLE else (part.desc() for part in place)))


def _on_shelf(shelf: LibraryShelf) -> ColumnElement[bool]:
    match shelf:
        case LibraryShelf.SAVED:
            return _entries.c.saved
        case LibraryShelf.CONVERSIONS:
            return _entries.c.has_instrumental | (_entries.c.instrumental_status != "none")
        case LibraryShelf.RECENT:
            return true()


def _named(rows: Sequence[Any], name: str) -> list[Any]:
    wanted = forms(name)
    return [row for row in rows if sounds_like(forms(f"{row.title} {row.artist}"), wanted)]


def _in_library(row: Any, labels: Mapping[str, str], now: datetime) -> LibrarySong:
    view = own_view(row) if row.is_private else view_of(row, labels, now)
    if row.entry_id is None:
        return LibrarySong(view, row.is_private)
    return LibrarySong(
        view,
        row.is_private,
        saved=row.saved,
        added_at=row.added_at,
        play_count=row.play_count,
        last_played_at=row.last_played_at,
        has_instrumental=row.has_instrumental,
        instrumental_status=row.instrumental_status,
    )


def own_view(song: Any) -> SongView:
    """A private song, or a row with its columns, as its owner sees it."""
    return SongView(
        id=song.id,
        title=song.title,
        artist=song.artist,
        album=song.album,
        language=song.language,
        duration=song.duration,
        genre=tuple(song.genre or ()),
        release_year=song.release_year,
        can_fetch=True,
    )
