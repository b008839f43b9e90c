"""What people type means: a command's word, a word with a number, a wish, a word before a song's name.

All are compared as `plain` has them. What is no word of ours is the name of a song, so only whole messages
count, never a word within one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from core.chat.plain import plain
from core.chat.vocabulary import WORDS, Word
from core.chat.wishes import TEMPO_STEP, Wish
from core.conversion.recipe import Recipe
from core.ports import Stem

_AMOUNT = re.compile(r"(?P<word>.*?)\s*[:=]?\s*(?P<sign>[+\-−–]?)\s*(?P<number>\d{1,3})\s*[%٪]?")
_FACTOR = re.compile(r"(?P<word>.*?)\s*[:=]?\s*(?P<whole>\d)[.,٫](?P<part>\d{1,2})\s*[x×]?")
"""`tempo 0.8`, `speed 1.25x`: players speak of tempo that way."""
_NUMBERED = (
    re.compile(r"(?P<word>.*\D)\s+(?P<number>\d{1,4})"),
    re.compile(r"(?P<number>\d{1,4})\.?\s+(?P<word>\D+)"),
)
"""`save 2`, and `2 save`: in most languages of India the number comes first."""
SpokenWish = Callable[[Recipe], Wish]
"""What is wished for, given how the song was made last."""
_ENDS = "!?.।۔؟ "
"""What people put behind a word, by the scripts' own signs: `मदद।`, `مدد۔`."""


def meaning(text: str) -> Word | None:
    """What a whole message, or its first words, mean; None for what is no word of ours."""
    return _meanings().get(plain(text).rstrip(_ENDS))


def numbered(text: str) -> tuple[Word, int] | None:
    """`save 2`, `2 save` -> (Word.SAVE, 2), in any of our languages and their digits."""
    for order in _NUMBERED:
        said = order.fullmatch(plain(text))
        word = meaning(said["word"]) if said else None
        if said is not None and word is not None:
            return word, int(said["number"])
    return None


def before_a_name(text: str) -> tuple[Word, str] | None:
    """`gaana kesariya` -> (Word.FIND, "kesariya"): a word of ours, then something more."""
    words = text.split()
    for length in (2, 1):
        word = meaning(" ".join(words[:length]))
        if word is not None and len(words) > length:
            return word, " ".join(words[length:])
    return None


def wish_in(text: str) -> SpokenWish | None:
    """`key +2`, `tempo 90`, `guide 20`, `vocals`, `slower`, in any of our languages and their digits."""
    match meaning(text):
        case Word.VOCALS:
            return lambda recipe: Wish(stem=Stem.VOCALS)
        case Word.SLOWER:
            return lambda recipe: Wish(tempo=recipe.tempo - TEMPO_STEP)
        case Word.FASTER:
            return lambda recipe: Wish(tempo=recipe.tempo + TEMPO_STEP)
    return _factor_in(text) or _amount_in(text)


def _amount_in(text: str) -> SpokenWish | None:
    said = _AMOUNT.fullmatch(plain(text))
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


def _factor_in(text: str) -> SpokenWish | None:
    said = _FACTOR.fullmatch(plain(text))
    if said is None or meaning(said["word"]) is not Word.TEMPO:
        return None
    tempo = round(100 * float(f"{said['whole']}.{said['part']}"))
    return lambda recipe: Wish(tempo=tempo)


@cache
def _meanings() -> Mapping[str, Word]:
    return {
        plain(spoken): word
        for language in WORDS.values()
        for word, all_spoken in language.items()
        for spoken in all_spoken
    }
