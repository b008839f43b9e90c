"""What the contract tests of Telegram send and look at."""

from __future__ import annotations

import io

from PIL import Image

from core.adapters.channels.telegram import TelegramChannel
from core.ports import Button, Outcome, Reply
from tests.fakes.telegram import ChatMessage, Person

SONG = b"an m4a, as far as anybody here looks" * 4096
HELLO = Reply("Hello", ((Button("Cancel", "cancel:1"), Button("More", "more:1")), (Button("Help", "help"),)))
PLAIN = Reply("Working")


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
