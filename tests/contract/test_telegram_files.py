"""Files that people sent on Telegram, fetched."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.adapters.channels.telegram import TelegramChannel
from core.errors import NotFound, ServiceUnavailable, TooLarge
from tests.contract.telegram import SONG
from tests.fakes.telegram import Limits, Person, TelegramStandIn

pytestmark = pytest.mark.broad


class TestFetch:
    async def test_bytes_arrive(self, channel: TelegramChannel, asha: Person, tmp_path: Path) -> None:
        update = asha.sends("voice", SONG)
        into = tmp_path / "voice"
        await channel.fetch(update["message"]["voice"]["file_id"], into, len(SONG))
        assert into.read_bytes() == SONG

    async def test_too_big_for_telegram(self, asha: Person, tmp_path: Path) -> None:
        with TelegramStandIn(limits=Limits(download_bytes=1000)) as tg:
            update = tg.person().sends("audio", b"x" * 1001)
            channel = TelegramChannel(tg.token, tg.url, redis_url=None)
            try:
                with pytest.raises(TooLarge) as raised:
                    await channel.fetch(update["message"]["audio"]["file_id"], tmp_path / "a", 10_000)
            finally:
                await channel.close()
        assert raised.value.params == {"limit_mb": 20}

    @pytest.mark.parametrize("hides_size", [False, True])
    async def test_more_than_we_take(
        self, channel: TelegramChannel, asha: Person, tmp_path: Path, hides_size: bool
    ) -> None:
        update = asha.sends("audio", b"x" * 2_000_001, hides_size=hides_size)
        with pytest.raises(TooLarge) as raised:
            await channel.fetch(update["message"]["audio"]["file_id"], tmp_path / "a", 2_000_000)
        assert raised.value.params == {"limit_mb": 2}
        assert list(tmp_path.iterdir()) == []

    async def test_unknown_file(self, channel: TelegramChannel, tmp_path: Path) -> None:
        with pytest.raises(NotFound):
            await channel.fetch("nonsense", tmp_path / "a", 1000)

    async def test_expired_address(
        self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person, tmp_path: Path
    ) -> None:
        update = asha.sends("audio", SONG)
        tg.goes_wrong("download", status=404, description="Not Found")
        with pytest.raises(NotFound):
            await channel.fetch(update["message"]["audio"]["file_id"], tmp_path / "a", 1_000_000)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("fault", [{"reset": True}, {"status": 502}, {"status": 429, "retry_after": 3}])
    @pytest.mark.parametrize("method", ["getFile", "download"])
    async def test_network(
        self,
        tg: TelegramStandIn,
        channel: TelegramChannel,
        asha: Person,
        tmp_path: Path,
        method: str,
        fault: dict[str, int],
    ) -> None:
        update = asha.sends("audio", SONG)
        tg.goes_wrong(method, **fault)
        with pytest.raises(ServiceUnavailable):
            await channel.fetch(update["message"]["audio"]["file_id"], tmp_path / "a", 1_000_000)
        assert list(tmp_path.iterdir()) == []
