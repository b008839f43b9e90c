"""How much the API does in a second: `python -m bench.api` (or `melody bench api`).

The same songs and the same library are asked for in one run and in turns: a bare Starlette route, a bare
asyncpg query behind one, and the API's own routes for a song and for a page of the library. Each server is a
process of its own on embedded servers; the requests come over kept connections, closed loop, for the peak,
and then open loop at half of it for the times (from when a request was due).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import report
from bench.bare_app import PAGE
from core.bootstrap import build
from core.catalog.models import Song
from core.config import Settings
from core.db.upgrade import upgrade
from core.embedded import EmbeddedServers
from core.library.models import LibraryEntry
from tests.fixtures.signed_in import access_token, new_person

SONGS = 1_000
CONNECTIONS = 16
ROUNDS = 3
BOUND_SHARE, BOUND_P99_MS = 0.5, 50.0


@dataclass(frozen=True)
class Target:
    name: str
    port: int
    paths: tuple[str, ...]
    """Asked for in turns."""
    token: str | None = None
    compared_with: str | None = None

    @property
    def requests(self) -> Iterator[bytes]:
        """Without an end."""
        signed = "" if self.token is None else f"Authorization: Bearer {self.token}\r\n"
        whole = [f"GET {path} HTTP/1.1\r\nHost: melody\r\n{signed}\r\n" for path in self.paths]
        return cycle([request.encode() for request in whole])


@dataclass(frozen=True)
class Figures:
    name: str
    per_second: float
    share: float | None
    """Of the throughput of what it is compared with, the median over the rounds."""
    p50_ms: float
    p99_ms: float
    """At half the peak."""


class Connection:
    """One kept connection: as little as asking needs, so that the one who asks is not what is measured."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int) -> Connection:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, request: bytes) -> None:
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.partition(b"\r\n")[0].decode())
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        await self._reader.readexactly(int(length))

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


async def peak(target: Target, seconds: float) -> float:
    """Requests a second, each connection asking again as soon as it is answered."""
    connections = [await Connection.open(target.port) for _ in range(CONNECTIONS)]
    until = time.perf_counter() + seconds
    requests = target.requests

    async def ask_on(connection: Connection) -> int:
        count = 0
        while time.perf_counter() < until:
            await connection.ask(next(requests))
            count += 1
        return count

    counts = await asyncio.gather(*(ask_on(connection) for connection in connections))
    for connection in connections:
        await connection.close()
    return sum(counts) / seconds


async def times(target: Target, per_second: float, seconds: float) -> tuple[float, float]:
    """(median, p99) in milliseconds, from when each request was due."""
    idle: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(CONNECTIONS * 4):
        idle.put_nowait(await Connection.open(target.port))
    begin = time.perf_counter() + 0.1
    requests = target.requests

    async def ask(number: int) -> float:
        due = begin + number / per_second
        await asyncio.sleep(due - time.perf_counter())
        connection = await idle.get()
        await connection.ask(next(requests))
        idle.put_nowait(connection)
        return (time.perf_counter() - due) * 1000

    taken = await asyncio.gather(*(ask(number) for number in range(int(per_second * seconds))))
    while not idle.empty():
        await idle.get_nowait().close()
    cuts = statistics.quantiles(taken, n=100, method="inclusive")
    return round(cuts[49], 2), round(cuts[98], 2)


async def prepare(settings: Settings) -> tuple[uuid.UUID, list[uuid.UUID], str]:
    """(somebody with a full library, its songs, their access token)."""
    services = build(settings)
    try:
        user_id = await new_person(services)
        async with services.database.transaction() as session:
            songs = [
                Song(title=f"Song {number}", artist="Somebody", duration=200 + number, in_catalogue=True)
                for number in range(SONGS)
            ]
            session.add_all(songs)
            await session.flush()
            session.add_all(LibraryEntry(user_id=user_id, song_id=song.id, saved=True) for song in songs)
        return user_id, [song.id for song in songs], await access_token(services, user_id)
    finally:
        await services.close()


