"""Any script in Latin letters, in each of the spellings somebody may type.

Three romanizers answer. Ours follows what people hear and type, script by script; `anyascii` goes letter by
letter through a table and knows every script; `uroman` (University of Southern California) follows rules of
pronunciation. uroman takes seconds to load, so only what is indexed goes through it, never what is typed.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from anyascii import anyascii

from core.text import abjads, alphabets, hangul, indic, readings, thai
from core.text.scripts import Script, runs

if TYPE_CHECKING:
    from uroman import Uroman

MOST_SPELLINGS = 6
REMEMBERED_WORDS = 50_000
"""Titles are made of few words: most are romanized once in a process."""
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_EXPANDED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa",
     "Ø": "Oe"}
)  # fmt: skip
"""What Germans and Scandinavians type where a keyboard has no such letters."""
_loading = threading.Lock()


def spellings(text: str, *, japanese: bool | None = None, thorough: bool = False) -> tuple[str, ...]:
    """The Latin spellings of a text, the likeliest first, at most `MOST_SPELLINGS`; a Latin text is its own.
    Where a word has several, the n-th spelling is made of the n-th of each.

    `japanese` tells whether Han characters are kanji; None means both readings. `thorough` adds uroman.
    Never raises.
    """
    if text.isascii():
        return (text,)
    plain = unicodedata.normalize("NFKC", _LONE_SURROGATE.sub(" ", text))
    if readings.has_han(plain) or readings.is_japanese(plain):
        found = [*_read(plain, japanese), plain, *([_uroman(plain)] if thorough else [])]
        return tuple(dict.fromkeys(anyascii(each) for each in found))[:MOST_SPELLINGS]
    words = [_spellings_of_word(word, thorough) for word in plain.split()]
    count = max(map(len, words), default=0)
    texts = (" ".join(each[min(index, len(each) - 1)] for each in words) for index in range(count))
    return tuple(dict.fromkeys(texts))[:MOST_SPELLINGS]


@lru_cache(REMEMBERED_WORDS)
def _spellings_of_word(word: str, thorough: bool) -> tuple[str, ...]:
    by_table = anyascii(word)
    if all(script in (Script.LATIN, Script.OTHER) for script, _ in runs(word)):
        return tuple(dict.fromkeys((by_table, anyascii(word.translate(_EXPANDED)))))
    pieces = [_spell(piece, script) for script, piece in runs(word)]
    count = max(map(len, pieces), default=0)
    heard = ["".join(each[min(index, len(each) - 1)] for each in pieces) for index in range(count)]
    found = [*(anyascii(each) for each in heard), by_table]
    if thorough:
        found.append(_uroman(word))
    return tuple(dict.fromkeys(found))


def _read(text: str, japanese: bool | None) -> list[str]:
    if japanese is False and not readings.is_japanese(text):
        return [readings.chinese(text)]
    spoken = readings.japanese(text)
    japanese_spellings = [spoken, readings.shortened(spoken)]
    if readings.is_japanese(text) or japanese:
        return japanese_spellings
    return [readings.chinese(text), *japanese_spellings]


def _spell(piece: str, script: Script) -> tuple[str, ...]:
    if script in indic.SCRIPTS:
        return (indic.romanize(piece, script),)
    if script is Script.ARABIC:
        return abjads.arabic(piece)
    if script is Script.HEBREW:
        return abjads.hebrew(piece)
    if script is Script.CYRILLIC:
        return alphabets.cyrillic(piece)
    if script is Script.GREEK:
        return alphabets.greek(piece)
    if script is Script.HANGUL:
        return hangul.romanize(piece), hangul.by_syllables(piece)
    if script is Script.THAI:
        return thai.spellings(piece)
    return (piece,)


def _uroman(text: str) -> str:
    spelt = _load_uroman().romanize_string(text)
    return anyascii(spelt) if isinstance(spelt, str) else ""


def _load_uroman() -> Uroman:
    with _loading:
        return _uroman_once()


@lru_cache(maxsize=1)
def _uroman_once() -> Uroman:
    from uroman import Uroman

    return Uroman()
