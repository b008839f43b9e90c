"""What the relay tells workers about: rows that wait and that nobody was told about lately.

The message is only a hint that carries an id; the row is the truth. A hint that got lost is sent again, one
that comes twice finds nothing to do.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.catalog.models import Recording
from core.conversion.front import due_to_fetch, due_to_make
from core.conversion.models import OPEN, Rendition
from core.conversion.queue import Waiting
from core.db.lease import Leased, is_free, seconds_from_now
from core.delivery.models import AUDIO, Delivery
from core.delivery.outbox import comes_after_another
from core.membership.models import Erasure
from core.push.models import Push
from core.push.sending import IS_PENDING
from core.signin.code_models import PhoneCode
from core.signin.sending import IS_UNSENT

TELL_AGAIN_AFTER = 30.0
"""Seconds after which a hint counts as lost."""
LEAST_AHEAD = 8
"""So many renditions may wait in the broker, or twice as many as are being made: a fleet fills by itself,
and the rest waits here, where people take turns."""
OWN_SENDER_SECONDS = 3.0
"""The bot sends texts itself right after the transaction; later they are anybody's."""
MOST_AT_ONCE = 200
MODELS: tuple[type[Leased], ...] = (PhoneCode, Rendition, Recording, Delivery, Push, Erasure)


@dataclass(frozen=True)
class Hint:
    """One Celery message: `task(row)`, told under `task_id`."""

    task: str
    row: uuid.UUID
    model: type[Leased]
    row_to_mark: uuid.UUID
    job: uuid.UUID | None = None
    """The job that it is for, where it is for one."""


async def take_hints(session: AsyncSession, pushed_channels: Sequence[str]) -> list[Hint]:
    """Everything to tell workers now, marked as told."""
    hints = [
        *await _codes(session),
        *await _renditions(session),
        *await _recordings(session),
        *await _deliveries(session, pushed_channels),
        *await _pushes(session),
        *await _erasures(session),
    ]
    for model in MODELS:
        await _mark(session, model, [hint.row_to_mark for hint in hints if hint.model is model], func.now())
    return hints


async def take_back(session: AsyncSession, hints: Sequence[Hint]) -> None:
    """The broker did not take these: they are told again at the next turn."""
    for model in MODELS:
        await _mark(session, model, [hint.row_to_mark for hint in hints if hint.model is model], None)


async def _mark(
    session: AsyncSession,
    model: type[Leased],
    rows: list[uuid.UUID],
    when: ColumnElement[datetime] | None,
) -> None:
    if rows:
        await session.execute(update(model).where(model.id.in_(rows)).values(dispatched_at=when))


def _not_told_lately(model: type[Leased]) -> ColumnElement[bool]:
    return or_(model.dispatched_at.is_(None), model.dispatched_at < seconds_from_now(-TELL_AGAIN_AFTER))


async def _renditions(session: AsyncSession) -> list[Hint]:
    """Those whose turn comes soon; the others keep waiting here, and so does what another one's separation
    brings."""
    ahead = max(LEAST_AHEAD, 2 * (await session.execute(_count_of_running())).scalar_one())
    soon = await due_to_make(session, ahead)
    untold = await _untold(session, _untold_renditions(), soon)
    return [
        Hint("conversion.run", item.told_as, Rendition, item.id, item.job_id)
        for item in soon
        if item.id in untold
    ]


async def _recordings(session: AsyncSession) -> list[Hint]:
    soon = await due_to_fetch(session, MOST_AT_ONCE)
    untold = await _untold(session, _untold_recordings(), soon)
    return [
        Hint("conversion.fetch", item.told_as, Recording, item.id, item.job_id)
        for item in soon
        if item.id in untold
    ]


async def _untold(
    session: AsyncSession, statement: Select[uuid.UUID], items: Sequence[Waiting]
) -> set[uuid.UUID]:
    """Those of the items that nobody was told about lately, locked."""
    if not items:
        return set()
    return set((await session.execute(statement, {"rows": [item.id for item in items]})).scalars())


async def _deliveries(session: AsyncSession, pushed_channels: Sequence[str]) -> list[Hint]:
    rows = (await session.execute(_due_deliveries(), {"channels": list(pushed_channels)})).all()
    return [Hint("delivery.send", row.id, Delivery, row.id, row.job_id) for row in rows]


async def _codes(session: AsyncSession) -> list[Hint]:
    rows = (await session.execute(_due_codes())).scalars()
    return [Hint("signin.send_code", row, PhoneCode, row) for row in rows]


async def _pushes(session: AsyncSession) -> list[Hint]:
    rows = (await session.execute(_due_pushes())).all()
    return [Hint("push.send", row.id, Push, row.id, row.job_id) for row in rows]


async def _erasures(session: AsyncSession) -> list[Hint]:
    rows = (await session.execute(_due_erasures())).scalars()
    return [Hint("account.erase", row, Erasure, row) for row in rows]


# A relay looks whenever anything happens, and making a statement costs more than sending it: made once.


@cache
def _count_of_running() -> Select[int]:
    return select(func.count()).where(Rendition.status == "processing", ~is_free(Rendition))


@cache
def _untold_renditions() -> Select[uuid.UUID]:
    return _untold_of(Rendition, Rendition.status.in_(OPEN))


@cache
def _untold_recordings() -> Select[uuid.UUID]:
    return _untold_of(Recording, Recording.status == "pending")


def _untold_of(model: type[Leased], still_open: ColumnElement[bool]) -> Select[uuid.UUID]:
    return (
        select(model.id)
        .where(
            model.id.in_(bindparam("rows", expanding=True)),
            still_open,
            is_free(model),
            _not_told_lately(model),
        )
        .with_for_update(skip_locked=True)
    )


@cache
def _due_deliveries() -> Select[uuid.UUID, uuid.UUID | None]:
    replaced = aliased(Delivery)
    waits_for_status = (
        select(replaced.id).where(replaced.id == Delivery.replaces_id, replaced.status == "pending").exists()
    )
    is_left_over = Delivery.created_at < seconds_from_now(-OWN_SENDER_SECONDS)
    return (
        select(Delivery.id, Delivery.job_id)
        .where(
            Delivery.status == "pending",
            Delivery.channel.in_(bindparam("channels", expanding=True)),
            or_(Delivery.kind == AUDIO, is_left_over & ~comes_after_another(Delivery)),
            ~waits_for_status,
            is_free(Delivery),
            _not_told_lately(Delivery),
        )
        .order_by(Delivery.number)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True, of=Delivery)
    )


@cache
def _due_codes() -> Select[uuid.UUID]:
    return (
        select(PhoneCode.id)
        .where(IS_UNSENT, is_free(PhoneCode), _not_told_lately(PhoneCode))
        .order_by(PhoneCode.created_at)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    )


@cache
def _due_pushes() -> Select[uuid.UUID, uuid.UUID | None]:
    return (
        select(Push.id, Push.job_id)
        .where(IS_PENDING, is_free(Push), _not_told_lately(Push))
        .order_by(Push.created_at)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    )


@cache
def _due_erasures() -> Select[uuid.UUID]:
    return (
        select(Erasure.id)
        .where(is_free(Erasure), _not_told_lately(Erasure))
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
