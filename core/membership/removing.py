"""Taking one song out of a person's library, with what was made of it for them; what nobody else has goes for
good."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversion.models import OPEN, ConversionJob
from core.db.notify import WORK, notify
from core.errors import StillMaking
from core.library.models import LibraryEntry
from core.membership.forgetting import forget_song
from core.membership.models import Erasure


async def remove_song(session: AsyncSession, user_id: uuid.UUID, song_id: uuid.UUID) -> bool:
    """Take the song out; its stored objects follow. False where it is not in the library.

    Raises StillMaking.
    """
    query = select(LibraryEntry).where(LibraryEntry.user_id == user_id, LibraryEntry.song_id == song_id)
    entry = (await session.execute(query.with_for_update())).scalar_one_or_none()
    if entry is None:
        return False
    open_job = select(ConversionJob.id).where(
        ConversionJob.library_id == entry.id, ConversionJob.status.in_(OPEN)
    )
    if (await session.execute(open_job.limit(1))).scalar_one_or_none() is not None:
        raise StillMaking
    objects = await forget_song(session, user_id, song_id)
    if objects:
        # An erasure whose rows are gone and that tells nobody: what is left of it are the objects.
        session.add(
            Erasure(
                user_id=uuid.uuid4(),
                channel="",
                chat="",
                language="",
                rows_gone=True,
                told=True,
                objects=objects,
            )
        )
        await session.flush()
        await notify(session, WORK)
    return True
