"""Asking all sources at once: each answers, or is said to be missing, when the time is over.

What comes too late is kept for the next asker. The same question is on its way once, in this process and
across processes. A source that is slower than it lately was may be asked a second time, and the first answer
counts (hedged requests: J. Dean and L. A. Barroso, "The Tail at Scale", 2013).
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
import statistics
import time
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.catalog.facts import facts_of, fit, song_from
from core.catalog.sources.guards import Guards, Verdict
from core.catalog.sources.shared import Cache, temperature
from core.music import MusicSource, SourceSong, SourceUnavailable
from core.tally import SOURCE_ANSWERS, SOURCE_SECONDS, Tally

logger = logging.getLogger(__name__)

OK, LATE, FAILED = "ok", "late", "failed"

WANTED = 20
"""Songs of each source: what a page of results has."""
FRESH_SECONDS = 600.0
KEEP_SECONDS = 86_400.0
FAILURE_SECONDS = 2.0
"""How long a failure is an answer to others who ask the same."""
LONGEST_SECONDS = 12.0
"""The most that one question to a source may take, waiting for nobody."""
MOST_FLIGHTS = 100
"""Questions on their way from one process; beyond that a source counts as late without being asked."""
LOOK_SECONDS = 0.05
"""How often we look whether another process has the answer that it is fetching."""


@dataclass(frozen=True)
class SourceAnswer:
    state: str
    """ok, late, failed, resting, exhausted."""
    songs: tuple[SourceSong, ...] = ()
    stale: bool = False
    """From the cache, while a fresh answer is on its way."""


class Federation:
    """The configured sources, asked as one."""

    def __init__(
        self, sources: Mapping[str, MusicSource], guards: Guards, cache: Cache, tally: Tally
    ) -> None:
        self._sources = sources
        self._guards = guards
        self._cache = cache
        self._tally = tally
        self._paces = {name: Pace() for name in sources}
        self._flights: dict[str, asyncio.Task[SourceAnswer]] = {}

    async def search(
        self, names: Collection[str], query: str, *, language: str | None, seconds: float, fresh: bool = False
    ) -> dict[str, SourceAnswer]:
        """What each of these sources answers within the time; `fresh` waits where a stale answer is known."""
        asked = (self._answer(name, query, language, seconds, fresh) for name in names)
        return dict(zip(names, await asyncio.gather(*asked), strict=True))

    async def close(self) -> None:
        """Give up what is still on its way."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    async def _answer(
        self, name: str, query: str, language: str | None, seconds: float, fresh: bool
    ) -> SourceAnswer:
        deadline = time.monotonic() + seconds
        key = _key(name, query, language)
        kept = await self._cache.get(key)
        self._tally.count(SOURCE_ANSWERS, name, temperature(kept))
        if kept is not None and kept.fresh:
            return _from_json(name, kept.value)
        flight = self._fly(key, self._sources[name], query, language)
        stale = None if kept is None else replace(_from_json(name, kept.value), stale=True)
        if stale is not None and not fresh:
            return stale
        answer = SourceAnswer(LATE)
        if flight is not None:
            await asyncio.wait({flight}, timeout=max(0.0, deadline - time.monotonic()))
            answer = flight.result() if flight.done() and not flight.cancelled() else answer
        return answer if answer.state == OK or stale is None else stale

    def _fly(
        self, key: str, source: MusicSource, query: str, language: str | None
    ) -> asyncio.Task[SourceAnswer] | None:
        """The question on its way, sent now if it is not; None when too many are."""
        if key in self._flights:
            return self._flights[key]
        if len(self._flights) >= MOST_FLIGHTS:
            return None
        flight = asyncio.create_task(self._fetch(key, source, query, language))
        self._flights[key] = flight
        flight.add_done_callback(lambda _: self._flights.pop(key, None))
        return flight

    async def _fetch(self, key: str, source: MusicSource, query: str, language: str | None) -> SourceAnswer:
        """The source's answer, brought by whichever process asked first."""
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                while (token := await self._cache.lock(key, LONGEST_SECONDS)) is None:
                    await asyncio.sleep(LOOK_SECONDS * random.uniform(0.7, 1.3))
                    if (answer := await self._brought(key, source.name)) is not None:
                        return answer
        except TimeoutError:
            return SourceAnswer(LATE)
        try:
            answer = await self._ask(source, query, language)
            await self._keep(key, answer)
        finally:
            await self._cache.unlock(key, token)
        return answer

    async def _brought(self, key: str, name: str) -> SourceAnswer | None:
        """What another process found out meanwhile."""
        if (kept := await self._cache.get(key)) is not None and kept.fresh:
            return _from_json(name, kept.value)
        if (failure := await self._cache.get(f"{key}:failure")) is not None:
            return SourceAnswer(failure.value)
        return None

    async def _keep(self, key: str, answer: SourceAnswer) -> None:
        if answer.state == OK:
            await self._cache.put(key, _to_json(answer), fresh=FRESH_SECONDS, keep=KEEP_SECONDS)
        else:
            failure = f"{key}:failure"
            await self._cache.put(failure, answer.state, fresh=FAILURE_SECONDS, keep=FAILURE_SECONDS)

    async def _ask(self, source: MusicSource, query: str, language: str | None) -> SourceAnswer:
        verdict = await self._guards.admit(source)
        if verdict is not Verdict.OK:
            return SourceAnswer(verdict.value)
        began = time.monotonic()
        answer = await self._ask_admitted(source, query, language)
        self._tally.time(SOURCE_SECONDS, time.monotonic() - began, source.name, answer.state)
        return answer

    async def _ask_admitted(self, source: MusicSource, query: str, language: str | None) -> SourceAnswer:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                songs = await self._hedged(source, query, language)
        except (SourceUnavailable, TimeoutError) as error:
            await self._guards.failed(source.name, error)
            return SourceAnswer(FAILED)
        except Exception as error:
            logger.exception("%s: its answer could not be understood", source.name)
            await self._guards.failed(source.name, error)
            return SourceAnswer(FAILED)
        await self._guards.answered(source.name)
        return SourceAnswer(OK, tuple(fit(songs)))

    async def _hedged(self, source: MusicSource, query: str, language: str | None) -> list[SourceSong]:
        """One call, and when it takes unusually long a second one beside it."""
        pace = self._paces[source.name]
        began = time.monotonic()
        calls = {asyncio.create_task(source.search(query, limit=WANTED, language=language))}
        try:
            done, _ = await asyncio.wait(calls, timeout=pace.patience)
            if not done and await self._may_hedge(source, pace):
                calls.add(asyncio.create_task(source.search(query, limit=WANTED, language=language)))
            return await _first_good(calls)
        finally:
            pace.note(time.monotonic() - began)
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)

    async def _may_hedge(self, source: MusicSource, pace: Pace) -> bool:
        """Calls that are counted by the day are too few to spend two on one question."""
        plenty = all(budget.zone is None and budget.seconds < 86_400 for budget in source.budgets)
        return plenty and pace.take_hedge() and await self._guards.admit(source) is Verdict.OK


