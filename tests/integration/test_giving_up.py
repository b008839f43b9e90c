"""What fails or kills its process again and again is given up in the end, and those who wait are told."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from core.catalog.models import Recording
from core.chat.texts import texts_in
from core.conversion.models import ConversionJob, Rendition
from core.conversion.retry import MOST_ATTEMPTS
from core.db.base import Base
from core.db.lease import seconds_from_now
from core.delivery.models import Delivery
from core.dispatch import take_hints
from tests.fakes.telegram import Person
from tests.integration.desk import Desk


async def killed(desk: Desk, model: type[Base], times: int) -> None:
    """As many processes have died while they held the row."""
    leases = {"lease_token": "00000000-0000-0000-0000-000000000001", "lease_until": seconds_from_now(-1)}
    async with desk.database.transaction() as session:
        await session.execute(update(model).values(attempts=times, **leases))


async def the(desk: Desk, model: type[Base]) -> object:
    async with desk.database.transaction() as session:
        return (await session.execute(select(model))).scalar_one()


async def test_a_song_that_kills_its_worker(desk: Desk, asha: Person) -> None:
    asked = await desk.asks(asha)
    await desk.fetched(b"not a sound")
    await killed(desk, Rendition, MOST_ATTEMPTS)
    await desk.services.maker.make(asked.job_id)
    job, rendition = await the(desk, ConversionJob), await the(desk, Rendition)
    assert isinstance(job, ConversionJob)
    assert isinstance(rendition, Rendition)
    assert (job.status, job.error_code, rendition.status) == ("failed", "internal", "failed")
    await desk.deliver(await desk.status(asha))
    assert texts_in("en").say("error-internal") in (asha.chat[-1].text or "")
    assert not asha.chat[-1].labels  # there is nothing left to cancel
    async with desk.database.transaction() as session:
        assert await take_hints(session, ["telegram"]) == []


async def test_a_file_that_kills_its_courier(desk: Desk, asha: Person) -> None:
    await desk.asks(asha)
    await killed(desk, Recording, MOST_ATTEMPTS)
    recording = await the(desk, Recording)
    assert isinstance(recording, Recording)
    await desk.services.fetcher.fetch(recording.id)
    job, recording = await the(desk, ConversionJob), await the(desk, Recording)
    assert isinstance(job, ConversionJob)
    assert isinstance(recording, Recording)
    assert (job.status, job.error_code, recording.status) == ("failed", "unavailable", "refused")


@pytest.mark.parametrize(("hours", "outcome"), [(1, "sent"), (25, "uncertain")])
async def test_an_audio_that_kills_its_courier(desk: Desk, asha: Person, hours: int, outcome: str) -> None:
    """For a day it is tried; whether it arrived then nobody knows."""
    await desk.asks(asha)
    await desk.deliver(await desk.status(asha))
    await desk.made()
    audio = await desk.audio(asha)
    await killed(desk, Delivery, 100)
    async with desk.database.transaction() as session:
        await session.execute(update(Delivery).values(created_at=seconds_from_now(-hours * 3600)))
    assert (await desk.deliver(audio)).status == outcome
