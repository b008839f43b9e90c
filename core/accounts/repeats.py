"""Requests that are sent again: one effect, and the same answer for a day (the `Idempotency-Key` header).

The key's row is written in the same transaction as the effect. Whoever sends the same key meanwhile waits at
that row until the first is done: then there is an answer to repeat, or, where the first failed, nothing.
"""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import RememberedAnswer
from core.db.lease import seconds_from_now
from core.errors import KeyReused

KEPT_SECONDS = 86_400.0


async def answer_of(session: AsyncSession, user_id: uuid.UUID, key: str, request_hash: bytes) -> str | None:
    """What this request was answered before; None where it is the first, which then has to `remember`.

    Raises KeyReused where the key stands for another request.
    """
    mine = (RememberedAnswer.user_id == user_id) & (RememberedAnswer.key == key)
    await session.execute(delete(RememberedAnswer).where(mine, _is_old()))
    statement = insert(RememberedAnswer).values(user_id=user_id, key=key, request_hash=request_hash)
    first = statement.on_conflict_do_nothing().returning(RememberedAnswer.key)
    if (await session.execute(first)).scalar_one_or_none() is not None:
        return None
    found = (await session.execute(select(RememberedAnswer).where(mine))).scalar_one()
    if found.request_hash != request_hash:
        raise KeyReused("the key was used for something else")
    return found.answer


async def remember(session: AsyncSession, user_id: uuid.UUID, key: str, answer: str) -> None:
    """The answer to a request that `answer_of` let through."""
    mine = (RememberedAnswer.user_id == user_id) & (RememberedAnswer.key == key)
    await session.execute(update(RememberedAnswer).where(mine).values(answer=answer))


async def forget_old_answers(session: AsyncSession) -> None:
    await session.execute(delete(RememberedAnswer).where(_is_old()))


def _is_old() -> ColumnElement[bool]:
    return RememberedAnswer.created_at < seconds_from_now(-KEPT_SECONDS)
