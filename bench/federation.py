"""How fast an answer over all sources is: `python -m bench.federation`.

In the service, on databases of its own: an answer that the cache has, for many queries over six sources and a
catalogue; and one source that hangs for ever while the others answer.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import report
from core.bootstrap import build
from core.catalog.keys import write_keys
from core.catalog.models import Song
from core.config import Settings
from core.db.session import Database
from core.db.upgrade import upgrade
from core.embedded import EmbeddedServers
from core.errors import MelodyError
from tests.fixtures.scripted_source import ScriptedSource, listed, never

CACHED_BOUND_MS = 10.0
HANGING_BOUND_MS = 1600.0
SOURCES = ("spotify", "youtube", "lastfm", "jamendo", "internet_archive", "youtube_music")
WORDS = ("dil", "raat", "sapna", "chand", "safar", "yaad", "ishq", "barish", "khwab", "zindagi")


@dataclass(frozen=True)
class Result:
    """Times in milliseconds, of whole calls of the service."""

    what: str
    calls: int
    p50: float
    p95: float
    slowest: float
    bound_p95: float

    @property
    def is_kept(self) -> bool:
        return self.p95 <= self.bound_p95


async def measure(
    what: str, calls: int, bound: float, call: Callable[[int], Awaitable[object]], *, at_once: int = 1
) -> Result:
    """Make the calls, so many at once, and time each."""
    times: list[float] = []
    numbers = iter(range(calls))

    async def one_after_another() -> None:
        for number in numbers:
            began = time.perf_counter()
            await call(number)
            times.append(1000 * (time.perf_counter() - began))

    await asyncio.gather(*(one_after_another() for _ in range(at_once)))
    cuts = statistics.quantiles(times, n=20, method="inclusive")
    return Result(what, calls, round(cuts[9], 2), round(cuts[18], 2), round(max(times), 2), bound)


def queries() -> list[str]:
    return [f"{one} {other}" for one in WORDS for other in WORDS if one != other]


def sources() -> dict[str, ScriptedSource]:
    """Each finds twenty songs, most of them those of the others too."""
    found = {}
    for number, name in enumerate(SOURCES):
        songs = [
            listed(query.title(), f"Band {place}", f"{name}-{place}", duration=180.0 + place)
            for place, query in enumerate(queries()[number : number + 20])
        ]
        found[name] = ScriptedSource(name, *songs)
    return found


async def fill(database: Database, songs: int) -> None:
    titles = itertools.islice(itertools.cycle(queries()), songs)
    names = [(uuid.uuid4(), f"{title.title()} {n}", f"Singer {n % 50}", ()) for n, title in enumerate(titles)]
    async with database.transaction() as session:
        for song_id, title, artist, _ in names:
            session.add(Song(id=song_id, title=title, artist=artist, in_catalogue=True))
        await session.flush()
        await write_keys(session, names)


async def run(settings: Settings, songs: int, calls: int) -> list[Result]:
    found = sources()
    services = build(settings, sources=found)
    asked = queries()
    try:
        await fill(services.database, songs)
        for query in asked:
            await services.music.search(query, seconds=10)

        async def cached(number: int) -> None:
            await services.music.search(asked[number % len(asked)])

        results = [
            await measure("cached", calls, CACHED_BOUND_MS, cached),
            await measure("cached, 4 at once", calls, 4 * CACHED_BOUND_MS, cached, at_once=4),
        ]
        found["jamendo"].before = never

        async def hanging(number: int) -> None:
            answer = await services.music.search(f"{asked[number]} again")
            assert answer.sources["jamendo"] == "late"

        return [*results, await measure("one source hangs", 8, HANGING_BOUND_MS, hanging)]
    finally:
        await services.close()


def show(results: list[Result]) -> None:
    print(f"{'':>20} {'calls':>6} {'p50 ms':>9} {'p95 ms':>9} {'max ms':>9} {'bound':>7}")
    for one in results:
        print(
            f"{one.what:>20} {one.calls:>6} {one.p50:>9.2f} {one.p95:>9.2f} {one.slowest:>9.2f} "
            f"{one.bound_p95:>7.0f}"
        )


def main() -> int:
    """Exit code 1 when a bound was missed or nothing could be measured."""
    parser = argparse.ArgumentParser(
        prog="bench.federation", description="How fast an answer over all sources is."
    )
    parser.add_argument("--songs", type=int, default=5000, help="songs in the catalogue")
    parser.add_argument("--calls", type=int, default=500, help="calls that the cache answers")
    parser.add_argument("--out", type=Path, help="where the figures go")
    arguments = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder, EmbeddedServers(Path(folder)) as servers:
            database_url, redis_url = servers.start_postgres(), servers.start_valkey()
            settings = Settings.load(database_url=database_url, redis_url=redis_url)
            upgrade(database_url)
            results = asyncio.run(run(settings, arguments.songs, arguments.calls))
    except MelodyError as error:
        print(error.detail or error.code, file=sys.stderr)
        return 1
    figures = {"songs": arguments.songs, "sources": len(SOURCES), "results": [asdict(one) for one in results]}
    report.write("federation", figures, arguments.out)
    show(results)
    return 0 if all(one.is_kept for one in results) else 1


if __name__ == "__main__":
    sys.exit(main())
