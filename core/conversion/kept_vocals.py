"""Vocals that were found once: looked up before anything is separated, and bounded in room."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversion.models import KeptVocals
from core.db.lease import seconds_from_now
from core.ports import StoredObject

MOST_BYTES = 5_000_000_000
"""Some 400 songs."""
KEEP_SECONDS = 30 * 86_400.0
MOST_AT_ONCE = 200


async def find(session: AsyncSession, asset_id: uuid.UUID, *efforts: str) -> str | None:
    """The SHA-256 of the vocals file of the first of these efforts that has one; its use is noted."""
    for effort in efforts:
        if (found := await _find(session, asset_id, effort)) is not None:
            return found
    return None


async def _find(session: AsyncSession, asset_id: uuid.UUID, effort: str) -> str | None:
    noted = (
        update(KeptVocals)
        .where(KeptVocals.asset_id == asset_id, KeptVocals.effort == effort)
        .values(used_at=func.now())
        .returning(KeptVocals.sha256)
    )
    return (await session.execute(noted)).scalar_one_or_none()


async def keep(session: AsyncSession, asset_id: uuid.UUID, effort: str, file: StoredObject) -> None:
    """Remember the vocals of an asset; the newest file counts."""
    values = {"sha256": file.sha256, "size": file.size}
    statement = insert(KeptVocals).values(id=uuid.uuid4(), asset_id=asset_id, effort=effort, **values)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["asset_id", "effort"], set_={**values, "used_at": func.now()}
        )
    )


async def forget(session: AsyncSession, sha256: str) -> None:
    """The file is gone or can't be used."""
    await session.execute(delete(KeptVocals).where(KeptVocals.sha256 == sha256))


async def drop_surplus(session: AsyncSession, most_bytes: int = MOST_BYTES) -> list[str]:
    """Forget what was not used for long or has no room; returns the files that may go, a batch at a time."""
    room = func.sum(KeptVocals.size).over(order_by=(KeptVocals.used_at.desc(), KeptVocals.id))
    sized = select(KeptVocals.id, KeptVocals.used_at, room.label("room")).subquery()
    surplus = (
        select(sized.c.id)
        .where((sized.c.room > most_bytes) | (sized.c.used_at < seconds_from_now(-KEEP_SECONDS)))
        .order_by(sized.c.used_at)
        .limit(MOST_AT_ONCE)
    )
    dropped = delete(KeptVocals).where(KeptVocals.id.in_(surplus)).returning(KeptVocals.sha256)
    files = set((await session.execute(dropped)).scalars())
    still_named = select(KeptVocals.sha256).where(KeptVocals.sha256.in_(files))
    return sorted(files - set((await session.execute(still_named)).scalars()))
