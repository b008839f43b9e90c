"""Playlists: rows of songs with a name, of bounded number and length."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import ColumnElement, case, delete, func, select, update
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
    await session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
    if len(await playlists_of(session, user_id)) >= MOST_PLAYLISTS:
        return None
    playlist = Playlist(user_id=user_id, name=name[:LONGEST_NAME])
    session.add(playlist)
    await session.flush()
    changed(session, Change.LIBRARY, user_id)
    return playlist


async def add_song(session: AsyncSession, playlist: Playlist, song_id: uuid.UUID) -> Adding:
    """Put a song, which the person may see, at the end of a playlist that is locked."""
    there = await _rows(session, playlist)
    if song_id in there:
        return Adding.THERE_ALREADY
    if len(there) >= MOST_SONGS:
        return Adding.FULL
    last = select(func.coalesce(func.max(PlaylistSong.place), -1)).where(
        PlaylistSong.playlist_id == playlist.id
    )
    place = last.scalar_subquery() + 1
    statement = insert(PlaylistSong).values(playlist_id=playlist.id, song_id=song_id, place=place)
    added = statement.on_conflict_do_nothing().returning(PlaylistSong.song_id)
    is_new = (await session.execute(added)).scalar_one_or_none() is not None
    changed(session, Change.LIBRARY, playlist.user_id)
    return Adding.ADDED if is_new else Adding.THERE_ALREADY


async def move_song(session: AsyncSession, playlist: Playlist, song_id: uuid.UUID, place: int) -> None:
    """Put a song that is in a locked playlist at another place, 0 the first; the others close ranks.

    Places count the songs that the person sees.
    """
    seen = [other for other in await songs_in(session, playlist) if other != song_id]
    hidden = [other for other in await _rows(session, playlist) if other not in {*seen, song_id}]
    order = [*seen[:place], song_id, *seen[place:], *hidden]
    places = sorted(enumerate(order), key=lambda placed: placed[1])
    mine = update(PlaylistSong).where(PlaylistSong.playlist_id == playlist.id)
    by_song = case({song: number for number, song in places}, value=PlaylistSong.song_id)
    changed(session, Change.LIBRARY, playlist.user_id)
    await session.execute(mine.values(place=by_song).execution_options(synchronize_session=False))


async def take_out(session: AsyncSession, playlist: Playlist, song_id: uuid.UUID) -> bool:
    """Take a song out of a playlist; False where it is not in there."""
    row = (PlaylistSong.playlist_id == playlist.id) & (PlaylistSong.song_id == song_id)
    gone = delete(PlaylistSong).where(row).returning(PlaylistSong.song_id)
    changed(session, Change.LIBRARY, playlist.user_id)
    return (await session.execute(gone)).scalar_one_or_none() is not None


async def sizes_of(session: AsyncSession, user_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """How many songs the person sees in each of their playlists that has any."""
    query = (
        select(PlaylistSong.playlist_id, func.count().label("songs"))
        .join(Playlist, Playlist.id == PlaylistSong.playlist_id)
        .join(Song, Song.id == PlaylistSong.song_id)
        .where(Playlist.user_id == user_id, _is_seen(user_id))
        .group_by(PlaylistSong.playlist_id)
    )
    return {row.playlist_id: row.songs for row in await session.execute(query)}


async def songs_in(session: AsyncSession, playlist: Playlist) -> list[uuid.UUID]:
    """The songs in their order; a private one that left the person's library is left out."""
    query = (
        select(Song.id)
        .join(PlaylistSong, PlaylistSong.song_id == Song.id)
        .where(PlaylistSong.playlist_id == playlist.id, _is_seen(playlist.user_id))
        .order_by(PlaylistSong.place, PlaylistSong.added_at, Song.id)
    )
    return list((await session.execute(query)).scalars())


async def rename_playlist(session: AsyncSession, playlist: Playlist, name: str) -> None:
    playlist.name = name[:LONGEST_NAME]
    await session.flush()
    changed(session, Change.LIBRARY, playlist.user_id)


async def delete_playlist(session: AsyncSession, playlist: Playlist) -> None:
    """The songs themselves stay in the library."""
    await session.execute(delete(Playlist).where(Playlist.id == playlist.id))
    changed(session, Change.LIBRARY, playlist.user_id)


def _is_seen(user_id: uuid.UUID) -> ColumnElement[bool]:
    """Of a song: it is one of all, or in the person's library."""
    is_mine = select(LibraryEntry.id).where(LibraryEntry.song_id == Song.id, LibraryEntry.user_id == user_id)
    return Song.is_private.is_(False) | is_mine.exists()


async def _rows(session: AsyncSession, playlist: Playlist) -> list[uuid.UUID]:
    """All songs of the playlist in their order, seen or not."""
    query = select(PlaylistSong.song_id).where(PlaylistSong.playlist_id == playlist.id)
    return list((await session.execute(query.order_by(PlaylistSong.place, PlaylistSong.song_id))).scalars())
