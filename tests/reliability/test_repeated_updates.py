"""Telegram brings updates twice, all at once, and in bursts: each has one effect, in its chat's order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from api.main import create_app
from bot.answering import Answering
from core.bootstrap import Services, build
from core.config import Settings
from tests.fakes.telegram import Person, TelegramStandIn
from tests.reliability.songs import song

SECRET = "between-us-and-telegram"
BOTS = 3
"""Processes that answer side by side."""
WORDS = ("/start", "/help", "/quality", "la la la")


@pytest.fixture
def tg() -> Iterator[TelegramStandIn]:
    with TelegramStandIn() as stand_in:
        yield stand_in
    assert stand_in.violations == []


@pytest.fixture
def settings(settings: Settings, tg: TelegramStandIn) -> Settings:
    return settings.model_copy(
        update={
            "telegram_token": SecretStr(tg.token),
            "telegram_api_url": tg.url,
            "telegram_webhook_secret": SecretStr(SECRET),
            "rate_limit_scale": 100.0,
        }
    )


@pytest.fixture
async def gateway(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """Telegram's side of the webhook."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    transport = httpx.ASGITransport(create_app(services))
    async with httpx.AsyncClient(transport=transport, base_url="http://melody", headers=headers) as client:
        yield client


@asynccontextmanager
async def bots(settings: Settings) -> AsyncIterator[list[Answering]]:
    """As many as there may be processes, each with services of its own."""
    async with AsyncExitStack() as stack:
        answering = []
        for _ in range(BOTS):
            services = build(settings)
            stack.push_async_callback(services.close)
            answering.append(await stack.enter_async_context(Answering(services)))
        yield answering


async def bring(gateway: httpx.AsyncClient, update: dict[str, Any]) -> int:
    return (await gateway.post("/webhooks/telegram", json=update)).status_code


async def answered(services: Services, *answering: Answering) -> None:
    """Until the bots have nothing left to do or to say."""
    left = text(
        "SELECT (SELECT count(*) FROM inbox WHERE status = 'pending')"
        " + (SELECT count(*) FROM deliveries WHERE status = 'pending')"
    )
    async with asyncio.timeout(60):
        while True:
            await asyncio.gather(*(bot.answer_all() for bot in answering))
            async with services.database.transaction() as session:
                if (await session.execute(left)).scalar_one() == 0:
                    return
            await asyncio.sleep(0.05)


async def counts(services: Services, *tables: str) -> list[int]:
    async with services.database.transaction() as session:
        return [
            (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() for table in tables
        ]


async def test_the_same_update_a_hundred_times_at_once(
    tg: TelegramStandIn, services: Services, settings: Settings, gateway: httpx.AsyncClient
) -> None:
    asha = tg.person("Asha")
    update = asha.sends("audio", song(1), title="Once", duration=5)
    async with bots(settings) as answering:
        statuses = await asyncio.gather(
            *(bring(gateway, update) for _ in range(100)), answered(services, answering[0])
        )
        await answered(services, *answering)
    assert statuses[:-1] == [200] * 100
    tables = ("inbox", "users", "recordings", "conversion_jobs", "conversion_askers", "deliveries")
    assert await counts(services, *tables) == [1] * len(tables)
    assert len(asha.from_bot) == len(tg.calls("sendMessage")) == 1


@pytest.mark.broad
async def test_a_burst_of_one_chat_stays_in_order(
    tg: TelegramStandIn, services: Services, settings: Settings, gateway: httpx.AsyncClient
) -> None:
    """However many bots answer, and although every update comes twice."""
    asha, choice = tg.person("Asha"), random.Random(5)
    said = [choice.choice(WORDS) for _ in range(50)]
    updates = [asha.says(word) for word in said]
    async with bots(settings) as answering:

        async def burst() -> None:
            for update in updates:
                assert [await bring(gateway, update), await bring(gateway, update)] == [200, 200]

        await asyncio.gather(burst(), *(answered(services, bot) for bot in answering))
        await answered(services, *answering)
    check_order(said, asha)
    assert await counts(services, "inbox") == [50]


@pytest.mark.broad
async def test_bursts_of_many_chats_do_not_mix(
    tg: TelegramStandIn, services: Services, settings: Settings, gateway: httpx.AsyncClient
) -> None:
    people, choice = [tg.person(f"Singer {number}") for number in range(8)], random.Random(6)
    said = {person.id: [choice.choice(WORDS) for _ in range(6)] for person in people}

    async def burst(person: Person) -> None:
        for word in said[person.id]:
            assert await bring(gateway, person.says(word)) == 200

    async with bots(settings) as answering:
        await asyncio.gather(*map(burst, people), *(answered(services, bot) for bot in answering))
        await answered(services, *answering)
    assert await counts(services, "inbox", "users") == [48, 8]
    for person in people:
        assert len(person.from_bot) == 6
    check_order([word for person in people for word in said[person.id]], *people)


def check_order(said: list[str], *people: Person) -> None:
    """The nth answer is the one to the nth word: each word has one answer, and each answer one word."""
    answers = [message.text for person in people for message in person.from_bot]
    assert len(answers) == len(said)
    pairs = set(zip(said, answers, strict=True))
    assert len(pairs) == len({word for word, _ in pairs}) == len({answer for _, answer in pairs}) > 2
