"""What may be searched for: the first thing every way in asks."""

from __future__ import annotations

import unicodedata

from core.errors import EmptyQuery, QueryTooLong
from core.text import fold

LONGEST_QUERY = 200


def checked(query: str) -> str:
    """The query without control characters and needless spaces.

    Raises EmptyQuery when it holds no letter and no digit, QueryTooLong above `LONGEST_QUERY` characters.
    """
    if len(query) > 10 * LONGEST_QUERY:
        raise QueryTooLong(limit=LONGEST_QUERY)
    visible = "".join(char if _is_visible(char) else " " for char in query)
    cleaned = " ".join(visible.split())
    if len(cleaned) > LONGEST_QUERY:
        raise QueryTooLong(limit=LONGEST_QUERY)
    if not fold.words(cleaned):
        raise EmptyQuery
    return cleaned


def _is_visible(char: str) -> bool:
    """Joiners count as visible: they shape Indic letters and part no words."""
    return char in "\u200c\u200d" or unicodedata.category(char) not in ("Cc", "Cs", "Co", "Cn", "Cf")
