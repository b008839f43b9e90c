"""Indic scripts as people type them in Latin letters.

The blocks of Unicode for the scripts of India follow one plan (that of ISCII, IS 13194:1991): the same letter
stands at the same place of each block. One table by place serves all; what a language says differently is an
exception to it.
"""

from __future__ import annotations

import re

from core.text.scripts import Script

_FIRST = {
    Script.DEVANAGARI: 0x0900,
    Script.BENGALI: 0x0980,
    Script.GURMUKHI: 0x0A00,
    Script.GUJARATI: 0x0A80,
    Script.ORIYA: 0x0B00,
    Script.TAMIL: 0x0B80,
    Script.TELUGU: 0x0C00,
    Script.KANNADA: 0x0C80,
    Script.MALAYALAM: 0x0D00,
}
SCRIPTS = frozenset(_FIRST)

_VOWELS = {
    0x05: "a", 0x06: "aa", 0x07: "i", 0x08: "ee", 0x09: "u", 0x0A: "oo", 0x0B: "ri", 0x0C: "li", 0x0D: "e",
    0x0E: "e", 0x0F: "e", 0x10: "ai", 0x11: "o", 0x12: "o", 0x13: "o", 0x14: "au", 0x60: "ri",
}  # fmt: skip
_SIGNS = {
    0x3E: "aa", 0x3F: "i", 0x40: "ee", 0x41: "u", 0x42: "oo", 0x43: "ri", 0x44: "ri", 0x45: "e", 0x46: "e",
    0x47: "e", 0x48: "ai", 0x49: "o", 0x4A: "o", 0x4B: "o", 0x4C: "au", 0x57: "au",
}  # fmt: skip
_CONSONANTS = {
    0x15: "k", 0x16: "kh", 0x17: "g", 0x18: "gh", 0x19: "ng", 0x1A: "ch", 0x1B: "chh", 0x1C: "j", 0x1D: "jh",
    0x1E: "n", 0x1F: "t", 0x20: "th", 0x21: "d", 0x22: "dh", 0x23: "n", 0x24: "t", 0x25: "th", 0x26: "d",
    0x27: "dh", 0x28: "n", 0x29: "n", 0x2A: "p", 0x2B: "ph", 0x2C: "b", 0x2D: "bh", 0x2E: "m", 0x2F: "y",
    0x30: "r", 0x31: "r", 0x32: "l", 0x33: "l", 0x34: "zh", 0x35: "v", 0x36: "sh", 0x37: "sh", 0x38: "s",
    0x39: "h",
}  # fmt: skip
_WITH_NUKTA = {0x15: "q", 0x16: "kh", 0x17: "g", 0x1C: "z", 0x1D: "z", 0x21: "d", 0x22: "dh",
0x2B: "f", 0x2F: "y",
               0x38: "sh", 0x32: "l", 0x28: "n", 0x30: "r"}  # fmt: skip
_CANDRABINDU, _ANUSVARA, _VISARGA, _NUKTA, _VIRAMA = 0x01, 0x02, 0x03, 0x3C, 0x4D
_TIPPI, _ADDAK = 0x70, 0x71
_GURMUKHI_CARRIERS = {0x72, 0x73}

_SPECIAL: dict[Script, dict[int, str]] = {
    Script.BENGALI: {0x2F: "j", 0x2C: "b", 0x4E: "t", 0x70: "r", 0x71: "w"},
    Script.TAMIL: {0x1A: "s", 0x31: "r", 0x24: "th", 0x1F: "d"},
    Script.MALAYALAM: {0x24: "th", 0x31: "r"},
    Script.GURMUKHI: {0x36: "sh"},
}
_CHILLUS = {0x7A: "n", 0x7B: "n", 0x7C: "r", 0x7D: "l", 0x7E: "l", 0x7F: "k"}
_SILENT_FINAL_A = {Script.DEVANAGARI, Script.BENGALI, Script.GURMUKHI, Script.GUJARATI, Script.ORIYA}
_ENDS_IN_M = {Script.TELUGU, Script.KANNADA, Script.MALAYALAM}

