"""The audio of a song that a person may hear: one of all, or one that they sent themselves."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.availability import recording_of
from core.catalog.models import Recording, Song
from core.errors import NotFound
from core.library.models import LibraryEntry


async def visible_song(session: AsyncSession, user_id: uuid.UUID, song_id: uuid.UUID) -> Song:
    """A song of all, or a private one in the person's library; it stays until the transaction ends.

    Raises NotFound: nobody learns which songs others have.
    """
    is_mine = select(LibraryEntry.id).where(LibraryEntry.song_id == Song.id, LibraryEntry.user_id == user_id)
    query = select(Song).where(Song.id == song_id, Song.is_private.is_(False) | is_mine.exists())
    song = (await session.execute(query.with_for_update(read=True, key_share=True))).scalar_one_or_none()
    if song is None:
        raise NotFound(f"{song_id} is no song for this person")
    return song


async def recording_for(session: AsyncSession, user_id: uuid.UUID, song_id: uuid.UUID) -> Recording:
    """The audio of a song that the person may hear, locked until the transaction ends.

    Raises NotFound, AudioNotOffered.
    """
    try:
        return await recording_of(session, song_id)
    except NotFound:
        return await own_recording(session, user_id, song_id)


async def own_recording(session: AsyncSession, user_id: uuid.UUID, song_id: uuid.UUID) -> Recording:
    """What was sent, of a private song in the person's library; locked until the transaction ends.

    Raises NotFound where it is not in there.
    """
    query = (
        select(Recording)
        .join(Song, Song.asset_id == Recording.asset_id)
        .join(LibraryEntry, LibraryEntry.song_id == Song.id)
        .where(
            Song.id == song_id,
            Song.is_private,
            LibraryEntry.user_id == user_id,
            Recording.song_id.is_(None),
            Recording.status == "fetched",
        )
        .order_by(Recording.created_at.desc())
        .limit(1)
        .with_for_update(of=Recording)
    )
    found = (await session.execute(query)).scalar_one_or_none()
    if found is None:
        raise NotFound(f"{song_id} is no song of this person")
    return found
