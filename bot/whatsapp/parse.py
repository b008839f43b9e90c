"""A form of Twilio's as what a person did.

Any field may be missing or strange, and new ones come without notice: whatever comes, `parse` answers and
never raises. https://www.twilio.com/docs/messaging/guides/webhook-request
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from core.accounts.phone import in_full
from core.chat.actions import parse_action
from core.chat.messages import Attachment, AttachmentKind, Incoming
from core.whatsapp.contacts import CHANNEL, sender_of
from core.whatsapp.taking_up import SENT_AT

MOST_MEDIA = 10
LONGEST_URL = 1000
STOP_WORDS = {"stop", "stopall", "unsubscribe", "end", "quit", "revoke", "optout"}
START_WORDS = {"start", "unstop"}
"""Twilio's own words (https://help.twilio.com/articles/223134027), but "cancel", which ends a song's making
here, and "yes". Where Twilio itself takes those for the end or the beginning, `OptOutType` says so."""
_FILE_NAME = re.compile(r"[^\r\n]{1,200}\.[A-Za-z0-9]{2,5}")


def parse(form: dict[str, Any], chat: str, received_at: datetime) -> list[Incoming]:
    """What the person did, in order: a message with several files is as many things."""
    place: dict[str, Any] = {
        "channel": CHANNEL,
        "chat": chat,
        "person": chat,
        "display_name": _text(form, "ProfileName"),
        "phone_number": _number(form),
        "sent_at": _sent_at(form) or received_at,
        "message_ref": _text(form, "MessageSid"),
        "answers_ref": _text(form, "OriginalRepliedMessageSid"),
    }
    text = _text(form, "Body") or _text(form, "ButtonText") or _text(form, "ListTitle")
    if (wish := _wish(form, text)) is not None:
        return [Incoming(**place, blocked=True) if wish == "stop" else Incoming(**place, text="/start")]
    if (action := _tapped(form)) is not None:
        return [Incoming(**place, action=action)]
    attachments = _attachments(form, text)
    if attachments:
        album = place["message_ref"] if len(attachments) > 1 else None
        return [
            Incoming(**place, text=text, attachment=attachment, media_group=album)
            for attachment in attachments
        ]
    return [Incoming(**place, text=text)]


def _number(form: dict[str, Any]) -> str | None:
    """The number that the person writes from, where they show it."""
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    sender = sender_of(fields)
    return None if sender is None or sender.phone is None else in_full(sender.phone.removeprefix("whatsapp:"))


def _wish(form: dict[str, Any], text: str | None) -> str | None:
    """`stop` or `start`, where the person says whether they want to hear from us."""
    said = (_text(form, "OptOutType") or "").casefold()
    if said in {"stop", "start"}:
        return said
    word = (text or "").casefold().strip(" .!")
    if word in STOP_WORDS:
        return "stop"
    return "start" if word in START_WORDS else None


def _sent_at(form: dict[str, Any]) -> datetime | None:
    """When it was sent, where the message was found in Twilio's list and not brought as it came."""
    try:
        return parsedate_to_datetime(_text(form, SENT_AT) or "")
    except ValueError:
        return None


def _tapped(form: dict[str, Any]) -> str | None:
    """What a tapped button or row of a list says; None where it is none of our words."""
    candidates = [_text(form, "ButtonPayload"), _text(form, "ListId"), _interactive(form)]
    return next((value for value in candidates if value and parse_action(value) is not None), None)


def _interactive(form: dict[str, Any]) -> str | None:
    """The id inside `InteractiveData`, wherever it stands in its JSON."""
    try:
        found = json.loads(_text(form, "InteractiveData") or "null")
    except (ValueError, RecursionError):
        return None
    for _ in range(4):
        if not isinstance(found, dict):
            return None
        if isinstance(found.get("id"), str):
            return str(found["id"])
        found = next((value for value in found.values() if isinstance(value, dict)), None)
    return None


def _attachments(form: dict[str, Any], text: str | None) -> list[Attachment]:
    amount = _text(form, "NumMedia") or "0"
    count = int(amount) if amount.isascii() and amount.isdigit() and len(amount) < 4 else 0
    found = (_attachment(form, number, text) for number in range(min(count, MOST_MEDIA)))
    return [attachment for attachment in found if attachment is not None]


def _attachment(form: dict[str, Any], number: int, text: str | None) -> Attachment | None:
    """A file that may hold sound; pictures, stickers and contacts are none."""
    url = _text(form, f"MediaUrl{number}")
    media_type = (_text(form, f"MediaContentType{number}") or "").casefold()
    kind = _kind(media_type)
    if url is None or len(url) > LONGEST_URL or kind is None:
        return None
    is_named = kind is AttachmentKind.DOCUMENT and text is not None and _FILE_NAME.fullmatch(text)
    return Attachment(
        kind=kind,
        file_ref=url,
        unique_ref=_path(url)[-200:],
        file_name=text if is_named else None,
        media_type=media_type or None,
    )


def _kind(media_type: str) -> AttachmentKind | None:
    family, _, rest = media_type.partition("/")
    if family == "audio":
        return AttachmentKind.VOICE if rest.startswith("ogg") else AttachmentKind.AUDIO
    if family == "video":
        return AttachmentKind.VIDEO
    if family == "image" or "vcard" in rest:
        return None
    return AttachmentKind.DOCUMENT


def _path(url: str) -> str:
    """What names the media for good: the link without its origin and what may be added to it."""
    try:
        return urlsplit(url).path or url
    except ValueError:
        return url


def _text(form: dict[str, Any], name: str) -> str | None:
    """A field that is there and not blank."""
    value = form.get(name)
    return value.strip() or None if isinstance(value, str) else None
