"""How well a song answers a query, from 0 to 1.

Compared is how names sound, written as one word: the titles of a song, its artists, and both in either order.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from rapidfuzz import fuzz

from core.catalog.searching.spans import Span, Spelling
from core.text import fold, keys, scripts
from core.text.romanize import spellings
from core.text.sounds import sound

WORST = 0.45
"""What scores less is no answer."""
_FUZZY = 0.985
"""The best score of what is not the same name."""
_LITERAL = 0.02
_GUESSED = 0.9
"""Share of the score that goes to the very letters, where the sound says the same."""
_BOTH = 0.97
_BOTH_EXACT = 1.0
"""Title and artist, both as they are: no less than a title that holds the artist's name."""
_ARTIST_ALONE = 0.8
_BEGUN, _BEGUN_MORE = 0.62, 0.2
_ANY_ORDER, _ANY_ORDER_MORE = 0.5, 0.3
_UNEXPLAINED = 0.55
_SHORTEST_PART = 3
_A_WORD = 2
"""Letters that one name has more than another, at its front or end, to be called a word."""
_MIXED = 0.92
"""A name typed in one script is hardly one that is written in two, unless that very name was typed."""
_VOWELS, _VOWELS_ACROSS = 0.55, 0.25
"""How much letters count beside the skeleton, within Latin spellings and across scripts, where vowels are
guessed."""


@dataclass
class Candidate:
    """A song that some key led to, with all keys of its names."""

    song_id: uuid.UUID
    title: str
    artist: str
    popularity: int
    titles: list[Span] = field(default_factory=list)
    artists: list[Span] = field(default_factory=list)

    @cached_property
    def is_latin(self) -> bool:
        return all(title.folded.isascii() for title in self.titles)

    @cached_property
    def mixes_scripts(self) -> bool:
        """Whether its title is written half in one script, half in another; `native / romanized` is not."""
        if self.title.isascii() or not scripts.is_mixed(self.title):
            return False
        return len(keys.names_in(self.title)) == 1

    @property
    def is_sloppy(self) -> bool:
        """Written without a capital, in a script that has them, or in two scripts: hardly by who published
        it. Tells apart only songs that are equal in all else."""
        return self.mixes_scripts or self.title[:1].islower()

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(title.folded for title in self.titles)

    @property
    def name(self) -> str:
        """What songs of the same title share."""
        return min((title.folded for title in self.titles if title.folded.isascii()), default=self.title)

    @cached_property
    def words_of_artist(self) -> frozenset[str]:
        """Each word of the artist's name, as it is and as it sounds."""
        latin = (fold.words(spelt) for spelt in spellings(self.artist))
        return frozenset([*fold.words(self.artist), *map(sound, chain.from_iterable(latin))])

    @cached_property
    def literal_titles(self) -> tuple[str, ...]:
        """The title in its own script and in Latin letters, written as one word, not evened out by sound."""
        names = (self.title, *spellings(self.title))
        return tuple(dict.fromkeys(fold.joined(name) for name in names))


class Ranking:
    """Scores songs against one query."""

    def __init__(self, query: Sequence[Spelling]) -> None:
        self._query = query
        self._is_latin = all(spelling.latin for spelling in query)
        self._whole_names = {spelling.whole.folded for spelling in query}
        self._native_names = {spelling.whole.folded for spelling in query if not spelling.latin}
        self._typed = tuple(dict.fromkeys("".join(spelling.words) for spelling in query))

    def sound(self, candidate: Candidate) -> float:
        """How it sounds: the best over all spellings of the query."""
        vowels = _VOWELS if self._is_latin and candidate.is_latin else _VOWELS_ACROSS
        best = max((_score(each, candidate, vowels) for each in self._query), default=0.0)
        if best < WORST or not candidate.mixes_scripts or self._native_names & candidate.names:
            return best
        return best * _MIXED

    def score(self, candidate: Candidate, sound: float) -> float:
        """How it sounds and, a little, how it is written; 1 only for the very name."""
        return (1 - _LITERAL) * sound + _LITERAL * self._literally(candidate, sound)

    def _literally(self, candidate: Candidate, sound: float) -> float:
        """How alike the very letters are. A spelling that was made by rules is never the very one."""
        holds_artist = sound == 1.0 and self._whole_names.isdisjoint(candidate.names)
        likeness = 0.0
        for number, title in enumerate(candidate.literal_titles):
            for typed in self._typed:
                found = fuzz.ratio(typed, title)
                if holds_artist:
                    parts = typed[: len(title)], typed[-len(title) :]
                    found = max(found, *(fuzz.ratio(part, title) for part in parts))
                is_guess = number > 0 or typed != self._typed[0]
                likeness = max(likeness, found * (_GUESSED if is_guess else 1.0))
        return likeness / 100


