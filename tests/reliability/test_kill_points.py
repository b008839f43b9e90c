"""kill -9 at the worst moments, each picked from outside: by holding an answer of Telegram back, by a lock on
a row, by reading how far the work is. Afterwards every song has arrived, once.
"""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
import redis

from tests.fakes.telegram import Fault, Person, TelegramStandIn
from tests.fixtures.studio import studio, telegram_environment
from tests.reliability.house import House

pytestmark = pytest.mark.slow

LONG = 120.0
"""Seconds of a song whose making shows progress before it is done."""
IS_UNDER_WAY = "r.status = 'processing' AND r.progress BETWEEN 1 AND 90"


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One studio for all moments: each test has people and songs of its own."""
    with (
        TelegramStandIn() as telegram,
        studio(
            tmp_path_factory.mktemp("studio"),
            MELODY_RATE_LIMIT_SCALE="100",
            **telegram_environment(telegram),
        ) as running,
    ):
        house = House(running, telegram)
        async with house.ledger:
            yield house
            assert running.process.poll() is None, "the supervisor gave up"


async def met(house: House, fault: Fault) -> None:
    await house.telegram.wait_for_async(lambda: fault.arrived > 0, 30)


def never_happens(fault: Fault) -> None:
    """What is held now is refused when it is let go, instead of taking effect late."""
    fault.status, fault.description = 503, "Service Unavailable"


# --- the bot ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arrived", [True, False])
async def test_bot_while_its_answer_is_on_the_way(house: House, arrived: bool) -> None:
    asha = house.telegram.person("Asha")
    with house.telegram.holding("sendMessage", takes_effect=arrived) as fault:
        house.sends(asha, 10 + arrived)
        await met(house, fault)
        assert house.kill("bot")
        if not arrived:
            never_happens(fault)
    await house.settle(asha)
    await house.assert_once(asha)
    assert len(asha.from_bot) == 1 + arrived  # one answer may be left that nobody knows the number of
    assert await states(house, asha, "status") == ["uncertain", "sent"]


async def test_bot_before_it_looked(house: House) -> None:
    asha = house.telegram.person("Asha")
    [bot] = house.alive("bot")
    lock = "BEGIN; LOCK TABLE channel_identities IN EXCLUSIVE MODE"
    async with _meanwhile(house, lock):  # the bot can't get beyond who is speaking
        house.sends(asha, 13)
        await house.until_stored(asha)
        await _until_somebody_waits(house)
        assert house.kill("bot")
    await house.until_back("bot", [bot])
    await house.settle(asha)
    await house.assert_once(asha)
    assert len(asha.from_bot) == 1


# --- the courier ------------------------------------------------------------------------------------------


async def test_courier_while_it_fetches(house: House) -> None:
    asha = house.telegram.person("Asha")
    with house.telegram.holding("download") as fault:
        house.sends(asha, 20)
        await met(house, fault)
        assert house.kill("courier")
    await house.settle(asha)
    await house.assert_once(asha)
    assert len(asha.from_bot) == 1


@pytest.mark.parametrize("arrived", [True, False])
async def test_courier_while_the_audio_is_on_the_way(house: House, arrived: bool) -> None:
    asha = house.telegram.person("Asha")
    with house.telegram.holding("editMessageMedia", takes_effect=arrived) as fault:
        house.sends(asha, 30 + arrived)
        await met(house, fault)
        assert house.kill("courier")
        if not arrived:
            never_happens(fault)
    await house.settle(asha)
    await house.assert_once(asha)
    assert len(asha.from_bot) == 1


async def test_an_edit_that_arrives_after_its_repetition(house: House) -> None:
    """The first try hangs in the net, the second comes through, then the first does: still one audio."""
    asha = house.telegram.person("Asha")
    fault = house.telegram.goes_wrong("editMessageMedia", held=True)
    house.sends(asha, 35)
    await met(house, fault)
    assert house.kill("courier")
    await house.settle(asha)
    with house.telegram.world.lock:
        fault.held = False
        house.telegram.world.changed()
    await asha.wait_for_async(lambda chat: len(house.telegram.calls("editMessageMedia", asha.id)) == 2)
    await house.assert_once(asha)


# --- the worker -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["everybody", "children"])
async def test_worker_in_the_middle_of_a_song(house: House, who: str) -> None:
    asha, ravi = house.telegram.person("Asha"), house.telegram.person("Ravi")
    number = 40 + (who == "children")
    house.sends(asha, number, LONG)
    house.sends(ravi, number, LONG)
    await house.until_rendition(asha, IS_UNDER_WAY)
    assert house.kill("worker") if who == "everybody" else house.kill_children("worker")
    await house.settle(asha, ravi)
    await house.assert_once(asha, ravi)
    query = "SELECT count(*) FROM renditions r JOIN conversion_jobs j ON j.rendition_id = r.id"
    query += " JOIN conversion_askers a ON a.job_id = j.id WHERE a.chat = ANY($1) AND r.attempts >= 2"
    assert await house.ledger.value(query, [str(asha.id), str(ravi.id)]) == 2


# --- the relay and the broker -----------------------------------------------------------------------------


async def test_relay_with_work_that_nobody_was_told_of(house: House) -> None:
    people = [house.telegram.person(name) for name in ("Asha", "Ravi", "Mina")]
    [relay] = house.alive("relay")
    os.kill(relay, signal.SIGSTOP)
    for number, person in enumerate(people):
        house.sends(person, 50 + number)
    for person in people:
        await house.ledger.until(
            "SELECT r.dispatched_at IS NULL AND r.status = 'pending' FROM recordings r"
            " JOIN conversion_jobs j ON j.recording_id = r.id JOIN conversion_askers a ON a.job_id = j.id"
            " WHERE a.chat = $1",
            str(person.id),
        )
    assert house.kill("relay")
    await house.settle(*people)
    await house.assert_once(*people)


async def test_broker_killed_and_emptied_with_songs_running_and_waiting(house: House) -> None:
    people = [house.telegram.person(f"Singer {number}") for number in range(5)]
    for number, person in enumerate(people):
        house.sends(person, 60 + number, 60.0)
    await house.until_rendition(people[0], IS_UNDER_WAY)
    await house.until_rendition(people[4], "r.status = 'queued'")
    assert house.studio.instance.redis_url is not None
    with redis.Redis.from_url(house.studio.instance.redis_url) as broker:
        broker.flushall()
        assert house.kill("valkey")
    await house.settle(*people, patience=90)
    await house.assert_once(*people)


# --- the database -----------------------------------------------------------------------------------------


async def test_database_in_the_middle_of_a_song(house: House) -> None:
    asha = house.telegram.person("Asha")
    house.sends(asha, 70, LONG)
    await house.until_rendition(asha, IS_UNDER_WAY)
    assert house.kill("postgres")
    await house.settle(asha)
    await house.assert_once(asha)
    assert await makings(house, asha) == 1  # the work itself went on


async def test_database_while_a_song_is_recorded_as_finished(house: House) -> None:
    asha = house.telegram.person("Asha")
    house.sends(asha, 71, LONG)
    await house.until_rendition(asha, IS_UNDER_WAY)
    async with _meanwhile(
        house,
        "BEGIN",
        "SELECT 1 FROM conversion_jobs j JOIN conversion_askers a ON a.job_id = j.id"
        f" WHERE a.chat = '{asha.id}' FOR UPDATE OF j",
    ):
        await _until_somebody_waits(house)  # the finish, in the middle of its transaction
        assert house.kill("postgres")
    await house.settle(asha)
    await house.assert_once(asha)
    assert await makings(house, asha) == 1


async def test_database_while_an_answer_and_an_audio_are_on_the_way(house: House) -> None:
    """What Telegram said is known to us: it is recorded when the database is back, not forgotten."""
    asha, ravi = house.telegram.person("Asha"), house.telegram.person("Ravi")
    for method, person, number in (("sendMessage", asha, 72), ("editMessageMedia", ravi, 73)):
        with house.telegram.holding(method) as fault:
            house.sends(person, number)
            await met(house, fault)
            assert house.kill("postgres")
        await house.settle(person)
        await house.assert_once(person)
        assert await states(house, person, "status") == ["sent"]
        assert len(person.from_bot) == 1


# --- the tools --------------------------------------------------------------------------------------------


@asynccontextmanager
async def _meanwhile(house: House, *statements: str) -> AsyncIterator[None]:
    """While a transaction of the test's own has run these statements."""
    connection = await asyncpg.connect(house.studio.instance.database_url)
    try:
        for statement in statements:
            await connection.execute(statement)
        yield
    finally:
        connection.terminate()


async def _until_somebody_waits(house: House) -> None:
    await house.ledger.until("SELECT count(*) FROM pg_locks WHERE NOT granted")


async def states(house: House, person: Person, kind: str) -> list[str]:
    query = "SELECT status FROM deliveries WHERE chat = $1 AND kind = $2 ORDER BY number"
    return [row["status"] for row in await house.ledger.rows(query, str(person.id), kind)]


async def makings(house: House, person: Person) -> int:
    """How often a worker began the person's song."""
    query = "SELECT max(r.attempts) FROM renditions r JOIN conversion_jobs j ON j.rendition_id = r.id"
    query += " JOIN conversion_askers a ON a.job_id = j.id WHERE a.chat = $1"
    return int(await house.ledger.value(query, str(person.id)))
