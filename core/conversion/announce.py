"""What conversion tells the outside: implemented by the outbox, so that both are one transaction."""

from __future__ import annotations

import uuid
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from core.conversion.models import Asker, Batch, ConversionJob, Rendition


class Announcer(Protocol):
    async def open_status(self, session: AsyncSession, asker: Asker, answers: str | None = None) -> uuid.UUID:
        """Put a message into the asker's chat that shows how the job stands, from now to its end; `answers`
        is the message it replies to."""

    async def open_batch(self, session: AsyncSession, batch: Batch, answers: str | None = None) -> None:
        """The same for all songs of a batch: one message for all."""

    async def batch_grew(self, session: AsyncSession, batch: Batch) -> None:
        """One more song belongs to the batch: its message has to show it."""

    async def audio_ready(self, session: AsyncSession, asker: Asker, rendition: Rendition) -> None:
        """Bring the finished audio to the asker, once."""

    async def job_over(self, session: AsyncSession, job: ConversionJob) -> None:
        """What somebody waited for is done, or failed: tell them where they are not looking."""

    async def status_reopened(self, session: AsyncSession, job: ConversionJob, askers: list[Asker]) -> None:
        """The job failed, and is wanted again: whoever waits sees how it stands from now on, and how it
        ends."""

    async def status_changed(self, session: AsyncSession, job: ConversionJob, askers: list[Asker]) -> None:
        """The job failed or was cancelled: whoever waits must see it."""
