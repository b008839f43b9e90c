"""Search in the operator's own catalogue: any script, any spelling, a bounded amount of work.

First the keys are looked up that the query's pieces have themselves: the same spelling, the same skeleton,
titles that begin so, songs that hold all the words. Only when nothing fits well are the skeletons one letter
away looked up too: there are few letters, so all neighbours can be named and no index of trigrams is needed.
What is found is ranked by how it sounds.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from asyncpg import QueryCanceledError
from rapidfuzz import fuzz
from sqlalchemy.ext.asyncio import AsyncSession as Session

from core.catalog.keys import ARTIST
from core.catalog.searching import lookup
from core.catalog.searching.asking import Asking, asking
from core.catalog.searching.lookup import Found, Lookup
from core.catalog.searching.ranking import WORST, Candidate, Ranking
from core.catalog.searching.spans import Span, Spelling, spellings_of
from core.db.reading import Reading
from core.text import readings

logger = logging.getLogger(__name__)

LOOKUP_MS = 900
"""A look-up that takes longer is given up; what the others found is the answer."""
MOST_RANKED = 100
MOST_READ = 60
"""Of those ranked by sound, the best are ranked by their letters too."""
UNREAD = 0.98
BUCKETS = 50
"""Scores that are this near to each other are equal: the popular song comes first."""
EXACT = 0.9995
"""Scores from here on are of the very name."""
STEP, FURTHEST_BACK = 0.06, 0.18
"""How far each further song of one title steps back."""
MOST_SHARED = 6
"""Spellings shared by many songs whose popular ones are fetched."""
GOOD = 0.955
"""With a score like this there is no need to look further."""


@dataclass(frozen=True)
class Hit:
    song_id: uuid.UUID
    score: float
    """0 to 1; 1 is the very name."""


@dataclass(frozen=True)
class LocalAnswer:
    hits: list[Hit]
    """The page that was asked for, best first."""
    total: int
    """How many songs fit, as far as was looked: a few hundred at most."""


def warm() -> None:
    """Load what a first search would have to wait for: the dictionaries of readings. To be called in a
    thread, as a program starts."""
    readings.warm()


async def search_local(
    reader: Session | Reading, query: str, *, limit: int, language: str | None = None, offset: int = 0
) -> LocalAnswer:
    """The songs of the catalogue that a checked query (`query.checked`) may mean, and songs of all that it is
    an alias of. `language` is that of the songs' stored metadata. Reads only, and leaves no setting behind in
    the caller's transaction, where it is in one.
    """
    spellings = await _spell(query)
    search = _Search(asking(reader, LOOKUP_MS), spellings, language)
    await search.look(lookup.same(spellings, language))
    if search.best < GOOD:
        await search.look(lookup.close(spellings, language))
    ranked = await search.ranked()
    page = [
        Hit(candidate.song_id, round(min(its, 1.0), 4)) for its, candidate in ranked[offset : offset + limit]
    ]
    return LocalAnswer(page, len(ranked))


async def _spell(query: str) -> tuple[Spelling, ...]:
    """Readings of kanji and hanzi need dictionaries, whose loading must not hold up the event loop."""
    if query.isascii():
        return spellings_of(query)
    return await asyncio.to_thread(spellings_of, query)


class _Search:
    """One query on its way: the keys found, and the songs ranked."""

    def __init__(self, asking: Asking, spellings: Sequence[Spelling], language: str | None) -> None:
        self._asking = asking
        self._spellings = spellings
        self._language = language
        self._ranking = Ranking(spellings)
        self._spans = {span.folded: span for spelling in spellings for span in spelling.spans}
        self._by_bones = {span.skeleton: span for span in reversed(self._spans.values()) if span.skeleton}
        self._wholes = [spelling.whole for spelling in spellings]
        self._whole_names = {whole.folded for whole in self._wholes}
        self._scored: dict[uuid.UUID, tuple[float, Candidate]] = {}

    @property
    def best(self) -> float:
        return max((its for its, _ in self._scored.values()), default=0.0)

    async def ranked(self) -> list[tuple[float, Candidate]]:
        """All songs that fit, best first."""
        if all(candidate.title.isascii() for _, candidate in self._scored.values()):
            return self._rank()
        return await asyncio.to_thread(self._rank)  # dictionaries of readings may have to be loaded

    def _rank(self) -> list[tuple[float, Candidate]]:
        """Best first. Of songs with one and the same title, each but the first steps back a little unless it
        is the very title that was asked for, so that a misspelt name brings several titles."""
        heard = sorted((pair for pair in self._scored.values() if pair[0] >= WORST), key=_order)
        read = [(self._ranking.score(candidate, its), candidate) for its, candidate in heard[:MOST_READ]]
        fitting = [
            *sorted(read, key=_order),
            *((its * UNREAD, candidate) for its, candidate in heard[MOST_READ:]),
        ]
        count: Counter[str] = Counter()
        spread = []
        for its, candidate in fitting:
            step = 0.0 if its >= EXACT else min(STEP * count[candidate.name], FURTHEST_BACK)
            count[candidate.name] += 1
            spread.append((its - step, candidate))
        return sorted(spread, key=_order)

    async def look(self, asked: Lookup | None) -> None:
        """Look keys up and rank the songs they lead to."""
        if asked is None:
            return
        found = await self._run(asked)
        chosen = self._most_promising(found) | await self._popular(found)
        for candidate in await self._candidates(chosen):
            self._scored[candidate.song_id] = self._ranking.sound(candidate), candidate

    async def _run(self, asked: Lookup) -> list[Found]:
        """What one look-up finds; nothing when it takes too long."""
        try:
            rows = await self._asking.bounded(asked.statement, asked.parameters)
        except QueryCanceledError:
            logger.warning("search: a look-up was given up after %d ms", LOOKUP_MS)
            return []
        return [Found(*row) for row in rows]

    def _most_promising(self, found: Iterable[Found]) -> dict[uuid.UUID, bool]:
        """The songs worth ranking that are not ranked yet; True for those that an alias led to."""
        best: dict[uuid.UUID, tuple[float, bool]] = {}
        for row in found:
            if row.song_id in self._scored:
                continue
            before, by_alias = best.get(row.song_id, (0.0, False))
            best[row.song_id] = max(before, self._promise(row)), by_alias or row.kind == "alias"
        chosen = sorted(best.items(), key=lambda item: -item[1][0])[:MOST_RANKED]
        return {song_id: by_alias for song_id, (_, by_alias) in chosen}

    async def _popular(self, found: Sequence[Found]) -> dict[uuid.UUID, bool]:
        """Of spellings that more songs share than a look-up brings, the popular songs."""
        same = Counter(row.folded for row in found if row.kind != ARTIST and row.folded in self._whole_names)
        names = [folded for folded, count in same.items() if count >= lookup.MOST_SAME // 2]
        shared = {row.folded: self._promise(row) for row in found if row.copies > lookup.MOST_COPIES}
        others = sorted(shared.keys() - set(names), key=lambda folded: -shared[folded])[:MOST_SHARED]
        ids: list[uuid.UUID] = []
        for spellings, most in ((names, lookup.MOST_SAME), (others, lookup.MOST_COPIES)):
            if spellings:
                values = {"spellings": spellings, "most": most, "language": self._language}
                ids += [row["song_id"] for row in await self._asking.rows(lookup.COPIES, values)]
        return {song_id: False for song_id in ids if song_id not in self._scored}

    def _promise(self, row: Found) -> float:
        """A first guess by one key alone."""
        likeness = max(fuzz.ratio(whole.folded, row.folded) for whole in self._wholes) / 100
        span = self._spans.get(row.folded) or self._by_bones.get(row.skeleton)
        if span is not None:
            longest = max(len(whole.folded) for whole in self._wholes)
            part = 0.6 + 0.004 * fuzz.ratio(span.folded, row.folded)  # its consonants are the same
            likeness = max(likeness, part * (0.5 + 0.5 * len(span.folded) / longest))
        return row.worth + likeness

    async def _candidates(self, chosen: dict[uuid.UUID, bool]) -> list[Candidate]:
        if not chosen:
            return []
        aliased = [song_id for song_id, by_alias in chosen.items() if by_alias]
        rows = await self._asking.rows(
            lookup.NAMES, {"ids": list(chosen), "aliased": aliased, "language": self._language}
        )
        candidates: dict[uuid.UUID, Candidate] = {}
        for song_id, title, artist, popularity, kind, folded, skeleton in rows:
            candidate = candidates.get(song_id)
            if candidate is None:
                candidate = candidates[song_id] = Candidate(song_id, title, artist, popularity)
            names = candidate.artists if kind == "artist" else candidate.titles
            names.append(Span(folded, skeleton))
        return list(candidates.values())


def _order(pair: tuple[float, Candidate]) -> tuple[bool, int, int, bool, float, int, uuid.UUID]:
    """Best first; among equals the popular, then the carefully written, then the shorter title, then always
    the same one."""
    its, candidate = pair
    return (
        its < EXACT,
        -round(its * BUCKETS),
        -candidate.popularity,
        candidate.is_sloppy,
        -its,
        len(candidate.title),
        candidate.song_id,
    )
