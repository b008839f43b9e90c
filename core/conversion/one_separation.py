"""A voice is found once: who wants another stem, key or format of a sound that is being separated just now
waits for that and takes the vocals that are kept of it."""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversion.models import KeptVocals, Rendition
from core.conversion.recipe import Recipe


async def is_made_elsewhere(session: AsyncSession, rendition: Rendition) -> bool:
    """Whether another worker separates the same sound now, or is about to. Then the rendition is told of
    again when that is over.

    Of two workers that ask at the same moment one hears no: until the transaction ends it holds an advisory
    lock, which nobody waits for (https://www.postgresql.org/docs/15/explicit-locking.html#ADVISORY-LOCKS).
    """
    recipe = Recipe.parse(rendition.recipe)
    if not recipe.separates:
        return False
    name = f"separate:{rendition.asset_id}:{recipe.effort}"
    lock = select(func.pg_try_advisory_xact_lock(func.hashtextextended(name, 0)))
    if (await session.execute(lock)).scalar_one() and not await _is_running(session, rendition, recipe):
        return False
    told = update(Rendition).where(Rendition.id == rendition.id, Rendition.status == "queued")
    await session.execute(told.values(dispatched_at=None))
    return True


def of_same_sound(asset_id: uuid.UUID, effort: str) -> ColumnElement[bool]:
    """Renditions that one separation is enough for."""
    return (Rendition.asset_id == asset_id) & func.starts_with(Rendition.recipe, effort)


async def _is_running(session: AsyncSession, rendition: Rendition, recipe: Recipe) -> bool:
    """Whether the vocals are not kept yet and somebody is at work on them."""
    is_kept = (
        select(KeptVocals.id)
        .where(KeptVocals.asset_id == rendition.asset_id, KeptVocals.effort == recipe.effort)
        .exists()
    )
    query = select(Rendition.id).where(
        of_same_sound(rendition.asset_id, recipe.effort),
        Rendition.id != rendition.id,
        Rendition.status == "processing",
        Rendition.lease_until > func.now(),
        ~is_kept,
    )
    return (await session.execute(query.limit(1))).first() is not None
