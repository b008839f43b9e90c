"""How Japanese and Chinese texts are read aloud, in Latin letters.

The dictionaries are loaded when the first text asks for them (some 0.3 s each, measured), or ahead of that by
`warm`; callers on an event loop go through a thread. Both are safe to use from several threads.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from core.text.scripts import Script, counts, script_of_char

if TYPE_CHECKING:
    from sudachipy import Morpheme

_ROMAJI = {
    "あ": "a", "い": "i", "う": "u", "え": "e", "お": "o", "か": "ka", "き": "ki", "く": "ku", "け": "ke",
    "こ": "ko", "さ": "sa", "し": "shi", "す": "su", "せ": "se", "そ": "so", "た": "ta", "ち": "chi",
    "つ": "tsu", "て": "te", "と": "to", "な": "na", "に": "ni", "ぬ": "nu", "ね": "ne", "の": "no",
    "は": "ha", "ひ": "hi", "ふ": "fu", "へ": "he", "ほ": "ho", "ま": "ma", "み": "mi", "む": "mu",
    "め": "me", "も": "mo", "や": "ya", "ゆ": "yu", "よ": "yo", "ら": "ra", "り": "ri", "る": "ru",
    "れ": "re", "ろ": "ro", "わ": "wa", "ゐ": "i", "ゑ": "e", "を": "o", "ん": "n", "が": "ga", "ぎ": "gi",
    "ぐ": "gu", "げ": "ge", "ご": "go", "ざ": "za", "じ": "ji", "ず": "zu", "ぜ": "ze", "ぞ": "zo",
    "だ": "da", "ぢ": "ji", "づ": "zu", "で": "de", "ど": "do", "ば": "ba", "び": "bi", "ぶ": "bu",
    "べ": "be", "ぼ": "bo", "ぱ": "pa", "ぴ": "pi", "ぷ": "pu", "ぺ": "pe", "ぽ": "po", "ゔ": "vu",
    "ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o", "ゎ": "wa", "きゃ": "kya", "きゅ": "kyu",
    "きょ": "kyo", "しゃ": "sha", "しゅ": "shu", "しょ": "sho", "しぇ": "she", "ちゃ": "cha", "ちゅ": "chu",
    "ちょ": "cho", "ちぇ": "che", "にゃ": "nya", "にゅ": "nyu", "にょ": "nyo", "ひゃ": "hya", "ひゅ": "hyu",
    "ひょ": "hyo", "みゃ": "mya", "みゅ": "myu", "みょ": "myo", "りゃ": "rya", "りゅ": "ryu", "りょ": "ryo",
    "ぎゃ": "gya", "ぎゅ": "gyu", "ぎょ": "gyo", "じゃ": "ja", "じゅ": "ju", "じょ": "jo", "じぇ": "je",
    "びゃ": "bya", "びゅ": "byu", "びょ": "byo", "ぴゃ": "pya", "ぴゅ": "pyu", "ぴょ": "pyo", "てぃ": "ti",
    "でぃ": "di", "とぅ": "tu", "どぅ": "du", "でゅ": "dyu", "ふぁ": "fa", "ふぃ": "fi", "ふぇ": "fe",
    "ふぉ": "fo", "うぃ": "wi", "うぇ": "we", "うぉ": "wo", "ゔぁ": "va", "ゔぃ": "vi", "ゔぇ": "ve",
    "ゔぉ": "vo", "つぁ": "tsa", "いぇ": "ye",
}  # fmt: skip
_SYLLABLE = re.compile("|".join(sorted(_ROMAJI, key=len, reverse=True)))
_DOUBLING = re.compile(r"っ(?=([a-z]))")
_LONG_VOWEL = re.compile(r"(?<=o)[ou]|(?<=u)u")
_TO_HIRAGANA = {point: point - 0x60 for point in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
_PARTICLES = {"は": "wa", "へ": "e", "を": "o"}

_one_at_a_time = threading.Lock()
"""Sudachi's tokenizer belongs to one thread at a time."""


def warm() -> None:
    """Load the dictionaries, so that no search has to wait for them. To be called in a thread, as a program
    starts."""
    japanese("夜")
    chinese("夜")


def is_japanese(*texts: str) -> bool:
    """Whether kana are among these texts."""
    return any(not text.isascii() and counts(text)[Script.KANA] for text in texts)


def has_han(text: str) -> bool:
    return any(script_of_char(char) is Script.HAN for char in text)


def kana_to_romaji(text: str) -> str:
    """Kana in the Hepburn romanization, long vowels as they are spelt; all else stays.

    >>> kana_to_romaji("さくら"), kana_to_romaji("がっこう")
    ('sakura', 'gakkou')
    """
    latin = _SYLLABLE.sub(lambda found: _ROMAJI[found[0]], text.translate(_TO_HIRAGANA))
    return _DOUBLING.sub(r"\1", latin).replace("っ", "").replace("ー", "")


def japanese(text: str) -> str:
    """The romaji of a Japanese text, a space between its words.

    >>> japanese("夜に駆ける")
    'yoru ni kakeru'
    """
    spoken = []
    with _one_at_a_time:
        read = list(_japanese_words()(text))
    for word in read:
        surface = word.surface()
        if surface in _PARTICLES and word.part_of_speech()[0] == "助詞":
            spoken.append(_PARTICLES[surface])
        elif has_han(surface):
            spoken.append(kana_to_romaji(word.reading_form()))
        else:
            spoken.append(kana_to_romaji(surface))
    return " ".join(" ".join(spoken).split())


def shortened(romaji: str) -> str:
    """Romaji with its long vowels written short, as most people do.

    >>> shortened("ue wo muite arukou")
    'ue wo muite aruko'
    """
    return _LONG_VOWEL.sub("", romaji)


def chinese(text: str) -> str:
    """The pinyin of a Chinese text without tones, a space between its syllables.

    >>> chinese("青花瓷")
    'qing hua ci'
    """
    from pypinyin import lazy_pinyin

    return " ".join(" ".join(lazy_pinyin(text)).replace("ü", "v").split())


@lru_cache(maxsize=1)
def _japanese_words() -> Callable[[str], Iterable[Morpheme]]:
    from sudachipy import Dictionary

    words: Callable[[str], Iterable[Morpheme]] = Dictionary().tokenizer().tokenize
    return words
