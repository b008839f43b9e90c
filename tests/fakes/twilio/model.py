"""What there is in the stand-in's Twilio: messages, media, and refusals."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

MAX_BODY = 1600
MAX_MEDIA = 16 * 1024 * 1024
WINDOW_SECONDS = 24 * 3600.0
AUDIO_TYPES = {"audio/ogg", "audio/mpeg", "audio/mp4", "audio/amr", "audio/3gpp", "audio/aac"}
FINAL_FAILURES = {"failed", "undelivered"}


class Refusal(Exception):
    """An error answer of Twilio's REST API."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def as_json(self) -> dict[str, Any]:
        info = f"https://www.twilio.com/docs/errors/{self.code}"
        return {"code": self.code, "message": self.message, "more_info": info, "status": self.status}


@dataclass
class Media:
    """A file that lies at Twilio."""

    sid: str
    data: bytes = field(repr=False)
    content_type: str

    def as_json(self, message: str) -> dict[str, Any]:
        """As the resource below a message, by the message's path."""
        return {"sid": self.sid, "content_type": self.content_type, "uri": f"{message}/Media/{self.sid}.json"}


@dataclass(frozen=True)
class Choice:
    """A button under a message, or a row of its list."""

    title: str
    id: str
    description: str | None
    """Of a row; None for a button."""


@dataclass
class Message:
    """One message of a chat, whichever way it went."""

    sid: str
    inbound: bool
    person: str
    """The person's address."""
    ours: str
    body: str
    media_url: str | None = None
    callback: str | None = None
    content_sid: str | None = None
    choices: tuple[Choice, ...] = ()
    """What can be tapped."""
    list_button: str | None = None
    fate: int | None = None
    """The error that WhatsApp has for its content."""
    media: list[Media] = field(default_factory=list)
    status: str = "queued"
    error_code: int | None = None
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def has_arrived(self) -> bool:
        """Whether the person sees it."""
        return self.inbound or self.status in {"sent", "delivered", "read"}

    @property
    def audio(self) -> bytes | None:
        """What a player would play."""
        return next((item.data for item in self.media if item.content_type in AUDIO_TYPES), None)

    @property
    def sent_at(self) -> datetime | None:
        """None while it waits in Twilio's queue."""
        return None if self.status in {"queued", "accepted"} else self.created_at

    def as_json(self, account_sid: str) -> dict[str, Any]:
        base = f"/2010-04-01/Accounts/{account_sid}/Messages/{self.sid}"
        return {
            "sid": self.sid,
            "account_sid": account_sid,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": format_datetime(self.created_at),
            "date_updated": format_datetime(self.created_at),
            "date_sent": format_datetime(self.sent_at) if self.sent_at else None,
            "direction": "inbound" if self.inbound else "outbound-api",
            "error_code": self.error_code,
            "error_message": None,
            "from": self.person if self.inbound else self.ours,
            "to": self.ours if self.inbound else self.person,
            "messaging_service_sid": None,
            "num_media": str(len(self.media) or int(self.media_url is not None)),
            "num_segments": "1",
            "price": None,
            "price_unit": None,
            "status": "received" if self.inbound else self.status,
            "subresource_uris": {"media": f"{base}/Media.json"},
            "uri": f"{base}.json",
        }


def new_sid(prefix: str) -> str:
    """`SM` and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)
