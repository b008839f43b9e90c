"""What Twilio itself knows about messages, for when its webhooks met nobody.

The lists hold less than webhooks tell: no name, no button, no id of WhatsApp's own where the number is shown.
https://www.twilio.com/docs/messaging/api/message-resource, …/media-resource
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class ListTooLong(Exception):
    """More messages in that time than are read at once: ask for less of it."""


@dataclass(frozen=True)
class ReceivedMessage:
    """A message that a person sent to our number."""

    sid: str
    author: str
    """`whatsapp:+…`, or WhatsApp's own id of who hides the number."""
    user_ref: str | None
    """WhatsApp's own id of the person, where the list tells it."""
    body: str
    media: int
    """How many files came with it."""
    sent_at: datetime


@dataclass(frozen=True)
class ReceivedFile:
    url: str
    content_type: str


@dataclass(frozen=True)
class MessageState:
    """What became of a message of ours."""

    sid: str
    status: str
    error_code: int | None


class AtTwilio(Protocol):
    """Each call raises ServiceUnavailable or ConfigurationError where Twilio does not answer."""

    account_sid: str
    sender: str
    """Our number, `whatsapp:+…`."""

    async def received(self, since: datetime, until: datetime) -> list[ReceivedMessage]:
        """What came in between two times, oldest first. Raises ListTooLong."""

    async def files_of(self, sid: str) -> Sequence[ReceivedFile]:
        """The files of a message; none where they were deleted since."""

    async def states(self, since: datetime, until: datetime) -> dict[str, MessageState]:
        """What became of the messages that went out between two times, by sid. Raises ListTooLong."""

    async def state(self, sid: str) -> MessageState | None:
        """What became of one message; None where Twilio does not know it (any more)."""
