"""An update of the Bot API as what happened.

An update is what some server sent: every field may be missing or of another type, and whatever comes, `parse`
answers and never raises. https://core.telegram.org/bots/api#update
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.telegram.content import attachment_of, contact_of, is_service_message, oddity_of
from bot.telegram.values import Json, as_id, as_object, as_text, as_time
from core.chat.messages import Happening, Incoming, InlinePick, InlineQuery

CHANNEL = "telegram"

_MEMBERSHIP_MEANS_BLOCKED = {"kicked": True, "member": False}
_COMMAND = re.compile(r"(/\w+)(?:@(\w+))?(?!\S)")


def parse(update: object, bot_username: str) -> Happening | None:
    """What a person did, or None when it is not for us.

    In a private chat everything is; a message without text, file and contact says what else it was, so that
    it can be answered. In a group only commands, mentions of `bot_username` and replies to the bot are, with
    what else is in an album that begins so; the mention itself is taken out of the text. Channels and other
    bots are left alone, and so is what nobody said: notes such as "pinned a message", and what a person sent
    with our own inline mode.
    """
    fields = as_object(update)
    if "message" in fields:
        return _message(as_object(fields["message"]), bot_username)
    if "edited_message" in fields:
        return _edited(as_object(fields["edited_message"]), bot_username)
    if "callback_query" in fields:
        return _tap(as_object(fields["callback_query"]))
    if "inline_query" in fields:
        return _inline_query(as_object(fields["inline_query"]))
    if "chosen_inline_result" in fields:
        return _inline_pick(as_object(fields["chosen_inline_result"]))
    if "my_chat_member" in fields:
        return _membership(as_object(fields["my_chat_member"]))
    return None


def _message(message: Json, bot_username: str) -> Incoming | None:
    place = _place(message, as_object(message.get("from")))
    if place is None or is_service_message(message) or _wrote(message.get("via_bot"), bot_username):
        return None
    written = as_text(message.get("text")) or as_text(message.get("caption"))
    text, addressed = _addressed(written, bot_username)
    answered = as_object(message.get("reply_to_message"))
    answers_us = _wrote(answered.get("from"), bot_username)
    attachment, contact, oddity = attachment_of(message), contact_of(message), None
    media_group, follows = as_text(message.get("media_group_id")), False
    if place["chat"] != place["person"]:
        meant = addressed or (addressed is None and answers_us)
        follows = not meant and addressed is None and attachment is not None and media_group is not None
        if not (meant or follows) or (text is None and attachment is None):
            return None
        contact = None
    elif addressed is False:
        return None
    elif text is None and attachment is None and contact is None:
        oddity = oddity_of(message)
    return Incoming(
        **place,
        sent_at=as_time(message.get("date")),
        message_ref=as_id(message.get("message_id")),
        answers_ref=as_id(answered.get("message_id")) if answers_us else None,
        text=text,
        attachment=attachment,
        media_group=media_group,
        only_with_album=follows,
        contact=contact,
        oddity=oddity,
    )


def _edited(message: Json, bot_username: str) -> Incoming | None:
    """A text that was mended. Files and places are left alone: a caption makes no new song of a song that was
    sent, and a place that is shared live changes every few seconds. Without an `edit_date` nobody edited
    anything: Telegram also tells of other changes to a message this way."""
    text, edited_at = as_text(message.get("text")), as_time(message.get("edit_date"))
    if text is None or edited_at is None:
        return None
    incoming = _message(message, bot_username)
    if incoming is None or incoming.text is None or incoming.attachment is not None:
        return None
    return replace(incoming, is_edited=True, sent_at=edited_at)


def _tap(query: Json) -> Incoming | None:
    message = as_object(query.get("message"))
    place = _place(message, as_object(query.get("from")))
    action, callback_ref = as_text(query.get("data")), as_text(query.get("id"))
    if place is None or action is None or callback_ref is None:
        return None
    return Incoming(
        **place, message_ref=as_id(message.get("message_id")), action=action, callback_ref=callback_ref
    )


def _inline_query(query: Json) -> InlineQuery | None:
    sender = as_object(query.get("from"))
    person, query_ref = as_id(sender.get("id")), as_text(query.get("id"))
    if person is None or query_ref is None or sender.get("is_bot") is True:
        return None
    return InlineQuery(
        channel=CHANNEL,
        query_ref=query_ref,
        person=person,
        language=as_text(sender.get("language_code")),
        text=as_text(query.get("query")) or "",
        offset=as_text(query.get("offset")) or "",
    )


def _inline_pick(chosen: Json) -> InlinePick | None:
    sender = as_object(chosen.get("from"))
    person, choice_ref = as_id(sender.get("id")), as_text(chosen.get("result_id"))
    if person is None or choice_ref is None or sender.get("is_bot") is True:
        return None
    return InlinePick(
        channel=CHANNEL, person=person, choice_ref=choice_ref, text=as_text(chosen.get("query")) or ""
    )


def _membership(change: Json) -> Incoming | None:
    place = _place(change, as_object(change.get("from")))
    status = as_text(as_object(change.get("new_chat_member")).get("status"))
    blocked = _MEMBERSHIP_MEANS_BLOCKED.get(status or "")
    if place is None or blocked is None or place["chat"] != place["person"]:
        return None
    return Incoming(**place, sent_at=as_time(change.get("date")), blocked=blocked)


def _place(message: Json, sender: Json) -> Json | None:
    """Who speaks where; None for channels, bots and what is no chat at all."""
    chat = as_object(message.get("chat"))
    chat_id, person = as_id(chat.get("id")), as_id(sender.get("id"))
    kind = chat.get("type")
    if chat_id is None or person is None or sender.get("is_bot") is True:
        return None
    if kind not in ("group", "supergroup") and (kind != "private" or chat_id != person):
        return None
    names = (as_text(sender.get("first_name")), as_text(sender.get("last_name")))
    return {
        "channel": CHANNEL,
        "chat": chat_id,
        "person": person,
        "display_name": " ".join(name for name in names if name) or None,
        "language": as_text(sender.get("language_code")),
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


def _wrote(author: object, bot_username: str) -> bool:
    """Whether an account is ours."""
    username = as_text(as_object(author).get("username"))
    return username is not None and username.casefold() == bot_username.casefold()
