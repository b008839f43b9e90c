"""What a person finds in their library: recent songs, saved ones, and those whose names they type."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, Uuid, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.models import Song
from core.db.base import table_of
from core.db.inside import rows_inside
from core.library.models import LibraryEntry
from core.text.keys import Form, forms

_kept, _songs = table_of(LibraryEntry).c, table_of(Song).c
MOST_SEARCHED = 500
"""So many of a person's songs, the newest first, are looked through for a name."""


class Shelf(StrEnum):
    RECENT = "recent"
    SAVED = "saved"


@dataclass(frozen=True)
class OwnSong:
    """A song as it stands in one person's library.

    What a song of all is called may have expired: it is shown as `core.catalog.views` show it.
    """

    id: uuid.UUID
    is_private: bool
    title: str
    artist: str
    album: str | None
    duration: int | None
    """Seconds."""
    release_year: int | None
    saved: bool


@dataclass(frozen=True)
class ShelfPage:
    songs: tuple[OwnSong, ...]
    total: int


async def page_of(
    session: AsyncSession, user_id: uuid.UUID, shelf: Shelf, *, limit: int, offset: int, name: str = ""
) -> ShelfPage:
    """A page of a shelf, what was used last first; with `name`, what sounds like it, in any script."""
    of_page = {"of_user": user_id, "most": MOST_SEARCHED if name else limit, "before": 0 if name else offset}
    songs = [OwnSong(*row) for row in await rows_inside(session, _page(shelf), of_page)]
    if name:
        found = await asyncio.to_thread(_named, songs, name)
        return ShelfPage(tuple(found[offset : offset + limit]), len(found))
    is_last = len(songs) < limit and (bool(songs) or offset == 0)
    if is_last:
        return ShelfPage(tuple(songs), offset + len(songs))
    (counted,) = await rows_inside(session, _count(shelf), {"of_user": user_id})
    return ShelfPage(tuple(songs), counted.total)


async def own_song(session: AsyncSession, user_id: uuid.UUID, song_id: uuid.UUID) -> OwnSong | None:
    """The song as it stands in the person's library; None where it does not."""
    rows = await rows_inside(session, _one(), {"of_user": user_id, "of_song": song_id})
    return OwnSong(*rows[0]) if rows else None


@cache
def _one() -> Select[Any]:
    return _entries(None).where(_songs.id == bindparam("of_song", type_=Uuid))


@cache
def _page(shelf: Shelf) -> Select[Any]:
    last_used = func.greatest(_kept.added_at, _kept.last_played_at)
    in_order = _entries(shelf).order_by(last_used.desc(), _kept.id)
    return in_order.limit(bindparam("most", type_=Integer)).offset(bindparam("before", type_=Integer))


@cache
def _count(shelf: Shelf) -> Select[Any]:
    return _entries(shelf).with_only_columns(func.count().label("total"))


def _entries(shelf: Shelf | None) -> Select[Any]:
    """What `OwnSong` tells of the songs in the library of `of_user`."""
    query = (
        select(*(_songs[field.name] for field in fields(OwnSong) if field.name != "saved"), _kept.saved)
        .join_from(table_of(LibraryEntry), table_of(Song), _songs.id == _kept.song_id)
        .where(_kept.user_id == bindparam("of_user", type_=Uuid))
    )
    return query.where(_kept.saved) if shelf is Shelf.SAVED else query


def _named(songs: Sequence[OwnSong], name: str) -> list[OwnSong]:
    wanted = forms(name)
    return [song for song in songs if sounds_like(forms(f"{song.title} {song.artist}"), wanted)]


def sounds_like(names: Sequence[Form], wanted: Sequence[Form]) -> bool:
    """Whether all words of one wanted form are in one of the names, or its letters are."""
    return any(
        (form.words and set(form.words) <= set(name.words)) or form.folded in name.folded
        for form in wanted
        for name in names
    )
