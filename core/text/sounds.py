"""How a Latin spelling sounds, roughly: people who type the same song by ear write it in many ways.

Two keys come of a spelling. The *sound* keeps the vowels and evens out what spellers vary (`aa`/`a`,
`ee`/`i`, `oo`/`u`, `ph`/`f`, aspirates, doubled letters). The *skeleton* keeps only consonants, those that
are easily taken for each other as one letter (t/d, k/g, b/p, s/ch, j/z). Both are made of the words written
as one, so that it does not matter where somebody puts the spaces.

The rules follow how the languages of India, Arabic, Korean and Japanese are typed in Latin letters; other
languages only need to be treated alike on both sides.
"""

from __future__ import annotations

import re
from functools import lru_cache

ALPHABET = "ahbfvtksjmnrl"
"""All letters a skeleton may have; `a` and `h` only at its front. Digits stay as they are."""

REMEMBERED = 50_000
"""Titles are made of few words."""

_RULES: tuple[tuple[str, str], ...] = (
    (r"[^a-z0-9]+", ""),
    (r"eh(?=[^aeiouyh])", "ah"),
    (r"sch(?=[^aeiouy])|shch", "sh"),
    (r"tch|chh", "ch"),
    (r"ph", "f"),
    (r"ck|q", "k"),
    (r"x", "ks"),
    (r"w", "v"),
    (r"zh", "L"),
    (r"([bdgjkt])h", r"\1"),
    (r"c(?=[eiy])", "s"),
    (r"c(?!h)", "k"),
    (r"ch", "c"),
    (r"z", "j"),
    (r"n(?=[bp])", "m"),
    (r"aa+|ah(?![aeiouy])", "a"),
    (r"ee+|ii+|ie(?![aou])", "i"),
    (r"oo+|uu+|ou", "u"),
    (r"e[iy]|a[iy](?![aeou])|ae", "e"),
    (r"a[uv](?![aeiouy])|ov(?![aeiouy])", "o"),
    (r"([aeiou])h(?![aeiouy])", r"\1"),
    (r"i[yj](?=[aeou])", "i"),
    (r"y", "i"),
    (r"(.)\1+", r"\1"),
)
_SOUND = tuple((re.compile(pattern), replacement) for pattern, replacement in _RULES)

_SKELETON = (
    (re.compile(r"sh"), "s"),
    (re.compile(r"(?<=.)h"), ""),
    (re.compile(r"^[aeiou]"), "A"),
    (re.compile(r"(?<=.)[aeiou]+"), "-"),
)
_CLASSES = str.maketrans({"p": "b", "d": "t", "g": "k", "c": "s", "L": "l", "A": "a", "z": "j"})
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(REMEMBERED)
def sound(spelling: str) -> str:
    """The sound of a Latin spelling, words written as one; empty when nothing of it is Latin.

    >>> sound("Pehlaa Nasha"), sound("pehla nashaa")
    ('pehlanasha', 'pehlanasha')
    """
    heard = spelling.lower()
    for pattern, replacement in _SOUND:
        heard = pattern.sub(replacement, heard)
    return heard.replace("L", "zh")


@lru_cache(REMEMBERED)
def skeleton(spelling: str) -> str:
    """The consonants of a Latin spelling, those taken for each other as one letter of `ALPHABET`.

    >>> skeleton("yeh dosti"), skeleton("ye dhosthi"), skeleton("Munbe Vaa"), skeleton("munpe va")
    ('atst', 'atst', 'mnbv', 'mnbv')
    """
    bones = sound(spelling).replace("zh", "L")
    for pattern, replacement in _SKELETON:
        bones = pattern.sub(replacement, bones)
    return _DOUBLED.sub(r"\1", bones.translate(_CLASSES)).replace("-", "")
