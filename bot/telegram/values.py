"""Values of an update that some server sent: taken where they are what they should be, else left out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]


def as_object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def as_text(value: object) -> str | None:
    """A text that can be stored: no NUL, no half of a surrogate pair, not blank."""
    if not isinstance(value, str):
        return None
    return value.replace("\x00", "").encode(errors="ignore").decode().strip() or None


def amount(value: object) -> int | None:
    """A whole number that is not negative."""
    number = _integer(value)
    return None if number is None or number < 0 else number


def as_id(value: object) -> str | None:
    number = _integer(value)
    return None if number is None else str(number)


def as_time(value: object) -> datetime | None:
    """Unix seconds as a time; None for 0, which Telegram says where it may not tell."""
    seconds = amount(value)
    if not seconds:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _integer(value: object) -> int | None:
    """A whole number of at most 64 bits."""
    if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63:
        return value
    return None
