"""People take turns at the workers, however many songs each has asked for and whenever they came."""

from __future__ import annotations

import itertools
import random
import uuid
from collections import Counter, deque
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import User
from core.bootstrap import Services
from core.catalog.models import AudioAsset, Recording
from core.conversion.front import due_to_fetch, due_to_make
from core.conversion.models import ConversionJob, Rendition
from core.conversion.queue import queue_in_turn
from core.conversion.turns import take_in_turn
from core.conversion.view import views
from core.db.lease import claim, seconds_from_now
from core.dispatch import TELL_AGAIN_AFTER, take_hints
from tests.integration.desk import RECIPE


class Studio:
    """One worker and one relay, with a broker between that hands messages out in their order."""

    def __init__(self, services: Services) -> None:
        self.database = services.database
        self.messages: deque[uuid.UUID] = deque()
        self._numbers = itertools.count()
        self._owners: dict[uuid.UUID, str] = {}
        self._people: dict[str, uuid.UUID] = {}

    async def asks(self, name: str, songs: int = 1, *, fetched: bool = True) -> list[uuid.UUID]:
        """One after the other, each a song of its own; their jobs."""
        async with self.database.transaction() as session:
            return [await self._ask(session, name, fetched=fetched) for _ in range(songs)]

    async def wants_too(self, name: str, job_id: uuid.UUID) -> None:
        """Somebody wants what another one's job waits for."""
        async with self.database.transaction() as session:
            query = select(ConversionJob.recording_id, ConversionJob.rendition_id)
            row = (await session.execute(query.where(ConversionJob.id == job_id))).one()
            await self._new_job(session, name, row.recording_id, row.rendition_id)

    async def is_told(self) -> None:
        """The relay's turn."""
        async with self.database.transaction() as session:
            self.messages.extend(hint.row for hint in await take_hints(session, []))

    async def makes(self, songs: int) -> list[str]:
        """Whose songs the worker makes next; the relay is quick."""
        made = []
        for _ in range(songs):
            job_id = await self.begins()
            await self.ends(job_id)
            made.append(self._owners[job_id])
        return made

    async def begins(self) -> uuid.UUID:
        """The relay has its turn, then the worker takes a message, and a job."""
        await self.is_told()
        return await self.takes()

    async def takes(self) -> uuid.UUID:
        taken = await take_in_turn(self.database, due_to_make, self.messages.popleft(), self._claimed)
        assert taken is not None
        return taken

    async def ends(self, job_id: uuid.UUID) -> None:
        rendition_id = select(ConversionJob.rendition_id).where(ConversionJob.id == job_id).scalar_subquery()
        done = {"status": "completed", "completed_at": func.now()}
        async with self.database.transaction() as session:
            jobs = update(ConversionJob).where(ConversionJob.rendition_id == rendition_id)
            await session.execute(jobs.values(**done))
            rendition = update(Rendition).where(Rendition.id == rendition_id)
            await session.execute(rendition.values(**done, lease_until=None))

    async def pass_by(self, seconds: float) -> None:
        """So much time, since whatever was told."""
        async with self.database.transaction() as session:
            earlier = Rendition.dispatched_at - timedelta(seconds=seconds)
            await session.execute(update(Rendition).values(dispatched_at=earlier))

    async def was_told_ago(self, job_id: uuid.UUID, seconds: float) -> None:
        rendition_id = select(ConversionJob.rendition_id).where(ConversionJob.id == job_id).scalar_subquery()
        async with self.database.transaction() as session:
            told = update(Rendition).where(Rendition.id == rendition_id)
            await session.execute(told.values(dispatched_at=seconds_from_now(-seconds)))

    async def falls_out(self, chance: random.Random) -> None:
        """Of what waits some is being made, some waits after a failure, and some was made before."""
        async with self.database.transaction() as session:
            for rendition in (await session.execute(select(Rendition).order_by(Rendition.id))).scalars():
                match chance.randrange(6):
                    case 0:
                        rendition.status, rendition.lease_until = "processing", seconds_from_now(60)
                    case 1:
                        rendition.not_before = seconds_from_now(60)
                    case 2:
                        rendition.status = "completed"
                        jobs = update(ConversionJob).where(ConversionJob.rendition_id == rendition.id)
                        ago = timedelta(milliseconds=chance.randrange(200))
                        done = func.clock_timestamp() - ago
                        await session.execute(jobs.values(status="completed", completed_at=done))

    async def wants_of_the_same_sound(self, name: str, job_id: uuid.UUID, tempos: int) -> None:
        """In so many other tempos."""
        async with self.database.transaction() as session:
            query = (
                select(Rendition)
                .join(ConversionJob, ConversionJob.rendition_id == Rendition.id)
                .where(ConversionJob.id == job_id)
            )
            rendition = (await session.execute(query)).scalar_one()
            for tempo in range(71, 71 + tempos):
                recipe = str(replace(RECIPE, tempo=tempo))
                other = Rendition(asset_id=rendition.asset_id, recipe=recipe, seconds=200.0)
                session.add(other)
                await session.flush()
                recording = select(ConversionJob.recording_id).where(ConversionJob.id == job_id)
                recording_id = (await session.execute(recording)).scalar_one()
                await self._new_job(session, name, recording_id, other.id)

    async def _claimed(self, job_id: uuid.UUID) -> uuid.UUID | None:
        async with self.database.transaction() as session:
            row = (await session.execute(select(ConversionJob).filter_by(id=job_id))).scalar_one()
            assert row.rendition_id is not None
            is_open = Rendition.status == "queued"
            lease = await claim(
                session, Rendition, row.rendition_id, still_open=is_open, seconds=60.0, status="processing"
            )
        return None if lease is None else job_id

    async def _ask(self, session: AsyncSession, name: str, *, fetched: bool) -> uuid.UUID:
        number = next(self._numbers)
        recording = Recording(channel="none", unique_ref=str(number), file_ref="-", status="pending")
        session.add(recording)
        rendition = None
        if fetched:
            asset = AudioAsset(sha256=f"{number:064x}", size=1)
            session.add(asset)
            await session.flush()
            recording.status, recording.asset_id = "fetched", asset.id
            rendition = Rendition(asset_id=asset.id, recipe=str(RECIPE), seconds=200.0)
            session.add(rendition)
        await session.flush()
        return await self._new_job(session, name, recording.id, rendition.id if rendition else None)

    async def _new_job(
        self, session: AsyncSession, name: str, recording_id: uuid.UUID | None, rendition_id: uuid.UUID | None
    ) -> uuid.UUID:
        if name not in self._people:
            self._people[name] = uuid.uuid4()
            await session.execute(insert(User).values(id=self._people[name]))
        job = ConversionJob(
            user_id=self._people[name],
            recording_id=recording_id,
            rendition_id=rendition_id,
            recipe=str(RECIPE),
            created_at=func.clock_timestamp(),
        )
        session.add(job)
        await session.flush()
        self._owners[job.id] = name
        return job.id

    async def in_line(self) -> list[str]:
        """Whose songs wait, in the order that people are shown."""
        async with self.database.transaction() as session:
            return [self._owners[item.job_id] for item in await queue_in_turn(session)]


