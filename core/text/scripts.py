"""Which script a text is written in, by the blocks of Unicode."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from enum import StrEnum
from functools import lru_cache

REMEMBERED = 20_000
"""Characters: more than any catalogue's songs are written with."""


class Script(StrEnum):
    """Scripts that songs are named in; the values are the codes of ISO 15924."""

    LATIN = "Latn"
    GREEK = "Grek"
    CYRILLIC = "Cyrl"
    ARMENIAN = "Armn"
    HEBREW = "Hebr"
    ARABIC = "Arab"
    DEVANAGARI = "Deva"
    BENGALI = "Beng"
    GURMUKHI = "Guru"
    GUJARATI = "Gujr"
    ORIYA = "Orya"
    TAMIL = "Taml"
    TELUGU = "Telu"
    KANNADA = "Knda"
    MALAYALAM = "Mlym"
    SINHALA = "Sinh"
    THAI = "Thai"
    LAO = "Laoo"
    MYANMAR = "Mymr"
    GEORGIAN = "Geor"
    ETHIOPIC = "Ethi"
    KHMER = "Khmr"
    KANA = "Kana"
    HANGUL = "Hang"
    HAN = "Hani"
    OTHER = "Zyyy"
    """Digits, signs, emoji and scripts that no table here names."""


_BLOCKS: tuple[tuple[int, int, Script], ...] = (
    (0x0041, 0x005A, Script.LATIN),
    (0x0061, 0x007A, Script.LATIN),
    (0x00AA, 0x00AA, Script.LATIN),
    (0x00BA, 0x00BA, Script.LATIN),
    (0x00C0, 0x02AF, Script.LATIN),
    (0x0370, 0x03FF, Script.GREEK),
    (0x0400, 0x052F, Script.CYRILLIC),
    (0x0531, 0x058F, Script.ARMENIAN),
    (0x0591, 0x05F4, Script.HEBREW),
    (0x0600, 0x06FF, Script.ARABIC),
    (0x0750, 0x077F, Script.ARABIC),
    (0x08A0, 0x08FF, Script.ARABIC),
    (0x0900, 0x097F, Script.DEVANAGARI),
    (0x0980, 0x09FF, Script.BENGALI),
    (0x0A00, 0x0A7F, Script.GURMUKHI),
    (0x0A80, 0x0AFF, Script.GUJARATI),
    (0x0B00, 0x0B7F, Script.ORIYA),
    (0x0B80, 0x0BFF, Script.TAMIL),
    (0x0C00, 0x0C7F, Script.TELUGU),
    (0x0C80, 0x0CFF, Script.KANNADA),
    (0x0D00, 0x0D7F, Script.MALAYALAM),
    (0x0D80, 0x0DFF, Script.SINHALA),
    (0x0E00, 0x0E7F, Script.THAI),
    (0x0E80, 0x0EFF, Script.LAO),
    (0x1000, 0x109F, Script.MYANMAR),
    (0x10A0, 0x10FF, Script.GEORGIAN),
    (0x1100, 0x11FF, Script.HANGUL),
    (0x1200, 0x139F, Script.ETHIOPIC),
    (0x1780, 0x17FF, Script.KHMER),
    (0x1C90, 0x1CBF, Script.GEORGIAN),
    (0x1E00, 0x1EFF, Script.LATIN),
    (0x1F00, 0x1FFF, Script.GREEK),
    (0x3005, 0x3007, Script.HAN),
    (0x3041, 0x30FF, Script.KANA),
    (0x3130, 0x318F, Script.HANGUL),
    (0x31F0, 0x31FF, Script.KANA),
    (0x3400, 0x4DBF, Script.HAN),
    (0x4E00, 0x9FFF, Script.HAN),
    (0xAC00, 0xD7A3, Script.HANGUL),
    (0xF900, 0xFAFF, Script.HAN),
    (0xFB1D, 0xFB4F, Script.HEBREW),
    (0xFB50, 0xFDFF, Script.ARABIC),
    (0xFE70, 0xFEFC, Script.ARABIC),
    (0xFF21, 0xFF3A, Script.LATIN),
    (0xFF41, 0xFF5A, Script.LATIN),
    (0xFF66, 0xFF9F, Script.KANA),
    (0x20000, 0x323AF, Script.HAN),
)
_STARTS = [start for start, _, _ in _BLOCKS]


@lru_cache(REMEMBERED)
def script_of_char(char: str) -> Script:
    point = ord(char)
    found = bisect_right(_STARTS, point) - 1
    if found < 0:
        return Script.OTHER
    _, end, script = _BLOCKS[found]
    return script if point <= end else Script.OTHER


def script_of(text: str) -> Script:
    """The script most letters are of; OTHER when there is no letter. Kanji among kana are Japanese: KANA."""
    count = counts(text)
    if not count:
        return Script.OTHER
    if count[Script.KANA] and count[Script.KANA] + count[Script.HAN] >= count.total() / 2:
        return Script.KANA
    return count.most_common(1)[0][0]


def counts(text: str) -> Counter[Script]:
    """How many letters there are of each script, those of no script left out."""
    count = Counter(map(script_of_char, text))
    del count[Script.OTHER]
    return count


def runs(text: str) -> list[tuple[Script, str]]:
    """The text cut where the script changes; what has no script (spaces, digits) stays with what it follows.

    >>> runs("Naina नैना 2")
    [(<Script.LATIN: 'Latn'>, 'Naina '), (<Script.DEVANAGARI: 'Deva'>, 'नैना 2')]
    """
    found: list[tuple[Script, str]] = []
    script, start = Script.OTHER, 0
    for place, char in enumerate(text):
        its = script_of_char(char)
        if its in (Script.OTHER, script):
            continue
        if script is not Script.OTHER:
            found.append((script, text[start:place]))
            start = place
        script = its
    if start < len(text):
        found.append((script, text[start:]))
    return found


def is_mixed(text: str) -> bool:
    """Whether letters of several scripts are in it; kanji and kana are one."""
    found = set(counts(text))
    return len(found) > 1 and found != {Script.HAN, Script.KANA}
