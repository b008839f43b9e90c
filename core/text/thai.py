"""Thai in Latin letters, by the sounds of the Royal Thai General System of Transcription (1999), without its
tables of whole syllables: Thai parts no words and no syllables, so finals are told by what follows."""

from __future__ import annotations

import re

_INITIALS = {
    "ก": "k", "ข": "kh", "ฃ": "kh", "ค": "kh", "ฅ": "kh", "ฆ": "kh", "ง": "ng", "จ": "ch", "ฉ": "ch",
    "ช": "ch", "ซ": "s", "ฌ": "ch", "ญ": "y", "ฎ": "d", "ฏ": "t", "ฐ": "th", "ฑ": "th", "ฒ": "th", "ณ": "n",
    "ด": "d", "ต": "t", "ถ": "th", "ท": "th", "ธ": "th", "น": "n", "บ": "b", "ป": "p", "ผ": "ph", "ฝ": "f",
    "พ": "ph", "ฟ": "f", "ภ": "ph", "ม": "m", "ย": "y", "ร": "r", "ล": "l", "ว": "w", "ศ": "s", "ษ": "s",
    "ส": "s", "ห": "h", "ฬ": "l", "อ": "", "ฮ": "h", "ฤ": "rue", "ฦ": "lue",
}  # fmt: skip
_FINALS = {
    "จ": "t", "ฉ": "t", "ช": "t", "ซ": "t", "ฌ": "t", "ญ": "n", "ฎ": "t", "ด": "t", "บ": "p", "ร": "n",
    "ล": "n", "ศ": "t", "ษ": "t", "ส": "t", "ฬ": "n", "ข": "k", "ค": "k", "พ": "p", "ฟ": "p", "ภ": "p",
    "ณ": "n", "ย": "i", "ว": "o", "ก": "k", "ง": "ng", "น": "n", "ม": "m", "ต": "t", "ท": "t", "ธ": "t",
    "ถ": "t", "ป": "p", "อ": "o",
}  # fmt: skip
_SIGNS = {
    "ะ": "a", "ั": "a", "า": "a", "ำ": "am", "ิ": "i", "ี": "i", "ึ": "ue", "ื": "ue", "ุ": "u", "ู": "u",
    "เ": "e", "แ": "ae", "โ": "o", "ใ": "ai", "ไ": "ai", "ๅ": "a",
}  # fmt: skip
_SILENT = re.compile(r"[ก-ฮ][ิุ]?์")
_TONES = re.compile(r"[่้๊๋็ฺํ๎]")
_CONSONANT = "[ก-ฮ]"
_LEADING = re.compile(rf"([เแโใไ])(ห[งญนมยรลว]|[กขคตปผพท][รลว](?=[^เแโใไ])|{_CONSONANT})")
_SYLLABLE_FORMS = (
    (re.compile(r"ําา|ํา"), "ำ"),
    (re.compile(r"รร(?=[ก-ฮ])"), "ั"),
    (re.compile(r"รร"), "ัน"),
    (re.compile(r"ห(?=[งญนมยรลว][ะัาำิีึืุู])"), ""),
)


def romanize(text: str) -> str:
    """The text with its Thai letters as they are said; all else stays.

    >>> romanize("วันนี้")
    'wanni'
    """
    plain = text
    for pattern, replacement in _SYLLABLE_FORMS:
        plain = pattern.sub(replacement, plain)
    plain = _TONES.sub("", _SILENT.sub("", plain))
    spoken = _LEADING.sub(r"\2\1", plain.replace("ๆ", ""))
    spoken = re.sub(r"([เ])าะ", "o", spoken.replace("เา", "ao").replace("เีย", "ia").replace("เือ", "uea"))
    return "".join(_said(spoken, index) for index in range(len(spoken)))


def _said(text: str, index: int) -> str:
    char = text[index]
    if char not in _INITIALS:
        return _SIGNS.get(char, char)
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    follows_vowel = before in _SIGNS or before in "aoe"
    opens = after in _SIGNS or after in "aoeu"
    if before and follows_vowel and not (after and opens):
        return _FINALS.get(char, _INITIALS[char])
    return _INITIALS[char]