@pytest.fixture
async def studio(services: Services, tmp_path: Path) -> Studio:
    return Studio(services)


async def test_a_first_song_waits_for_the_one_that_is_being_made(studio: Studio) -> None:
    """Of another's fifty, some of which workers were told about before."""
    await studio.asks("asha", 50)
    at_work = await studio.begins()
    (job_id,) = await studio.asks("ravi")
    async with studio.database.transaction() as session:
        assert (await views(session, [job_id]))[job_id].place == 1
    await studio.ends(at_work)
    assert await studio.makes(3) == ["ravi", "asha", "asha"]


async def test_whoever_came_while_another_was_served_is_next(studio: Studio) -> None:
    """Also when the other's songs have all waited for longer."""
    await studio.asks("asha", 5)
    await studio.asks("ravi", 3)
    turns = ["asha", "ravi", "asha", "ravi", "asha", "ravi", "asha", "asha"]
    assert await studio.in_line() == turns
    assert await studio.makes(8) == turns


@pytest.mark.broad
async def test_fifty_people_with_twenty_songs_take_turns(studio: Studio) -> None:
    people = [f"person {number}" for number in range(50)]
    for name in people:
        await studio.asks(name, 20)
    shown = await studio.in_line()
    assert [Counter(shown[turn : turn + 50]) for turn in range(0, 1000, 50)] == [Counter(people)] * 20
    assert await studio.makes(12) == shown[:12]
    await studio.asks("somebody else")
    order = await studio.in_line()
    assert order.index("somebody else") == 50
    assert set(order[:50]) == set(people)


async def test_what_two_wait_for_comes_at_the_earlier_turn(studio: Studio) -> None:
    *_, last = await studio.asks("asha", 10)
    await studio.wants_too("ravi", last)
    assert await studio.in_line() == ["asha", "ravi", *["asha"] * 8]
    await studio.makes(2)
    async with studio.database.transaction() as session:
        assert (await views(session, [last]))[last].status == "completed"


