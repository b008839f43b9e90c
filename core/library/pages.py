"""A person's library page after page, for clients that scroll.

A page begins after the last row of the one before, told by that row's sort key and id: what comes or goes
meanwhile moves no other row over a page's edge, and page a hundred is as fast as the first.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.models import Song
from core.catalog.showing import views_of
from core.catalog.views import SongView
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
    session: AsyncSession,
    user_id: uuid.UUID,
    labels: Mapping[str, str],
    *,
    shelf: LibraryShelf = LibraryShelf.RECENT,
    sort: Sort = Sort.USED,
    limit: int = 50,
    after: Place | None = None,
    name: str = "",
) -> LibraryPage:
    """One page; with `name`, of the songs that sound like it, in any script. `labels` tells what people know
    each source as."""
    key = _KEYS[sort]
    looked_at = MOST_SEARCHED if name else limit
    query = select(*_ENTRY, *_SONG, key.label("key")).join(Song, Song.id == LibraryEntry.song_id)
    query = query.where(LibraryEntry.user_id == user_id, _on_shelf(shelf))
    if after is not None:
        behind = tuple_(key, LibraryEntry.id)
        last = tuple_(after.key, after.entry_id)
        query = query.where(behind > last if sort is Sort.TITLE else behind < last)
    order = (key, LibraryEntry.id) if sort is Sort.TITLE else (key.desc(), LibraryEntry.id.desc())
    rows = (await session.execute(query.order_by(*order).limit(looked_at + 1))).all()
    has_more, rows = len(rows) > looked_at, rows[:looked_at]
    last_row = rows[-1] if rows else None
    if name:
        found = await asyncio.to_thread(_named, rows, name)
        if len(found) > limit:
            has_more, last_row = True, found[limit - 1]
        rows = found[:limit]
    place = Place(last_row.key, last_row.entry_id) if has_more and last_row is not None else None
    return LibraryPage(tuple(await _shown(session, rows, labels)), place)


async def library_songs(
    session: AsyncSession, user_id: uuid.UUID, song_ids: Collection[uuid.UUID], labels: Mapping[str, str]
) -> list[LibrarySong]:
    """These songs in their order, in the library or not; private ones of others are left out."""
    mine = (LibraryEntry.song_id == Song.id) & (LibraryEntry.user_id == user_id)
    query = (
        select(*_ENTRY, *_SONG)
        .select_from(Song)
        .outerjoin(LibraryEntry, mine)
        .where(Song.id.in_(song_ids), Song.is_private.is_(False) | LibraryEntry.id.is_not(None))
    )
    rows = {row.id: row for row in await session.execute(query)}
    return await _shown(session, [rows[one] for one in song_ids if one in rows], labels)


_ENTRY = (
    LibraryEntry.id.label("entry_id"),
    LibraryEntry.saved,
    LibraryEntry.added_at,
    LibraryEntry.play_count,
    LibraryEntry.last_played_at,
    LibraryEntry.has_instrumental,
    LibraryEntry.instrumental_status,
)
_SONG = (
    Song.id,
    Song.is_private,
    Song.title,
    Song.artist,
    Song.album,
    Song.language,
    Song.duration,
    Song.genre,
    Song.release_year,
)
_KEYS: dict[Sort, ColumnElement[Any]] = {
    Sort.USED: func.greatest(LibraryEntry.added_at, LibraryEntry.last_played_at),
    Sort.ADDED: LibraryEntry.added_at.expression,
    Sort.PLAYS: LibraryEntry.play_count.expression,
    Sort.TITLE: func.left(func.lower(Song.title), TITLE_KEY),
}


def _on_shelf(shelf: LibraryShelf) -> ColumnElement[bool]:
    match shelf:
        case LibraryShelf.SAVED:
            return LibraryEntry.saved.expression
        case LibraryShelf.CONVERSIONS:
            return LibraryEntry.has_instrumental | (LibraryEntry.instrumental_status != "none")
        case LibraryShelf.RECENT:
            return true()


def _named(rows: Sequence[Any], name: str) -> list[Any]:
    wanted = forms(name)
    return [row for row in rows if sounds_like(forms(f"{row.title} {row.artist}"), wanted)]


async def _shown(session: AsyncSession, rows: Sequence[Any], labels: Mapping[str, str]) -> list[LibrarySong]:
    public = [row.id for row in rows if not row.is_private]
    views = {view.id: view for view in await views_of(session, public, labels)}
    return [_in_library(row, views.get(row.id) or own_view(row)) for row in rows]


def _in_library(row: Any, view: SongView) -> LibrarySong:
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
