"""Messages that lead into the player: inside Telegram where it can be, else by a link."""

from __future__ import annotations

import pytest

from core.adapters.channels.telegram import TelegramChannel
from core.ports import Button, Outcome, Page, Reply
from tests.contract.telegram import chat_of, only
from tests.fakes.telegram import Person, TelegramStandIn

pytestmark = pytest.mark.broad

SONG = "/song/0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81"


def card(origin: str) -> Reply:
    return Reply("♫ Lithium", ((Button("Play", "play:1"),),), opens=Page("Open player", origin + SONG))


async def test_in_a_private_chat_it_opens_inside(channel: TelegramChannel, asha: Person) -> None:
    sent = await channel.send_text(chat_of(asha), card("https://melody.example"))
    assert sent.outcome is Outcome.SENT
    message = only(asha.from_bot)
    assert (message.text, message.labels) == ("♫ Lithium", ["Play", "Open player"])
    assert message.buttons[-1][0].web_app == f"https://melody.example{SONG}"
    assert message.buttons[-1][0].url is None


async def test_in_a_group_and_without_https_it_is_a_link(
    tg: TelegramStandIn, channel: TelegramChannel, asha: Person
) -> None:
    group = tg.group("Singers")
    asha.says("hello", chat=group)
    for chat, origin in ((str(group), "https://melody.example"), (chat_of(asha), "http://melody.example")):
        assert (await channel.send_text(chat, card(origin))).outcome is Outcome.SENT
        said = [message for message in tg.chat(int(chat)) if message.from_bot]
        assert only(said).buttons[-1][0].url == origin + SONG
        assert only(said).buttons[-1][0].web_app is None


async def test_a_player_on_this_machine_is_named_in_the_text(channel: TelegramChannel, asha: Person) -> None:
    """Telegram refuses a whole message for a button to the person's own machine."""
    sent = await channel.send_text(chat_of(asha), card("http://127.0.0.1:8000"))
    assert sent.outcome is Outcome.SENT
    message = only(asha.from_bot)
    assert message.text == f"♫ Lithium\n\nOpen player: http://127.0.0.1:8000{SONG}"
    assert message.labels == ["Play"]


async def test_the_button_beside_the_line(tg: TelegramStandIn, channel: TelegramChannel) -> None:
    await channel.set_menu_button("Open player", "https://melody.example")
    page = {"url": "https://melody.example"}
    assert tg.menu_button == {"type": "web_app", "text": "Open player", "web_app": page}
    await channel.set_menu_button(None, None)
    assert tg.menu_button == {"type": "commands"}
