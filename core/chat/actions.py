"""What buttons say when they are tapped: short strings, within every messenger's 64 bytes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from core.ports import Quality


@dataclass(frozen=True)
class Cancel:
    job_id: uuid.UUID


@dataclass(frozen=True)
class SendAgain:
    delivery_id: uuid.UUID


@dataclass(frozen=True)
class ChooseQuality:
    quality: Quality


Action = Cancel | SendAgain | ChooseQuality


def cancel_action(job_id: uuid.UUID) -> str:
    return f"cancel:{job_id.hex}"


def send_again_action(delivery_id: uuid.UUID) -> str:
    return f"again:{delivery_id.hex}"


def quality_action(quality: Quality) -> str:
    return f"quality:{quality}"


def parse_action(text: str) -> Action | None:
    """The action of a tapped button; None when it is none of ours."""
    name, _, value = text.partition(":")
    try:
        match name:
            case "cancel":
                return Cancel(uuid.UUID(value))
            case "again":
                return SendAgain(uuid.UUID(value))
            case "quality":
                return ChooseQuality(Quality(value))
    except ValueError:
        return None
    return None
