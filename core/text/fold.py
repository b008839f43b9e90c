"""One spelling for all the ways a name may be written down in its own script.

Folding takes away what people leave out or vary when they type (case, width, accents, vowel points, nuktas,
punctuation) and nothing that tells words apart: the vowel signs of Indic scripts and Thai stay.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from core.text.scripts import REMEMBERED, Script, script_of_char

_UNMARKED = {Script.LATIN, Script.GREEK, Script.CYRILLIC, Script.ARABIC, Script.HEBREW}
"""Scripts whose combining marks people leave out."""

_LETTERS = str.maketrans(
    {
        # Latin letters that are no letter with an accent
        "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
        "ß": "ss", "ə": "e",
        "ŋ": "ng", "ħ": "h", "ɓ": "b", "ɗ": "d", "ƙ": "k",
        # Arabic: one letter for those that keyboards exchange
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ی", "ي": "ی", "ئ": "ی", "ے": "ی", "ك": "ک", "ة": "ه",
        "ہ": "ه", "ۃ": "ه", "ھ": "ه", "ۀ": "ه", "ؤ": "و", "ں": "ن", "ء": None, "ـ": None,
        # Indic: candrabindu is written as anusvara, nuktas are left out, so is the Gurmukhi addak
        "ँ": "ं", "ঁ": "ং", "ઁ": "ં", "ਁ": "ੰ", "ਂ": "ੰ", "ੱ": None,
        "़": None, "়": None, "਼": None, "઼": None, "಼": None,
        # Malayalam chillus as consonant and virama
        "ൺ": "ണ്", "ൻ": "ന്", "ർ": "ര്", "ൽ": "ല്", "ൾ": "ള്", "ൿ": "ക്",
    }
)  # fmt: skip
_KATAKANA = {point: point - 0x60 for point in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_APOSTROPHES = re.compile(r"(?<=\w)['’‘ʼ`´′](?=\w)")


def words(text: str) -> list[str]:
    """The folded words, in their order. Never raises.

    >>> words("Don’t Stop (Şımarık) — तुम  ही हो!")
    ['dont', 'stop', 'simarik', 'तुम', 'ही', 'हो']
    """
    if text.isascii():
        return _ASCII_WORD.findall(_APOSTROPHES.sub("", text).lower())
    composed = unicodedata.normalize("NFKC", _APOSTROPHES.sub("", text))
    plain = "".join(map(_unmarked, unicodedata.normalize("NFD", composed.casefold())))
    letters = unicodedata.normalize("NFC", plain).translate(_LETTERS).translate(_KATAKANA)
    return _split(letters)


def fold(text: str) -> str:
    """The folded words with one space between them; empty when there is no letter and no digit. Never raises.

    >>> fold("ＢÉSAME   Mucho!")
    'besame mucho'
    """
    return " ".join(words(text))


def joined(text: str) -> str:
    """The folded words written as one."""
    return "".join(words(text))


@lru_cache(REMEMBERED)
def _unmarked(char: str) -> str:
    """The character; nothing when it is a mark that people leave out."""
    if char < "\u0300":
        return char
    if unicodedata.category(char) != "Mn":
        return char
    if char <= "\u036f" or script_of_char(char) in _UNMARKED:
        return ""
    return char


def _split(text: str) -> list[str]:
    return "".join(map(_kept, text)).split()


@lru_cache(REMEMBERED)
def _kept(char: str) -> str:
    """What stands for a character: letters, digits and vowel signs stay, invisible ones go,
    everything else parts
    words."""
    if char.isalnum():
        return char
    category = unicodedata.category(char)
    if category in ("Mn", "Mc"):
        return char if script_of_char(char) is not Script.OTHER else ""
    if char == "ー":
        return char
    return "" if category in ("Cf", "Me", "Sk", "Lm") else " "
