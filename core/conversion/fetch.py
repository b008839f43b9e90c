"""Fetching recordings: from a messenger, the music folder or a source into the store, once, whoever waits."""

from __future__ import annotations

import logging
import shutil
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from core import tracing
from core.catalog.models import Recording
from core.catalog.service import asset_for, lock_recording
from core.conversion.front import due_to_fetch
from core.conversion.retry import MOST_ATTEMPTS, pause_before
from core.conversion.service import ConversionService
from core.conversion.traces import trace_of_recording
from core.conversion.turns import take_in_turn
from core.db.lease import LEASE_SECONDS, Lease, claim, end, heartbeat, renew, seconds_from_now
from core.db.notify import WORK, notify
from core.db.session import Database
from core.errors import (
    ConfigurationError,
    Forbidden,
    MelodyError,
    NotFound,
    RecordingRefused,
    ServiceUnavailable,
)
from core.ports import AudioOrigin, ObjectStore, StoredObject
from core.tracing import Kind

logger = logging.getLogger(__name__)

IS_OPEN = Recording.status == "pending"


class Fetcher:
    def __init__(
        self,
        database: Database,
        store: ObjectStore,
        origins: Mapping[str, AudioOrigin],
        conversion: ConversionService,
        sniff: Callable[[Path], object],
        work_dir: Path,
    ) -> None:
        """`sniff` looks at a file's first bytes and raises RecordingRefused when they are no audio."""
        self._database = database
        self._store = store
        self._origins = origins
        self._conversion = conversion
        self._sniff = sniff
        self._work_dir = work_dir

    async def fetch_next(self, told: uuid.UUID) -> None:
        """Fetch what is first in turn, having been told of the recording `told`; nothing happens when nothing
        is due."""
        taken = await take_in_turn(self._database, due_to_fetch, told, self._take)
        if taken is not None:
            await self._carry_out(*taken)

    async def fetch(self, recording_id: uuid.UUID) -> None:
        """Get this very recording's bytes for the jobs that wait; nothing happens when it is not due."""
        taken = await self._take(recording_id)
        if taken is not None:
            await self._carry_out(*taken)

    async def _take(self, recording_id: uuid.UUID) -> tuple[Lease, Recording] | None:
        async with self._database.transaction() as session:
            lease = await claim(
                session,
                Recording,
                recording_id,
                still_open=IS_OPEN,
                seconds=LEASE_SECONDS,
                dispatched_at=None,
            )
            return None if lease is None else (lease, await session.get_one(Recording, recording_id))

    async def _carry_out(self, lease: Lease, recording: Recording) -> None:
        if lease.attempt > MOST_ATTEMPTS:
            await self._refuse(lease, ServiceUnavailable("given up after too many crashes"))
            return
        trace = await trace_of_recording(self._database.reading, recording.id)
        try:
            with tracing.span(
                "fetch",
                kind=Kind.CONSUMER,
                parent=trace,
                recording=recording.id,
                origin=recording.channel,
                tries=lease.attempt,
            ):
                async with heartbeat(lambda: self._beat(lease), lost=lambda: None):
                    stored = await self._download(lease, recording)
        except (RecordingRefused, NotFound, Forbidden) as error:
            await self._refuse(lease, error)
        except (ServiceUnavailable, ConfigurationError, OSError) as error:
            await self._try_later(lease, error)
        else:
            await self._hand_over(lease, stored)

    async def _beat(self, lease: Lease) -> bool:
        async with self._database.transaction() as session:
            return await renew(session, Recording, lease, still_open=IS_OPEN, seconds=LEASE_SECONDS)

    async def _download(self, lease: Lease, recording: Recording) -> StoredObject:
        """Download beside the store, look at it, then keep it."""
        folder = self._work_dir / lease.token.hex
        folder.mkdir(parents=True, mode=0o700)
        try:
            file = folder / "recording"
            origin = self._origins.get(recording.channel)
            if origin is None:
                raise ConfigurationError(f"{recording.channel} is not configured any more")
            await origin.fetch(recording.file_ref, file, origin.max_bytes)
            self._sniff(file)
            return await self._store.put(file)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    async def _hand_over(self, lease: Lease, stored: StoredObject) -> None:
        async with self._database.transaction() as session:
            recording = await self._end(session, lease)
            if recording is not None:
                asset = await asset_for(session, stored)
                await self._conversion.recording_fetched(session, recording, asset)

    async def _refuse(self, lease: Lease, error: MelodyError) -> None:
        async with self._database.transaction() as session:
            recording = await self._end(session, lease)
            if recording is not None:
                await self._conversion.recording_refused(session, recording, error)

    async def _try_later(self, lease: Lease, error: Exception) -> None:
        logger.warning("a recording could not be fetched (try %d): %s", lease.attempt, type(error).__name__)
        if lease.attempt >= MOST_ATTEMPTS:
            await self._refuse(lease, ServiceUnavailable())
            return
        async with self._database.transaction() as session:
            later = seconds_from_now(pause_before(lease.attempt))
            await end(session, Recording, lease, still_open=IS_OPEN, not_before=later)
            await notify(session, WORK)

    async def _end(self, session: AsyncSession, lease: Lease) -> Recording | None:
        """The recording, locked and given back; None when another process has it by now."""
        recording = await lock_recording(session, lease.row_id)
        return recording if await end(session, Recording, lease, still_open=IS_OPEN) else None
