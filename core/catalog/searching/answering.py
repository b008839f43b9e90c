"""Making an answer: the catalogue and the sources side by side, one row a song, best first, stored."""

from __future__ import annotations

import asyncio
import hashlib
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from core.catalog.display import likely_language
from core.catalog.merging import LOCAL, Entry, merge
from core.catalog.models import Song
from core.catalog.searching.local_search import Hit, search_local
from core.catalog.searching.relevance import Relevance
from core.catalog.sources.federation import FAILED, LATE, OK, Federation, SourceAnswer
from core.catalog.sources.listing import FoundSong, Shelf, key_of, owners
from core.catalog.transactions import bounded
from core.db.session import Database, answering
from core.errors import ServiceUnavailable
from core.music import SourceSong

MOST_LOCAL = 200
"""Songs of the catalogue in an answer: all that the local search ranks."""
RESERVE = 0.3
"""Seconds for merging and storing, of those that an answer may take."""
STORE_SECONDS = 5.0

CAN_PLAY = 0.02
AGREEMENT = 0.01
"""Bonuses on a relevance from 0 to 1: for audio that can be had, for each further source that agrees."""
POPULAR = 0.02
ASKED_LANGUAGE = 0.02


@dataclass(frozen=True)
class Question:
    query: str
    language: str | None
    sources: tuple[str, ...]
    """Those outside; without the catalogue."""
    local: bool

    @property
    def key(self) -> str:
        """Hashed: people's words are not left lying about, and keys stay short."""
        asked = (self.query.casefold(), self.language or "", ",".join(self.sources), str(self.local))
        return hashlib.sha256("\n".join(asked).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class RankedSongs:
    """The answer to a question: all songs that were found, best first."""

    ids: tuple[uuid.UUID, ...]
    states: dict[str, str]
    settled: bool = True
    """Nothing better is on its way."""

    @property
    def is_partial(self) -> bool:
        return any(state != OK for state in self.states.values())

    def as_json(self) -> dict[str, Any]:
        return {"ids": [str(song_id) for song_id in self.ids], "states": self.states}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> RankedSongs:
        ids = tuple(uuid.UUID(song_id) for song_id in value["ids"])
        return cls(ids, dict(value["states"]))


@dataclass(frozen=True)
class _Local:
    """What the catalogue answers."""

    state: str
    hits: tuple[Hit, ...] = ()
    entries: tuple[Entry, ...] = ()


class Answering:
    """Answers questions, each time anew; the sources' answers come from the cache where it has them."""

    def __init__(
        self,
        database: Database,
        federation: Federation,
        shelf: Shelf,
        may_fetch: Callable[[SourceSong], bool],
    ) -> None:
        self._database = database
        self._federation = federation
        self._shelf = shelf
        self._may_fetch = may_fetch

    async def answer(self, question: Question, seconds: float, *, fresh: bool = False) -> RankedSongs:
        """The ranking with all that comes within the time; `fresh` takes no stale answer of a source that
        has a better one. Raises ServiceUnavailable without a database.
        """
        waiting = max(seconds - RESERVE, 0.6 * seconds)
        local, outside = await asyncio.gather(
            self._search_local(question, waiting),
            self._federation.search(
                question.sources, question.query, language=question.language, seconds=waiting, fresh=fresh
            ),
        )
        states = {name: answer.state for name, answer in outside.items()}
        if question.local:
            states = {LOCAL: local.state, **states}
        ids = await self._ranked(question, local, outside)
        settled = LATE not in states.values() and not any(answer.stale for answer in outside.values())
        return RankedSongs(ids, states, settled)

    async def _search_local(self, question: Question, seconds: float) -> _Local:
        if not question.local:
            return _Local(OK)
        began = time.monotonic()
        try:
            async with answering(seconds):
                found = await search_local(
                    self._database.reading, question.query, limit=MOST_LOCAL, language=question.language
                )
            if not question.sources:  # nothing has to be told apart from what others list
                return _Local(OK, tuple(found.hits))
            async with bounded(self._database, began + seconds - time.monotonic()) as session:
                ids = [hit.song_id for hit in found.hits]
                query = select(Song).where(Song.id.in_(ids), Song.is_private.is_(False))
                songs = {song.id: song for song in (await session.execute(query)).scalars()}
        except ServiceUnavailable:
            return _Local(LATE if time.monotonic() - began >= seconds else FAILED)
        known = tuple(hit for hit in found.hits if hit.song_id in songs)
        return _Local(OK, known, tuple(_entry_of(songs[hit.song_id]) for hit in known))

    async def _ranked(
        self, question: Question, local: _Local, outside: Mapping[str, SourceAnswer]
    ) -> tuple[uuid.UUID, ...]:
        found = [song for answer in outside.values() for song in answer.songs]
        if not found:
            return tuple(hit.song_id for hit in local.hits)
        async with bounded(self._database, STORE_SECONDS) as session:
            known = await owners(session, {key_of(song) for song in found})
            query = select(Song.id).where(Song.id.in_(known.values()), Song.in_catalogue)
            own = set((await session.execute(query)).scalars())
        strangers = [_found_entry(song, known.get(key_of(song)), own) for song in found]
        scores = {hit.song_id: hit.score for hit in local.hits}
        rank = _Rank(question, Relevance(question.query), scores, self._may_fetch)
        # Names in new scripts are romanized, which takes a moment the first time.
        groups = await asyncio.to_thread(_grouped, [*local.entries, *strangers], rank)
        async with bounded(self._database, STORE_SECONDS) as session:
            ids = await self._shelf.store(session, [_as_found(group) for group in groups])
        return tuple(dict.fromkeys(song_id for song_id in ids if song_id is not None))


@dataclass(frozen=True)
class _Rank:
    """How well a group of listings answers a question."""

    question: Question
    relevance: Relevance
    local_scores: Mapping[uuid.UUID, float]
    may_fetch: Callable[[SourceSong], bool]

    def is_wanted(self, group: Sequence[Entry]) -> bool:
        """Only what is told to be in another language is left out; a guess never does that."""
        told = {entry.song.language.lower() for entry in group if entry.song.language}
        asked = self.question.language
        return asked is None or not told or asked in told or group[0].song.source == LOCAL

    def __call__(self, group: Sequence[Entry]) -> float:
        asked = self.question.language
        plays = any(entry.in_catalogue or self.may_fetch(entry.song) for entry in group)
        places = len({entry.song.source for entry in group})
        popularity = max(entry.song.popularity or 0 for entry in group)
        return (
            max(map(self._relevance, group))
            + CAN_PLAY * plays
            + AGREEMENT * min(places - 1, 3)
            + POPULAR * popularity / 100
            + ASKED_LANGUAGE * any(entry.song.language == asked for entry in group if asked)
        )

    def _relevance(self, entry: Entry) -> float:
        known = None if entry.song_id is None else self.local_scores.get(entry.song_id)
        return self.relevance.of(entry.song) if known is None or entry.song.source != LOCAL else known


def _grouped(entries: Sequence[Entry], rank: _Rank) -> list[tuple[Entry, ...]]:
    """The groups that answer the question, best first; equals stay in the order they were found in."""
    groups = [group for group in merge(entries) if rank.is_wanted(group)]
    scores = {group: rank(group) for group in groups}
    for group in groups:  # here rather than on the event loop, which will ask again
        likely_language(group[0].song.title)
    return sorted(groups, key=lambda group: -scores[group])


def _entry_of(song: Song) -> Entry:
    told = SourceSong(
        source=LOCAL,
        external_id=str(song.id),
        title=song.title,
        artist=song.artist,
        duration=song.duration,
        language=song.language,
        popularity=song.popularity,
        isrc=song.external_ids.get("isrc"),
        other_titles=tuple(song.details.get("other_titles", ())),
    )
    return Entry(told, song.id, song.in_catalogue)


def _found_entry(song: SourceSong, song_id: uuid.UUID | None, own: set[uuid.UUID]) -> Entry:
    return Entry(replace(song, isrc=song.isrc or None), song_id, song_id in own)


def _as_found(group: Sequence[Entry]) -> FoundSong:
    """The local search also finds songs of sources, by the names that were learnt for them."""
    ours = sorted((entry for entry in group if entry.song_id), key=lambda entry: not entry.in_catalogue)
    local = [entry.song_id for entry in ours if entry.in_catalogue or entry.song.source == LOCAL]
    songs = tuple(entry.song for entry in group if entry.song.source != LOCAL)
    return FoundSong(songs, local[0] if local else None)
