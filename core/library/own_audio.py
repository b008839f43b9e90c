"""The audio of a private song, for those who sent the same bytes."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.models import Recording, Song
from core.errors import NotFound
from core.library.models import LibraryEntry


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
