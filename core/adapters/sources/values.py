"""Reading JSON that may be anything: each function gives the value where it is one, else what means none.

Services send null for lists, strings for numbers, one object for a list of one, half a surrogate pair. None
of that may reach the database or stop a search.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

LONGEST_NAME = 500
LONGEST_NUMBER = 40
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")
"""ISO 3901: country, registrant, year and number."""


def object_in(value: object, *path: str) -> Mapping[str, Any]:
    """The JSON object at a path of keys; empty when there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def objects_in(value: object) -> Iterator[Mapping[str, Any]]:
    """The objects of a list; a single object is a list of one."""
    items = value if isinstance(value, list) else [value]
    return (item for item in items if isinstance(item, dict))


def text_in(value: object, longest: int = LONGEST_NAME) -> str:
    """A string without control characters and lone surrogates, spaces made single; empty for all else."""
    if not isinstance(value, str):
        return ""
    kept = "".join(
        " " if unicodedata.category(letter) in {"Cc", "Cs"} else letter for letter in value[: 4 * longest]
    )
    return " ".join(kept.split())[:longest].rstrip()


def number_in(value: object) -> float | None:
    """A finite number, also one written as a string."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and len(value) > LONGEST_NUMBER:
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def whole_in(value: object, lowest: int = 0, highest: int = 2**31 - 1) -> int | None:
    """A whole number within bounds, also one written as a string."""
    number = number_in(value)
    return int(number) if number is not None and lowest <= number <= highest else None


def year_in(value: object) -> int | None:
    """The year of a date that begins with one: `2024`, `2024-06`, `2024-06-30`."""
    match = re.match(r"(1[0-9]{3}|20[0-9]{2})(?![0-9])", text_in(value))
    return int(match[1]) if match else None


def isrc_in(value: object) -> str | None:
    """An ISRC in its twelve characters, however it is written."""
    code = re.sub(r"[\s-]", "", text_in(value)).upper()
    return code if _ISRC.fullmatch(code) else None


def web_address_in(value: object) -> str | None:
    """An address of the web, at most 2,000 characters."""
    address = text_in(value, 2001)
    fits = len(address) <= 2000 and " " not in address
    return address if fits and address.startswith(("https://", "http://")) else None
