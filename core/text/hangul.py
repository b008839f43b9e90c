"""Korean in the Revised Romanization (National Institute of Korean Language, 2000): as it is spoken, where
final consonants move to a following vowel and change before other consonants, and syllable by syllable."""

from __future__ import annotations

import unicodedata

_LEADS = "g kk n d tt r m b pp s ss  j jj ch k t p h".split(" ")  # noqa: SIM905
_VOWELS = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split(" ")  # noqa: SIM905
_TAILS = " g kk gs n nj nh d l lg lm lb ls lt lp lh m b bs s ss ng j ch k t p h".split(" ")  # noqa: SIM905
_SPOKEN_AT_END = {
    "": "", "g": "k", "kk": "k", "gs": "k", "n": "n", "nj": "n", "nh": "n", "d": "t", "l": "l", "lg": "k",
    "lm": "m", "lb": "l", "ls": "l", "lt": "l", "lp": "p", "lh": "l", "m": "m", "b": "p", "bs": "p", "s": "t",
    "ss": "t", "ng": "ng", "j": "t", "ch": "t", "k": "k", "t": "t", "p": "p", "h": "",
}  # fmt: skip
_MOVES = {
    "g": ("", "g"), "kk": ("", "kk"), "gs": ("k", "s"), "n": ("", "n"), "nj": ("n", "j"), "nh": ("", "n"),
    "d": ("", "d"), "l": ("", "r"), "lg": ("l", "g"), "lm": ("l", "m"), "lb": ("l", "b"), "ls": ("l", "s"),
    "lt": ("l", "t"), "lp": ("l", "p"), "lh": ("", "r"), "m": ("", "m"), "b": ("", "b"), "bs": ("p", "s"),
    "s": ("", "s"), "ss": ("", "ss"), "ng": ("ng", ""), "j": ("", "j"), "ch": ("", "ch"), "k": ("", "k"),
    "t": ("", "t"), "p": ("", "p"), "h": ("", ""),
}  # fmt: skip
_NASAL = {"k": "ng", "t": "n", "p": "m"}
_WITH_H = {"g": "k", "d": "t", "b": "p", "j": "ch"}
_FIRST, _LAST = 0xAC00, 0xD7A3


def romanize(text: str) -> str:
    """The text with its Hangul as it is spoken; all else stays.

    >>> romanize("밤편지"), romanize("벚꽃 엔딩"), romanize("한국말")
    ('bampyeonji', 'beotkkot ending', 'hangungmal')
    """
    composed = unicodedata.normalize("NFC", text)
    syllables = [_parts(char) for char in composed]
    out: list[str] = []
    carried: str | None = None  # how the next syllable begins, where the one before decides
    for index, parts in enumerate(syllables):
        if parts is None:
            out.append(composed[index])
            continue
        lead, vowel, tail = parts
        out.append((lead if carried is None else carried) + vowel)
        following = syllables[index + 1] if index + 1 < len(syllables) else None
        spoken, carried = _meet(tail, following[0]) if following else (_SPOKEN_AT_END[tail], None)
        out.append(spoken)
    return "".join(out)


def by_syllables(text: str) -> str:
    """The text with each Hangul syllable as it is said alone, as many type it; all else stays.

    >>> by_syllables("거짓말"), by_syllables("한국말")
    ('geojitmal', 'hangukmal')
    """
    spoken = []
    for char in unicodedata.normalize("NFC", text):
        parts = _parts(char)
        spoken.append(parts[0] + parts[1] + _SPOKEN_AT_END[parts[2]] if parts else char)
    return "".join(spoken)


def _parts(char: str) -> tuple[str, str, str] | None:
    """Lead, vowel and tail of a syllable; None for any other character."""
    point = ord(char)
    if not _FIRST <= point <= _LAST:
        return None
    block, tail = divmod(point - _FIRST, 28)
    lead, vowel = divmod(block, 21)
    return _LEADS[lead], _VOWELS[vowel], _TAILS[tail]


def _meet(tail: str, lead: str) -> tuple[str, str | None]:
    """How a tail and the lead that follows are spoken together."""
    if not tail:
        return "", None
    if not lead:
        return _MOVES[tail]
    if tail in ("h", "nh", "lh") and lead in _WITH_H:
        return {"h": "", "nh": "n", "lh": "l"}[tail], _WITH_H[lead]
    spoken = _SPOKEN_AT_END[tail]
    if lead == "h" and spoken in _NASAL:
        return "", _WITH_H.get(_MOVES[tail][1], {"k": "k", "t": "t", "p": "p"}[spoken])
    if lead in ("n", "m") and spoken in _NASAL:
        return _NASAL[spoken], None
    if lead == "r" and spoken == "n":
        return "l", "l"
    if lead == "r" and spoken:
        return (spoken, "l") if spoken == "l" else (_NASAL.get(spoken, spoken), "n")
    if lead == "n" and spoken == "l":
        return "l", "l"
    return spoken, None