def alike(one: Span, other: Span, vowels: float = _VOWELS) -> float:
    """How alike two names are: their letters, and among Latin ones their consonants, as they are and
    coarsely; `vowels` is the share of the letters."""
    letters = fuzz.ratio(one.folded, other.folded) / 100
    if not one.skeleton or not other.skeleton:
        return letters
    bones = fuzz.ratio(one.skeleton, other.skeleton) + fuzz.ratio(one.coarse, other.coarse)
    return vowels * letters + (1 - vowels) * bones / 200


def _score(spelling: Spelling, candidate: Candidate, vowels: float) -> float:
    whole = spelling.whole
    titles = [title for title in candidate.titles if spelling.latin == title.folded.isascii()]
    artists = [artist for artist in candidate.artists if spelling.latin == artist.folded.isascii()]
    best = 0.0
    for title in titles:
        if whole.folded == title.folded:
            return 1.0
        best = max(best, _FUZZY * _as_a_whole(whole, title, vowels), _beginning(whole, title))
    for artist in artists:
        best = max(best, _ARTIST_ALONE * alike(whole, artist, vowels))
    for left, right in spelling.halves:
        best = max(
            best,
            _both(left, right, titles, artists, candidate, vowels),
            _both(right, left, titles, artists, candidate, vowels),
        )
    return max(best, _in_any_order(spelling, titles, artists))


def _as_a_whole(typed: Span, title: Span, vowels: float) -> float:
    """How alike they are, where neither has a word more than the other: one too many tells names apart better
    than any spelling."""
    likeness = alike(typed, title, vowels)
    if typed.skeleton and typed.skeleton == title.skeleton:
        return likeness
    shorter, longer = sorted((typed.folded, title.folded), key=len)
    if len(longer) - len(shorter) >= _A_WORD and (longer.startswith(shorter) or longer.endswith(shorter)):
        return min(likeness, len(shorter) / len(longer))
    return likeness


def _beginning(typed: Span, title: Span) -> float:
    """While a title is being typed, its beginning is all there is."""
    if len(typed.folded) >= len(title.folded) or len(typed.folded) < 2:
        return 0.0
    begun = fuzz.ratio(typed.folded, title.folded[: len(typed.folded)], score_cutoff=60) / 100
    return begun**2 * (_BEGUN + _BEGUN_MORE * len(typed.folded) / len(title.folded))


def _both(
    title_part: Span,
    artist_part: Span,
    titles: Sequence[Span],
    artists: Sequence[Span],
    candidate: Candidate,
    vowels: float,
) -> float:
    """One part of the query as the title, the rest as the artist."""
    title = max((alike(title_part, each, vowels) for each in titles), default=0.0)
    if title < 0.6:
        return 0.0
    artist = max((_names_artist(artist_part, each, vowels) for each in artists), default=0.0)
    if len(artist_part.folded) < _SHORTEST_PART and artist_part.folded in candidate.words_of_artist:
        artist = 1.0
    lengths = len(title_part.folded), len(artist_part.folded)
    share = lengths[0] / max(1, sum(lengths))
    if title == 1.0 and artist == 1.0:
        return _BOTH_EXACT
    if artist < 0.6:  # words that nothing explains weigh on it
        return title * (_UNEXPLAINED + (1 - _UNEXPLAINED) * share) * 0.9
    return _BOTH * (share * title + (1 - share) * artist)


def _names_artist(part: Span, artist: Span, vowels: float) -> float:
    """One name of an artist's is enough."""
    whole = alike(part, artist, vowels)
    if len(part.folded) < _SHORTEST_PART or len(part.folded) > len(artist.folded):
        return whole
    return max(whole, fuzz.partial_ratio(part.folded, artist.folded, score_cutoff=60) / 100)


def _in_any_order(spelling: Spelling, titles: Sequence[Span], artists: Sequence[Span]) -> float:
    """The words anywhere in title and artist."""
    words = spelling.sounds
    letters = sum(map(len, words))
    if not letters:
        return 0.0
    best = 0.0
    for title in titles:
        missing = [word for word in words if word not in title.folded]
        in_title = letters - sum(map(len, missing))
        in_artist = sum(len(word) for word in missing if any(word in artist.folded for artist in artists))
        of_title = min(1.0, in_title / max(1, len(title.folded)))
        best = max(best, (in_title + in_artist) / letters * (_ANY_ORDER + _ANY_ORDER_MORE * of_title))
    return best
