"""Updates of Telegram's Bot API on their way into the inbox, whichever way they came."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.chat.inbox import store_update
from core.db.reading import Reading

CHANNEL = "telegram"
LONGEST_CHAT = 100


async def store_telegram_update(where: AsyncSession | Reading, update: dict[str, Any]) -> bool:
    """Store an update that has an `update_id`, in a transaction or by itself; False when it was there
    already."""
    return await store_update(
        where,
        channel=CHANNEL,
        external_id=str(update["update_id"]),
        chat=chat_of(update),
        payload=storable(update),
    )


def chat_of(update: dict[str, Any]) -> str:
    """The chat whose updates are to be worked on in order; "0" where an update names none.

    An update has one field beside its id. That is a message or something with a `chat`, a tap whose
    `message` has one, or something that only a person did: a person's id is also their private chat's.
    Questions of inline mode keep no order and wait for nothing: each is a place of its own.
    """
    question = update.get("inline_query")
    if isinstance(question, dict) and isinstance(question.get("id"), str):
        return str(storable(f"inline:{question['id']}"))[:LONGEST_CHAT]
    for event in update.values():
        if isinstance(event, dict):
            message = event.get("message")
            for place in (
                event.get("chat"),
                message.get("chat") if isinstance(message, dict) else None,
                event.get("from"),
                event.get("user"),
            ):
                chat_id = place.get("id") if isinstance(place, dict) else None
                if type(chat_id) is int and abs(chat_id) < 2**63:
                    return str(chat_id)
    return "0"


def storable(value: Any) -> Any:
    """The value with a replacement character for what no text in PostgreSQL can hold."""
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(name): storable(item) for name, item in value.items()}
    return value
