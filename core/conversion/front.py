"""The front of the queue: what is worked on next, however long the queue is.

The order is that of `core.conversion.queue`, found by the database: whoever only wants the first few need not
read the rest.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.models import Recording
from core.conversion.models import OPEN, SERVED_AT, ConversionJob, Rendition
from core.conversion.queue import (
    Waiting,
    at_first_turn,
    recording_rows,
    rendition_rows,
    separated_once,
    waiting_recording,
    waiting_rendition,
)
from core.db.lease import is_free

WIDER = 8
"""Where too few of those read can be taken, so many times as many are read."""


async def due_to_make(session: AsyncSession, most: int) -> list[Waiting]:
    """The first renditions that a worker can take now, in turn, `most` of them if there are so many."""
    limit = 2 * most
    while True:
        rows = (await session.execute(_first_renditions(), {"most": limit})).all()
        queue = separated_once(at_first_turn(map(waiting_rendition, rows)))
        due = [item for item in queue if item.is_free and not item.waits_for_other]
        if len(due) >= most or len(rows) < limit:
            return due[:most]
        limit *= WIDER


async def due_to_fetch(session: AsyncSession, most: int) -> list[Waiting]:
    """The first recordings that a courier can take now, in turn, `most` of them if there are so many."""
    if not (await session.execute(_is_anything_to_fetch())).scalar_one():
        return []  # mostly so, and a hundredth of what finding turns costs
    limit = most
    while True:
        rows = (await session.execute(_first_recordings(), {"most": limit})).all()
        due = at_first_turn(map(waiting_recording, rows))
        if len(due) >= most or len(rows) < limit:
            return due[:most]
        limit *= WIDER


@cache
def _first_renditions() -> Select[*tuple[Any, ...]]:
    front = _front(is_fetched=True)
    is_at = (front.c.id == Rendition.id) & (front.c.job_id == ConversionJob.id)
    return rendition_rows().join(front, is_at).order_by(front.c.place)


@cache
def _first_recordings() -> Select[*tuple[Any, ...]]:
    front = _front(is_fetched=False)
    is_at = (front.c.id == Recording.id) & (front.c.job_id == ConversionJob.id)
    return recording_rows().join(front, is_at).order_by(front.c.place)


@cache
def _is_anything_to_fetch() -> Select[bool]:
    return select(exists().where(Recording.status == "pending"))


def _front(*, is_fetched: bool) -> CTE:
    """(id, job_id, place) of the first `most` that are worked on or can be, of one kind: `in_turn` in SQL."""
    waiting = union_all(_renditions(), _recordings()).cte("waiting")
    turn = func.row_number().over(
        partition_by=waiting.c.user_id, order_by=(~waiting.c.is_running, waiting.c.created_at, waiting.c.id)
    )
    turns = select(waiting, turn.label("turn")).cte("turns")
    served = _served(select(func.min(waiting.c.created_at)).scalar_subquery())
    order = (
        ~turns.c.is_running,
        turns.c.turn,
        func.greatest(turns.c.created_at, served.c.served_at),
        turns.c.created_at,
        turns.c.job_id,
    )
    return (
        select(turns.c.id, turns.c.job_id, func.row_number().over(order_by=order).label("place"))
        .outerjoin(served, served.c.user_id == turns.c.user_id)
        .where(turns.c.is_fetched == is_fetched, or_(turns.c.is_free, turns.c.is_running))
        .order_by("place")
        .limit(bindparam("most", type_=Integer))
        .cte("front")
    )


def _renditions() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Rendition.id,
            ConversionJob.id.label("job_id"),
            ConversionJob.user_id,
            ConversionJob.created_at,
            (Rendition.status == "processing").label("is_running"),
            is_free(Rendition).label("is_free"),
            true().label("is_fetched"),
        )
        .join(ConversionJob, ConversionJob.rendition_id == Rendition.id)
        .where(Rendition.status.in_(OPEN), ConversionJob.status.in_(OPEN))
    )


def _recordings() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Recording.id,
            ConversionJob.id.label("job_id"),
            ConversionJob.user_id,
            ConversionJob.created_at,
            false().label("is_running"),
            is_free(Recording).label("is_free"),
            false().label("is_fetched"),
        )
        .join(ConversionJob, ConversionJob.recording_id == Recording.id)
        .where(Recording.status == "pending", ConversionJob.status.in_(OPEN))
    )


def _served(since: ColumnElement[Any]) -> CTE:
    """When people were last served; see `core.conversion.queue`."""
    return (
        select(ConversionJob.user_id, func.max(SERVED_AT).label("served_at"))
        .where(since < SERVED_AT, ConversionJob.status != "cancelled")
        .group_by(ConversionJob.user_id)
        .cte("served")
    )
