"""What is said on a socket: JSON objects with a `type`. docs/live.md describes them for clients."""

from __future__ import annotations

import json
from enum import IntEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic_core import to_json

from core.live.standings import Standing
from core.signin.tokens import LONGEST_TOKEN

MOST_BYTES = 4096
"""Of a client's message: an access token fits, more is not needed."""


class Code(IntEnum):
    """Why we close a socket (RFC 6455 section 7.4; from 4000 on our own)."""

    TRY_LATER = 1013
    MALFORMED = 4400
    NOT_SIGNED_IN = 4401
    BLOCKED = 4403
    TOO_SLOW = 4408
    TOO_MANY = 4429


class Closing(Exception):
    """This socket is to be closed, for the reason that the client is told."""

    def __init__(self, code: Code, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Auth(BaseModel):
    model_config = ConfigDict(strict=True)

    type: Literal["auth"]
    token: str = Field(max_length=LONGEST_TOKEN)


class Ping(BaseModel):
    type: Literal["ping"]


class Pong(BaseModel):
    type: Literal["pong"]


Incoming = Auth | Ping | Pong
_incoming: TypeAdapter[Incoming] = TypeAdapter(Incoming)


def parse(text: str) -> Incoming:
    """What a client said. Raises ValueError."""
    return _incoming.validate_json(text)


PING, PONG, LIBRARY_CHANGED = (json.dumps({"type": kind}) for kind in ("ping", "pong", "library.changed"))


def ready(seconds: float) -> str:
    """The client is who it says, for so long."""
    return _text({"type": "ready", "expires_in": int(seconds)})


def error(code: str, detail: str) -> str:
    return _text({"type": "error", "code": code, "detail": detail})


def job_event(job: Standing) -> str:
    """How a job stands: on its way, or done in one way or another."""
    named = {"job_id": str(job.job_id), "status": job.status, "title": job.title, "artist": job.artist}
    named["song_id"] = None if job.song_id is None else str(job.song_id)
    if job.is_open:
        return _text(
            {
                "type": "conversion.progress",
                **named,
                "progress": job.progress,
                "place": job.place,
                "seconds_left": job.seconds_left,
            }
        )
    completed_at = None if job.completed_at is None else job.completed_at.isoformat()
    return _text(
        {"type": "conversion.done", **named, "error_code": job.error_code, "completed_at": completed_at}
    )


def _text(event: dict[str, Any]) -> str:
    return to_json(event).decode()
