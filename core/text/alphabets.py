"""Cyrillic and Greek in Latin letters, as people type them."""

from __future__ import annotations

import re
import unicodedata

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "ђ": "dj", "е": "e", "ё": "yo", "є": "ye",
    "ж": "zh", "з": "z", "и": "i", "і": "i", "ї": "yi", "й": "y", "ј": "j", "к": "k", "л": "l", "љ": "lj",
    "м": "m", "н": "n", "њ": "nj", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "ћ": "c", "у": "u",
    "ў": "w", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "џ": "dz", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y",
    "ь": "", "э": "e", "ю": "yu", "я": "ya", "қ": "q", "ғ": "gh", "ң": "ng", "ү": "u", "ұ": "u", "ө": "o",
    "һ": "h", "ә": "a", "ѓ": "gj", "ќ": "kj", "ѕ": "dz",
}  # fmt: skip
_UKRAINIAN = set("іїєґ")
_LIGHTER = {"х": "h", "ж": "j", "щ": "sh", "ц": "c"}
_SCHOLARLY = {"х": "h", "ц": "c", "й": "j", "ю": "ju", "я": "ja", "ё": "jo", "є": "je", "ї": "ji", "щ": "sch"}
"""As in ISO 9 and in German and Slavic use, without the accents."""
_GREEK_PAIRS = (
    ("ου", "ou"), ("αι", "e"), ("ει", "i"), ("οι", "i"), ("υι", "i"), ("γγ", "ng"), ("γκ", "g"),
    ("γχ", "nch"), ("μπ", "b"), ("ντ", "d"), ("τζ", "tz"), ("τσ", "ts"),
)  # fmt: skip
_GREEK_AU = re.compile(r"([αεη])υ(?=[βγδζλμνραεηιοωυ])")
_GREEK_AF = re.compile(r"([αεη])υ")
_GREEK = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k",
    "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t",
    "υ": "i", "φ": "f", "χ": "h", "ψ": "ps", "ω": "o",
}  # fmt: skip


def cyrillic(text: str) -> tuple[str, ...]:
    """Latin spellings of a Cyrillic text, the likeliest first.

    >>> cyrillic("Хочу жить"), cyrillic("Я здесь")
    (('khochu zhit', 'hochu jit', 'hochu zhit'), ('ya zdes', 'ja zdes'))
    """
    letters = unicodedata.normalize("NFC", text).lower()
    table = _CYRILLIC | ({"г": "h", "и": "y"} if _UKRAINIAN & set(letters) else {})
    tables = (table, table | _LIGHTER, table | _SCHOLARLY)
    return tuple(dict.fromkeys("".join(each.get(char, char) for char in letters) for each in tables))


def greek(text: str) -> tuple[str, ...]:
    """Latin spellings of a Greek text: as it sounds, and letter by letter.

    >>> greek("Τα παιδιά του Πειραιά")
    ('ta pedia tou piraia', 'ta paidia tou peiraia')
    """
    decomposed = unicodedata.normalize("NFD", text.lower())
    dialytika = decomposed.replace("ι\u0308", "ϊ").replace("υ\u0308", "ϋ")
    letters = "".join(char for char in dialytika if unicodedata.category(char) != "Mn")
    heard = letters
    for pair, latin in _GREEK_PAIRS:
        heard = heard.replace(pair, latin)
    heard = _GREEK_AF.sub(r"\1f", _GREEK_AU.sub(r"\1v", heard))
    table = _GREEK | {"ϊ": "i", "ϋ": "i"}
    heard = "".join(table.get(char, char) for char in heard)
    written = re.sub("ου", "ou", letters)
    by_letter = "".join((table | {"υ": "y", "χ": "ch", "β": "v"}).get(char, char) for char in written)
    return (heard,) if heard == by_letter else (heard, by_letter)
