"""Audio on Telegram: uploads, references, and texts that turn into audio."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.adapters.channels.telegram import TelegramChannel
from core.ports import AudioMessage, Outcome, SendResult
from tests.contract.telegram import SONG, chat_of, only, sent_text
from tests.fakes.telegram import Limits, Person, TelegramStandIn, require_description


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
        assert tg.calls("sendAudio") == []

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
