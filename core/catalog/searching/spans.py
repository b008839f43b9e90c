"""A query cut into the pieces that may be a title or an artist, each with its keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from core.text import fold
from core.text.keys import LONGEST_KEY, latin_words, native_words
from core.text.romanize import spellings
from core.text.sounds import ALPHABET, skeleton, sound

MOST_WORDS = 24
MOST_INNER_SPANS = 40
SHORTEST_NEIGHBOURED = 3
MOST_NEIGHBOURS = 1500
SOUNDS = "abcdefghijklmnoprstuv"
"""All letters that a spelling has once it is evened out (core.text.sounds)."""
SHORTEST_RESPELT, LONGEST_RESPELT = 4, 14
NOISE = frozenset(
    [
        "song", "songs", "lyrics", "lyric", "lyrical", "video", "full", "audio", "mp3", "official", "hd",
        "hq", "4k", "karaoke", "instrumental", "track", "music", "movie", "film", "status", "ringtone",
        "download", "cover", "version", "gaana", "gana", "gaane", "geet", "paadal", "pattu",
        "गाना", "गीत", "गाने", "பாடல்", "పాట", "গান", "ਗੀਤ", "ગીત", "ಹಾಡು", "പാട്ട്",
        "песня", "клип", "اغنية", "أغنية", "گانا", "آهنگ", "歌", "曲", "노래", "เพลง",
    ]
)  # fmt: skip
"""Words that people add to a name to say that it is one."""

_TAKEN_FOR_EACH_OTHER = str.maketrans({"v": "b", "j": "s", "r": "l"})


@dataclass(frozen=True)
class Span:
    """Neighbouring words of a query, written as one."""

    folded: str
    """Native, or as it sounds in Latin letters."""
    skeleton: str
    """Empty where the words are not Latin."""

    @cached_property
    def coarse(self) -> str:
        """The skeleton with those consonants as one that speakers of some languages take for each other."""
        return self.skeleton.translate(_TAKEN_FOR_EACH_OTHER)


@dataclass(frozen=True)
class Spelling:
    """The query in one spelling: in its own script, or Latin."""

    words: tuple[str, ...]
    latin: bool

    @cached_property
    def whole(self) -> Span:
        return self.span(0, len(self.words))

    @cached_property
    def halves(self) -> tuple[tuple[Span, Span], ...]:
        """Each way to cut it in two, between words."""
        count = len(self.words)
        return tuple((self.span(0, cut), self.span(cut, count)) for cut in range(1, count))

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The whole first, then what it begins and ends with, then the other pieces."""
        outer = [self.whole, *(span for pair in self.halves for span in pair)]
        return _distinct([*outer, *self._inner()])

    @cached_property
    def keywords(self) -> tuple[str, ...]:
        """The words as `song_keys.words` has them, noise left out."""
        words = [word for word in self.words if word not in NOISE] or list(self.words)
        if not self.latin:
            return tuple(native_words(words))
        return tuple(latin_words(words))

    @cached_property
    def sounds(self) -> tuple[str, ...]:
        """Each word as it sounds."""
        folded = (self.span(index, index + 1).folded for index in range(len(self.words)))
        return tuple(word for word in folded if len(word) >= 2)

    @cached_property
    def meant(self) -> Spelling | None:
        """The spelling without the noise; None where there is none, or nothing else."""
        words = tuple(word for word in self.words if word not in NOISE)
        return Spelling(words, self.latin) if words and words != self.words else None

    def span(self, start: int, end: int) -> Span:
        text = "".join(self.words[start:end])
        if not self.latin:
            return Span(text[:LONGEST_KEY], "")
        return Span(sound(text)[:LONGEST_KEY], skeleton(text)[:LONGEST_KEY])

    def _inner(self) -> Iterator[Span]:
        count = len(self.words)
        places = ((start, end) for start in range(1, count - 1) for end in range(start + 1, count))
        yield from (self.span(start, end) for start, end in islice(places, MOST_INNER_SPANS))


def spellings_of(query: str) -> tuple[Spelling, ...]:
    """The query in its own script, where that is not Latin, and in each Latin spelling; with and without the
    words that only say it is a song."""
    found = []
    native = fold.words(query)[:MOST_WORDS]
    if native and not "".join(native).isascii():
        found.append(Spelling(tuple(native), latin=False))
    latin = (fold.words(spelt)[:MOST_WORDS] for spelt in spellings(query))
    found += [Spelling(tuple(words), latin=True) for words in latin if words]
    found += [meant for spelling in found if (meant := spelling.meant) is not None]
    return tuple(dict.fromkeys(found))


def neighbours(spans: Iterable[Span]) -> list[str]:
    """All skeletons one letter away from those of the spans. At most `MOST_NEIGHBOURS`, those of the first
    spans first."""
    bones = (span.skeleton for span in spans if len(span.skeleton) >= SHORTEST_NEIGHBOURED)
    return _one_letter_away(bones, ALPHABET)


def respellings(spans: Iterable[Span]) -> list[str]:
    """All spellings one letter away from those of the shorter Latin spans, bounded as `neighbours` are: short
    names have too few consonants to be told apart by them."""
    folded = (span.folded for span in spans if span.skeleton)
    return _one_letter_away(
        (each for each in folded if SHORTEST_RESPELT <= len(each) <= LONGEST_RESPELT), SOUNDS
    )


def _one_letter_away(names: Iterable[str], letters: str) -> list[str]:
    """The names with one letter left out, one too many, and another one."""
    found: dict[str, None] = {}
    for name in names:
        for place in range(len(name) + 1):
            found.update((name[:place] + letter + name[place:], None) for letter in letters)
        for place in range(len(name)):
            found[name[:place] + name[place + 1 :]] = None
            found.update((name[:place] + letter + name[place + 1 :], None) for letter in letters)
        if len(found) >= MOST_NEIGHBOURS:
            break
    return list(found)[:MOST_NEIGHBOURS]


def _distinct(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(dict.fromkeys(span for span in spans if span.folded))
