"""The same song asked for twice at nearly the same time is separated once, whatever each wants of it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from core.bootstrap import build
from core.config import Settings
from core.conversion.models import ConversionJob, Rendition
from core.conversion.queue import queue_in_turn
from core.conversion.recipe import Recipe
from core.db.lease import seconds_from_now
from core.dispatch import Hint, take_hints
from core.ports import AudioFormat, Quality, Stem
from tests.conversation import songs
from tests.conversation.studio import PassThrough
from tests.fakes.telegram import Person, TelegramStandIn
from tests.integration.desk import Desk

MUSIC = Recipe("pass-through.1", Quality.BEST, Stem.INSTRUMENTAL, AudioFormat.M4A)
VOICE = Recipe("pass-through.1", Quality.BEST, Stem.VOCALS, AudioFormat.M4A)
MP3 = Recipe("pass-through.1", Quality.BEST, Stem.INSTRUMENTAL, AudioFormat.MP3)
OTHER_KEY = Recipe("pass-through.1", Quality.BEST, Stem.INSTRUMENTAL, AudioFormat.M4A, key=2)
FAST = Recipe("pass-through.1", Quality.FAST, Stem.INSTRUMENTAL, AudioFormat.M4A)


@pytest.fixture
def separator() -> PassThrough:
    return PassThrough()


@pytest.fixture
async def desk(
    settings: Settings, telegram: TelegramStandIn, separator: PassThrough, tmp_path: Path
) -> AsyncIterator[Desk]:
    there = {"telegram_token": SecretStr(telegram.token), "telegram_api_url": telegram.url}
    services = build(settings.model_copy(update=there), separator=separator)
    yield Desk(services, tmp_path)
    separator.release()
    await services.close()


async def told(desk: Desk) -> list[uuid.UUID]:
    """The jobs that the relay tells workers about now."""
    async with desk.database.transaction() as session:
        hints: list[Hint] = await take_hints(session, desk.services.pushed_channels)
    return [hint.row for hint in hints if hint.task == "conversion.run"]


async def all_made(desk: Desk) -> None:
    """Relay and workers go on until nothing is left to do."""
    while jobs := await told(desk):
        await asyncio.gather(*map(desk.services.maker.make, jobs))


async def test_what_is_asked_at_the_same_time_is_separated_once(
    desk: Desk, asha: Person, telegram: TelegramStandIn, separator: PassThrough
) -> None:
    """Both stems, and somebody else's other format: workers take all of them at the same moment."""
    ravi = telegram.person("Ravi")
    asked = [await desk.asks(asha, recipe=MUSIC), await desk.asks(asha, recipe=VOICE)]
    jobs = [one.job_id for one in [*asked, await desk.asks(ravi, recipe=MP3)]]
    await desk.fetched(songs.m4a(seconds=3))
    await asyncio.gather(*(desk.services.maker.make(job_id) for job_id in jobs))
    assert len(separator.made) == 1
    await all_made(desk)
    async with desk.database.transaction() as session:
        done = (await session.execute(select(ConversionJob.status))).scalars().all()
    assert done == ["completed"] * 3
    assert len(separator.made) == 1


@pytest.mark.broad
async def test_while_it_is_separated_nobody_is_told_of_the_others(
    desk: Desk, asha: Person, separator: PassThrough
) -> None:
    first = (await desk.asks(asha, recipe=MUSIC)).job_id
    await desk.fetched(songs.m4a(seconds=3))
    separator.hold()
    working = asyncio.create_task(desk.services.maker.make(first))
    assert await asyncio.to_thread(separator.running.wait, 20.0)
    other = (await desk.asks(asha, recipe=OTHER_KEY)).job_id
    fast = (await desk.asks(asha, recipe=FAST)).job_id
    assert await told(desk) == [fast]
    await desk.services.maker.make(other)  # a hint from before it began
    async with desk.database.transaction() as session:
        waiting = {item.job_id: item for item in await queue_in_turn(session)}
    assert (waiting[other].waits_for_other, waiting[other].is_separated) == (True, True)
    assert not waiting[fast].waits_for_other
    separator.release()
    await working
    assert await told(desk) == [other]
    await desk.services.maker.make(other)
    assert separator.made == [Quality.BEST]


async def test_a_separation_that_died_keeps_nobody_waiting(
    desk: Desk, asha: Person, separator: PassThrough
) -> None:
    first = (await desk.asks(asha, recipe=MUSIC)).job_id
    other = (await desk.asks(asha, recipe=OTHER_KEY)).job_id
    await desk.fetched(songs.m4a(seconds=3))
    dead = {"status": "processing", "lease_token": uuid.uuid4(), "lease_until": seconds_from_now(-1)}
    async with desk.database.transaction() as session:
        query = select(ConversionJob.rendition_id).where(ConversionJob.id == first)
        rendition_id = (await session.execute(query)).scalar_one()
        await session.execute(update(Rendition).where(Rendition.id == rendition_id).values(**dead))
    await desk.services.maker.make(other)
    assert separator.made == [Quality.BEST]
    await all_made(desk)
    assert separator.made == [Quality.BEST]
