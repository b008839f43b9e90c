"""The queue: everything that waits for a worker or has one, in the order in which it is taken.

People take turns: each person's first song comes before anybody's second, and within a turn the earlier one
comes first. So nobody waits behind somebody's whole album.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from core.catalog.models import Recording
from core.catalog.service import likely_seconds
from core.conversion.models import OPEN, ConversionJob, KeptVocals, Rendition
from core.conversion.recipe import Recipe

LONGEST_QUEUE_READ = 2_000
"""Further back, places and estimates are lower bounds."""


@dataclass(frozen=True)
class Waiting:
    """Something that takes a worker's time: a rendition to make, or a recording still to be fetched."""

    id: uuid.UUID
    job_id: uuid.UUID
    owner: uuid.UUID
    since: datetime
    recipe: str
    seconds: float
    """Length of the sound still to be worked on."""
    is_running: bool
    is_fetched: bool
    is_separated: bool = False
    """The voice was found before, or is being found for another one that comes first: what is left to do
    takes little time."""
    sound: tuple[uuid.UUID, str] | None = None
    """The recording that is to be separated, and by which effort; None where nothing is."""
    waits_for_other: bool = False
    """Another one that comes first is separated from the same sound: the voice is found once."""


async def queue_in_turn(session: AsyncSession) -> list[Waiting]:
    """The whole queue, the running ones first."""
    return separated_once(in_turn([*await _renditions(session), *await _recordings(session)]))


def in_turn(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Put what waits into the order of turns."""
    turns: defaultdict[uuid.UUID, int] = defaultdict(int)
    keyed = []
    for item in sorted(waiting, key=lambda item: (not item.is_running, item.since, item.id)):
        keyed.append((not item.is_running, turns[item.owner], item.since, item.id, item))
        turns[item.owner] += 1
    return [entry[-1] for entry in sorted(keyed, key=lambda entry: entry[:-1])]


def separated_once(queue: Iterable[Waiting]) -> list[Waiting]:
    """Of several that want the same sound separated, the first one does it and the others wait for that."""
    seen: set[tuple[uuid.UUID, str]] = set()
    found = []
    for item in queue:
        waits = item.sound in seen and not item.is_running
        found.append(replace(item, is_separated=True, waits_for_other=True) if waits else item)
        if item.sound is not None:
            seen.add(item.sound)
    return found


def _first(column: InstrumentedAttribute[uuid.UUID]) -> ColumnElement[uuid.UUID]:
    """Of the jobs that share a row, the one that asked first."""
    ordered = aggregate_order_by(column, ConversionJob.created_at)
    return func.array_agg(ordered, type_=ARRAY(column.type))[1]


async def _renditions(session: AsyncSession) -> list[Waiting]:
    query = (
        select(Rendition, _first(ConversionJob.id), _first(ConversionJob.user_id), _has_vocals())
        .join(ConversionJob, ConversionJob.rendition_id == Rendition.id)
        .where(Rendition.status.in_(OPEN), ConversionJob.status.in_(OPEN))
        .group_by(Rendition.id)
        .order_by(Rendition.queued_at)
        .limit(LONGEST_QUEUE_READ)
    )
    return [
        Waiting(
            id=rendition.id,
            job_id=job_id,
            owner=owner,
            since=rendition.queued_at,
            recipe=rendition.recipe,
            seconds=(rendition.seconds or 0.0) * (100 - rendition.progress) / 100,
            is_running=rendition.status == "processing",
            is_fetched=True,
            is_separated=is_separated,
            sound=None if is_separated else _sound(rendition),
        )
        for rendition, job_id, owner, is_separated in (await session.execute(query)).all()
    ]


def _sound(rendition: Rendition) -> tuple[uuid.UUID, str] | None:
    recipe = Recipe.parse(rendition.recipe)
    return (rendition.asset_id, recipe.effort) if recipe.separates else None


def _has_vocals() -> ColumnElement[bool]:
    """Of a rendition: the vocals that its recipe needs are kept."""
    same_effort = func.starts_with(Rendition.recipe, KeptVocals.effort)
    query = select(KeptVocals.id).where(KeptVocals.asset_id == Rendition.asset_id, same_effort)
    return query.exists()


async def _recordings(session: AsyncSession) -> list[Waiting]:
    query = (
        select(
            Recording,
            _first(ConversionJob.id),
            _first(ConversionJob.user_id),
            func.min(ConversionJob.created_at),
            func.min(ConversionJob.recipe),
        )
        .join(ConversionJob, ConversionJob.recording_id == Recording.id)
        .where(Recording.status == "pending", ConversionJob.status.in_(OPEN))
        .group_by(Recording.id)
        .order_by(func.min(ConversionJob.created_at))
        .limit(LONGEST_QUEUE_READ)
    )
    return [
        Waiting(
            id=recording.id,
            job_id=job_id,
            owner=owner,
            since=since,
            recipe=recipe,
            seconds=likely_seconds(recording),
            is_running=False,
            is_fetched=False,
        )
        for recording, job_id, owner, since, recipe in (await session.execute(query)).all()
    ]
