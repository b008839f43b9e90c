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


FOREIGN = ""
"""The action of a tap that no button of ours in that chat can have sent."""


class Oddity(StrEnum):
    """What people send that is neither words nor sound."""

    STICKER = "sticker"
    PICTURE = "picture"
    PLACE = "place"
    POLL = "poll"
    GAME = "game"
    """A game, or something thrown: dice, darts."""
    OTHER = "other"


@dataclass(frozen=True)
class Contact:
    """A card with a phone number, as the messenger vouches for it."""

    phone_number: str
    """As it came: with or without a plus, spaces or dashes."""
    is_senders_own: bool
    """The messenger says that this is the sender's own present number."""


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
    phone_number: str | None = None
    """The person's own, E.164, where the messenger vouches for it with each message."""
    sent_at: datetime | None = None
    message_ref: str | None = None
    """What the person wrote, or the message of ours whose button they tapped."""
    answers_ref: str | None = None
    """Our message that the person answers to, where they point at one."""
    text: str | None = None
    about: str | None = None
    """`Button.action` of the choice whose number stands in the text, where the channel itself numbers what it
    shows."""
    is_edited: bool = False
    """The person changed a message of theirs to this text; their files count when they are first sent."""
    attachment: Attachment | None = None
    media_group: str | None = None
    """What the files of one album have in common."""
    only_with_album: bool = False
    """Among many people: nothing says that it is for us, but it is where an earlier file of its album was."""
    contact: Contact | None = None
    oddity: Oddity | None = None
    """What it was where there is no text, file or contact to answer."""
    action: str | None = None
    """`Button.action` of the tapped button; FOREIGN where the channel does not know it as ours."""
    callback_ref: str | None = None
    """What `Channel.acknowledge` wants for that tap."""
    blocked: bool | None = None
    """True when the person blocked us, False when they came back; None for everything else."""

    @property
    def tapped_ref(self) -> str | None:
        """The message of ours whose button was tapped, where the messenger says so."""
        return self.message_ref if self.callback_ref is not None else None

    @property
    def is_private(self) -> bool:
        """Nobody else reads this chat."""
        return self.chat == self.person


@dataclass(frozen=True)
class InlineQuery:
    """Somebody types our name and a song's in a chat that need not be ours: worth an answer for seconds."""

    channel: str
    query_ref: str
    """What `core.ports.AnswersInline.answer_inline` wants."""
    person: str
    language: str | None
    text: str
    offset: str
    """`InlineAnswer.next_offset` of the page before; empty for the first."""


@dataclass(frozen=True)
class InlinePick:
    """Somebody put a row of an inline answer into a chat."""

    channel: str
    person: str
    choice_ref: str
    """`InlineChoice.ref` of the row."""
    text: str
    """What they had typed."""


Happening = Incoming | InlineQuery | InlinePick
"""Whatever a messenger tells us of."""
