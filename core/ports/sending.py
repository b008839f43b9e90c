"""What is known before and after a send."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """What is known after a send. `uncertain` is never blindly repeated."""

    SENT = "sent"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    RETRY = "retry"
    HELD = "held"
    """Nothing was sent, and nothing may be until the person writes to us again."""


@dataclass(frozen=True)
class SendResult:
    outcome: Outcome
    message_ref: str | None = None
    """The channel's id of the message, to edit it later."""
    media_ref: str | None = None
    """The channel's id of the uploaded media, to send it again without an upload."""
    retry_after: float | None = None
    """Seconds to wait, with RETRY."""
    blocked: bool = False
    """The person does not want to hear from us any more."""
    error: str | None = None
    """For the delivery's record: never a secret, never a phone number."""


@dataclass(frozen=True)
class Attempt:
    """One try to send a delivery."""

    delivery_id: uuid.UUID
    unclear_since: datetime | None = None
    """When the first try began of which nobody knows whether it arrived; None where there is none such."""
