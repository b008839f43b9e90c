"""Thai in Latin letters, by the sounds of the Royal Thai General System of Transcription (1999).

Thai parts no words and leaves vowels out: each syllable is told by its form, without a dictionary.
"""

from __future__ import annotations

import re

_INITIALS = {
    "ก": "k", "ข": "kh", "ฃ": "kh", "ค": "kh", "ฅ": "kh", "ฆ": "kh", "ง": "ng", "จ": "ch", "ฉ": "ch",
    "ช": "ch", "ซ": "s", "ฌ": "ch", "ญ": "y", "ฎ": "d", "ฏ": "t", "ฐ": "th", "ฑ": "th", "ฒ": "th", "ณ": "n",
    "ด": "d", "ต": "t", "ถ": "th", "ท": "th", "ธ": "th", "น": "n", "บ": "b", "ป": "p", "ผ": "ph", "ฝ": "f",
    "พ": "ph", "ฟ": "f", "ภ": "ph", "ม": "m", "ย": "y", "ร": "r", "ล": "l", "ว": "w", "ศ": "s", "ษ": "s",
    "ส": "s", "ห": "h", "ฬ": "l", "อ": "", "ฮ": "h",
}  # fmt: skip
_FINALS = (
    dict.fromkeys("กขฃคฅฆ", "k") | dict.fromkeys("จฉชซฌฎฏฐฑฒดตถทธศษส", "t") | dict.fromkeys("บปผฝพฟภ", "p")
    | dict.fromkeys("ญณนรลฬ", "n") | {"ง": "ng", "ม": "m", "ย": "i", "ว": "o"}
)  # fmt: skip
_C = "[ก-รลว-ฮ]"
"""Any consonant."""
_CLUSTER = rf"(?:ห[งญนมยรลว]|[กขคตปผพ][รลว]|{_C})"
_FINAL = r"[ก-รลว-ฬ](?![ะ-ฺ็])(?!อ(?![ะ-ฺ็]))"
"""A consonant that no vowel sign follows, nor the letter o ang as a vowel."""
_LED = rf"(?:(?:ห[งญนมยรลว]|[กขคตปผพท][รลว])(?={_FINAL})|{_C})"
"""What a vowel written in front of it leads: two consonants only when a third closes the syllable."""

_FORMS = (
    (rf"เ({_CLUSTER})ียว?({_FINAL})?", "ia"),
    (rf"เ({_CLUSTER})ือ({_FINAL})?", "uea"),
    (rf"เ({_CLUSTER})าะ()", "o"),
    (rf"เ({_CLUSTER})า()", "ao"),
    (rf"เ({_CLUSTER})(?:อ|ิ)({_FINAL})?", "oe"),
    (rf"เ({_LED})ย()(?!{_FINAL})", "oei"),
    (rf"เ({_LED})็?({_FINAL})?ะ?", "e"),
    (rf"แ({_LED})็?({_FINAL})?ะ?", "ae"),
    (rf"โ({_LED})({_FINAL})?ะ?", "o"),
    (rf"[ใไ]({_LED})ย?()", "ai"),
    (rf"({_CLUSTER})ัว()", "ua"),
    (rf"({_CLUSTER})ว({_FINAL})", "ua"),
    (rf"({_CLUSTER})ั({_FINAL})?", "a"),
    (rf"({_CLUSTER})รร({_FINAL})", "a"),
    (rf"({_CLUSTER})รร()", "an"),
    (rf"({_CLUSTER})ะ()", "a"),
    (rf"({_CLUSTER})ำ()", "am"),
    (rf"({_CLUSTER})า({_FINAL})?", "a"),
    (rf"({_CLUSTER})[ิี]({_FINAL})?", "i"),
    (rf"({_CLUSTER})[ึื]อ?({_FINAL})?", "ue"),
    (rf"({_CLUSTER})[ุู]({_FINAL})?", "u"),
    (rf"({_CLUSTER})็?อ({_FINAL})?", "o"),
    (rf"({_C})({_FINAL})", "o"),
    (rf"({_C})()", "a"),
)
_SYLLABLES = tuple((re.compile(pattern), vowel) for pattern, vowel in _FORMS)
_WRITTEN_OTHERWISE = (
    (re.compile(r"[ก-ฮ][ิุ]?์"), ""),  # silenced
    (re.compile(r"อย(?=่า|ู่|าก)"), "ย"),
    (re.compile(r"[่้๊๋ๆฺ๎]"), ""),  # tones, and the sign that repeats a word
    (re.compile(r"ํา"), "ำ"),
    (re.compile(r"ทร(?=[งวุ]|า[ยบม]|ัพ)"), "ซ"),
    (re.compile(r"ฤ"), "รึ"),
)


def spellings(text: str) -> tuple[str, ...]:
    """Latin spellings of a Thai text: the official one, and the one with j, which many prefer.

    >>> spellings("ใจ")
    ('chai', 'jai')
    """
    official = romanize(text)
    if "จ" not in text:
        return (official,)
    return official, romanize(text, cho_chan="j")


def romanize(text: str, cho_chan: str = "ch") -> str:
    """The text with its Thai letters as they are said; all else stays.

    >>> romanize("วันนี้"), romanize("ลอยกระทง"), romanize("รักแรกพบ")
    ('wanni', 'loikrathong', 'rakraekphop')
    """
    plain = text
    for pattern, replacement in _WRITTEN_OTHERWISE:
        plain = pattern.sub(replacement, plain)
    spoken: list[str] = []
    place = 0
    while place < len(plain):
        said, place = _syllable(plain, place, cho_chan)
        spoken.append(said)
    return "".join(spoken)


def _syllable(text: str, place: int, cho_chan: str) -> tuple[str, int]:
    """What is said from this place on, and where the next syllable begins."""
    for pattern, vowel in _SYLLABLES:
        if found := pattern.match(text, place):
            initial, final = found[1], found[2] or ""
            said = cho_chan if initial == "จ" else _said(initial)
            return said + vowel + _FINALS.get(final, ""), found.end()
    return text[place], place + 1


def _said(initial: str) -> str:
    """An h in front of another consonant only marks the tone."""
    letters = initial[1:] if len(initial) > 1 and initial[0] == "ห" else initial
    return "".join(_INITIALS[letter] for letter in letters)
