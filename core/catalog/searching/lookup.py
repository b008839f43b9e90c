"""The statements of the local search: each looks keys up in an index and takes a bounded number of rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, NamedTuple

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text, Uuid

from core.catalog.searching.spans import Span, Spelling, neighbours, respellings

MOST_SAME, MOST_LOOKED_AT, MOST_BEGUN, MOST_WITH_WORDS, MOST_OF_ARTIST = 60, 1000, 100, 200, 150
LEAST_OF_EACH = 40
"""Keys that each of many wanted values may bring."""
MOST_COPIED = 300
MOST_OF_TITLE = 400
MOST_COPIES = 5
"""Of songs that share a spelling, a look-up brings no more; the popular ones of the rest come by `COPIES`."""
SHORTEST_BEGINNING = 3
_LAST = "\U0010ffff"

MOST_CUTS = 8
MOST_WITH_ARTIST, MOST_SHORTENED = 24, 8
"""Of all spellings together: cuts into title and artist, and sets of words with one left out."""
SHORTEST_BONES = 3
"""Shorter skeletons are those of thousands of titles: their spelling has to be the same."""
SMALLEST_PIECE = 0.3
"""Of a query: what is less of it is hardly a title with more words around it."""
TITLES, ARTISTS = "k.kind <> 'artist'", "k.kind = 'artist'"
WITH_BONES = "AND k.skeleton <> ''"
"""Without this the indexes of skeletons are not used: songs of other scripts are left out of them."""

_WORDS_OF_SONG = "SELECT w.words FROM song_keys w WHERE w.song_id = looked.song_id AND w.place = 0"


class Found(NamedTuple):
    """A key that a look-up led to."""

    song_id: uuid.UUID
    kind: str
    folded: str
    skeleton: str
    worth: float
    """Added to how alike its spelling is to the query."""
    copies: int
    """How many songs were found by this spelling."""


@dataclass(frozen=True)
class Lookup:
    statement: TextClause
    parameters: dict[str, Any]


class _Parts:
    """The parts of one statement, joined by UNION ALL, with their parameters."""

    def __init__(self, language: str | None) -> None:
        self._selects: list[str] = []
        self._parameters: dict[str, Any] = {}
        self._lists: list[str] = []
        self._language = language
        if language is not None:
            self._parameters["language"] = language

    def add(self, condition: str, most: int, worth: float, **values: object) -> None:
        """Keys that fulfil a condition."""
        self._selects.append(
            f"(SELECT k.song_id, k.kind, k.folded, k.skeleton, CAST({worth} AS float8), 1 AS copies "
            f"FROM song_keys k {self._in_language} WHERE {self._named(condition, values)} LIMIT {most})"
        )

    def add_spellings(self, column: str, condition: str, worth: float, wanted: Sequence[str]) -> None:
        """Keys whose column has one of the wanted values and that fulfil a condition, a few of each spelling:
        thousands of songs may share one. Each value is looked up by itself, so that none takes the place of
        all; and the planner need not weigh a thousand of them, as it would with ANY."""
        each = max(LEAST_OF_EACH, MOST_LOOKED_AT // len(wanted))
        self._selects.append(
            f"(SELECT song_id, kind, folded, skeleton, CAST({worth} AS float8), copies FROM ("
            "SELECT looked.*, row_number() OVER (PARTITION BY folded ORDER BY song_id) AS nth, "
            "count(*) OVER (PARTITION BY folded) AS copies "
            "FROM (SELECT its.* "
            f"FROM unnest({self._named(':wanted', {'wanted': list(wanted)})}) AS wanted CROSS JOIN LATERAL ("
            f"SELECT k.song_id, k.kind, k.folded, k.skeleton FROM song_keys k {self._in_language} "
            f"WHERE k.{column} = wanted AND {condition} LIMIT {each}) its LIMIT {MOST_LOOKED_AT}) looked"
            f") numbered WHERE nth <= {MOST_COPIES})"
        )

    def add_titles_of(
        self, condition: str, most: int, worth: float, *, title: str, words: Sequence[str]
    ) -> None:
        """Titles that fulfil a condition, of songs that have all of these words too. The words are a scalar
        subquery, read song by song: as a join, the planner may begin with all songs that have them."""
        of_title = self._named(condition, {"title": title})
        has_words = self._named(f"({_WORDS_OF_SONG}) @> :words", {"words": list(words)})
        self._selects.append(
            "(SELECT looked.song_id, looked.kind, looked.folded, looked.skeleton, "
            f"CAST({worth} AS float8), 1 FROM (SELECT k.* FROM song_keys k {self._in_language} "
            f"WHERE {of_title} LIMIT {MOST_OF_TITLE}) looked WHERE {has_words} LIMIT {most})"
        )

    def lookup(self) -> Lookup | None:
        if not self._selects:
            return None
        typed = [bindparam(name, type_=ARRAY(Text)) for name in self._lists]
        return Lookup(text(" UNION ALL ".join(self._selects)).bindparams(*typed), self._parameters)

    def _named(self, condition: str, values: Mapping[str, object]) -> str:
        """The condition with parameter names that are its own."""
        for name, value in values.items():
            its = f"{name}_{len(self._parameters)}"
            condition = condition.replace(f":{name}", f":{its}")
            self._parameters[its] = value
            if isinstance(value, list):
                self._lists.append(its)
        return condition

    @property
    def _in_language(self) -> str:
        if self._language is None:
            return ""
        return "JOIN songs s ON s.id = k.song_id AND s.language = :language"


def same(spellings: Sequence[Spelling], language: str | None) -> Lookup | None:
    """Keys that the query or a piece of it has itself."""
    parts = _Parts(language)
    wholes = [spelling.whole for spelling in spellings]
    folded = list(dict.fromkeys(span.folded for span in wholes))
    parts.add(f"{TITLES} AND k.folded = ANY(:folded)", MOST_SAME, 0.5, folded=folded)
    parts.add(f"{ARTISTS} AND k.folded = ANY(:folded)", MOST_OF_ARTIST, 0.2, folded=folded)
    if bones := _skeletons(wholes):
        parts.add_spellings("skeleton", f"{TITLES} {WITH_BONES}", 0.1, bones)
    pieces = [
        span
        for spelling in spellings
        for span in spelling.spans[1:]
        if len(span.folded) >= SMALLEST_PIECE * len(spelling.whole.folded)
    ]
    if pieces:
        folded = list(dict.fromkeys(span.folded for span in pieces))
        parts.add_spellings("folded", TITLES, 0.05, folded)
    for (condition, title), words in islice(_titles_with_words(spellings), MOST_WITH_ARTIST):
        parts.add_titles_of(condition, MOST_COPIES * 8, 0.4, title=title, words=words)
    for beginning in dict.fromkeys(span.folded for span in wholes):
        parts.add(
            f"{TITLES} AND k.folded >= :begin AND k.folded < :end",
            MOST_BEGUN,
            0.0,
            begin=beginning,
            end=beginning + _LAST,
        )
    for keywords in _keywords(spellings):
        parts.add("k.words IS NOT NULL AND k.words @> :words", MOST_WITH_WORDS, 0.1, words=keywords)
    return parts.lookup()


def close(spellings: Sequence[Spelling], language: str | None) -> Lookup | None:
    """Keys a letter away from those of the query or a piece of it, and songs that lack one of its words."""
    parts = _Parts(language)
    wholes = [spelling.whole for spelling in spellings]
    if folded := respellings(wholes):
        parts.add_spellings("folded", TITLES, 0.1, folded)
    if bones := neighbours(wholes):
        parts.add_spellings("skeleton", f"{TITLES} {WITH_BONES}", 0.0, bones)
        parts.add_spellings("skeleton", f"{ARTISTS} {WITH_BONES}", 0.0, bones)
    halves = [
        span
        for spelling in spellings
        for pair in spelling.halves
        for span in pair
        if len(span.skeleton) >= SHORTEST_BONES
    ]
    if bones := _skeletons(halves):
        parts.add_spellings("skeleton", f"{TITLES} {WITH_BONES}", 0.0, bones)
    if bones := neighbours(halves):
        parts.add_spellings("skeleton", f"{TITLES} {WITH_BONES}", 0.0, bones)
    for beginning in _skeletons(wholes):
        if len(beginning) >= SHORTEST_BEGINNING:
            parts.add(
                f"{TITLES} AND k.skeleton <> '' AND k.skeleton >= :begin AND k.skeleton < :end",
                MOST_BEGUN,
                0.0,
                begin=beginning,
                end=beginning + _LAST,
            )
    shortened = chain.from_iterable(map(_without_one, _keywords(spellings)))
    for some in islice(shortened, MOST_SHORTENED):
        parts.add("k.words IS NOT NULL AND k.words @> :words", MOST_WITH_WORDS // 2, 0.0, words=some)
    return parts.lookup()


def _titles_with_words(spellings: Sequence[Spelling]) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """Each part of the query as the title, with the words of the other part, which may be the artist's."""
    found: dict[tuple[tuple[str, str], tuple[str, ...]], None] = {}
    for spelling in spellings:
        for cut, (left, right) in enumerate(spelling.halves[:MOST_CUTS], 1):
            before = Spelling(spelling.words[:cut], spelling.latin).keywords
            after = Spelling(spelling.words[cut:], spelling.latin).keywords
            found[_is_titled(left), after] = None
            found[_is_titled(right), before] = None
    return ((titled, words) for titled, words in found if words)