async def test_what_was_there_already_costs_no_turn(studio: Studio) -> None:
    done, *_ = await studio.asks("asha", 2)
    await studio.asks("ravi")
    async with studio.database.transaction() as session:
        at_once = update(ConversionJob).where(ConversionJob.id == done)
        await session.execute(at_once.values(status="completed", completed_at=ConversionJob.created_at))
    assert await studio.in_line() == ["asha", "ravi"]


async def test_one_whose_message_was_spent_on_another_is_told_again(studio: Studio) -> None:
    """A worker hears of a song, but takes one that came later and that nobody was told about yet."""
    await studio.asks("asha", 2)
    await studio.begins()
    (newcomer,) = await studio.asks("ravi")
    (told,) = studio.messages
    assert await studio.takes() == newcomer
    assert not studio.messages
    await studio.is_told()
    assert list(studio.messages) == [told]


async def test_one_whose_message_is_on_its_way_is_not_told_again(studio: Studio) -> None:
    await studio.asks("asha", 2)
    await studio.begins()
    (newcomer,) = await studio.asks("ravi")
    await studio.is_told()
    assert await studio.takes() == newcomer
    await studio.is_told()
    assert list(studio.messages) == [newcomer]
    await studio.begins()
    assert await studio.in_line() == ["asha", "ravi", "asha"]


async def test_one_whose_message_was_spent_on_another_waits_no_longer_than_that_one_would(
    studio: Studio,
) -> None:
    """What was taken had a message too, but that one was lost: its turn to be told again has come."""
    await studio.asks("asha", 2)
    await studio.begins()
    (newcomer,) = await studio.asks("ravi")
    await studio.is_told()
    told, lost = studio.messages
    assert lost == newcomer
    await studio.was_told_ago(newcomer, TELL_AGAIN_AFTER - 1)
    assert await studio.takes() == newcomer
    studio.messages.clear()
    await studio.is_told()
    assert not studio.messages
    await studio.pass_by(1.5)
    await studio.is_told()
    assert list(studio.messages) == [told]


async def test_recordings_are_fetched_in_turn_too(studio: Studio) -> None:
    await studio.asks("asha", 30, fetched=False)
    (job_id,) = await studio.asks("ravi", fetched=False)
    async with studio.database.transaction() as session:
        due = await due_to_fetch(session, 2)
    assert due[1].job_id == job_id


async def test_songs_that_fail_to_come_use_up_turns(studio: Studio) -> None:
    """Else one's files that can't be fetched would all come before another's first."""
    first, *_ = await studio.asks("asha", 5, fetched=False)
    await studio.asks("ravi", fetched=False)
    async with studio.database.transaction() as session:
        failed = update(ConversionJob).where(ConversionJob.id == first)
        await session.execute(failed.values(status="failed", completed_at=func.now()))
    assert (await studio.in_line())[0] == "ravi"


@pytest.mark.parametrize("seed", range(4))
async def test_what_is_next_is_the_front_of_the_line(studio: Studio, seed: int) -> None:
    """However songs stand: being made, waiting after a failure, still to be fetched, wanted by several."""
    chance = random.Random(seed)
    jobs: list[uuid.UUID] = []
    for _ in range(30):
        name = chance.choice(["asha", "ravi", "meera", "lata", "kavi"])
        if jobs and chance.random() < 0.3:
            await studio.wants_too(name, chance.choice(jobs))
        else:
            jobs += await studio.asks(name, fetched=chance.random() < 0.7)
    await studio.falls_out(chance)
    async with studio.database.transaction() as session:
        line = [item for item in await queue_in_turn(session) if item.is_free and not item.waits_for_other]
        to_make, to_fetch = (
            [item for item in line if item.is_fetched is fetched] for fetched in (True, False)
        )
        assert len(to_make) > 3
        assert to_fetch
        for most in (1, 3, 50):
            assert await due_to_make(session, most) == to_make[:most]
            assert await due_to_fetch(session, most) == to_fetch[:most]


async def test_what_waits_for_one_sound_hides_nothing_behind_it(studio: Studio) -> None:
    """However much of it there is: other songs are next while its voice is being found."""
    (first,) = await studio.asks("asha")
    await studio.wants_of_the_same_sound("asha", first, 25)
    (other,) = await studio.asks("asha")
    await studio.is_told()
    assert await studio.takes() == first
    async with studio.database.transaction() as session:
        assert [item.job_id for item in await due_to_make(session, 1)] == [other]
