"""Arabic, Persian, Urdu and Hebrew in Latin letters. Short vowels are not written, so only the consonants and
the long vowels can be had; skeletons make up for the rest."""

from __future__ import annotations

import re
import unicodedata

_ARABIC = {
    "ا": "a", "آ": "aa", "أ": "a", "إ": "i", "ٱ": "a", "ء": "", "ؤ": "o", "ئ": "i", "ب": "b", "پ": "p",
    "ت": "t", "ٹ": "t", "ث": "th", "ج": "j", "چ": "ch", "ح": "h", "خ": "kh", "د": "d", "ڈ": "d", "ذ": "z",
    "ر": "r", "ڑ": "r", "ز": "z", "ژ": "z", "س": "s", "ش": "sh", "ص": "s", "ض": "z", "ط": "t", "ظ": "z",
    "ع": "a", "غ": "gh", "ف": "f", "ق": "q", "ك": "k", "ک": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n",
    "ں": "n", "ه": "h", "ہ": "h", "ھ": "h", "ة": "a", "ۃ": "a", "ۀ": "e", "و": "W", "ی": "Y", "ي": "Y",
    "ى": "a", "ے": "e", "ڤ": "v", "ۆ": "o", "ې": "e", "ۍ": "i",
    "\u064e": "a", "\u064f": "u", "\u0650": "i", "\u064b": "an", "\u064c": "un", "\u064d": "in",
    "\u0670": "a",
}  # fmt: skip
_AS_SPOKEN_IN_ARABIC = {"ض": "d", "ذ": "th", "ظ": "z"}
_URDU_LETTERS = set("ٹڈڑںےہھگچپژک")
_HEBREW = {
    "א": "a", "ב": "v", "ג": "g", "ד": "d", "ה": "h", "ו": "W", "ז": "z", "ח": "h", "ט": "t", "י": "Y",
    "כ": "k", "ך": "k", "ל": "l", "מ": "m", "ם": "m", "נ": "n", "ן": "n", "ס": "s", "ע": "a", "פ": "f",
    "ף": "f", "צ": "tz", "ץ": "tz", "ק": "k", "ר": "r", "ש": "sh", "ת": "t",
}  # fmt: skip
_VOWEL_LETTERS = (
    (re.compile(r"WW"), "v"),
    (re.compile(r"\bW(?=[aYiou])|\bW"), "v"),
    (re.compile(r"(?<=[aeiou])W(?=[aeiouY])"), "v"),
    (re.compile(r"W"), "o"),
    (re.compile(r"\bY"), "y"),
    (re.compile(r"Y"), "i"),
)
_LIGHTER = (
    (re.compile(r"\bا[یي]"), "i"),  # at the front alif only carries a vowel: Iran, Islam
    (re.compile(r"\bاو"), "o"),
    (re.compile("خوا"), "خا"),  # Persian: khab, khahar
)
_VOWEL_BETWEEN = re.compile(r"([b-df-hj-np-tv-z])(?=\1)")
_PAIR = re.compile(r"(?<=n)\u0000(?=[gk])|(?<=[bdgkpstz])\u0000(?=h)|(?<=t)\u0000(?=s)")
"""Letters that meet and would be read as one sound."""


def arabic(text: str) -> tuple[str, ...]:
    """Latin spellings of a text in the Arabic script, the likeliest first.

    >>> arabic("پسوری")
    ('psori',)
    """
    plain = _without_vowel_points(text)
    table = _ARABIC if _URDU_LETTERS & set(plain) else _ARABIC | _AS_SPOKEN_IN_ARABIC
    spelt = _spell(plain, table)
    spellings = [spelt]
    if table is not _ARABIC:
        spellings += [re.sub(r"\bal(?=[tdszrnl])", "a", spelt), re.sub("j", "g", spelt)]
    if re.search(r"\bv", spelt):
        spellings.append(re.sub(r"\bv", "o", spelt))
    lighter = plain
    for written, said in _LIGHTER:
        lighter = written.sub(said, lighter)
    if lighter != plain:
        spellings.append(_spell(lighter, table))
    return tuple(dict.fromkeys(spellings))


def hebrew(text: str) -> tuple[str, ...]:
    """Latin spellings of a Hebrew text: bet and pe are spoken b and p at the front of a word.

    >>> hebrew("הבה נגילה")
    ('hvh ngilh', 'hbh ngilh')
    """
    plain = _without_vowel_points(text)
    fronted = re.sub(r"\bפ", "p", re.sub(r"\bב", "b", plain))
    hard = re.sub(r"פ", "p", re.sub(r"ב", "b", plain))
    sibilant = fronted.replace("ש", "s")
    return tuple(dict.fromkeys(_spell(each, _HEBREW) for each in (fronted, hard, sibilant)))


def _without_vowel_points(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Mn")


def _spell(text: str, table: dict[str, str]) -> str:
    """Letter by letter; where two of the same meet, or two that would be read as one, a vowel was between."""
    latin = _PAIR.sub("a", "\0".join(table.get(char, char) for char in text)).replace("\0", "")
    for pattern, replacement in _VOWEL_LETTERS:
        latin = pattern.sub(replacement, latin)
    return _VOWEL_BETWEEN.sub(r"\1a", latin)
