"""A Telegram channel and the stand-in it talks to, for the contract tests of Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from core.adapters.channels.telegram import TelegramChannel
from core.ports import AudioFormat, AudioMessage
from tests.contract.telegram import SONG, jpeg
from tests.fakes.telegram import Person, TelegramStandIn, require_description


@pytest.fixture
def tg() -> Iterator[TelegramStandIn]:
    require_description()
    with TelegramStandIn() as stand_in:
        yield stand_in
        assert stand_in.violations == []


@pytest.fixture
def asha(tg: TelegramStandIn) -> Person:
    return tg.person("Asha")


@pytest.fixture
async def channel(tg: TelegramStandIn) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(tg.token, tg.url, redis_url=None, rate_scale=100)
    yield channel
    await channel.close()


@pytest.fixture
def audio(tmp_path: Path) -> AudioMessage:
    file = tmp_path / "object"
    file.write_bytes(SONG)
    return AudioMessage(
        title="तुम ही हो (Instrumental)",
        performer="Arijit Singh",
        duration=261.6,
        format=AudioFormat.M4A,
        size=len(SONG),
        file_name='तुम "ही" हो.m4a',
        caption="Made by Melody Studio",
        file=file,
        cover=jpeg(320),
    )
