"""Codes of languages as files and tags spell them, brought to the shortest code."""

from __future__ import annotations

import re

CODE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
LONGEST_CODE = 10
"""Characters that `songs.language` holds."""
NO_LANGUAGE = {"und", "zxx", "mul", "mis", "xxx"}


def language_code(text: str | None) -> str | None:
    """`hin`, `HI` and `hi_IN` as `hi`, `hi` and `hi-in` (ISO 639, by CLDR's aliases); else None."""
    from babel.core import get_global

    code = (text or "").strip().lower().replace("_", "-")
    if not CODE.fullmatch(code):
        return None
    base, hyphen, rest = code.partition("-")
    shortest = f"{get_global('language_aliases').get(base, base)}{hyphen}{rest}".lower()
    return None if base in NO_LANGUAGE or len(shortest) > LONGEST_CODE else shortest
