"""A Bot API server of one's own: larger files both ways, where it runs with --local and only there.

https://github.com/tdlib/telegram-bot-api#usage
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core.adapters.channels.telegram import TelegramChannel
from core.errors import NotFound, ServiceUnavailable, TooLarge
from core.ports import AudioFormat, AudioMessage, Outcome
from tests.contract.telegram import SONG
from tests.fakes.telegram import Limits, TelegramStandIn

pytestmark = pytest.mark.broad

MEBIBYTE = 1024 * 1024
GIGABYTE = 1_000_000_000


@asynccontextmanager
async def channel_to(stand_in: TelegramStandIn) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(stand_in.token, stand_in.url, redis_url=None)
    try:
        yield channel
    finally:
        await channel.close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[TelegramStandIn]:
    """A server that runs with --local, on this machine."""
    disk = tmp_path / "telegram-bot-api"
    disk.mkdir()
    with TelegramStandIn(
        limits=Limits(download_bytes=1000, upload_bytes=2 * GIGABYTE, disk=disk)
    ) as stand_in:
        yield stand_in
        assert stand_in.violations == []


async def test_its_limits_are_learnt(own: TelegramStandIn) -> None:
    async with channel_to(own) as channel:
        assert channel.capabilities.max_fetch_bytes == 20 * MEBIBYTE
        await channel.learn_limits()
        assert channel.capabilities.max_fetch_bytes == 2 * GIGABYTE
        assert channel.capabilities.max_audio_bytes == 2 * GIGABYTE


async def test_its_files_are_read_from_its_disk(own: TelegramStandIn, tmp_path: Path) -> None:
    update = own.person().sends("audio", SONG, file_name="jai ho.m4a")
    into = tmp_path / "recording"
    async with channel_to(own) as channel:  # a courier, which has learnt nothing before
        assert channel.capabilities.perhaps_fetch_bytes == 2 * GIGABYTE
        await channel.fetch(update["message"]["audio"]["file_id"], into, 2 * GIGABYTE)
    assert into.read_bytes() == SONG
    assert own.calls("download") == []


async def test_what_is_more_than_we_take_and_what_is_not_there(own: TelegramStandIn, tmp_path: Path) -> None:
    file_id = own.person().sends("audio", SONG, hides_size=True)["message"]["audio"]["file_id"]
    disk, into = own.world.limits.disk, tmp_path / "recording"
    assert disk is not None
    async with channel_to(own) as channel:
        with pytest.raises(TooLarge):
            await channel.fetch(file_id, into, len(SONG) - 1)
        disk.joinpath("music").rename(disk / "elsewhere")
        disk.joinpath("music").write_bytes(b"no folder")
        with pytest.raises((ServiceUnavailable, NotFound)):
            await channel.fetch(file_id, into, 2 * GIGABYTE)
    assert not into.exists()


async def test_a_disk_that_is_not_ours_to_read(own: TelegramStandIn, tmp_path: Path) -> None:
    """The server runs in a container, and its folder is not shared."""
    file = own.file(own.person().sends("audio", SONG)["message"]["audio"]["file_id"])
    own.goes_wrong(
        "getFile",
        status=200,
        body=f'{{"ok": true, "result": {{"file_id": "{file.file_id}", "file_unique_id": "1", '
        f'"file_path": "{tmp_path}/not/here.m4a"}}}}',
    )
    async with channel_to(own) as channel:
        with pytest.raises(ServiceUnavailable, match="can't be read here"):
            await channel.fetch(file.file_id, tmp_path / "recording", 2 * GIGABYTE)


async def test_larger_audio_is_sent_where_it_is_taken(own: TelegramStandIn, tmp_path: Path) -> None:
    """A courier finds out when it has something larger; what the file holds is the stand-in's concern."""
    file = tmp_path / "long.m4a"
    file.write_bytes(SONG)
    audio = AudioMessage("Long", None, 7000.0, AudioFormat.M4A, 50_000_001, "long.m4a", None, file=file)
    asha = own.person()
    async with channel_to(own) as channel:
        own.goes_wrong("getForumTopicIconStickers", status=502)
        assert (await channel.send_audio(str(asha.id), audio, None)).outcome is Outcome.RETRY
        assert (await channel.send_audio(str(asha.id), audio, None)).outcome is Outcome.SENT
    assert len(own.calls("sendAudio")) == 1


async def test_without_local_it_is_as_telegrams_own(tmp_path: Path) -> None:
    with TelegramStandIn(limits=Limits(download_bytes=1000)) as stand_in:
        async with channel_to(stand_in) as channel:
            await channel.learn_limits()
            assert channel.capabilities.max_fetch_bytes == 20 * MEBIBYTE
            update = stand_in.person().sends("audio", SONG)
            with pytest.raises(TooLarge) as raised:
                await channel.fetch(update["message"]["audio"]["file_id"], tmp_path / "a", 2 * GIGABYTE)
        assert raised.value.params == {"limit_mb": 20}


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 404, "description": "Not Found"},
        {"status": 400, "description": "Bad Request: no"},
        {"status": 200, "body": '{"ok": true, "result": []}'},
        {"status": 200, "body": '{"ok": true, "result": true}'},
        {"status": 200, "body": '{"ok": true, "result": [{"file_id": "1"}]}'},
    ],
)
async def test_a_server_that_does_not_tell_has_the_usual_limits(answer: dict[str, object]) -> None:
    with TelegramStandIn() as stand_in:
        stand_in.goes_wrong("getForumTopicIconStickers", **answer)
        async with channel_to(stand_in) as channel:
            await channel.learn_limits()
            assert channel.capabilities.max_fetch_bytes == 20 * MEBIBYTE


async def test_a_server_that_is_away_is_asked_again(own: TelegramStandIn) -> None:
    own.goes_wrong("getFile", status=502)
    async with channel_to(own) as channel:
        with pytest.raises(ServiceUnavailable):
            await channel.learn_limits()
        await channel.learn_limits()
        assert channel.capabilities.max_fetch_bytes == 2 * GIGABYTE


async def test_of_telegrams_own_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    channel = TelegramChannel("1:x", "https://api.telegram.org", redis_url=None)
    try:
        await channel.learn_limits()  # a request would fail the test: there is no network
        assert channel.capabilities.max_audio_bytes == 50_000_000
        assert channel.capabilities.perhaps_fetch_bytes is None
    finally:
        await channel.close()