def _is_titled(title: Span) -> tuple[str, str]:
    """A condition on keys, and the key it asks for."""
    if len(title.skeleton) >= SHORTEST_BONES:
        return f"{TITLES} {WITH_BONES} AND k.skeleton = :title", title.skeleton
    return f"{TITLES} AND k.folded = :title", title.folded


def _skeletons(spans: Iterable[Span]) -> list[str]:
    return list(dict.fromkeys(span.skeleton for span in spans if span.skeleton))


def _keywords(spellings: Sequence[Spelling]) -> Iterator[list[str]]:
    found = dict.fromkeys(spelling.keywords for spelling in spellings if spelling.keywords)
    return (list(words) for words in found)


def _without_one(words: list[str]) -> Iterator[list[str]]:
    if 3 <= len(words) <= 8:
        yield from (words[:index] + words[index + 1 :] for index in range(len(words)))


NAMES = text(
    "SELECT s.id, s.title, s.artist, s.popularity, k.kind, k.folded, k.skeleton FROM songs s "
    "JOIN song_keys k ON k.song_id = s.id "
    "WHERE s.id = ANY(:ids) AND NOT s.is_private "
    "AND (s.in_catalogue OR (k.kind = 'alias' AND s.id = ANY(:aliased))) "
    "AND (CAST(:language AS text) IS NULL OR s.language = :language)"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("aliased", type_=ARRAY(Uuid)))
"""All keys of the songs that may be shown."""

COPIES = text(
    "SELECT copy.song_id FROM unnest(:spellings) AS spelling CROSS JOIN LATERAL ("
    "SELECT its.song_id FROM (SELECT k.song_id FROM song_keys k "
    f"WHERE {TITLES} AND k.folded = spelling LIMIT {MOST_COPIED}) its "
    "JOIN songs s ON s.id = its.song_id AND NOT s.is_private AND s.in_catalogue "
    "AND (CAST(:language AS text) IS NULL OR s.language = :language) "
    "ORDER BY s.popularity DESC, left(s.title, 1) <> upper(left(s.title, 1)), s.id LIMIT :most) copy"
).bindparams(bindparam("spellings", type_=ARRAY(Text)))
"""The popular songs of each spelling, the carefully written first among equals."""
