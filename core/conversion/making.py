"""Making a rendition: what a worker does under its lease, from the claim to the stored file."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
import uuid
from contextlib import AbstractContextManager, AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core import machine, tracing
from core.catalog.models import AudioAsset, Song
from core.catalog.service import record_facts
from core.conversion import kept_vocals, one_separation
from core.conversion.engines import Engines
from core.conversion.front import due_to_make
from core.conversion.lease_control import LeaseControl
from core.conversion.models import OPEN, ConversionJob, Rendition
from core.conversion.recipe import Recipe
from core.conversion.retry import MOST_ATTEMPTS, pause_before
from core.conversion.service import ConversionService
from core.conversion.turns import take_in_turn
from core.db.changes import progressed
from core.db.lease import LEASE_SECONDS, Lease, claim, end, heartbeat, persist, renew, seconds_from_now
from core.db.notify import WORK, notify
from core.db.session import Database
from core.errors import (
    Cancelled,
    DamagedVocals,
    EngineAway,
    MelodyError,
    ModelUnavailable,
    NotFound,
    RecordingRefused,
)
from core.library.models import LibraryEntry
from core.media.outputs import Output
from core.media.produce import Produced, produce
from core.media.shape import Shape
from core.ports import ObjectStore, Separator, StoredObject
from core.tracing import Kind

logger = logging.getLogger(__name__)

IS_OPEN = Rendition.status.in_(OPEN)


@dataclass(frozen=True)
class _Order:
    lease: Lease
    recipe: Recipe
    asset_id: uuid.UUID
    sha256: str
    title: str | None
    artist: str | None
    threads: int
    vocals: str | None
    """SHA-256 of the vocals that were found before."""
    job_id: uuid.UUID
    trace: str | None
    """That of the job."""


@dataclass(frozen=True)
class _Made:
    produced: Produced
    file: StoredObject
    cover: StoredObject | None
    vocals: StoredObject | None
    work_seconds: float | None


class Maker:
    def __init__(
        self,
        database: Database,
        store: ObjectStore,
        conversion: ConversionService,
        engines: Engines,
        work_dir: Path,
        max_song_seconds: int,
        cores: int | None = None,
    ) -> None:
        self._database = database
        self._store = store
        self._conversion = conversion
        self._engines = engines
        self._work_dir = work_dir
        self._max_song_seconds = max_song_seconds
        self._cores = cores or machine.cores()

    async def make_next(self, told: uuid.UUID) -> None:
        """Make what is first in turn, having been told of the job `told`; nothing happens when nothing is
        due."""
        order = await take_in_turn(self._database, due_to_make, told, self._take)
        if order is not None:
            await self._carry_out(order)

    async def make(self, job_id: uuid.UUID) -> None:
        """Make the rendition that this very job waits for; nothing happens when it is not due."""
        order = await self._take(job_id)
        if order is not None:
            await self._carry_out(order)

    async def _carry_out(self, order: _Order) -> None:
        control = LeaseControl()
        try:
            with _traced(order):
                async with heartbeat(lambda: self._beat(order.lease, control), lost=control.cancel):
                    made = await self._work(order, control)
                    await persist(partial(self._record, order, made))
        except Cancelled:
            logger.info("rendition %s is no longer wanted here", order.lease.row_id)
        except RecordingRefused as error:
            await persist(partial(self._give_up_recording, order, error))
        except EngineAway as error:
            await persist(partial(self._without_engine, order, error))
        except ModelUnavailable as error:
            logger.error("no separation model: %s", error.detail)
            await persist(partial(self._give_up_recording, order, error))
        except Exception as error:
            logger.exception("making rendition %s failed (try %d)", order.lease.row_id, order.lease.attempt)
            await persist(partial(self._try_later, order.lease, error))

    # --- claim ----------------------------------------------------------------------------------------

    async def _take(self, job_id: uuid.UUID) -> _Order | None:
        async with self._database.transaction() as session:
            return await self._claim(session, job_id)

    async def _claim(self, session: AsyncSession, job_id: uuid.UUID) -> _Order | None:
        wanted = (
            select(Rendition)
            .join(ConversionJob, ConversionJob.rendition_id == Rendition.id)
            .where(ConversionJob.id == job_id)
        )
        rendition = (await session.execute(wanted)).scalar_one_or_none()
        if rendition is None:
            return None
        rendition_id = rendition.id
        if await one_separation.is_made_elsewhere(session, rendition):
            return None
        lease = await claim(
            session,
            Rendition,
            rendition_id,
            still_open=IS_OPEN,
            seconds=LEASE_SECONDS,
            status="processing",
            progress=0,
            started_at=func.now(),
            dispatched_at=None,
        )
        if lease is None:
            return None
        if lease.attempt > MOST_ATTEMPTS:
            await self._record_failure(session, lease, MelodyError("given up after too many crashes"))
            return None
        await self._conversion.rendition_started(session, rendition_id)
        return await self._order(session, lease, job_id)

    async def _order(self, session: AsyncSession, lease: Lease, job_id: uuid.UUID) -> _Order:
        query = (
            select(
                Rendition.recipe,
                AudioAsset.id,
                AudioAsset.sha256,
                Song.title,
                Song.artist,
                ConversionJob.traceparent,
            )
            .join(AudioAsset, Rendition.asset_id == AudioAsset.id)
            .join(ConversionJob, ConversionJob.rendition_id == Rendition.id)
            .outerjoin(LibraryEntry, ConversionJob.library_id == LibraryEntry.id)
            .outerjoin(Song, LibraryEntry.song_id == Song.id)
            .where(Rendition.id == lease.row_id, ConversionJob.id == job_id)
        )
        recipe, asset_id, sha256, title, artist, trace = (await session.execute(query)).one()
        parsed = Recipe.parse(recipe)
        others = select(func.count()).where(IS_OPEN, ~one_separation.of_same_sound(asset_id, parsed.effort))
        is_alone = (await session.execute(others)).scalar_one() == 0
        threads = self._cores if is_alone else 1
        efforts = self._engines.efforts(parsed) if parsed.separates else []
        vocals = await kept_vocals.find(session, asset_id, *efforts)
        return _Order(lease, parsed, asset_id, sha256, title, artist, threads, vocals, job_id, trace)

    async def _beat(self, lease: Lease, control: LeaseControl) -> bool:
        async with self._database.transaction() as session:
            is_ours = await renew(
                session,
                Rendition,
                lease,
                still_open=IS_OPEN,
                seconds=LEASE_SECONDS,
                progress=control.percent,
            )
            if is_ours:
                progressed(session, lease.row_id, control.percent)
            return is_ours

    # --- work -----------------------------------------------------------------------------------------

    async def _work(self, order: _Order, control: LeaseControl) -> _Made:
        folder = self._work_dir / order.lease.token.hex
        folder.mkdir(parents=True, mode=0o700)
        try:
            async with AsyncExitStack() as stack:
                with tracing.span("read"):
                    source = await stack.enter_async_context(self._store.local_copy(order.sha256, folder))
                    vocals = await self._kept_vocals(stack, order, folder)
                return await self._produce(order, source, vocals, folder, control)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _kept_vocals(self, stack: AsyncExitStack, order: _Order, folder: Path) -> Path | None:
        """The vocals that were found before; None where they have to be found now."""
        if order.vocals is None:
            return None
        try:
            return await stack.enter_async_context(self._store.local_copy(order.vocals, folder))
        except NotFound:
            await self._forget_vocals(order.vocals)
            return None

    async def _forget_vocals(self, sha256: str) -> None:
        async with self._database.transaction() as session:
            await kept_vocals.forget(session, sha256)

    async def _produce(
        self, order: _Order, source: Path, vocals: Path | None, folder: Path, control: LeaseControl
    ) -> _Made:
        began = time.monotonic()
        recipe = order.recipe
        output = Output(
            recipe.stem,
            recipe.format,
            folder / f"out.{recipe.format}",
            guide=recipe.guide / 100,
            shape=Shape(recipe.key, recipe.tempo / 100),
        )
        found = None if vocals is not None or not recipe.separates else folder / "vocals.flac"
        make = partial(
            produce,
            source,
            [output],
            separator=self._separator_of(recipe),
            quality=recipe.quality,
            threads=order.threads,
            max_seconds=self._max_song_seconds,
            work_dir=folder,
            control=control,
            fallback_title=order.title,
            fallback_artist=order.artist or None,
        )
        try:
            with tracing.span("reshape" if found is None else "separate", threads=order.threads):
                produced = await asyncio.to_thread(make, vocals=vocals, keep_vocals=found)
        except DamagedVocals:
            assert order.vocals is not None
            await self._forget_vocals(order.vocals)
            raise
        spent = (time.monotonic() - began) * order.threads / self._cores
        with tracing.span("store"):
            return _Made(
                produced,
                await self._store.put(output.path),
                await self._keep_cover(produced.facts.cover, folder),
                None if found is None else await self._store.put(found),
                None if vocals is not None or recipe.is_reshaped else spent,
            )

    def _separator_of(self, recipe: Recipe) -> Separator:
        """Raises EngineAway where this installation does not have the engine, or not any more."""
        separator = self._engines.of(recipe.engine)
        if separator is None and recipe.separates:
            raise EngineAway(f"there is no engine {recipe.engine} here", lasting=True)
        return separator or self._engines.chosen()

    async def _keep_cover(self, cover: bytes | None, folder: Path) -> StoredObject | None:
        if cover is None:
            return None
        file = folder / "cover.jpg"
        await asyncio.to_thread(file.write_bytes, cover)
        return await self._store.put(file)

    # --- record ---------------------------------------------------------------------------------------

    async def _record(self, order: _Order, made: _Made) -> None:
        async with self._database.transaction() as session:
            recorded = await end(
                session,
                Rendition,
                order.lease,
                still_open=IS_OPEN,
                status="completed",
                progress=100,
                sha256=made.file.sha256,
                size=made.file.size,
                seconds=made.produced.facts.seconds * 100 / order.recipe.tempo,
                work_seconds=made.work_seconds,
                completed_at=func.now(),
            )
            if not recorded:
                raise Cancelled
            await record_facts(session, order.asset_id, made.produced.facts, made.cover)
            if made.vocals is not None:
                await kept_vocals.keep(session, order.asset_id, order.recipe.effort, made.vocals)
            rendition = await session.get_one(Rendition, order.lease.row_id)
            await self._conversion.rendition_finished(session, rendition)

    async def _give_up_recording(self, order: _Order, error: MelodyError) -> None:
        """Nothing can be made of these bytes: tell the askers, keep nothing."""
        async with self._database.transaction() as session:
            if not await self._record_failure(session, order.lease, error):
                return
            unused = await self._conversion.discard_asset(session, order.asset_id)
        if unused:
            await self._store.delete(order.sha256)

    async def _record_failure(self, session: AsyncSession, lease: Lease, error: MelodyError) -> bool:
        ended = await end(
            session,
            Rendition,
            lease,
            still_open=IS_OPEN,
            status="failed",
            error_code=error.code,
            error_params=error.params,
            completed_at=func.now(),
        )
        if ended:
            await self._conversion.rendition_failed(session, lease.row_id, error)
        return ended

    async def _without_engine(self, order: _Order, error: EngineAway) -> None:
        """Another engine steps in where one may; else it is tried later, unless that is of no use."""
        other = self._engines.instead_of(order.recipe.engine)
        if other is not None:
            logger.warning(
                "the engine %s is away (%s): %s steps in", order.recipe.engine, error, other.engine
            )
            async with self._database.transaction() as session:
                if await end(session, Rendition, order.lease, still_open=IS_OPEN, status="cancelled"):
                    rendition = await session.get_one(Rendition, order.lease.row_id)
                    await self._conversion.engine_replaced(session, rendition, other.engine)
            return
        logger.error("the engine %s is away: %s", order.recipe.engine, error)
        if not error.lasting:
            await self._try_later(order.lease, error)
            return
        async with self._database.transaction() as session:
            await self._record_failure(session, order.lease, error)

    async def _try_later(self, lease: Lease, error: Exception) -> None:
        async with self._database.transaction() as session:
            if lease.attempt >= MOST_ATTEMPTS:
                failure = error if isinstance(error, MelodyError) else MelodyError(type(error).__name__)
                await self._record_failure(session, lease, failure)
                return
            later = seconds_from_now(pause_before(lease.attempt))
            await end(session, Rendition, lease, still_open=IS_OPEN, status="queued", not_before=later)
            await notify(session, WORK)


def _traced(order: _Order) -> AbstractContextManager[None]:
    return tracing.span(
        "make",
        kind=Kind.CONSUMER,
        parent=order.trace,
        job=order.job_id,
        rendition=order.lease.row_id,
        engine=order.recipe.engine,
        quality=order.recipe.quality,
        stem=order.recipe.stem,
        tries=order.lease.attempt,
    )