@contextmanager
def serving(module: list[str], port: int, environment: dict[str, str]) -> Iterator[None]:
    server = subprocess.Popen([sys.executable, *module], env={**os.environ, **environment})
    try:
        until = time.monotonic() + 60
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if time.monotonic() > until or server.poll() is not None:
                raise RuntimeError(f"{module[-1]} did not come up")
            time.sleep(0.05)
        yield
    finally:
        server.terminate()
        server.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def measure(targets: list[Target], seconds: float) -> list[Figures]:
    peaks: dict[str, list[float]] = {target.name: [] for target in targets}
    for target in targets:  # warm
        await peak(target, 1.0)
    for _ in range(ROUNDS):
        for target in targets:
            peaks[target.name].append(await peak(target, seconds))
    found = []
    for target in targets:
        mine = statistics.median(peaks[target.name])
        share = None
        if target.compared_with is not None:
            pairs = zip(peaks[target.name], peaks[target.compared_with], strict=True)
            share = round(statistics.median(own / other for own, other in pairs), 3)
        p50, p99 = await times(target, mine / 2, seconds)
        found.append(Figures(target.name, round(mine), share, p50, p99))
    return found


def show(found: list[Figures]) -> bool:
    table = Table(
        "route", "requests/s", "share of the bare query", "p50 ms", "p99 ms at half the peak", "holds"
    )
    held = []
    for figures in found:
        holds = figures.share is None or (figures.share >= BOUND_SHARE and figures.p99_ms <= BOUND_P99_MS)
        held.append(holds)
        share = "" if figures.share is None else f"{figures.share:.2f}"
        table.add_row(
            figures.name,
            f"{figures.per_second:.0f}",
            share,
            str(figures.p50_ms),
            str(figures.p99_ms),
            "yes" if holds else "[red]NO[/red]",
        )
    Console().print(table)
    return all(held)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.api", description="How much the API does in a second.")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    parser.add_argument("--json", type=Path, help="where the figures go")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="melody-bench-")))
        embedded = stack.enter_context(EmbeddedServers(folder / "servers", durable=False))
        database, redis = embedded.start_postgres(), embedded.start_valkey()
        upgrade(database)
        settings = Settings.load(
            data_dir=folder / "data",
            database_url=database,
            redis_url=redis,
            sources="local",
            rate_limit_scale=1e9,
        )
        user_id, song_ids, token = asyncio.run(prepare(settings))
        bare, api = free_port(), free_port()
        environment = {
            "BENCH_DATABASE_URL": database,
            "MELODY_DATABASE_URL": database,
            "MELODY_REDIS_URL": redis,
            "MELODY_DATA_DIR": str(folder / "data"),
            "MELODY_SOURCES": "local",
            "MELODY_RATE_LIMIT_SCALE": "1e9",
            "MELODY_PORT": str(api),
        }
        uvicorn = ["-m", "uvicorn", "--log-level", "warning", "--loop", "uvloop", "--http", "httptools"]
        stack.enter_context(serving([*uvicorn, "--port", str(bare), "bench.bare_app:app"], bare, environment))
        stack.enter_context(serving(["-m", "api.main"], api, environment))
        tracks = tuple(f"/api/v1/music/track/{each}" for each in song_ids)
        targets = [
            Target("bare route", bare, ("/nothing",)),
            Target("bare query: a song", bare, tuple(f"/song/{each}" for each in song_ids)),
            Target("bare query: a page", bare, (f"/library/{user_id}",)),
            Target("track details", api, tracks, None, "bare query: a song"),
            Target("library page", api, (f"/api/v1/library?limit={PAGE}",), token, "bare query: a page"),
        ]
        found = asyncio.run(measure(targets, options.seconds))
    passed = show(found)
    figures: dict[str, object] = {
        "load_average": os.getloadavg(),
        "connections": CONNECTIONS,
        "routes": [asdict(each) for each in found],
    }
    print(f"\n{report.write('api', figures, options.json)}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
