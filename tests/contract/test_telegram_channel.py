"""TelegramChannel against the stand-in: every case of a send, and only requests the Bot API describes."""

from __future__ import annotations

import asyncio
import io
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from core.adapters.channels.telegram import TelegramChannel
from core.errors import ConfigurationError, NotFound, ServiceUnavailable, TooLarge
from core.ports import AudioFormat, AudioMessage, Button, Outcome, Reply, SendResult
from tests.fakes.telegram import ChatMessage, Flood, Limits, Person, TelegramStandIn, require_description

SONG = b"an m4a, as far as anybody here looks" * 4096
HELLO = Reply("Hello", ((Button("Cancel", "cancel:1"), Button("More", "more:1")), (Button("Help", "help"),)))
PLAIN = Reply("Working")


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


def jpeg(side: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(buffer, "JPEG")
    return buffer.getvalue()


def only(chat: list[ChatMessage]) -> ChatMessage:
    assert len(chat) == 1
    return chat[0]


def chat_of(person: Person) -> str:
    return str(person.id)


async def sent_text(channel: TelegramChannel, person: Person, reply: Reply = HELLO) -> str:
    result = await channel.send_text(chat_of(person), reply)
    assert result.outcome is Outcome.SENT
    assert result.message_ref is not None
    return result.message_ref


class TestText:
    async def test_arrives_with_its_buttons(self, channel: TelegramChannel, asha: Person) -> None:
        ref = await sent_text(channel, asha)
        message = only(asha.chat)
        assert (message.message_id, message.text) == (int(ref), "Hello")
        assert [[button.text for button in row] for row in message.buttons] == [["Cancel", "More"], ["Help"]]
        assert message.buttons[0][0].action == "cancel:1"

    async def test_markup_in_a_title_stays_text(self, channel: TelegramChannel, asha: Person) -> None:
        await sent_text(channel, asha, Reply("<b>*_[Song](x)</b>"))
        assert only(asha.chat).text == "<b>*_[Song](x)</b>"

    @pytest.mark.parametrize("letter", ["a", "म", "🎵"])
    async def test_too_long_is_cut_not_refused(
        self, channel: TelegramChannel, asha: Person, letter: str
    ) -> None:
        await sent_text(channel, asha, Reply(letter * 5000))
        text = only(asha.chat).text
        assert text is not None
        assert text.endswith(f"{letter}…")
        assert 4094 <= len(text.encode("utf-16-le")) // 2 <= 4096

    async def test_edit_changes_text_and_buttons(self, channel: TelegramChannel, asha: Person) -> None:
        ref = await sent_text(channel, asha)
        assert await channel.edit_text(chat_of(asha), ref, PLAIN) == SendResult(Outcome.SENT, ref)
        message = only(asha.chat)
        assert (message.text, message.buttons, message.edits) == ("Working", (), 1)

    async def test_edit_to_the_same_counts_as_sent(self, channel: TelegramChannel, asha: Person) -> None:
        ref = await sent_text(channel, asha)
        assert await channel.edit_text(chat_of(asha), ref, HELLO) == SendResult(Outcome.SENT, ref)
        assert only(asha.chat).edits == 0

    async def test_edit_of_a_deleted_message(self, channel: TelegramChannel, asha: Person) -> None:
        ref = await sent_text(channel, asha)
        asha.deletes(int(ref))
        result = await channel.edit_text(chat_of(asha), ref, PLAIN)
        assert result == SendResult(Outcome.REFUSED, error="message-gone")

    async def test_progress_that_comes_after_the_audio_harms_nothing(
        self, channel: TelegramChannel, asha: Person, audio: AudioMessage
    ) -> None:
        ref = await sent_text(channel, asha)
        await channel.send_audio(chat_of(asha), audio, ref)
        result = await channel.edit_text(chat_of(asha), ref, PLAIN)
        assert result == SendResult(Outcome.REFUSED, error="not-text")
        assert only(asha.chat).audio is not None

    async def test_button_with_too_much_data_is_refused(self, channel: TelegramChannel, asha: Person) -> None:
        result = await channel.send_text(chat_of(asha), Reply("x", ((Button("x", "म" * 22),),)))
        assert result.outcome is Outcome.REFUSED
        assert "button_data_invalid" in (result.error or "")
        assert asha.chat == []


class TestAudio:
    async def test_new_message_with_all_that_belongs_to_it(
        self, channel: TelegramChannel, asha: Person, audio: AudioMessage
    ) -> None:
        result = await channel.send_audio(chat_of(asha), audio, None)
        message = only(asha.chat)
        arrived = message.audio
        assert arrived is not None
        assert result == SendResult(Outcome.SENT, str(message.message_id), arrived.file_id)
        assert (arrived.title, arrived.performer, arrived.duration) == (audio.title, "Arijit Singh", 262)
        assert (arrived.file_name, arrived.media_type) == ('तुम "ही" हो.m4a', "audio/mp4")
        assert arrived.data == SONG
        assert arrived.thumbnail == audio.cover
        assert message.caption == "Made by Melody Studio"

    async def test_text_turns_into_audio(
        self, channel: TelegramChannel, asha: Person, audio: AudioMessage
    ) -> None:
        ref = await sent_text(channel, asha)
        result = await channel.send_audio(chat_of(asha), audio, ref)
        message = only(asha.chat)
        assert message.audio is not None
        assert result == SendResult(Outcome.SENT, ref, message.audio.file_id)
        assert (message.text, message.buttons, message.audio.data) == (None, (), SONG)
        assert message.audio.thumbnail == audio.cover
        assert message.audio.duration == 262

    @pytest.mark.parametrize("replacing", [True, False])
    async def test_sent_again_without_an_upload(
        self,
        tg: TelegramStandIn,
        channel: TelegramChannel,
        asha: Person,
        audio: AudioMessage,
        replacing: bool,
    ) -> None:
        first = await channel.send_audio(chat_of(asha), audio, None)
        again = replace(audio, media_ref=first.media_ref, file=None)
        ravi = tg.person("Ravi")
        ref = await sent_text(channel, ravi) if replacing else None
        result = await channel.send_audio(chat_of(ravi), again, ref)
        assert (result.outcome, result.media_ref) == (Outcome.SENT, first.media_ref)
        arrived = only(ravi.chat).audio
        assert arrived is not None
        assert (arrived.data, arrived.title, arrived.thumbnail) == (SONG, audio.title, audio.cover)
        assert tg.requests[-1].files == {}

    async def test_repeating_the_edit_is_one_message(
        self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person, audio: AudioMessage
    ) -> None:
        media_ref = (await channel.send_audio(chat_of(tg.person("Ravi")), audio, None)).media_ref
        ref = await sent_text(channel, asha)
        by_ref = replace(audio, media_ref=media_ref)
        results = [await channel.send_audio(chat_of(asha), by_ref, ref) for _ in range(3)]
        assert results == [SendResult(Outcome.SENT, ref, media_ref)] * 3
        assert only(asha.chat).edits == 1

    async def test_stale_reference(
        self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person, audio: AudioMessage
    ) -> None:
        media_ref = (await channel.send_audio(chat_of(tg.person("Ravi")), audio, None)).media_ref
        assert media_ref is not None
        tg.expire(media_ref)
        by_ref = replace(audio, media_ref=media_ref)
        ref = await sent_text(channel, asha)
        stale = SendResult(Outcome.REFUSED, error="media-ref-stale")
        assert await channel.send_audio(chat_of(asha), by_ref, ref) == stale
        assert await channel.send_audio(chat_of(asha), by_ref, None) == stale
        assert only(asha.chat).text == "Hello"

    async def test_message_to_replace_is_gone(
        self, channel: TelegramChannel, asha: Person, audio: AudioMessage
    ) -> None:
        ref = await sent_text(channel, asha)
        asha.deletes(int(ref))
        result = await channel.send_audio(chat_of(asha), audio, ref)
        assert result == SendResult(Outcome.REFUSED, error="message-gone")
        assert asha.chat == []

    async def test_too_large_by_our_own_limit_is_not_even_tried(
        self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person, audio: AudioMessage
    ) -> None:
        result = await channel.send_audio(chat_of(asha), replace(audio, size=50_000_001), None)
        assert result == SendResult(Outcome.REFUSED, error="too-large")
        assert tg.requests == []

    async def test_too_large_for_the_server(self, audio: AudioMessage) -> None:
        require_description()
        with TelegramStandIn(limits=Limits(upload_bytes=len(SONG) - 1)) as tg:
            asha = tg.person()
            channel = TelegramChannel(tg.token, tg.url, redis_url=None)
            try:
                result = await channel.send_audio(chat_of(asha), audio, None)
            finally:
                await channel.close()
            assert result == SendResult(Outcome.REFUSED, error="too-large")
            assert asha.chat == []

    async def test_a_proxys_page_for_too_large_says_the_same(
        self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person, audio: AudioMessage
    ) -> None:
        tg.goes_wrong("sendAudio", status=413, body=b"<html>413</html>")
        result = await channel.send_audio(chat_of(asha), audio, None)
        assert result == SendResult(Outcome.REFUSED, error="too-large")

    async def test_neither_reference_nor_file_is_a_mistake_of_ours(
        self, channel: TelegramChannel, asha: Person, audio: AudioMessage
    ) -> None:
        with pytest.raises(ValueError, match="media_ref or a file"):
            await channel.send_audio(chat_of(asha), replace(audio, file=None), None)


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
        assert "/bot[hidden]/sendMessage" in caplog.text
        secret = tg.token.partition(":")[2]
        assert secret not in caplog.text + str(result) + repr(raised.value) + str(raised.getrepr())


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


class TestTheBotsOwnCalls:
    async def test_check_says_who_we_are(self, tg: TelegramStandIn, channel: TelegramChannel) -> None:
        assert await channel.check() == "Telegram bot @melody_standin_bot (Stand-in)"
        assert [await channel.username() for _ in range(3)] == ["melody_standin_bot"] * 3
        assert len(tg.calls("getMe")) == 2
        assert channel.account == "4200000001"

    async def test_tap_is_acknowledged(
        self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person
    ) -> None:
        await sent_text(channel, asha)
        callback = asha.taps("Cancel")["callback_query"]
        assert callback["data"] == "cancel:1"
        await channel.acknowledge(callback["id"], "Stopped " * 40)
        answer = tg.callbacks[callback["id"]]
        assert answer.answered
        assert len(answer.answer or "") == 200

    async def test_tap_acknowledged_too_late_is_of_no_consequence(
        self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person
    ) -> None:
        await sent_text(channel, asha)
        callback = asha.taps("Cancel")["callback_query"]
        tg.age_callbacks()
        await channel.acknowledge(callback["id"], None)
        tg.goes_wrong("answerCallbackQuery", reset=True)
        await channel.acknowledge(callback["id"], None)
        assert not tg.callbacks[callback["id"]].answered

    async def test_updates_come_once_confirmed_by_the_next_offset(
        self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person
    ) -> None:
        first, second = asha.says("/start"), asha.says("tum hi ho")
        assert await channel.get_updates(None, 0) == [first, second]
        assert await channel.get_updates(second["update_id"], 0) == [second]
        assert await channel.get_updates(second["update_id"] + 1, 0) == []
        assert tg.pending == []

    async def test_updates_refused_while_a_webhook_is_set(
        self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person
    ) -> None:
        await channel.set_webhook("https://127.0.0.1:1/webhooks/telegram", "a-secret")
        assert tg.calls("setWebhook")[0].fields["secret_token"] == "a-secret"
        with pytest.raises(ServiceUnavailable, match="webhook"):
            await channel.get_updates(None, 0)
        await channel.delete_webhook()
        update = asha.says("/start")
        assert await channel.get_updates(None, 0) == [update]

    async def test_address_telegram_does_not_take(self, channel: TelegramChannel) -> None:
        with pytest.raises(ConfigurationError, match=r"(?i)HTTPS URL"):
            await channel.set_webhook("ftp://example.org", "a-secret")

    async def test_updates_when_telegram_asks_to_wait(
        self, tg: TelegramStandIn, channel: TelegramChannel
    ) -> None:
        tg.goes_wrong("getUpdates", status=429, retry_after=9, description="Too Many Requests: retry after 9")
        with pytest.raises(ServiceUnavailable) as raised:
            await channel.get_updates(None, 0)
        assert raised.value.params == {"retry_after": 9.0}

    async def test_commands_by_language(self, tg: TelegramStandIn, channel: TelegramChannel) -> None:
        await channel.set_commands({"help": "What I can do"})
        await channel.set_commands({"help": "मैं क्या कर सकता हूँ"}, "hi")
        assert tg.commands == {
            "": [{"command": "help", "description": "What I can do"}],
            "hi": [{"command": "help", "description": "मैं क्या कर सकता हूँ"}],
        }
