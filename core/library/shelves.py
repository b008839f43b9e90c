"""What a person finds in their library: recent songs, saved ones, and those whose names they type."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.models import Song
from core.library.models import LibraryEntry
from core.text.keys import Form, forms

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
    query = _entries(user_id, shelf)
    if name:
        entries = (await session.execute(query.limit(MOST_SEARCHED))).all()
        found = await asyncio.to_thread(_named, [_own(*row) for row in entries], name)
        return ShelfPage(tuple(found[offset : offset + limit]), len(found))
    count = select(func.count()).select_from(
        query.order_by(None).with_only_columns(LibraryEntry.id).subquery()
    )
    total = (await session.execute(count)).scalar_one()
    rows = (await session.execute(query.limit(limit).offset(offset))).all()
    return ShelfPage(tuple(_own(*row) for row in rows), total)


async def own_song(session: AsyncSession, user_id: uuid.UUID, song_id: uuid.UUID) -> OwnSong | None:
    """The song as it stands in the person's library; None where it does not."""
    row = (await session.execute(_entries(user_id, None).where(Song.id == song_id))).one_or_none()
    return None if row is None else _own(*row)


def _entries(user_id: uuid.UUID, shelf: Shelf | None) -> Select[LibraryEntry, Song]:
    last_used = func.greatest(LibraryEntry.added_at, LibraryEntry.last_played_at)
    query = (
        select(LibraryEntry, Song)
        .join(Song, Song.id == LibraryEntry.song_id)
        .where(LibraryEntry.user_id == user_id)
        .order_by(last_used.desc(), LibraryEntry.id)
    )
    return query.where(LibraryEntry.saved) if shelf is Shelf.SAVED else query


def _own(entry: LibraryEntry, song: Song) -> OwnSong:
    return OwnSong(
        id=song.id,
        is_private=song.is_private,
        title=song.title,
        artist=song.artist,
        album=song.album,
        duration=song.duration,
        release_year=song.release_year,
        saved=entry.saved,
    )


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
