"""Inline mode, replies and shared numbers on Telegram, against the stand-in."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from core.adapters.channels.telegram import TelegramChannel
from core.ports import AnswersInline, AudioMessage, InlineAnswer, InlineChoice, Outcome, Reply
from tests.contract.telegram import chat_of, only, sent_text
from tests.fakes.telegram import Person, TelegramStandIn

CARD = InlineChoice("0a:card", "तुम ही हो", "Arijit Singh · 4:22", "♪ तुम ही हो", "Open", "song_0a")
ANSWER = InlineAnswer((CARD,), "20", 60)


async def answered(tg: TelegramStandIn, channel: TelegramChannel, asha: Person, answer: InlineAnswer) -> Any:
    """What the stand-in kept of the answer; None where it took none."""
    query_id = asha.asks_inline("tum hi ho")
    await channel.answer_inline(query_id, answer)
    return tg.inline[query_id].answer


class TestInline:
    def test_the_channel_says_that_it_can(self, channel: TelegramChannel) -> None:
        assert isinstance(channel, AnswersInline)

    async def test_a_card(self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person) -> None:
        url = "https://t.me/melody_standin_bot?start=song_0a"
        row = {
            "type": "article",
            "id": "0a:card",
            "title": "तुम ही हो",
            "description": "Arijit Singh · 4:22",
            "input_message_content": {
                "message_text": "♪ तुम ही हो",
                "link_preview_options": {"is_disabled": True},
            },
            "reply_markup": {"inline_keyboard": [[{"text": "Open", "url": url}]]},
        }
        assert await answered(tg, channel, asha, ANSWER) == {
            "results": [row],
            "next_offset": "20",
            "cache_time": 60,
            "is_personal": True,
            "button": None,
        }

    async def test_audio_that_telegram_holds(
        self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person, audio: AudioMessage
    ) -> None:
        media_ref = (await channel.send_audio(chat_of(asha), audio, None)).media_ref
        choice = replace(CARD, media_ref=media_ref, text="")
        answer = await answered(tg, channel, asha, InlineAnswer((choice,), "", 0))
        (row,) = answer["results"]
        assert (row["type"], row["audio_file_id"]) == ("audio", media_ref)
        assert "caption" not in row
        assert (answer["next_offset"], answer["cache_time"]) == ("", 0)

    async def test_nothing_found_leads_into_the_chat(
        self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person
    ) -> None:
        answer = await answered(tg, channel, asha, InlineAnswer((), "", 0, "No song found"))
        assert answer["results"] == []
        assert answer["button"] == {"text": "No song found", "start_parameter": "inline"}

    @pytest.mark.parametrize("letter", ["a", "म", "🎵"])
    async def test_texts_that_are_too_long_are_cut(
        self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person, letter: str
    ) -> None:
        choice = replace(CARD, text=letter * 5000)
        answer = await answered(tg, channel, asha, InlineAnswer((choice,), "", 0))
        assert answer["results"][0]["input_message_content"]["message_text"].endswith("…")

    async def test_too_late_is_of_no_consequence(
        self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person
    ) -> None:
        query_id = asha.asks_inline("tum hi ho")
        tg.age_inline_queries()
        await channel.answer_inline(query_id, ANSWER)
        assert tg.inline[query_id].answer is None

    @pytest.mark.parametrize("fault", [{"reset": True}, {"status": 502}, {"status": 429, "retry_after": 30}])
    @pytest.mark.parametrize("method", ["answerInlineQuery", "getMe"])
    async def test_no_failure_is_of_consequence(
        self,
        tg: TelegramStandIn,
        channel: TelegramChannel,
        asha: Person,
        method: str,
        fault: dict[str, int],
    ) -> None:
        tg.goes_wrong(method, **fault)
        assert await answered(tg, channel, asha, ANSWER) is None
        assert await answered(tg, channel, asha, ANSWER) is not None

    async def test_rows_that_telegram_refuses_are_shown_to_nobody(
        self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person
    ) -> None:
        assert await answered(tg, channel, asha, InlineAnswer((CARD, CARD), "", 0)) is None
        stale = replace(CARD, media_ref="nonsense")
        assert await answered(tg, channel, asha, InlineAnswer((stale,), "", 0)) is None
        too_many = tuple(replace(CARD, ref=str(number)) for number in range(51))
        assert await answered(tg, channel, asha, InlineAnswer(too_many, "", 0)) is None


class TestReplies:
    async def test_a_text_that_answers_another(
        self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person
    ) -> None:
        group = tg.group()
        asked = asha.says("/help", chat=group)["message"]["message_id"]
        result = await channel.send_text(str(group), Reply("Here", answers=str(asked)))
        assert result.outcome is Outcome.SENT
        assert tg.chat(group)[-1].reply_to == asked

    async def test_what_it_answers_may_be_gone(self, channel: TelegramChannel, asha: Person) -> None:
        await sent_text(channel, asha, Reply("Here", answers="99"))
        assert only(asha.chat).reply_to is None

    async def test_an_edit_keeps_what_it_answers(self, channel: TelegramChannel, asha: Person) -> None:
        asked = asha.says("/help")["message"]["message_id"]
        ref = await sent_text(channel, asha, Reply("Here", answers=str(asked)))
        assert (await channel.edit_text(chat_of(asha), ref, Reply("There"))).outcome is Outcome.SENT
        assert (asha.chat[-1].text, asha.chat[-1].reply_to) == ("There", asked)


class TestSharingANumber:
    async def test_the_button_comes_and_goes(
        self, tg: TelegramStandIn, channel: TelegramChannel, asha: Person
    ) -> None:
        await sent_text(channel, asha, Reply("May I?", contact_button="Share my number"))
        assert asha.keyboard == ["Share my number"]
        markup = json.loads(tg.calls("sendMessage")[0].fields["reply_markup"])
        assert markup["keyboard"] == [[{"text": "Share my number", "request_contact": True}]]
        assert markup["one_time_keyboard"]
        await sent_text(channel, asha, Reply("Something else"))
        assert asha.keyboard == ["Share my number"]
        await sent_text(channel, asha, Reply("Thank you", ends_asking=True))
        assert asha.keyboard == []

    async def test_in_a_group_telegram_refuses(self, tg: TelegramStandIn, channel: TelegramChannel) -> None:
        result = await channel.send_text(str(tg.group()), Reply("May I?", contact_button="Share my number"))
        assert result.outcome is Outcome.REFUSED