_MEDIAL_A = re.compile(r"(?<=[aeiou])([^aeiouA]{1,2})A(?=(?:[kgcjtdpbnmyrlvsh]|sh|ch)h?[aeiou])")
_TAMIL_RULES = (
    (re.compile(r"rr"), "tr"),
    (re.compile(r"nr"), "ndr"),
    (re.compile(r"ns"), "nj"),
    (re.compile(r"ss"), "ch"),
    (re.compile(r"dd"), "tt"),
    (re.compile(r"(?<=[aeioun])th(?!th)"), "dh"),
    (re.compile(r"thdh|thth"), "th"),
    (re.compile(r"(?<![p])p(?!p)(?<=[aeiounm]p)"), "b"),
    (re.compile(r"(?<![k])k(?!k)(?<=[aeioung]k)"), "g"),
    (re.compile(r"ngg"), "ng"),
)
_BENGALI_RULES = ((re.compile(r"ksh"), "kh"), (re.compile(r"(?<=[^aeiou])[jy](?=[aeiou])"), ""))
_MALAYALAM_RULES = ((re.compile(r"rr"), "tt"), (re.compile(r"nr"), "nt"))


def romanize(text: str, script: Script) -> str:
    """The text as people type it; characters of other scripts stay as they are.

    >>> romanize("तुम ही हो", Script.DEVANAGARI), romanize("முன்பே வா", Script.TAMIL)
    ('tum hee ho', 'munbe vaa')
    """
    first = _FIRST[script]
    return "".join(
        _word([ord(char) - first for char in piece], script) if _is_of(piece[0], first) else piece
        for piece in re.split(rf"([{chr(first)}-{chr(first + 0x7F)}]+)", text)
        if piece
    )


def _is_of(char: str, first: int) -> bool:
    return first <= ord(char) < first + 0x80


def _word(places: list[int], script: Script) -> str:
    """One word; `A` stands for an inherent vowel until it is known whether it is said."""
    special = _SPECIAL.get(script, {})
    out: list[str] = []
    for index, place in enumerate(places):
        following = places[index + 1 : index + 3]
        if place in _CONSONANTS or place in special:
            has_nukta = following[:1] == [_NUKTA]
            out.append(_consonant(place, has_nukta, script, special))
            after = following[1:] if has_nukta else following[:1]
            if not after or not (after[0] in _SIGNS or after[0] == _VIRAMA):
                out.append("A")
        elif place in (_ANUSVARA, _TIPPI, _CANDRABINDU):
            out.append(_nasal(following, script))
        elif place == _VISARGA:
            out.append("h")
        else:
            out.append(_VOWELS.get(place) or _SIGNS.get(place) or _CHILLUS.get(place) or _digit(place))
    return _vowels_said("".join(out), script)


def _consonant(place: int, has_nukta: bool, script: Script, special: dict[int, str]) -> str:
    if has_nukta and script is Script.BENGALI:
        return {0x2F: "y", 0x21: "r", 0x22: "rh"}.get(place, _CONSONANTS.get(place, ""))
    if has_nukta and place in _WITH_NUKTA:
        return _WITH_NUKTA[place]
    return special.get(place) or _CONSONANTS[place]


def _nasal(following: list[int], script: Script) -> str:
    """An anusvara is the nasal of the place where the next consonant is spoken."""
    if following and 0x2A <= following[0] <= 0x2E:
        return "m"
    if script is Script.BENGALI and (not following or following[0] not in range(0x15, 0x26)):
        return "ng"
    if following and following[0] in _CONSONANTS:
        return "n"
    return "m" if script in _ENDS_IN_M else "n"


def _digit(place: int) -> str:
    return str(place - 0x66) if 0x66 <= place <= 0x6F else ""


def _vowels_said(word: str, script: Script) -> str:
    """Northern languages leave out the inherent vowel at a word's end and between two spoken syllables."""
    if script in _SILENT_FINAL_A:
        if len(word) > 2 and word.endswith("A") and re.search(r"[aeiouA].*[^aeiouA]A$", word):
            word = word[:-1]
        word = _MEDIAL_A.sub(r"\1", word) if script is not Script.BENGALI else word
    word = word.replace("A", "o" if script is Script.BENGALI else "a")
    rules = {
        Script.TAMIL: _TAMIL_RULES,
        Script.BENGALI: _BENGALI_RULES,
        Script.MALAYALAM: _MALAYALAM_RULES,
    }.get(script, ())
    for pattern, replacement in rules:
        word = pattern.sub(replacement, word)
    return word
