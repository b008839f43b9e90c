"""What goes wrong with a send on Telegram, and what is known after it."""

from __future__ import annotations

import asyncio
import logging
import socket
from pathlib import Path

import pytest

from core.adapters.channels.telegram import TelegramChannel
from core.errors import ConfigurationError, ServiceUnavailable
from core.ports import AudioMessage, Outcome, Reply, SendResult
from tests.contract.telegram import HELLO, SONG, chat_of, only, sent_text
from tests.fakes.telegram import Flood, Person, TelegramStandIn

pytestmark = pytest.mark.broad


class TestWhatGoesWrong:
    async def test_blocked(self, channel: TelegramChannel, asha: Person) -> None:
        asha.blocks()
        result = await channel.send_text(chat_of(asha), HELLO)
        assert result == SendResult(Outcome.REFUSED, blocked=True, error="blocked")
        asha.unblocks()
        await sent_text(channel, asha)

    async def test_thrown_out_of_a_group_blames_nobody(
        self, tg: TelegramStandIn, channel: TelegramChannel
    ) -> None:
        group = tg.group()
        assert (await channel.send_text(str(group), HELLO)).outcome is Outcome.SENT
        tg.leave(group)
        result = await channel.send_text(str(group), HELLO)
        assert result == SendResult(Outcome.REFUSED, blocked=False, error="blocked")

    async def test_unknown_chat(self, channel: TelegramChannel) -> None:
        result = await channel.send_text("99", HELLO)
        assert result == SendResult(Outcome.REFUSED, error="chat-not-found")

    async def test_lost_answer_is_uncertain_and_not_repeated(
        self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person
    ) -> None:
        tg.goes_wrong("sendMessage", reset=True, takes_effect=True)
        result = await channel.send_text(chat_of(asha), HELLO)
        assert result.outcome is Outcome.UNCERTAIN
        assert len(asha.chat) == len(tg.calls("sendMessage")) == 1

    async def test_lost_answer_to_an_edit_can_be_repeated(
        self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person, audio: AudioMessage
    ) -> None:
        ref = await sent_text(channel, asha)
        tg.goes_wrong("editMessageMedia", reset=True, takes_effect=True)
        lost = await channel.send_audio(chat_of(asha), audio, ref)
        assert lost.outcome is Outcome.UNCERTAIN
        again = await channel.send_audio(chat_of(asha), audio, ref)
        assert (again.outcome, again.message_ref) == (Outcome.SENT, ref)
        assert only(asha.chat).audio is not None

    @pytest.mark.parametrize("status", [500, 502, 504])
    @pytest.mark.parametrize("body", [None, b"<html>Bad Gateway</html>"])
    async def test_failing_server_is_uncertain(
        self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person, status: int, body: bytes | None
    ) -> None:
        tg.goes_wrong("sendMessage", status=status, body=body, description="Internal Server Error")
        result = await channel.send_text(chat_of(asha), HELLO)
        assert result == SendResult(Outcome.UNCERTAIN, error="no-answer: ServerFailed")

    async def test_nobody_there_means_not_sent(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        channel = TelegramChannel("1:x", f"http://127.0.0.1:{port}", redis_url=None)
        try:
            result = await channel.send_text("1", HELLO)
            assert result == SendResult(Outcome.RETRY, error="unreachable")
            with pytest.raises(ServiceUnavailable):
                await channel.check()
            with pytest.raises(ServiceUnavailable):
                await channel.get_updates(None, 0)
        finally:
            await channel.close()

    async def test_too_fast(self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person) -> None:
        tg.goes_wrong(
            "sendMessage", status=429, retry_after=77, description="Too Many Requests: retry after 77"
        )
        result = await channel.send_text(chat_of(asha), HELLO)
        assert result == SendResult(Outcome.RETRY, retry_after=77, error="flood")
        # Nothing more goes there until the time has passed; elsewhere it does.
        result = await channel.send_text(chat_of(asha), HELLO)
        assert (result.outcome, result.error) == (Outcome.RETRY, "rate-limit")
        assert 70 < (result.retry_after or 0) < 77 * 1.25
        await sent_text(channel, tg.person("Ravi"))
        assert len(tg.calls("sendMessage", asha.id)) == 1

    async def test_a_flood_of_messages_keeps_within_telegrams_limits(
        self, tg: TelegramStandIn, asha: Person
    ) -> None:
        tg.limit_flood(Flood())
        channel = TelegramChannel(tg.token, tg.url, redis_url=None)
        try:
            results = await asyncio.gather(
                *(channel.send_text(chat_of(asha), Reply(str(number))) for number in range(5))
            )
        finally:
            await channel.close()
        assert {result.outcome for result in results} == {Outcome.SENT}
        assert {message.text for message in asha.chat} == {"0", "1", "2", "3", "4"}

    async def test_wrong_token(self, tg: TelegramStandIn, asha: Person) -> None:
        channel = TelegramChannel("666:wrong", tg.url, redis_url=None)
        try:
            result = await channel.send_text(chat_of(asha), HELLO)
            assert result == SendResult(Outcome.RETRY, error="wrong-token")
            for call in (channel.check(), channel.get_updates(None, 0)):
                with pytest.raises(ConfigurationError, match="MELODY_TELEGRAM_TOKEN") as raised:
                    await call
                assert "wrong" not in str(raised.value)
        finally:
            await channel.close()

    async def test_token_never_reaches_a_log(
        self,
        tg: TelegramStandIn,
        channel: TelegramChannel,
        asha: Person,
        tmp_path: Path,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        await sent_text(channel, asha)
        update = asha.sends("audio", SONG)
        await channel.fetch(update["message"]["audio"]["file_id"], tmp_path / "a", 1_000_000)
        await channel.get_updates(None, 0)
        tg.goes_wrong("*", times=9, reset=True)
        result = await channel.send_text(chat_of(asha), HELLO)
        with pytest.raises(ServiceUnavailable) as raised:
            await channel.get_updates(None, 0)
        assert "/bot[hidden]/getUpdates" in caplog.text
        secret = tg.token.partition(":")[2]
        assert secret not in caplog.text + str(result) + repr(raised.value) + str(raised.getrepr())
