"""What arrives from a chat, in one shape for all channels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AttachmentKind(StrEnum):
    AUDIO = "audio"
    VOICE = "voice"
    VIDEO = "video"
    DOCUMENT = "document"


@dataclass(frozen=True)
class Attachment:
    """A file somebody sent, as the channel describes it; its word is not trusted beyond display."""

    kind: AttachmentKind
    file_ref: str
    """What the channel wants to hear to hand out the bytes; may go stale."""
    unique_ref: str
    """Names the same file for everyone on this channel, for good."""
    size: int | None = None
    duration: float | None = None
    title: str | None = None
    performer: str | None = None
    file_name: str | None = None
    media_type: str | None = None


@dataclass(frozen=True)
class Incoming:
    """One thing a person did in a chat: a text, a file, or a tap on a button."""

    channel: str
    chat: str
    """Where to answer."""
    person: str
    """The channel's id of the person."""
    display_name: str | None = None
    language: str | None = None
    """The messenger's language setting, BCP 47."""
    sent_at: datetime | None = None
    message_ref: str | None = None
    answers_ref: str | None = None
    """Our message that the person answers to, where they point at one."""
    text: str | None = None
    attachment: Attachment | None = None
    action: str | None = None
    """`Button.action` of the tapped button."""
    callback_ref: str | None = None
    """What `Channel.acknowledge` wants for that tap."""
    blocked: bool | None = None
    """True when the person blocked us, False when they came back; None for everything else."""
