"""How well and how fast the local search finds songs: `python -m bench.search` (or `melody bench search`).

Three sets of cases, each with its songs among 200,000 decoys made of the same words: the share of queries
whose song comes first and among the first three. Then the time of a query, by kind, on those catalogues and
on one of 1,000,000 songs, with the speed of filling it (keys made on all cores, COPY) and the size of tables
and indexes.

Works in databases of its own, on a PostgreSQL that it starts or on the server of MELODY_TEST_DATABASE_URL.
The shared cases are read from MELODY_SEARCH_CASES_DIR.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
import uuid
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeAlias, cast

import asyncpg
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from bench import report
from bench.decoys import Case, decoys
from core.catalog.keys import KEY_COLUMNS, KeyRow, key_rows
from core.catalog.searching.local_search import search_local
from core.catalog.searching.query import checked
from core.db.session import Database
from core.db.upgrade import upgrade
from core.embedded import EmbeddedServers
from core.machine import cores
from core.text.scripts import Script, script_of

ROOT = Path(__file__).resolve().parents[1]
ENCODING = "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
SONGS_AT_ONCE = 2_000
BOUND_FIRST, BOUND_IN_THREE, BOUND_P95_MS, BOUND_IMPORT = 0.90, 0.95, 100.0, 2_000

Song: TypeAlias = tuple[uuid.UUID, str, str, str]
"""id, title, artist, language."""


@dataclass(frozen=True)
class Filled:
    songs: int
    songs_per_second: int
    sizes_mb: dict[str, int]


@dataclass(frozen=True)
class Recall:
    queries: int
    first: float
    in_three: float


@dataclass(frozen=True)
class Speed:
    """Milliseconds of one query after the other, warm."""

    kind: str
    queries: int
    p50: float
    p95: float


def read_cases(path: Path) -> list[Case]:
    return [cast(Case, json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def catalogue(cases: Sequence[Case], count: int) -> Iterator[Song]:
    """The cases' songs and `count` decoys."""
    for song in chain(cases, decoys(cases, count)):
        yield uuid.uuid4(), str(song["title"]), str(song["artist"]), str(song["language"])


def make_keys(songs: Sequence[Song]) -> list[KeyRow]:
    return [row for song_id, title, artist, _ in songs for row in key_rows(song_id, title, artist)]


async def fill(url: str, songs: Iterator[Song]) -> Filled:
    """Import the songs; the time goes from the first to the last row, the romanizers' start included."""
    connection = await asyncpg.connect(url)
    loop, started, count = asyncio.get_running_loop(), time.perf_counter(), 0
    try:
        with ProcessPoolExecutor(cores()) as pool:
            waiting: deque[tuple[list[Song], asyncio.Future[list[KeyRow]]]] = deque()
            while True:
                while len(waiting) < 2 * cores() and (batch := list(islice(songs, SONGS_AT_ONCE))):
                    waiting.append((batch, loop.run_in_executor(pool, make_keys, batch)))
                if not waiting:
                    break
                batch, keys = waiting.popleft()
                await _copy(connection, batch, await keys)
                count += len(batch)
        seconds = time.perf_counter() - started
        await connection.execute("VACUUM ANALYZE song_keys")
        await connection.execute("VACUUM ANALYZE songs")
        return Filled(count, round(count / seconds), await _sizes(connection))
    finally:
        await connection.close()


async def _copy(connection: asyncpg.Connection, songs: list[Song], keys: list[KeyRow]) -> None:
    columns = ["id", "title", "artist", "language", "in_catalogue"]
    async with connection.transaction():
        rows = [(*song, True) for song in songs]
        await connection.copy_records_to_table("songs", records=rows, columns=columns)
        await connection.copy_records_to_table("song_keys", records=keys, columns=list(KEY_COLUMNS))


async def _sizes(connection: asyncpg.Connection) -> dict[str, int]:
    rows = await connection.fetch(
        "SELECT relname, pg_relation_size(oid) / 1000000 AS mb FROM pg_class "
        "WHERE relname ~ '(^songs$|song_keys|search_vector)' AND relkind IN ('r', 'i') ORDER BY relname"
    )
    return {row["relname"]: int(row["mb"]) for row in rows}


