"""How the studio stands, read from the database: the same whichever process is asked.

What is called `last_hour` is over the hour before the question. Names follow
https://prometheus.io/docs/practices/naming/.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from core.catalog.models import Recording
from core.chat.models import InboxItem
from core.conversion.models import OPEN, SERVED_AT, ConversionJob, Rendition
from core.db.lease import seconds_from_now
from core.delivery.models import AUDIO, Delivery

Values = dict[tuple[str, ...], float]
"""By the labels' values, in their order."""

HOUR = 3600.0
QUANTILES = (0.5, 0.95)


@dataclass(frozen=True)
class Gauge:
    name: str
    help: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a gauge shows now."""

    gauge: Gauge
    values: Values = field(default_factory=dict)


QUEUE_JOBS = Gauge("melody_queue_jobs", "Jobs that wait for workers or have one", ("stage", "state"))
QUEUE_AGE = Gauge("melody_queue_age_seconds", "How long ago the oldest of them was asked", ("stage", "state"))
QUEUE_PEOPLE = Gauge("melody_queue_people", "People with open jobs")
INBOX_UPDATES = Gauge("melody_inbox_updates", "What people wrote and nobody has answered yet", ("channel",))
INBOX_AGE = Gauge("melody_inbox_age_seconds", "How long ago the oldest of it came", ("channel",))
OUTBOX_DELIVERIES = Gauge(
    "melody_outbox_deliveries", "Messages on their way to chats", ("channel", "delivery")
)
OUTBOX_AGE = Gauge("melody_outbox_age_seconds", "How old the oldest of them is", ("channel", "delivery"))
DELIVERIES = Gauge(
    "melody_deliveries_last_hour",
    "Messages of the last hour that went out, or did not",
    ("channel", "delivery", "outcome"),
)
JOBS = Gauge("melody_jobs_last_hour", "Jobs that ended in the last hour", ("status", "reason"))
JOBS_WITHOUT_WORK = Gauge(
    "melody_jobs_without_work_last_hour",
    "Jobs that were completed in the last hour by what had been made before they were asked for",
)
STAGE_SECONDS = Gauge(
    "melody_job_stage_seconds",
    "How long the jobs completed in the last hour took: waiting for a worker, making, delivering",
    ("stage", "quantile"),
)
SPEED = Gauge(
    "melody_separation_speed_ratio",
    "Seconds of sound separated in a second by a whole machine, median of the last hour",
    ("engine", "quality"),
)
GAUGES = (
    QUEUE_JOBS,
    QUEUE_AGE,
    QUEUE_PEOPLE,
    INBOX_UPDATES,
    INBOX_AGE,
    OUTBOX_DELIVERIES,
    OUTBOX_AGE,
    DELIVERIES,
    JOBS,
    JOBS_WITHOUT_WORK,
    STAGE_SECONDS,
    SPEED,
)


async def read_gauges(session: AsyncSession) -> list[Reading]:
    """Each of GAUGES."""
    return [
        *await _queue(session),
        *await _pending(
            session, InboxItem, InboxItem.received_at, [InboxItem.channel], INBOX_UPDATES, INBOX_AGE
        ),
        *await _pending(
            session,
            Delivery,
            Delivery.created_at,
            [Delivery.channel, Delivery.kind],
            OUTBOX_DELIVERIES,
            OUTBOX_AGE,
        ),
        await _deliveries(session),
        *await _jobs(session),
        await _stages(session),
        await _speed(session),
    ]


async def _queue(session: AsyncSession) -> list[Reading]:
    is_running = case(
        (ConversionJob.rendition_id.is_not(None), Rendition.status == "processing"),
        else_=Recording.lease_until > func.now(),
    )
    stage = case((ConversionJob.rendition_id.is_(None), "fetch"), else_="make")
    state = case((is_running, "running"), else_="waiting")
    is_open = ConversionJob.status.in_(OPEN)
    query = (
        select(stage.label("stage"), state.label("state"), func.count(), _age(ConversionJob.created_at))
        .select_from(ConversionJob)
        .outerjoin(Rendition, ConversionJob.rendition_id == Rendition.id)
        .outerjoin(Recording, ConversionJob.recording_id == Recording.id)
        .where(is_open)
        .group_by("stage", "state")
    )
    nothing: Values = dict.fromkeys(product(("fetch", "make"), ("waiting", "running")), 0.0)
    jobs, ages = Reading(QUEUE_JOBS, nothing.copy()), Reading(QUEUE_AGE, nothing.copy())
    for *labels, count, age in (await session.execute(query)).all():
        jobs.values[tuple(labels)], ages.values[tuple(labels)] = count, float(age)
    people = select(func.count(ConversionJob.user_id.distinct())).where(is_open)
    return [jobs, ages, Reading(QUEUE_PEOPLE, {(): (await session.execute(people)).scalar_one()})]


async def _pending(
    session: AsyncSession,
    model: type[InboxItem] | type[Delivery],
    since: InstrumentedAttribute[Any],
    labels: Sequence[InstrumentedAttribute[str]],
    count: Gauge,
    age: Gauge,
) -> list[Reading]:
    query = select(*labels, func.count(), _age(since)).where(model.status == "pending").group_by(*labels)
    counts, ages = Reading(count), Reading(age)
    for *values, number, seconds in (await session.execute(query)).all():
        counts.values[tuple(values)], ages.values[tuple(values)] = number, float(seconds)
    return [counts, ages]


async def _deliveries(session: AsyncSession) -> Reading:
    labels = (Delivery.channel, Delivery.kind, Delivery.status)
    query = (
        select(*labels, func.count())
        .where(Delivery.created_at > seconds_from_now(-HOUR), Delivery.status != "pending")
        .group_by(*labels)
    )
    return Reading(DELIVERIES, {tuple(values): count for *values, count in await _rows(session, query)})


async def _jobs(session: AsyncSession) -> list[Reading]:
    was_there = (ConversionJob.status == "completed") & (Rendition.completed_at <= ConversionJob.created_at)
    query = (
        select(
            ConversionJob.status,
            func.coalesce(ConversionJob.error_code, ""),
            func.count(),
            func.count().filter(was_there),
        )
        .outerjoin(Rendition, ConversionJob.rendition_id == Rendition.id)
        .where(seconds_from_now(-HOUR) < SERVED_AT, ConversionJob.status.not_in(OPEN))
        .group_by(ConversionJob.status, ConversionJob.error_code)
    )
    rows = await _rows(session, query)
    ended = {("completed", ""): 0.0, ("failed", ""): 0.0} | {
        (status, reason): float(count) for status, reason, count, _ in rows
    }
    return [Reading(JOBS, ended), Reading(JOBS_WITHOUT_WORK, {(): float(sum(row[-1] for row in rows))})]


async def _stages(session: AsyncSession) -> Reading:
    stages = {
        "waiting": ConversionJob.started_at - ConversionJob.created_at,
        "making": Rendition.completed_at - Rendition.started_at,
        "delivering": Delivery.sent_at - ConversionJob.completed_at,
    }
    quantiles = [
        func.percentile_cont(quantile).within_group(func.extract("epoch", took))
        for took in stages.values()
        for quantile in QUANTILES
    ]
    was_made = Rendition.completed_at > ConversionJob.created_at
    is_audio = (Delivery.job_id == ConversionJob.id) & (Delivery.kind == AUDIO) & (Delivery.status == "sent")
    query = (
        select(*quantiles)
        .select_from(ConversionJob)
        .join(Rendition, ConversionJob.rendition_id == Rendition.id)
        .outerjoin(Delivery, is_audio)
        .where(seconds_from_now(-HOUR) < SERVED_AT, ConversionJob.status == "completed", was_made)
    )
    (values,) = await _rows(session, query)
    labels = [(stage, str(quantile)) for stage in stages for quantile in QUANTILES]
    return Reading(STAGE_SECONDS, _known(labels, values))


async def _speed(session: AsyncSession) -> Reading:
    engine, quality = (func.split_part(Rendition.recipe, "/", part) for part in (1, 2))
    query = (
        select(
            engine.label("engine"),
            quality.label("quality"),
            func.percentile_cont(0.5).within_group(Rendition.seconds / Rendition.work_seconds),
        )
        .where(Rendition.completed_at > seconds_from_now(-HOUR), Rendition.work_seconds > 0)
        .group_by("engine", "quality")
    )
    return Reading(SPEED, {tuple(labels): ratio for *labels, ratio in await _rows(session, query)})


async def _rows(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    return (await session.execute(query)).all()


def _age(since: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """Seconds since the earliest."""
    return func.extract("epoch", func.now() - func.min(since))


def _known(labels: Iterable[tuple[str, ...]], values: Iterable[Any]) -> dict[tuple[str, ...], float]:
    return {name: float(value) for name, value in zip(labels, values, strict=True) if value is not None}
