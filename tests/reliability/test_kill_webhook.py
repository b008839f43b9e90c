"""kill -9 to the gateway while Telegram brings updates to it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.fakes.telegram import TelegramStandIn
from tests.fixtures.studio import studio, telegram_environment
from tests.reliability.house import House
from tests.reliability.songs import song
from tests.reliability.test_repeated_updates import WORDS, check_order

pytestmark = pytest.mark.slow

SECRET = "between-us-and-telegram"
KILLS = 4


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A studio that gets its updates by webhook."""
    with (
        TelegramStandIn() as telegram,
        studio(
            tmp_path_factory.mktemp("studio"),
            MELODY_TELEGRAM_MODE="webhook",
            MELODY_PUBLIC_URL="http://127.0.0.1:9",
            MELODY_TELEGRAM_WEBHOOK_SECRET=SECRET,
            MELODY_RATE_LIMIT_SCALE="4",
            **telegram_environment(telegram),
        ) as running,
    ):
        house = House(running, telegram)
        async with house.ledger, httpx.AsyncClient() as client:
            await telegram.wait_for_async(lambda: telegram.calls("setWebhook"))
            # The studio chose its port only as it started, after it was told its public address.
            form = {"url": f"{running.url}/webhooks/telegram", "secret_token": SECRET}
            await client.post(f"{telegram.url}/bot{telegram.token}/setWebhook", data=form)
            yield house
            assert running.process.poll() is None, "the supervisor gave up"


async def test_gateway_while_updates_arrive(house: House) -> None:
    people = [house.telegram.person(f"Singer {number}") for number in range(4)]
    for number in range(KILLS):
        former = house.alive("api")
        for person in people:
            person.says("la la la")
        house.sends(people[number], 100 + number)
        assert house.kill("api")
        await house.until_back("api", former)
    await house.settle(*people)
    await house.telegram.wait_for_async(lambda: not house.telegram.pending, 60)
    await house.ledger.until("SELECT count(*) = 0 FROM inbox WHERE status <> 'done'")
    await house.ledger.until("SELECT count(*) = 0 FROM deliveries WHERE status = 'pending'")
    await house.assert_once(*people)
    for person in people:
        assert len(person.from_bot) == KILLS + 1


async def test_the_same_update_a_hundred_times_at_once(house: House) -> None:
    asha = house.telegram.person("Asha")
    update = {
        "update_id": 990_000_001,
        "message": {
            "message_id": 1,
            "date": int(time.time()),
            "chat": {"id": asha.id, "type": "private", "first_name": "Asha"},
            "from": {"id": asha.id, "is_bot": False, "first_name": "Asha"},
            "audio": sent_file(house.telegram, song(110)) | {"title": "Kill song 110"},
        },
    }
    house.asked[asha.id].append("Kill song 110")
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(headers=headers, limits=limits, timeout=20) as client:
        url = f"{house.studio.url}/webhooks/telegram"
        answers = await asyncio.gather(*(client.post(url, json=update) for _ in range(100)))
    assert [answer.status_code for answer in answers] == [200] * 100
    await house.settle(asha)
    await house.assert_once(asha)
    assert len(asha.from_bot) == len(house.telegram.calls("sendMessage", asha.id)) == 1
    assert await house.ledger.value("SELECT count(*) FROM inbox WHERE chat = $1", str(asha.id)) == 1


async def test_a_burst_of_one_chat_stays_in_order(house: House) -> None:
    """More than the bot may say within the time it has to itself: the couriers take part."""
    asha, choice = house.telegram.person("Asha"), random.Random(5)
    said = [choice.choice(WORDS) for _ in range(50)]
    for word in said:
        asha.says(word)
    await asha.wait_for_async(lambda chat: sum(message.from_bot for message in chat) >= 50, 60)
    check_order(said, asha)


def sent_file(telegram: TelegramStandIn, data: bytes) -> dict[str, object]:
    with telegram.world.lock:
        file = telegram.world.store_file("audio", data, file_name="110.wav", media_type="audio/x-wav")
        return dict(file.as_json())
