"""Makes sense of a recording's tags: charsets nobody declared, control characters, endless texts.

Files carry tags in whatever charset the ripping machine used. The decoding child hands over bytes that are no
UTF-8 as surrogate escapes, and bytes that were declared Latin-1 as Latin-1 letters. All suspicious tags of a
file are guessed together, because a longer text is a better witness.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from core.ports import Tags

MAX_CHARACTERS = 200
JOINERS = "\u200c\u200d"
"""Invisible, but Indian scripts are misspelt without them."""

CYRILLIC = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў")
CYRILLIC_VOWELS = frozenset("аеёиоуыэюяіїє")
TYPOGRAPHY = frozenset("«»„“”‘’–—…№\xa0•")
OTHER_CHARSETS = [
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "koi8_r",
    "cp1250",
    "cp874",
    "gb18030",
    "big5",
    "cp949",
]
LATIN = "cp1252"


def clean_tags(raw: Mapping[str, str]) -> Tags:
    """The tags to show, from lower-case names and texts as the child found them."""
    repaired = repair_charsets(raw)
    texts = {name: text for name, value in repaired.items() if (text := clean_text(value))}
    year = re.search(r"(?:18|19|20)\d\d", texts.get("date") or texts.get("year") or "")
    return Tags(
        title=texts.get("title"),
        artist=texts.get("artist") or texts.get("album_artist"),
        album=texts.get("album"),
        year=int(year.group()) if year else None,
        genre=texts.get("genre"),
    )


def clean_text(text: str) -> str:
    """One line of at most 200 characters without control, formatting or broken characters."""
    normal = unicodedata.normalize("NFC", text[: 4 * MAX_CHARACTERS])
    spaced = "".join(" " if c.isspace() else c for c in normal)
    visible = "".join(
        c for c in spaced if c in JOINERS or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    return " ".join(visible.split())[:MAX_CHARACTERS].strip()


def repair_charsets(raw: Mapping[str, str]) -> dict[str, str]:
    """The texts with the bytes that were misread decoded in the charset they most likely are in."""
    repaired = dict(raw)
    undecoded = {name: _bytes_behind(text) for name, text in raw.items()}
    suspicious = {name: data for name, data in undecoded.items() if data is not None}
    if not suspicious:
        return repaired
    charset = guess_charset(b"\n".join(suspicious.values()))
    for name, data in suspicious.items():
        if charset != LATIN or _was_misread(raw[name]):
            repaired[name] = data.decode(charset, "replace").replace("\ufffd", "")
    return repaired


def _bytes_behind(text: str) -> bytes | None:
    """The original bytes of a text that may have been misread, None for one that was read well."""
    if text.isascii():
        return None
    if _has_escapes(text):
        return text.encode("utf-8", "surrogateescape")
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return None


def _has_escapes(text: str) -> bool:
    return any("\udc80" <= c <= "\udcff" for c in text)


def _was_misread(text: str) -> bool:
    """Whether even Latin text can't stay: it holds escapes, or controls that were quotes or dashes."""
    return _has_escapes(text) or any("\x80" <= c <= "\x9f" for c in text)


def guess_charset(data: bytes) -> str:
    """The most likely charset of text that holds bytes above 127.

    The scripts whose charsets are confused most are told apart by what their text can look like; what is
    none of these is left to charset-normalizer. Latin is assumed where most letters are plain ASCII.
    """
    if _decodes(data, "utf-8"):
        return "utf-8"
    high = sum(byte >= 0x80 for byte in data)
    plain = sum(65 <= byte & 0xDF <= 90 for byte in data)
    if _is_japanese(data):
        return "cp932"
    if high <= max(plain, 2) and not _high_runs(data):
        return LATIN
    if _is_cyrillic(data.decode("cp1251", "replace")):
        return "cp1251"
    if all(not 0x80 <= byte < 0xE0 and byte <= 0xFA for byte in data):
        return "cp1255"  # Hebrew: letters without capitals, in a narrow range
    if _is_cyrillic(data.decode("koi8_r", "replace")):
        return "koi8_r"
    if (double_byte := _east_asian(data)) is not None:
        return double_byte
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=OTHER_CHARSETS, threshold=0.9, enable_fallback=False).best()
    return best.encoding if best is not None else LATIN


def _decodes(data: bytes, charset: str) -> bool:
    try:
        data.decode(charset)
    except UnicodeDecodeError:
        return False
    return True


def _high_runs(data: bytes) -> bool:
    """Whether there are words of other than ASCII letters, not just accents between them."""
    return re.search(rb"[\x80-\xff]{4}", data) is not None


def _is_japanese(data: bytes) -> bool:
    """Shift JIS with kana in it, written with bytes that hardly occur elsewhere (0x82, 0x83 lead)."""
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError:
        return False
    foreign = [c for c in text if not c.isascii()]
    kana = sum("\u3041" <= c <= "\u30fe" for c in foreign)
    half_width = sum("\uff61" <= c <= "\uff9f" for c in foreign)
    return kana >= 2 and half_width == 0


def _is_cyrillic(text: str) -> bool:
    """Words of Cyrillic letters alone, with vowels, and no capital after a small letter."""
    words = [word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii()]
    letters = "".join(words).lower()
    symbols = [c for c in text if not c.isascii() and not c.isalpha() and c not in TYPOGRAPHY]
    if not letters or symbols or not CYRILLIC.issuperset(letters):
        return False
    vowels = sum(c in CYRILLIC_VOWELS for c in letters) / len(letters)
    return 0.3 <= vowels <= 0.75 and not any(re.search("[а-яё][А-ЯЁ]", word) for word in words)


def _east_asian(data: bytes) -> str | None:
    """Of the double-byte charsets, the one whose everyday characters the text consists of."""
    pairs = re.findall(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]", data)
    if not pairs or sum(byte >= 0x80 for byte in data) > 2 * len(pairs):
        return None

    def share(first: int, last: int, *, plain_trail: bool) -> float:
        fits: list[bool] = [
            first <= p[0] <= last and (p[1] >= 0xA1 or (plain_trail and p[1] <= 0x7E)) for p in pairs
        ]
        return sum(fits) / len(pairs)

    if share(0xB0, 0xC8, plain_trail=False) == 1 and _decodes(data, "cp949"):
        return "cp949"  # nothing but Hangul syllables
    if share(0xB0, 0xD7, plain_trail=False) >= 0.8 and _decodes(data, "gb18030"):
        return "gb18030"  # the 3,755 most common characters of mainland China
    if share(0xA4, 0xC6, plain_trail=True) >= 0.8 and _decodes(data, "big5"):
        return "big5"  # the 5,401 most common of Taiwan
    return None
