"""Texts on Telegram, against the stand-in: only requests that the Bot API describes."""

from __future__ import annotations

import pytest

from core.adapters.channels.telegram import TelegramChannel
from core.ports import AudioMessage, Button, Outcome, Reply, SendResult
from tests.contract.telegram import HELLO, PLAIN, chat_of, only, sent_text
from tests.fakes.telegram import Person


class TestText:
    async def test_arrives_with_its_buttons(self, channel: TelegramChannel, asha: Person) -> None:
        ref = await sent_text(channel, asha)
        message = only(asha.chat)
        assert (message.message_id, message.text) == (int(ref), "Hello")
        assert [[button.text for button in row] for row in message.buttons] == [["Cancel", "More"], ["Help"]]
        data = message.buttons[0][0].action or ""
        assert data.startswith("cancel:1.")
        assert channel.action_in(chat_of(asha), data) == "cancel:1"

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
