"""The calls that only the bot makes: updates, webhooks, commands, taps."""

from __future__ import annotations

import pytest

from core.adapters.channels.telegram import TelegramChannel
from core.errors import ConfigurationError, ServiceUnavailable
from tests.contract.telegram import chat_of, sent_text
from tests.fakes.telegram import Person, TelegramStandIn


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
        assert channel.action_in(chat_of(asha), callback["data"]) == "cancel:1"
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
        await channel.set_commands({"song": "Find a song"}, in_groups=True)
        assert tg.commands == {
            ("all_private_chats", ""): [{"command": "help", "description": "What I can do"}],
            ("all_private_chats", "hi"): [{"command": "help", "description": "मैं क्या कर सकता हूँ"}],
            ("all_group_chats", ""): [{"command": "song", "description": "Find a song"}],
        }
