"""When the operator's catalogue last changed: answers made before that are made anew."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.models import Song


async def catalogue_stamp(session: AsyncSession) -> str:
    """The same as long as no song of the catalogue is added or changed."""
    newest = await session.execute(select(func.max(Song.updated_at)).where(Song.in_catalogue))
    return str(newest.scalar_one() or "")
