"""The queue: everything that waits for a worker or has one, in the order in which it is taken.

People take turns: each person's first song comes before anybody's second, and within a turn whoever was
served or asked longest ago comes first. So nobody waits behind somebody's whole album: each other person is
served at most once more before (round robin; J. Nagle, RFC 970, 1985). What several people wait for comes at
the first of their turns.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.models import Recording
from core.catalog.service import likely_seconds
from core.conversion.models import OPEN, SERVED_AT, ConversionJob, KeptVocals, Rendition
from core.conversion.recipe import Recipe
from core.db.lease import is_free

LONGEST_QUEUE_READ = 2_000
"""Further back, places and estimates are lower bounds."""


@dataclass(frozen=True)
class Waiting:
    """Something that takes a worker's time: a rendition to make, or a recording still to be fetched."""

    id: uuid.UUID
    job_id: uuid.UUID
    owner: uuid.UUID
    """Who asked for it."""
    since: datetime
    """When they did."""
    recipe: str
    seconds: float
    """Length of the sound still to be worked on."""
    is_running: bool
    is_fetched: bool
    is_free: bool = True
    """Nobody is at work on it, and it need not wait until a failure has passed."""
    told_at: datetime | None = None
    """When workers were last told about it: a message is on its way, if it was not lost."""
    is_separated: bool = False
    """The voice was found before, or is being found for another one that comes first: what is left to do
    takes little time."""
    sound: tuple[uuid.UUID, str] | None = None
    """The recording that is to be separated, and by which effort; None where nothing is."""
    waits_for_other: bool = False
    """Another one that comes first is separated from the same sound: the voice is found once."""

    @property
    def told_as(self) -> uuid.UUID:
        """What a message to workers calls it: a rendition by the job that wants it, a recording by itself."""
        return self.job_id if self.is_fetched else self.id


async def queue_in_turn(session: AsyncSession) -> list[Waiting]:
    """The whole queue, the running ones first."""
    waiting = [*await _renditions(session), *await _recordings(session)]
    return separated_once(at_first_turn(in_turn(waiting, await _served(session, waiting))))


def in_turn(waiting: Iterable[Waiting], served: Mapping[uuid.UUID, datetime] | None = None) -> list[Waiting]:
    """Put what waits into the order of turns. `served`: when people last were."""
    served = served or {}
    turns: defaultdict[uuid.UUID, int] = defaultdict(int)
    keyed = []
    for item in sorted(waiting, key=lambda item: (not item.is_running, item.since, item.id)):
        stands_since = max(item.since, served.get(item.owner, item.since))
        keyed.append((not item.is_running, turns[item.owner], stands_since, item.since, item.job_id, item))
        turns[item.owner] += 1
    return [entry[-1] for entry in sorted(keyed, key=lambda entry: entry[:-1])]


def at_first_turn(queue: Iterable[Waiting]) -> list[Waiting]:
    """What several people wait for is there once, where it comes first."""
    first: dict[uuid.UUID, Waiting] = {}
    for item in queue:
        first.setdefault(item.id, item)
    return list(first.values())


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


async def _served(session: AsyncSession, waiting: Iterable[Waiting]) -> dict[uuid.UUID, datetime]:
    """When each of those who wait was last served; what came before all of the waiting does not matter, and
    what was there already when it was asked for took nobody's time."""
    waiting = list(waiting)
    if not waiting:
        return {}
    query = (
        select(ConversionJob.user_id, func.max(SERVED_AT).label("served_at"))
        .where(min(item.since for item in waiting) < SERVED_AT, ConversionJob.status != "cancelled")
        .group_by(ConversionJob.user_id)
    )
    return {row.user_id: row.served_at for row in (await session.execute(query)).all()}


async def _renditions(session: AsyncSession) -> list[Waiting]:
    query = _nearest_turns(
        rendition_rows().where(Rendition.status.in_(OPEN), ConversionJob.status.in_(OPEN)),
        Rendition.status == "queued",
    )
    return [waiting_rendition(row) for row in (await session.execute(query)).all()]


def rendition_rows() -> Select[*tuple[Any, ...]]:
    """What `waiting_rendition` reads, of renditions with their jobs."""
    return select(
        Rendition.id,
        ConversionJob.id.label("job_id"),
        ConversionJob.user_id,
        ConversionJob.created_at,
        Rendition.recipe,
        Rendition.asset_id,
        Rendition.seconds,
        Rendition.progress,
        (Rendition.status == "processing").label("is_running"),
        is_free(Rendition).label("is_free"),
        Rendition.dispatched_at,
        _has_vocals().label("is_separated"),
    ).join(ConversionJob, ConversionJob.rendition_id == Rendition.id)


def waiting_rendition(row: Row[*tuple[Any, ...]]) -> Waiting:
    return Waiting(
        id=row.id,
        job_id=row.job_id,
        owner=row.user_id,
        since=row.created_at,
        recipe=row.recipe,
        seconds=(row.seconds or 0.0) * (100 - row.progress) / 100,
        is_running=row.is_running,
        is_fetched=True,
        is_free=row.is_free,
        told_at=row.dispatched_at,
        is_separated=row.is_separated,
        sound=None if row.is_separated else _sound(row.asset_id, row.recipe),
    )


def _nearest_turns(query: Select[*tuple[Any, ...]], *first: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Of what waits for jobs: those whose turns come first, as many as are read. `first`: what goes before
    all turns sorts as false."""
    turn = func.row_number().over(partition_by=ConversionJob.user_id, order_by=ConversionJob.created_at)
    return query.order_by(*first, turn, ConversionJob.created_at).limit(LONGEST_QUEUE_READ)


def _sound(asset_id: uuid.UUID, recipe: str) -> tuple[uuid.UUID, str] | None:
    parsed = Recipe.parse(recipe)
    return (asset_id, parsed.effort) if parsed.separates else None


def _has_vocals() -> ColumnElement[bool]:
    """Of a rendition: the vocals that its recipe needs are kept."""
    same_effort = func.starts_with(Rendition.recipe, KeptVocals.effort)
    query = select(KeptVocals.id).where(KeptVocals.asset_id == Rendition.asset_id, same_effort)
    return query.exists()


async def _recordings(session: AsyncSession) -> list[Waiting]:
    query = _nearest_turns(
        recording_rows().where(Recording.status == "pending", ConversionJob.status.in_(OPEN))
    )
    return [waiting_recording(row) for row in (await session.execute(query)).all()]


def recording_rows() -> Select[*tuple[Any, ...]]:
    """What `waiting_recording` reads, of recordings with their jobs."""
    return select(
        Recording,
        ConversionJob.id.label("job_id"),
        ConversionJob.user_id,
        ConversionJob.created_at,
        ConversionJob.recipe,
        is_free(Recording).label("is_free"),
    ).join(ConversionJob, ConversionJob.recording_id == Recording.id)


def waiting_recording(row: Row[*tuple[Any, ...]]) -> Waiting:
    return Waiting(
        id=row.Recording.id,
        job_id=row.job_id,
        owner=row.user_id,
        since=row.created_at,
        recipe=row.recipe,
        seconds=likely_seconds(row.Recording),
        is_running=False,
        is_fetched=False,
        is_free=row.is_free,
        told_at=row.Recording.dispatched_at,
    )
