"""Asking for renditions, joining those who already ask, cancelling, and what the workers report back.

A job is what one person asked for; a rendition is made once for all jobs that want it. Locks are taken in one
order everywhere: recording, then rendition, then jobs.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import ChannelIdentity
from core.catalog.models import AudioAsset, Recording
from core.catalog.service import discard_asset, likely_seconds, lock_recording, song_of
from core.conversion.announce import Announcer
from core.conversion.jobs import (
    abandon_unwanted,
    askers_of,
    join_job,
    keep_within_bounds,
    lock_job,
    lock_rendition,
    new_job,
    open_job,
    open_jobs_for,
    open_jobs_of,
    twin_of,
)
from core.conversion.models import OPEN, Asker, Batch, BatchSong, ConversionJob, Rendition
from core.conversion.quota import admit, charge, costs_nothing, limit_of, refund
from core.conversion.recipe import Recipe
from core.conversion.view import view
from core.db.changes import Change, changed
from core.db.notify import WORK, notify
from core.errors import MelodyError, NotFound
from core.library.service import entry_of, set_instrumental_status
from core.ports import Stem

MOST_OPEN_JOBS = 25
"""Of one person; the bound of the queue that each can fill from chats."""
MOST_OPEN_OF_LIBRARY = 100
"""The same from the library, where songs are asked for by the page, each with its voice perhaps."""


OTHER_ENGINE = "other-engine"


class Asking(StrEnum):
    """What asking led to."""

    STARTED = "started"
    JOINED = "joined"
    """This chat waits for the same audio already."""


@dataclass(frozen=True)
class Asked:
    job_id: uuid.UUID
    outcome: Asking


class ConversionService:
    """All methods work inside the caller's transaction."""

    def __init__(self, announcer: Announcer, songs_a_day: int | None = None) -> None:
        """`songs_a_day`: how many each person may have made in 24 hours, who was not given another number;
        None: as many as they like."""
        self._announcer = announcer
        self.songs_a_day = songs_a_day

    async def ask(
        self,
        session: AsyncSession,
        identity: ChannelIdentity,
        chat: str,
        recording: Recording,
        recipe: Recipe,
        *,
        answers: str | None = None,
        batch: Batch | None = None,
    ) -> Asked:
        """Want a rendition of a recording that this transaction has locked. Its status is a message that
        replies to the message `answers`, or a line in that of the `batch`. Raises TooBusy,
        QuotaUsed, AccountBlocked."""
        job = await open_job(session, identity.user_id, recording, recipe)
        if job is None:
            job = await self._begin(session, identity.user_id, recording, recipe, MOST_OPEN_JOBS)
        asker = await join_job(session, job, identity, chat)
        if asker is None:
            return Asked(job.id, Asking.JOINED)
        await self._attach_if_fetched(session, job, recording)
        if batch is None:
            asker.status_id = await self._announcer.open_status(session, asker, answers)
        else:
            asker.batch_id = batch.id
            session.add(BatchSong(batch_id=batch.id, job_id=job.id))
            await session.flush()
        if job.status == "completed":
            await self._announce_ready(session, job, [asker])
        elif job.estimated_time is None:
            job.estimated_time = round((await view(session, job.id)).seconds_left)
        await notify(session, WORK)
        return Asked(job.id, Asking.STARTED)

    async def ask_for_library(
        self,
        session: AsyncSession,
        user_id: uuid.UUID,
        song_id: uuid.UUID,
        recording: Recording,
        recipe: Recipe,
    ) -> Asked:
        """The same without a chat: what is made of the person's song is found in their library, where the
        song shows at once how it stands. Raises TooBusy, QuotaUsed, AccountBlocked."""
        job = await open_job(session, user_id, recording, recipe)
        if job is not None:
            return Asked(job.id, Asking.JOINED)
        job = await self._begin(session, user_id, recording, recipe, MOST_OPEN_OF_LIBRARY)
        job.library_id = (await entry_of(session, user_id, song_id)).id
        await self._attach_if_fetched(session, job, recording)
        if job.status != "completed":
            if job.rendition_id is None:
                await self._show(session, job, "pending")
            await session.flush()
            job.estimated_time = round((await view(session, job.id)).seconds_left)
        await notify(session, WORK)
        return Asked(job.id, Asking.STARTED)

    async def cancel(self, session: AsyncSession, user_id: uuid.UUID, job_id: uuid.UUID) -> bool:
        """The person no longer wants the job; False when it is over already. Raises NotFound."""
        query = select(ConversionJob.rendition_id, ConversionJob.user_id).where(ConversionJob.id == job_id)
        row = (await session.execute(query)).one_or_none()
        if row is None or row.user_id != user_id:
            raise NotFound(f"no job {job_id} of this person")
        if row.rendition_id is not None:
            await lock_rendition(session, row.rendition_id)
        job = await lock_job(session, job_id)
        if job.status not in OPEN:
            return False
        job.status, job.completed_at = "cancelled", func.now()
        if job.started_at is None:
            await refund(session, [job.id])
        await session.flush()
        await self._show(session, job, "none")
        if job.rendition_id is not None:
            await abandon_unwanted(session, job.rendition_id)
        await self._announcer.status_changed(session, job, await askers_of(session, job.id))
        return True

    async def begin_anew(self, session: AsyncSession, job_id: uuid.UUID) -> bool:
        """A job that failed, and has its recording, is wanted again by whoever waited for it; it costs nobody
        anything. False where somebody was faster."""
        query = select(ConversionJob.recording_id).where(ConversionJob.id == job_id)
        recording_id = (await session.execute(query)).scalar_one_or_none()
        if recording_id is None:
            return False
        recording = await lock_recording(session, recording_id)
        job = await lock_job(session, job_id)
        if job.status != "failed":
            return False
        if recording.asset_id is None and recording.status != "pending":
            recording.status, recording.attempts = "pending", 0
            recording.not_before = recording.dispatched_at = None
        job.status, job.progress, job.rendition_id = "queued", 0, None
        job.started_at = job.completed_at = job.note = None
        job.error_code, job.error_message, job.error_params = None, None, {}
        await session.flush()
        askers = await askers_of(session, job.id)
        await self._announcer.status_reopened(session, job, askers)
        await self._show(session, job, "pending")
        await self._attach_if_fetched(session, job, recording)
        if job.status == "completed":
            await self._announce_ready(session, job, askers)
            await self._announcer.job_over(session, job)
        await notify(session, WORK)
        return True

    async def recording_fetched(self, session: AsyncSession, recording: Recording, asset: AudioAsset) -> None:
        """The bytes are here: every job that waited for them gets its rendition, or its audio at once."""
        recording.asset_id, recording.status = asset.id, "fetched"
        for job in await open_jobs_of(session, recording):
            await self._attach(session, job, asset, recording)
            if job.status == "completed":
                await self._announce_ready(session, job, await askers_of(session, job.id))
                await self._announcer.job_over(session, job)
        await notify(session, WORK)

    async def recording_refused(
        self, session: AsyncSession, recording: Recording, error: MelodyError
    ) -> None:
        """The bytes can't be had or used: whoever waits for them is told why."""
        recording.status = "refused"
        await self._fail_jobs(session, await open_jobs_of(session, recording), error)

    async def rendition_finished(self, session: AsyncSession, rendition: Rendition) -> None:
        """The file is stored: every open job of the rendition is done, every asker gets one audio."""
        for job in await open_jobs_for(session, rendition.id):
            self._complete(job, rendition)
            await session.flush()
            await self._show(session, job, "completed")
            await self._announce_ready(session, job, await askers_of(session, job.id))
            await self._announcer.job_over(session, job)
        await notify(session, WORK)

    async def engine_replaced(self, session: AsyncSession, rendition: Rendition, engine: str) -> None:
        """The rendition's engine is away: whoever waits for it gets what `engine` makes, and is told so."""
        for job in await open_jobs_for(session, rendition.id):
            recipe = str(replace(Recipe.parse(rendition.recipe), engine=engine))
            other = await self._rendition(session, rendition.asset_id, rendition.seconds, recipe)
            job.note = OTHER_ENGINE
            twin = await twin_of(session, job, other.id)
            if twin is not None:
                await self._merge(session, job, into=twin)
                continue
            job.recipe, job.rendition_id, job.status = recipe, other.id, "queued"
            if other.status == "completed":
                self._complete(job, other)
            await session.flush()
            await self._show(session, job, "completed" if job.status == "completed" else "pending")
            if job.status == "completed":
                await self._announce_ready(session, job, await askers_of(session, job.id))
                await self._announcer.job_over(session, job)
        await notify(session, WORK)

    async def rendition_failed(
        self, session: AsyncSession, rendition_id: uuid.UUID, error: MelodyError
    ) -> None:
        """It can't be made: every asker is told why."""
        await self._fail_jobs(session, await open_jobs_for(session, rendition_id), error)

    async def discard_asset(self, session: AsyncSession, asset_id: uuid.UUID) -> bool:
        """Forget an asset that can't be used; True when its bytes may go too."""
        renditions = select(Rendition.id).where(Rendition.asset_id == asset_id)
        wanted = select(Rendition.id).where(
            Rendition.asset_id == asset_id, Rendition.status.in_((*OPEN, "completed"))
        )
        if (await session.execute(wanted.limit(1))).scalar_one_or_none() is not None:
            return False
        await session.execute(
            update(ConversionJob)
            .where(ConversionJob.rendition_id.in_(renditions))
            .values(rendition_id=None, library_id=None, original_audio_url=None)
        )
        await session.execute(delete(Rendition).where(Rendition.asset_id == asset_id))
        await discard_asset(session, asset_id)
        return True

    async def rendition_started(self, session: AsyncSession, rendition_id: uuid.UUID) -> None:
        """A worker took it: the jobs that want it are processing."""
        for job in await open_jobs_for(session, rendition_id):
            job.status = "processing"
            job.started_at = job.started_at or func.now()
            await self._show(session, job, "processing")

    async def _fail_jobs(self, session: AsyncSession, jobs: list[ConversionJob], error: MelodyError) -> None:
        await refund(session, [job.id for job in jobs])
        for job in jobs:
            job.status, job.completed_at = "failed", func.now()
            job.error_code, job.error_params, job.error_message = error.code, error.params, error.code
            await session.flush()
            await self._show(session, job, "failed")
            await self._announcer.status_changed(session, job, await askers_of(session, job.id))
            await self._announcer.job_over(session, job)
        await notify(session, WORK)

    async def _show(self, session: AsyncSession, job: ConversionJob, status: str) -> None:
        """On the person's screens, and in the library: how the newest instrumental of the song stands."""
        changed(session, Change.JOBS, job.user_id)
        if job.library_id is None or Recipe.parse(job.recipe).stem is not Stem.INSTRUMENTAL:
            return
        url = job.instrumental_audio_url if status == "completed" else None
        await set_instrumental_status(session, [job.library_id], status, url)
        changed(session, Change.LIBRARY, job.user_id)

    async def _begin(
        self, session: AsyncSession, user_id: uuid.UUID, recording: Recording, recipe: Recipe, most: int
    ) -> ConversionJob:
        """A new job, where the person may have one."""
        given = await admit(session, user_id)
        await keep_within_bounds(session, user_id, most)
        job_id = uuid.uuid4()
        await charge(session, user_id, job_id, recording, recipe, limit_of(given, self.songs_a_day))
        return await new_job(session, job_id, user_id, recording, recipe)

    # --- renditions -----------------------------------------------------------------------------------

    async def _attach_if_fetched(
        self, session: AsyncSession, job: ConversionJob, recording: Recording
    ) -> None:
        if recording.asset_id is not None and job.rendition_id is None:
            asset = await session.get_one(AudioAsset, recording.asset_id)
            await self._attach(session, job, asset, recording)

    async def _attach(
        self, session: AsyncSession, job: ConversionJob, asset: AudioAsset, recording: Recording
    ) -> None:
        """Give the job its place in the person's library and the rendition it waits for."""
        song = await song_of(session, asset, recording)
        library_id = job.library_id or (await entry_of(session, job.user_id, song.id)).id
        seconds = asset.seconds or likely_seconds(recording)
        rendition = await self._rendition(session, asset.id, seconds, job.recipe)
        twin = await twin_of(session, job, rendition.id)
        if twin is not None:
            await self._merge(session, job, into=twin)
            return
        job.library_id, job.rendition_id = library_id, rendition.id
        job.original_audio_url = f"sha256:{asset.sha256}"
        if await costs_nothing(session, asset.id, Recipe.parse(job.recipe)):
            await refund(session, [job.id])
        if rendition.status == "completed":
            self._complete(job, rendition)
            await self._show(session, job, "completed")
        else:
            if rendition.status == "processing":
                job.status, job.started_at = "processing", func.now()
            await self._show(session, job, "pending" if rendition.status == "queued" else "processing")
        await session.flush()

    async def _rendition(
        self, session: AsyncSession, asset_id: uuid.UUID, seconds: float | None, recipe: str
    ) -> Rendition:
        """The rendition of asset and recipe, locked; one that failed or was given up is queued again."""
        statement = insert(Rendition).values(
            id=uuid.uuid4(),
            asset_id=asset_id,
            recipe=recipe,
            seconds=seconds,
        )
        await session.execute(statement.on_conflict_do_nothing(index_elements=["asset_id", "recipe"]))
        query = (
            select(Rendition)
            .where(Rendition.asset_id == asset_id, Rendition.recipe == recipe)
            .with_for_update()
        )
        rendition = (await session.execute(query, execution_options={"populate_existing": True})).scalar_one()
        if rendition.status in {"failed", "cancelled"}:
            rendition.status, rendition.progress, rendition.attempts = "queued", 0, 0
            rendition.queued_at, rendition.not_before, rendition.dispatched_at = func.now(), None, None
            rendition.lease_token = rendition.lease_until = None
            rendition.error_code, rendition.error_params = None, {}
            await session.flush()
            await session.refresh(rendition)
        return rendition

    async def _merge(self, session: AsyncSession, job: ConversionJob, into: ConversionJob) -> None:
        """One audio for one person: the later job ends, its chats wait for the earlier one."""
        waiting = {(asker.channel, asker.chat) for asker in await askers_of(session, into.id)}
        left = []
        for asker in await askers_of(session, job.id):
            if (asker.channel, asker.chat) in waiting:
                left.append(asker)
            else:
                asker.job_id = into.id
                await self._show_in_batch(session, asker, instead_of=job.id)
        job.status, job.completed_at = "cancelled", func.now()
        job.error_code = "already-making"
        await refund(session, [job.id])
        await session.flush()
        changed(session, Change.JOBS, job.user_id)
        await self._announcer.status_changed(session, job, left)

    async def _show_in_batch(self, session: AsyncSession, asker: Asker, instead_of: uuid.UUID) -> None:
        await session.execute(
            update(BatchSong)
            .where(BatchSong.batch_id == asker.batch_id, BatchSong.job_id == instead_of)
            .values(job_id=asker.job_id)
        )

    def _complete(self, job: ConversionJob, rendition: Rendition) -> None:
        job.status, job.progress = "completed", 100
        job.started_at = job.started_at or rendition.started_at
        job.completed_at = func.now()
        job.instrumental_audio_url = f"sha256:{rendition.sha256}"

    async def _announce_ready(self, session: AsyncSession, job: ConversionJob, askers: list[Asker]) -> None:
        assert job.rendition_id is not None
        rendition = await session.get_one(Rendition, job.rendition_id)
        for asker in askers:
            await self._announcer.audio_ready(session, asker, rendition)
