"""When two names are names of the same song or artist, across scripts and the habits of listings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from core.text.fold import fold, words
from core.text.keys import names_in
from core.text.romanize import spellings
from core.text.scripts import script_of
from core.text.sounds import skeleton, sound

LEAST_BONES = 4
"""Letters of a skeleton below which it says too little."""
ALIKE = 0.8
"""How alike two spellings of an artist's name have to sound."""

_VERSIONS = {
    "live": "live unplugged concert लाइव ライブ ライヴ 라이브 现场 現場 концерт",
    "acoustic": "acoustic acústico acoustique akustik акустика",
    "remix": "remix rmx bootleg mashup medley रीमिक्स मैशअप リミックス 리믹스 ремикс",
    "karaoke": "karaoke कराओके カラオケ 노래방 караоке минусовка",
    "instrumental": "instrumental instrumentals इंस्ट्रूमेंटल インストゥルメンタル 인스트루멘탈 инструментал 伴奏",
    "reprise": "reprise रीप्राइज",
    "cover": "cover कवर カバー 커버 翻唱 кавер tribute",
    "lofi": "lofi slowed nightcore 8d sped",
    "demo": "demo",
}
_MARKS = {fold(word): mark for mark, listed in _VERSIONS.items() for word in listed.split()}
_PLAIN_MARKS = {"mix": "remix", "edit": "remix", "inst": "instrumental", "fi": "lofi"}
"""Ordinary words, which tell a version only where they stand apart: `(Club Mix)`."""
_VERSION = frozenset(
    map(fold, ("version", "versión", "versione", "वर्जन", "バージョン", "버전", "версия", "ver"))
)
"""`(Sad Version)`: which one, the other words tell."""

_APART = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|\s[-–—|]\s(.+)$|（([^（）]*)）|【([^【】]*)】|~([^~]*)~")
_NOISE = frozenset(
    words(
        "official video audio lyric lyrics lyrical visualizer visualiser full hd hq 4k explicit clean "
        "remaster remastered bonus deluxe mono stereo original album single radio from feat ft "
        "featuring prod ost soundtrack film movie"
    )
)
"""What says nothing about the song itself, where it stands apart."""
_ARTISTS = re.compile(
    r"\s*(?:[,;/&+×|、，・]|\b(?:feat|ft|featuring|with|and|und|et|vs|x)\b\.?)\s*", re.IGNORECASE
)
_NUMBER = re.compile(r"\d{1,9}")
_CHANNEL = re.compile(r"\s*-\s*topic$|vevo$|\s+official(?:\s+channel)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Title:
    """A title in all the forms that it is compared by."""

    exact: str
    """Folded, without what only tells about the file or the film, its words written as one."""
    sounds: frozenset[str]
    bones: frozenset[str]
    versions: frozenset[str]
    """Of what kind of version it is, e.g. {"live"}; empty for the song itself."""
    numbers: tuple[int, ...]
    """`Part 1` and `Part 2` sound much alike."""
    is_strong: bool
    """Long enough that two songs are rarely called so."""


@lru_cache(maxsize=4096)
def title_of(text: str) -> Title:
    """The forms of a title.

    >>> title_of('Tum Hi Ho (From "Aashiqui 2")').exact, sorted(title_of("Tum Hi Ho - Live").versions)
    ('tumhiho', ['live'])
    """
    versions: set[str] = set()

    def without(found: re.Match[str]) -> str:
        apart = words(next(part for part in found.groups() if part is not None))
        told = _versions_in(apart)
        versions.update(told)
        return " " if told or _NOISE.intersection(apart) or _VERSION.intersection(apart) else found[0]

    bare = _APART.sub(without, text)
    name = words(bare)
    while len(name) > 1 and name[-1] in _MARKS:
        versions.add(_MARKS[name.pop()])
    if not name:
        name, bare, versions = words(text), text, set()
    spoken = [each for side in (" ".join(name), *_sides(bare)) for each in spellings(side)]
    return Title(
        exact="".join(name),
        sounds=frozenset(filter(None, map(sound, spoken))),
        bones=frozenset(bones for one in spoken if len(bones := skeleton(one)) >= LEAST_BONES),
        versions=frozenset(versions),
        numbers=tuple(map(int, _NUMBER.findall(" ".join(name)))),
        is_strong=len(name) >= 2 or len("".join(name)) >= 9,
    )


def _sides(title: str) -> list[str]:
    """The names of a title that tells one name in two scripts, as `तुम ही हो / Tum Hi Ho` does."""
    spelt = {side: sound(spellings(side)[0]) for side in names_in(title)[1:]}
    return [
        side
        for side, heard in spelt.items()
        if any(script_of(side) is not script_of(other) and _alike(heard, spelt[other]) for other in spelt)
    ]


def _versions_in(apart: Sequence[str]) -> set[str]:
    """The versions that words which stand apart from a title tell of."""
    found = {_MARKS[word] for word in apart if word in _MARKS}
    if not _NOISE.intersection(apart):
        found |= {_PLAIN_MARKS[word] for word in apart if word in _PLAIN_MARKS}
    if not found and _VERSION.intersection(apart):
        which = [word for word in apart if word not in _VERSION and word not in _NOISE]
        return {" ".join(which)} if which else set()
    return found


def same_title(one: Title, other: Title) -> bool:
    """Whether the two are one name, in whatever script they are written."""
    if one.exact == other.exact:
        return bool(one.exact)
    return one.numbers == other.numbers and bool(one.sounds & other.sounds or one.bones & other.bones)


@lru_cache(maxsize=4096)
def artists_of(text: str) -> tuple[frozenset[str], ...]:
    """Each artist that is named, as the ways their name may sound with its words in any order."""
    names = [_CHANNEL.sub("", name) for name in _ARTISTS.split(_CHANNEL.sub("", text))]
    return tuple(forms for name in names if (forms := _artist(name)))


def _artist(name: str) -> frozenset[str]:
    forms: set[str] = set()
    for spelling in spellings(name):
        heard = [each for word in words(spelling) if (each := sound(word))]
        forms.update(("".join(heard), "".join(sorted(heard)), "".join(heard[-1:] + heard[:-1])))
    return frozenset(forms - {""})


def same_artist(one: str, other: str) -> bool:
    """Whether an artist is named in both; the empty artist is nobody.

    >>> same_artist("Arijit Singh, Mithoon", "Arijit Singh"), same_artist("Arijit Singh", "Jasleen Singh")
    (True, False)
    """
    if (folded := fold(one)) and folded == fold(other):
        return True
    return any(_same_name(a, b) for a in artists_of(one) for b in artists_of(other))


def _same_name(one: frozenset[str], other: frozenset[str]) -> bool:
    if one & other:
        return True
    pairs = ((a, b) for a in one for b in other if min(len(a), len(b)) >= LEAST_BONES)
    # `arijit` and `arijitsing`: the name without its last part
    return any(a.startswith(b) or b.startswith(a) or _alike(a, b) for a, b in pairs)


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= ALIKE