async def ask(url: str, cases: Sequence[Case]) -> tuple[Recall, list[Speed]]:
    """Every query of the cases: once to warm up and to see what is found, once for the time."""
    database = Database(url)
    first = in_three = 0
    times: dict[str, list[float]] = {}
    queries = [(case, query) for case in cases for query in case["queries"]]
    try:
        for case, query in queries:
            async with database.transaction() as session:
                answer = await search_local(session, checked(query), limit=3)
                names = text("SELECT id, title, artist FROM songs WHERE id = ANY(:ids)")
                rows = await session.execute(names, {"ids": [hit.song_id for hit in answer.hits]})
                named = {row.id: (row.title, row.artist) for row in rows}
            places = [named[hit.song_id] for hit in answer.hits]
            wanted = case["title"], case["artist"]
            first += places[:1] == [wanted]
            in_three += wanted in places
        for case, query in queries:
            started = time.perf_counter()
            async with database.transaction() as session:
                await search_local(session, checked(query), limit=20)
            milliseconds = (time.perf_counter() - started) * 1000
            for kind in ("all", kind_of(query, case)):
                times.setdefault(kind, []).append(milliseconds)
    finally:
        await database.dispose()
    count = len(queries)
    return Recall(count, round(first / count, 3), round(in_three / count, 3)), [
        Speed(kind, len(found), round(_quantile(found, 0.5), 1), round(_quantile(found, 0.95), 1))
        for kind, found in sorted(times.items())
    ]


def kind_of(query: str, case: Case) -> str:
    typed, named = script_of(query), script_of(case["title"])
    if typed is named:
        return "same script"
    return "romanized" if typed is Script.LATIN else "native for romanized"


def _quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


async def measure(server: str, name: str, cases: Sequence[Case], count: int) -> dict[str, Any]:
    """Fill a database of its own with the cases and `count` decoys, ask, and drop it."""
    own = f"melody_bench_{name}_{uuid.uuid4().hex[:8]}"
    url = f"{server.rpartition('/')[0]}/{own}"
    await _run(server, f"CREATE DATABASE {own} {ENCODING}")
    try:
        await asyncio.to_thread(upgrade, url)
        filled = await fill(url, catalogue(cases, count))
        recall, speeds = await ask(url.replace("postgresql://", "postgresql+asyncpg://", 1), cases)
    finally:
        await _run(server, f"DROP DATABASE {own} WITH (FORCE)")
    return {"filled": asdict(filled), "recall": asdict(recall), "ms": [asdict(speed) for speed in speeds]}


async def _run(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def show(found: dict[str, dict[str, Any]]) -> bool:
    """Print the tables; whether every bound holds."""
    console = Console()
    table = Table(
        "catalogue", "songs", "queries", "R@1", "R@3", "p50 ms", "p95 ms", "songs/s imported", "holds"
    )
    held = []
    for name, figures in found.items():
        recall, filled = figures["recall"], figures["filled"]
        overall = next(speed for speed in figures["ms"] if speed["kind"] == "all")
        holds = overall["p95"] <= BOUND_P95_MS and filled["songs_per_second"] >= BOUND_IMPORT
        if name == "shared":
            holds = holds and recall["first"] >= BOUND_FIRST and recall["in_three"] >= BOUND_IN_THREE
        held.append(holds)
        cells = [filled["songs"], recall["queries"], recall["first"], recall["in_three"]]
        cells += [overall["p50"], overall["p95"], filled["songs_per_second"]]
        table.add_row(name, *map(str, cells), "yes" if holds else "[red]NO[/red]")
    console.print(table)

    table = Table("catalogue", "kind of query", "queries", "p50 ms", "p95 ms")
    for name, figures in found.items():
        for speed in figures["ms"]:
            table.add_row(name, speed["kind"], *(str(speed[each]) for each in ("queries", "p50", "p95")))
    console.print(table)

    table = Table("catalogue", "table or index", "MB")
    for name, figures in found.items():
        for relation, size in figures["filled"]["sizes_mb"].items():
            table.add_row(name, relation, str(size))
    console.print(table)
    return all(held)


async def run(server: str, options: argparse.Namespace) -> dict[str, dict[str, Any]]:
    shared = Path(os.environ.get("MELODY_SEARCH_CASES_DIR", ROOT.parent / "shared" / "search_cases"))
    sets = {
        "shared": read_cases(shared / "dev.jsonl"),
        "held_out": read_cases(ROOT / "tests" / "quality" / "search_cases.jsonl"),
        "fresh": read_cases(ROOT / "tests" / "quality" / "search_cases_fresh.jsonl"),
    }
    found = {name: await measure(server, name, cases, options.decoys) for name, cases in sets.items()}
    if options.million:
        found["million"] = await measure(server, "million", sets["shared"], options.million)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="bench.search", description="How well and how fast songs are found."
    )
    parser.add_argument("--decoys", type=int, default=200_000)
    parser.add_argument("--million", type=int, default=1_000_000, help="0 leaves it out")
    parser.add_argument("--json", type=Path, help="where the figures go")
    options = parser.parse_args()

    with (
        tempfile.TemporaryDirectory(prefix="melody-bench-") as temporary,
        EmbeddedServers(Path(temporary), durable=False) as embedded,
    ):
        server = os.environ.get("MELODY_TEST_DATABASE_URL") or embedded.start_postgres()
        found = asyncio.run(run(server, options))
    passed = show(found)
    figures: dict[str, object] = {"load_average": os.getloadavg(), "catalogues": found}
    print(f"\n{report.write('search', figures, options.json)}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
