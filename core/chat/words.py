"""The words people type, in each language of ours: they work whatever language we answer in.

One table a language; a word may stand in several. All are compared without case. What is no word of ours is
the name of a song, so only whole messages count, never a word within one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache

from core.chat.wishes import TEMPO_STEP, Wish
from core.conversion.recipe import Recipe
from core.ports import Stem


class Word(StrEnum):
    """What a word means."""

    KEY = "key"
    TEMPO = "tempo"
    GUIDE = "guide"
    VOCALS = "vocals"
    SLOWER = "slower"
    FASTER = "faster"


WORDS: Mapping[str, Mapping[Word, tuple[str, ...]]] = {
    "en": {
        Word.KEY: ("key", "pitch", "transpose"),
        Word.TEMPO: ("tempo", "speed"),
        Word.GUIDE: ("guide", "guide vocal"),
        Word.VOCALS: ("vocals", "vocals only", "only vocals"),
        Word.SLOWER: ("slower",),
        Word.FASTER: ("faster",),
    },
    "hi": {
        Word.KEY: ("सुर", "स्केल", "sur", "scale"),
        Word.TEMPO: ("लय", "रफ़्तार", "रफ्तार", "गति", "raftaar"),
        Word.GUIDE: ("गाइड",),
        Word.VOCALS: ("आवाज़", "आवाज", "सिर्फ़ आवाज़", "awaaz", "sirf awaaz"),
        Word.SLOWER: ("धीमा", "धीरे", "dheere"),
        Word.FASTER: ("तेज़ी से", "और तेज़", "tez karo"),
    },
    "ta": {
        Word.KEY: ("சுருதி", "sruthi"),
        Word.TEMPO: ("வேகம்", "vegam"),
        Word.GUIDE: ("வழிகாட்டி",),
        Word.VOCALS: ("குரல்", "குரல் மட்டும்"),
        Word.SLOWER: ("மெதுவாக",),
        Word.FASTER: ("வேகமாக",),
    },
    "te": {
        Word.KEY: ("శ్రుతి", "శృతి", "shruti"),
        Word.TEMPO: ("వేగం",),
        Word.GUIDE: ("గైడ్",),
        Word.VOCALS: ("గొంతు", "గొంతు మాత్రమే"),
        Word.SLOWER: ("నెమ్మదిగా",),
        Word.FASTER: ("వేగంగా",),
    },
    "bn": {
        Word.KEY: ("স্কেল", "সুর"),
        Word.TEMPO: ("লয়", "গতি"),
        Word.GUIDE: ("গাইড",),
        Word.VOCALS: ("গলা", "শুধু গলা"),
        Word.SLOWER: ("ধীরে",),
        Word.FASTER: ("জোরে", "দ্রুত"),
    },
}
_AMOUNT = re.compile(r"(?P<word>.*?)\s*[:=]?\s*(?P<sign>[+\-−–]?)\s*(?P<number>\d{1,3})\s*%?")
SpokenWish = Callable[[Recipe], Wish]
"""What is wished for, given how the song was made last."""


def meaning(text: str) -> Word | None:
    """What a whole message, or its first words, mean; None for what is no word of ours."""
    return _meanings().get(_plain(text))


def wish_in(text: str) -> SpokenWish | None:
    """`key +2`, `tempo 90`, `guide 20`, `vocals`, `slower`, in any of our languages and their digits."""
    match meaning(text):
        case Word.VOCALS:
            return lambda recipe: Wish(stem=Stem.VOCALS)
        case Word.SLOWER:
            return lambda recipe: Wish(tempo=recipe.tempo - TEMPO_STEP)
        case Word.FASTER:
            return lambda recipe: Wish(tempo=recipe.tempo + TEMPO_STEP)
    said = _AMOUNT.fullmatch(_plain(text))
    if said is None:
        return None
    number = int(said["number"]) * (-1 if said["sign"] in {"-", "−", "–"} else 1)
    match meaning(said["word"]):
        case Word.KEY:
            return lambda recipe: Wish(key=number)
        case Word.TEMPO:
            return lambda recipe: Wish(tempo=number)
        case Word.GUIDE:
            return lambda recipe: Wish(guide=number)
    return None


@cache
def _meanings() -> Mapping[str, Word]:
    return {
        _plain(spoken): word
        for language in WORDS.values()
        for word, all_spoken in language.items()
        for spoken in all_spoken
    }


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
