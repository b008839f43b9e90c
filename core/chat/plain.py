"""What somebody typed, ready to be compared with what we know."""

from __future__ import annotations

import unicodedata


def plain(text: str) -> str:
    """Without case, needless spaces and invisible signs, and with each letter written in one way.

    Keyboards type ज़ and য় as one sign or as two, add joiners to Indic letters, and bring marks of direction
    along with Urdu (Unicode's UAX #15, NFC, and its category Cf).
    """
    seen = (char for char in unicodedata.normalize("NFC", text) if unicodedata.category(char) != "Cf")
    return " ".join("".join(seen).casefold().split())