class Pace:
    """How fast a source lately answered, and how many second calls it may still be sent."""

    FIRST_PATIENCE = 0.6
    LEAST_PATIENCE = 0.1
    SHARE = 0.1
    """Second calls for each first one, so that a slow source is not asked twice for everything."""
    MOST = 3.0

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=60)
        self._hedges = 1.0

    @property
    def patience(self) -> float:
        """Seconds after which an answer is unusually late: the recent 95th percentile."""
        if len(self._seconds) < 8:
            return self.FIRST_PATIENCE
        return max(self.LEAST_PATIENCE, statistics.quantiles(self._seconds, n=20, method="inclusive")[-1])

    def note(self, seconds: float) -> None:
        self._seconds.append(seconds)
        self._hedges = min(self._hedges + self.SHARE, self.MOST)

    def take_hedge(self) -> bool:
        if self._hedges < 1.0:
            return False
        self._hedges -= 1.0
        return True


async def _first_good(calls: Collection[asyncio.Task[list[SourceSong]]]) -> list[SourceSong]:
    """The first answer. Raises what the last call raised when all fail."""
    waiting = set(calls)
    while True:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for call in done:
            if call.exception() is None or not waiting:
                return call.result()


def _key(name: str, query: str, language: str | None) -> str:
    """Hashed: people's words are not left lying about, and keys stay short."""
    question = hashlib.sha256(f"{language or ''}\n{query}".encode()).hexdigest()[:32]
    return f"{name}:{question}"


def _to_json(answer: SourceAnswer) -> list[Any]:
    return [[song.external_id, facts_of(song)] for song in answer.songs]


def _from_json(name: str, value: list[Any]) -> SourceAnswer:
    return SourceAnswer(OK, tuple(song_from(name, external_id, facts) for external_id, facts in value))
