"""What is in a message beside words: files, contacts, and what has no place in a studio."""

from __future__ import annotations

from bot.telegram.values import Json, amount, as_id, as_object, as_text
from core.chat.messages import Attachment, AttachmentKind, Contact, Oddity

_ATTACHMENTS = (
    ("audio", AttachmentKind.AUDIO),
    ("voice", AttachmentKind.VOICE),
    ("video", AttachmentKind.VIDEO),
    ("video_note", AttachmentKind.VIDEO),
    ("document", AttachmentKind.DOCUMENT),
)
_ODDITIES = (
    ("sticker", Oddity.STICKER),
    ("photo", Oddity.PICTURE),
    ("live_photo", Oddity.PICTURE),
    ("animation", Oddity.PICTURE),
    ("venue", Oddity.PLACE),
    ("location", Oddity.PLACE),
    ("poll", Oddity.POLL),
    ("checklist", Oddity.POLL),
    ("game", Oddity.GAME),
    ("dice", Oddity.GAME),
)
_SERVICE = frozenset(
    {
        "new_chat_members", "left_chat_member", "chat_owner_left", "chat_owner_changed", "new_chat_title",
        "new_chat_photo", "delete_chat_photo", "group_chat_created", "supergroup_chat_created",
        "channel_chat_created", "message_auto_delete_timer_changed", "migrate_to_chat_id",
        "migrate_from_chat_id", "pinned_message", "connected_website", "write_access_allowed",
        "proximity_alert_triggered", "boost_added", "chat_background_set", "checklist_tasks_done",
        "checklist_tasks_added", "direct_message_price_changed", "paid_message_price_changed",
        "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
        "general_forum_topic_hidden", "general_forum_topic_unhidden", "giveaway_created",
        "giveaway_completed", "poll_option_added", "poll_option_deleted", "video_chat_scheduled",
        "video_chat_started", "video_chat_ended", "video_chat_participants_invited",
    }
)  # fmt: skip
"""Fields of messages that nobody wrote: https://core.telegram.org/bots/api#message, "Service message: …"."""


def is_service_message(message: Json) -> bool:
    """Whether Telegram notes something that was done in the chat, which needs no answer."""
    return not _SERVICE.isdisjoint(message)


def attachment_of(message: Json) -> Attachment | None:
    """The file to listen to. An animation comes as a document too, but has no sound."""
    if "animation" in message:
        return None
    for name, kind in _ATTACHMENTS:
        file = as_object(message.get(name))
        file_ref, unique_ref = as_text(file.get("file_id")), as_text(file.get("file_unique_id"))
        if file_ref is None or unique_ref is None:
            continue
        return Attachment(
            kind=kind,
            file_ref=file_ref,
            unique_ref=unique_ref,
            size=amount(file.get("file_size")),
            duration=amount(file.get("duration")),
            title=as_text(file.get("title")),
            performer=as_text(file.get("performer")),
            file_name=as_text(file.get("file_name")),
            media_type=as_text(file.get("mime_type")),
        )
    return None


def contact_of(message: Json) -> Contact | None:
    """The card with a phone number, where there is one.

    Telegram looks up whose number a card names when it is sent. So a card is proof of the sender's number,
    but not one that was forwarded: it may be old, and the number somebody else's by now.
    """
    card = as_object(message.get("contact"))
    phone_number = as_text(card.get("phone_number"))
    if phone_number is None:
        return None
    person, owner = as_id(as_object(message.get("from")).get("id")), as_id(card.get("user_id"))
    is_forwarded = "forward_origin" in message or "forward_date" in message
    return Contact(phone_number, is_senders_own=owner is not None and owner == person and not is_forwarded)


def oddity_of(message: Json) -> Oddity:
    return next((oddity for name, oddity in _ODDITIES if name in message), Oddity.OTHER)
