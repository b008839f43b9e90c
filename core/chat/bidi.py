"""Names written in one direction inside texts written in the other.

Without help a messenger guesses where such a name ends: its last sign, or the number after it, jumps to the
other side. Isolates (Unicode's UAX #9: FSI and PDI) keep a name's direction to itself.
"""

from __future__ import annotations

import unicodedata

_BEGIN, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_MARKS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_IMPLICIT = {"\N{LEFT-TO-RIGHT MARK}", "\N{RIGHT-TO-LEFT MARK}", "\N{ARABIC LETTER MARK}"}


def turns_direction(char: str) -> bool:
    """Whether this sign is invisible and changes the direction of what stands around it."""
    return unicodedata.bidirectional(char) in _MARKS


def without_marks(text: str) -> str:
    """What somebody sent, without the marks that came along where they copied it from an Urdu text."""
    return "".join(char for char in text if not turns_direction(char) and char not in _IMPLICIT)


def runs_leftward(text: str) -> bool:
    """Whether some of the text is written from right to left, as Urdu is."""
    return any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text)


def isolated(text: str) -> str:
    """The text in its own direction, whatever stands around it; what is isolated already stays as it is."""
    return text if text.startswith(_BEGIN) and text.endswith(_END) else f"{_BEGIN}{text}{_END}"


def isolated_if_leftward(text: str) -> str:
    """Isolated where it could disturb a text that runs rightward."""
    return isolated(text) if runs_leftward(text) else text
