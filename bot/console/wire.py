"""How the terminal's words are stored in the inbox."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from core.chat.messages import Attachment, AttachmentKind, Incoming

CHANNEL = "console"


def to_json(incoming: Incoming) -> dict[str, Any]:
    value = asdict(incoming)
    if incoming.sent_at is not None:
        value["sent_at"] = incoming.sent_at.isoformat()
    return value


def from_json(value: dict[str, Any]) -> Incoming:
    """The inverse of `to_json`."""
    fields = dict(value)
    if fields.get("sent_at") is not None:
        fields["sent_at"] = datetime.fromisoformat(fields["sent_at"])
    if fields.get("attachment") is not None:
        attachment = dict(fields["attachment"])
        fields["attachment"] = Attachment(**{**attachment, "kind": AttachmentKind(attachment["kind"])})
    return Incoming(**fields)
