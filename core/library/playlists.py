"""Playlists: rows of songs with a name, of bounded number and length."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import User
from core.catalog.models import Song
from core.db.changes import Change, changed
from core.library.models import LibraryEntry, Playlist, PlaylistSong

MOST_PLAYLISTS = 20
MOST_SONGS = 200
LONGEST_NAME = 100


class Adding(StrEnum):
    """What adding led to."""

    ADDED = "added"
    THERE_ALREADY = "there"
    FULL = "full"


async def playlists_of(session: AsyncSession, user_id: uuid.UUID) -> Sequence[Playlist]:
    """The person's playlists, the oldest first."""
    query = select(Playlist).where(Playlist.user_id == user_id).order_by(Playlist.created_at, Playlist.id)
    return (await session.execute(query)).scalars().all()


async def playlist_of(session: AsyncSession, user_id: uuid.UUID, playlist_id: uuid.UUID) -> Playlist | None:
    """A playlist of this person, locked; None for others."""
    query = select(Playlist).where(Playlist.user_id == user_id, Playlist.id == playlist_id)
    return (await session.execute(query.with_for_update())).scalar_one_or_none()


async def make_playlist(session: AsyncSession, user_id: uuid.UUID, name: str) -> Playlist | None:
    """A new one; None where there are as many as there may be."""
    await session.execute(select(User.id).where(User.id == user_id).with_for_update())
    if len(await playlists_of(session, user_id)) >= MOST_PLAYLISTS:
        return None
    playlist = Playlist(user_id=user_id, name=name[:LONGEST_NAME])
    session.add(playlist)
    await session.flush()
    changed(session, Change.LIBRARY, user_id)
    return playlist


async def add_song(session: AsyncSession, playlist: Playlist, song_id: uuid.UUID) -> Adding:
    """Put a song, which the person may see, at the end of a playlist that is locked."""
    count = select(func.count()).where(PlaylistSong.playlist_id == playlist.id)
    if (await session.execute(count)).scalar_one() >= MOST_SONGS:
        return Adding.FULL
    statement = insert(PlaylistSong).values(playlist_id=playlist.id, song_id=song_id)
    added = statement.on_conflict_do_nothing().returning(PlaylistSong.song_id)
    is_new = (await session.execute(added)).scalar_one_or_none() is not None
    changed(session, Change.LIBRARY, playlist.user_id)
    return Adding.ADDED if is_new else Adding.THERE_ALREADY


async def songs_in(session: AsyncSession, playlist: Playlist) -> list[uuid.UUID]:
    """The songs in their order; a private one that left the person's library is left out."""
    is_mine = select(LibraryEntry.id).where(
        LibraryEntry.song_id == Song.id, LibraryEntry.user_id == playlist.user_id
    )
    query = (
        select(Song.id)
        .join(PlaylistSong, PlaylistSong.song_id == Song.id)
        .where(PlaylistSong.playlist_id == playlist.id, Song.is_private.is_(False) | is_mine.exists())
        .order_by(PlaylistSong.added_at, Song.id)
    )
    return list((await session.execute(query)).scalars())


async def delete_playlist(session: AsyncSession, playlist: Playlist) -> None:
    """The songs themselves stay in the library."""
    await session.execute(delete(Playlist).where(Playlist.id == playlist.id))
    changed(session, Change.LIBRARY, playlist.user_id)
