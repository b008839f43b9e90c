"""An update of the Bot API as an Incoming.

An update is what some server sent: every field may be missing or of another type, and whatever comes, `parse`
answers and never raises. https://core.telegram.org/bots/api#update
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from core.chat.messages import Attachment, AttachmentKind, Incoming

CHANNEL = "telegram"
Json = dict[str, Any]

_ATTACHMENTS = (
    ("audio", AttachmentKind.AUDIO),
    ("voice", AttachmentKind.VOICE),
    ("video", AttachmentKind.VIDEO),
    ("video_note", AttachmentKind.VIDEO),
    ("document", AttachmentKind.DOCUMENT),
)
_MEMBERSHIP_MEANS_BLOCKED = {"kicked": True, "member": False}
_COMMAND = re.compile(r"(/\w+)(?:@(\w+))?(?!\S)")


def parse(update: object, bot_username: str) -> Incoming | None:
    """What a person did, or None when it is not for us.

    In a private chat everything is; a message without text and file gives an Incoming with neither, so that
    it can be answered. In a group only commands, mentions of `bot_username` and replies to the bot are; the
    mention itself is taken out of the text. Edited messages, channels and other bots are left alone.
    """
    fields = _object(update)
    if "message" in fields:
        return _message(_object(fields["message"]), bot_username)
    if "callback_query" in fields:
        return _tap(_object(fields["callback_query"]))
    if "my_chat_member" in fields:
        return _membership(_object(fields["my_chat_member"]))
    return None


def _message(message: Json, bot_username: str) -> Incoming | None:
    place = _place(message, _object(message.get("from")))
    if place is None:
        return None
    written = _text(message.get("text")) or _text(message.get("caption"))
    text, addressed = _addressed(written, bot_username)
    attachment = _attachment(message)
    if place["chat"] != place["person"]:
        meant = addressed or _answers(message, bot_username)
        if not meant or (text is None and attachment is None):
            return None
    elif addressed is False:
        return None
    return Incoming(
        **place,
        sent_at=_time(message.get("date")),
        message_ref=_id(message.get("message_id")),
        text=text,
        attachment=attachment,
    )


def _tap(query: Json) -> Incoming | None:
    message = _object(query.get("message"))
    place = _place(message, _object(query.get("from")))
    action, callback_ref = _text(query.get("data")), _text(query.get("id"))
    if place is None or action is None or callback_ref is None:
        return None
    return Incoming(
        **place, message_ref=_id(message.get("message_id")), action=action, callback_ref=callback_ref
    )


def _membership(change: Json) -> Incoming | None:
    place = _place(change, _object(change.get("from")))
    status = _text(_object(change.get("new_chat_member")).get("status"))
    blocked = _MEMBERSHIP_MEANS_BLOCKED.get(status or "")
    if place is None or blocked is None or place["chat"] != place["person"]:
        return None
    return Incoming(**place, sent_at=_time(change.get("date")), blocked=blocked)


def _place(message: Json, sender: Json) -> Json | None:
    """Who speaks where; None for channels, bots and what is no chat at all."""
    chat = _object(message.get("chat"))
    chat_id, person = _id(chat.get("id")), _id(sender.get("id"))
    kind = chat.get("type")
    if chat_id is None or person is None or sender.get("is_bot") is True:
        return None
    if kind not in ("group", "supergroup") and (kind != "private" or chat_id != person):
        return None
    names = (_text(sender.get("first_name")), _text(sender.get("last_name")))
    return {
        "channel": CHANNEL,
        "chat": chat_id,
        "person": person,
        "display_name": " ".join(name for name in names if name) or None,
        "language": _text(sender.get("language_code")),
    }


def _addressed(text: str | None, bot_username: str) -> tuple[str | None, bool | None]:
    """The text without our name, and whether it speaks to us: False is a command to another bot."""
    if text is None:
        return None, None
    if command := _COMMAND.match(text):
        name, bot = command.groups()
        if bot is not None and bot.casefold() != bot_username.casefold():
            return text, False
        return name + text[command.end() :], True
    if not bot_username:
        return text, None
    mention = re.compile(rf"(?<!\S)@{re.escape(bot_username)}\b[,:]?\s*", re.IGNORECASE)
    rest, mentions = mention.subn("", text)
    return (rest.strip() or None, True) if mentions else (text, None)


def _answers(message: Json, bot_username: str) -> bool:
    """Whether the message is a reply to one of ours."""
    author = _object(_object(message.get("reply_to_message")).get("from"))
    username = _text(author.get("username"))
    return username is not None and username.casefold() == bot_username.casefold()


def _attachment(message: Json) -> Attachment | None:
    for name, kind in _ATTACHMENTS:
        file = _object(message.get(name))
        file_ref, unique_ref = _text(file.get("file_id")), _text(file.get("file_unique_id"))
        if file_ref is None or unique_ref is None:
            continue
        return Attachment(
            kind=kind,
            file_ref=file_ref,
            unique_ref=unique_ref,
            size=_amount(file.get("file_size")),
            duration=_amount(file.get("duration")),
            title=_text(file.get("title")),
            performer=_text(file.get("performer")),
            file_name=_text(file.get("file_name")),
            media_type=_text(file.get("mime_type")),
        )
    return None


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    """A text that can be stored: no NUL, no half of a surrogate pair, not blank."""
    if not isinstance(value, str):
        return None
    return value.replace("\x00", "").encode(errors="ignore").decode().strip() or None


def _integer(value: object) -> int | None:
    """A whole number of at most 64 bits."""
    if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63:
        return value
    return None


def _amount(value: object) -> int | None:
    number = _integer(value)
    return None if number is None or number < 0 else number


def _id(value: object) -> str | None:
    number = _integer(value)
    return None if number is None else str(number)


def _time(value: object) -> datetime | None:
    seconds = _amount(value)
    if not seconds:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
