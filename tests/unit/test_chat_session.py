"""What a chat was about: kept in Redis, and no reason to fail when it is lost."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from core.chat.messages import Incoming
from core.chat.session import ChatSessions, Searched

ASHA = Incoming("telegram", "+919800000000", "7")
SONG = uuid.UUID("8ee1a3f0-61f1-4b21-9d93-0f6b0c8f5a51")


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(redis_url)
    yield client
    await client.aclose()


async def test_a_search_is_found_by_its_token_and_as_the_last(redis: Redis) -> None:
    sessions = ChatSessions(redis)
    first = Searched("tum hi ho").showing([SONG], 0, 5, counts_on=True)
    second = Searched("रागा").showing([SONG], 5, None, counts_on=True)
    assert second.rows == {6: SONG}
    assert await sessions.keep(ASHA, first)
    assert await sessions.keep(ASHA, second)
    assert await sessions.find(ASHA, first.token) == first
    assert await sessions.find(ASHA, second.token) == second
    assert await sessions.last(ASHA) == second


async def test_it_belongs_to_the_chat_and_the_last_one_to_the_person(redis: Redis) -> None:
    sessions = ChatSessions(redis)
    searched = Searched("tum hi ho")
    await sessions.keep(ASHA, searched)
    in_the_same_chat = Incoming(ASHA.channel, ASHA.chat, "8")
    elsewhere = Incoming(ASHA.channel, "other", ASHA.person)
    assert await sessions.find(in_the_same_chat, searched.token) == searched
    assert await sessions.last(in_the_same_chat) is None
    assert await sessions.find(elsewhere, searched.token) is None
    assert await sessions.last(elsewhere) is None


async def test_it_does_not_stay_for_ever_and_names_nobody(redis: Redis) -> None:
    await ChatSessions(redis).keep(ASHA, Searched("tum hi ho"))
    keys = [key.decode() async for key in redis.scan_iter()]
    assert len(keys) == 2
    assert [await redis.ttl(key) > 0 for key in keys] == [True, True]
    assert not any("9800000000" in key for key in keys)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "no json",
        "[]",
        "{}",
        '{"query": "x", "rows": [], "next_offset": 1}',
        '{"query": "x", "rows": {"1": "y"}}',
    ],
)
async def test_what_another_version_wrote_is_forgotten(redis: Redis, written: str) -> None:
    sessions = ChatSessions(redis)
    searched = Searched("tum hi ho")
    await sessions.keep(ASHA, searched)
    async for key in redis.scan_iter():
        if not key.endswith(b":last"):
            await redis.set(key, written)
    assert await sessions.find(ASHA, searched.token) is None
    assert await sessions.last(ASHA) is None


async def test_without_redis_nothing_is_kept_and_nothing_fails() -> None:
    async with Redis.from_url("redis://127.0.0.1:1/0") as nowhere:
        sessions = ChatSessions(nowhere)
        assert not await sessions.keep(ASHA, Searched("tum hi ho"))
        assert await sessions.find(ASHA, "token") is None
        assert await sessions.last(ASHA) is None
