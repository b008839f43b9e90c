"""Leases on real rows: one holder at a time, and a holder that was given up can change nothing any more."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from core.bootstrap import Services
from core.catalog.models import Recording
from core.db.lease import Lease, claim, end, heartbeat, persist, renew, seconds_from_now
from core.db.session import Database

IS_OPEN = Recording.status == "pending"
LONG, OVER = 60.0, -1.0
"""Seconds of a lease that lasts, and of one that has run out already."""


@pytest.fixture
def database(services: Services) -> Database:
    return services.database


@pytest.fixture
async def row(database: Database) -> uuid.UUID:
    """A row that waits to be worked on."""
    recording = Recording(id=uuid.uuid4(), channel="telegram", unique_ref="AgAD1", file_ref="CQAC1")
    async with database.transaction() as session:
        session.add(recording)
    return recording.id


async def take(database: Database, row: uuid.UUID, seconds: float = LONG, **values: Any) -> Lease | None:
    async with database.transaction() as session:
        return await claim(session, Recording, row, still_open=IS_OPEN, seconds=seconds, **values)


async def taken(database: Database, row: uuid.UUID, seconds: float = LONG) -> Lease:
    lease = await take(database, row, seconds)
    assert lease is not None
    return lease


async def kept(database: Database, lease: Lease, **values: Any) -> bool:
    async with database.transaction() as session:
        return await renew(session, Recording, lease, still_open=IS_OPEN, seconds=LONG, **values)


async def ended(database: Database, lease: Lease, **values: Any) -> bool:
    async with database.transaction() as session:
        return await end(session, Recording, lease, still_open=IS_OPEN, **values)


async def change(database: Database, row: uuid.UUID, **values: Any) -> None:
    async with database.transaction() as session:
        await session.execute(update(Recording).where(Recording.id == row).values(**values))


async def state(database: Database, row: uuid.UUID) -> Recording:
    async with database.transaction() as session:
        return await session.get_one(Recording, row)


class TestClaiming:
    async def test_a_held_row_is_nobody_elses(self, database: Database, row: uuid.UUID) -> None:
        first = await taken(database, row)
        assert (first.row_id, first.attempt) == (row, 1)
        assert await take(database, row) is None
        assert (await state(database, row)).attempts == 1

    async def test_of_many_at_once_one_wins(self, database: Database, row: uuid.UUID) -> None:
        claims = await asyncio.gather(*(take(database, row) for _ in range(8)))
        [winner] = [lease for lease in claims if lease is not None]
        found = await state(database, row)
        assert (found.lease_token, found.attempts) == (winner.token, 1)

    async def test_a_lease_that_ran_out_can_be_taken(self, database: Database, row: uuid.UUID) -> None:
        dead = await taken(database, row, OVER)
        heir = await taken(database, row)
        assert heir.token != dead.token
        assert heir.attempt == 2

    async def test_what_is_closed_or_not_due_is_left_alone(self, database: Database, row: uuid.UUID) -> None:
        await change(database, row, not_before=seconds_from_now(LONG))
        assert await take(database, row) is None
        await change(database, row, not_before=seconds_from_now(OVER), status="fetched")
        assert await take(database, row) is None
        await change(database, row, status="pending")
        assert await take(database, row) is not None

    async def test_values_are_set_with_the_claim(self, database: Database, row: uuid.UUID) -> None:
        await change(database, row, dispatched_at=func.now())
        await take(database, row, dispatched_at=None, title="Taken")
        found = await state(database, row)
        assert (found.dispatched_at, found.title) == (None, "Taken")

    async def test_a_row_that_is_not_there(self, database: Database) -> None:
        assert await take(database, uuid.uuid4()) is None


class TestHolding:
    async def test_renewing_keeps_the_row(self, database: Database, row: uuid.UUID) -> None:
        lease = await taken(database, row, OVER)
        assert await kept(database, lease, title="Half way")
        assert await take(database, row) is None  # the lease that had run out is good again
        assert (await state(database, row)).title == "Half way"

    async def test_ending_gives_the_row_back_with_its_result(
        self, database: Database, row: uuid.UUID
    ) -> None:
        lease = await taken(database, row)
        assert await ended(database, lease, status="fetched")
        found = await state(database, row)
        assert (found.status, found.lease_token, found.lease_until) == ("fetched", None, None)
        assert not await ended(database, lease, status="pending")

    async def test_who_was_given_up_changes_nothing(self, database: Database, row: uuid.UUID) -> None:
        dead = await taken(database, row, OVER)
        heir = await taken(database, row)
        before = await state(database, row)
        assert not await kept(database, dead, title="A ghost's")
        assert not await ended(database, dead, status="refused", title="A ghost's")
        after = await state(database, row)
        assert (after.status, after.title) == ("pending", None)
        assert (after.lease_token, after.lease_until) == (heir.token, before.lease_until)
        assert await ended(database, heir, status="fetched")

    async def test_work_that_is_no_longer_wanted(self, database: Database, row: uuid.UUID) -> None:
        lease = await taken(database, row)
        await change(database, row, status="refused")
        assert not await kept(database, lease)
        assert not await ended(database, lease, status="fetched")
        assert (await state(database, row)).status == "refused"

    async def test_ending_at_the_same_time_as_an_heir_claims(
        self, database: Database, row: uuid.UUID
    ) -> None:
        """Whoever is first decides; never do both succeed."""
        for _ in range(10):
            await change(
                database, row, status="pending", lease_token=None, lease_until=None, title=None, attempts=0
            )
            late = await taken(database, row, OVER)
            finished, heir = await asyncio.gather(
                ended(database, late, status="fetched", title="Late"), take(database, row)
            )
            assert finished != (heir is not None)
            assert (await state(database, row)).title == ("Late" if finished else None)


class TestHeartbeat:
    async def test_it_beats_until_the_work_is_done(self) -> None:
        beats, beaten = 0, asyncio.Event()

        async def beat() -> bool:
            nonlocal beats
            beats += 1
            beaten.set()
            return True

        async with asyncio.timeout(10), heartbeat(beat, lost=lambda: pytest.fail("not lost")):
            await beaten.wait()
        done = beats
        await asyncio.sleep(0)
        assert beats == done >= 1

    async def test_a_lost_lease_is_told_once(self) -> None:
        lost: list[bool] = []
        told = asyncio.Event()

        async def beat() -> bool:
            return False

        def lose() -> None:
            lost.append(True)
            told.set()

        async with asyncio.timeout(10), heartbeat(beat, lose):
            await told.wait()
        assert lost == [True]

    @pytest.mark.broad
    async def test_a_database_that_is_away_ends_nothing(self) -> None:
        answers = iter([OSError("gone"), TimeoutError(), True])
        back = asyncio.Event()

        async def beat() -> bool:
            answer = next(answers)
            if isinstance(answer, Exception):
                raise answer
            back.set()
            return answer

        async with asyncio.timeout(20), heartbeat(beat, lost=lambda: pytest.fail("not lost")):
            await back.wait()

    async def test_the_works_own_error_comes_through(self) -> None:
        async def beat() -> bool:
            return True

        with pytest.raises(LookupError):
            async with heartbeat(beat, lost=lambda: None):
                raise LookupError


class TestPersisting:
    async def test_a_database_that_is_just_starting_is_waited_for(self) -> None:
        answers = iter([DBAPIError(None, None, Exception("not yet accepting connections")), None])

        async def record() -> None:
            if (error := next(answers)) is not None:
                raise error

        async with asyncio.timeout(20):
            await persist(record)
        assert next(answers, "all used") == "all used"

    async def test_what_the_database_refuses_is_not_repeated(self) -> None:
        tries = 0

        async def record() -> None:
            nonlocal tries
            tries += 1
            raise IntegrityError(None, None, Exception("duplicate key"))

        with pytest.raises(IntegrityError):
            await persist(record)
        assert tries == 1


async def test_two_sessions_see_one_clock(database: Database, row: uuid.UUID) -> None:
    """The end of a lease is reckoned by the database's clock, whatever the machines' clocks say."""
    lease = await taken(database, row)
    query = select(Recording.lease_until - func.now()).where(Recording.id == lease.row_id)
    async with database.transaction() as session:
        left = (await session.execute(query)).scalar_one()
    assert 0 < left.total_seconds() <= LONG
