"""The flood gate: Telegram's limits, kept alone or together through Redis."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core.adapters.channels.telegram import limits
from core.adapters.channels.telegram.limits import FloodGate
from core.embedded import EmbeddedServers

GROUP = "-1002000000001"


@asynccontextmanager
async def gate(redis_url: str | None = None, scale: float = 1.0) -> AsyncIterator[FloodGate]:
    opened = FloodGate(redis_url, "test:telegram", scale)
    try:
        yield opened
    finally:
        await opened.close()


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with EmbeddedServers(tmp_path_factory.mktemp("valkey"), durable=False) as servers:
        yield servers.start_valkey()


@pytest.fixture
def nobody() -> str:
    """The URL of a Redis that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


async def turns(gate: FloodGate, chat: str) -> int:
    """How many messages go through at once."""
    for count in range(100):
        if await gate.wait(chat, 0) is not None:
            return count
    raise AssertionError("no limit at all")


async def test_private_chat_has_a_burst_of_three() -> None:
    async with gate() as alone:
        assert await turns(alone, "1") == 3
        seconds = await alone.wait("1", 0)
        assert seconds is not None
        assert 0 < seconds <= 3 * 1.25
        assert await turns(alone, "2") == 3


async def test_group_has_twenty_a_minute() -> None:
    async with gate() as alone:
        assert await turns(alone, GROUP) == 20
        seconds = await alone.wait(GROUP, 0)
        assert seconds is not None
        assert 30 < seconds <= 60 * 1.25


@pytest.mark.parametrize(("scale", "amount"), [(1.0, 30), (0.1, 3), (2.0, 60)])
async def test_all_chats_together_have_thirty_a_second(
    monkeypatch: pytest.MonkeyPatch, scale: float, amount: int
) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_795_390_000.0)
    async with gate(scale=scale) as alone:
        waits = [await alone.wait(str(chat), 0) for chat in range(1, amount + 2)]
    assert waits[:amount] == [None] * amount
    assert 0 < (waits[amount] or 0) <= 1.25


async def test_scale_multiplies() -> None:
    async with gate(scale=2) as alone:
        assert await turns(alone, "1") == 6


async def test_waits_for_its_turn() -> None:
    async with gate() as alone:
        started = time.monotonic()
        await alone.pause("1", 0.3)
        assert await alone.wait("1", 10) is None
        assert time.monotonic() - started >= 0.3


async def test_one_chats_pause_is_its_own_a_second_chats_is_everybodys() -> None:
    async with gate() as alone:
        await alone.pause("1", 100)
        assert await alone.wait("1", 5) is not None
        assert await alone.wait("2", 5) is None
        await alone.pause("1", 100)
        assert await alone.wait("2", 5) is None
        await alone.pause("2", 100)
        assert await alone.wait("3", 5) is not None


async def test_processes_share_turns_and_pauses(valkey: str) -> None:
    async with gate(valkey) as one, gate(valkey) as other:
        assert await one.wait("11", 0) is None
        assert await turns(other, "11") == 2
        assert await one.wait("11", 0) is not None
        await one.pause("12", 100)
        seconds = await other.wait("12", 5)
        assert seconds is not None
        assert 90 < seconds <= 100 * 1.25
        assert await other.wait("13", 5) is None
        await other.pause("13", 100)
        assert await one.wait("14", 5) is not None


async def test_without_redis_each_keeps_the_limits_alone_and_says_so_once(
    nobody: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with gate(nobody) as alone:
        assert await turns(alone, "1") == 3
        await alone.pause("2", 100)
        assert await alone.wait("2", 5) is not None
    warnings = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warnings) == 1
    assert "limits alone" in warnings[0].getMessage()


async def test_redis_that_comes_back_is_used_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REDIS_AGAIN_AFTER", 0.0)
    caplog.set_level(logging.INFO)
    with EmbeddedServers(tmp_path / "data", durable=False) as servers:
        url = servers.start_valkey()
        async with gate(url) as ours, gate(url) as others:
            assert await ours.wait("21", 0) is None
            servers.stop()
            assert await ours.wait("21", 0) is None
            assert servers.start_valkey() == url
            await others.pause("21", 100)
            assert await ours.wait("21", 5) is not None
    assert [r.levelname for r in caplog.records if r.name == limits.__name__] == ["WARNING", "INFO"]
