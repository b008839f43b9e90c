"""The processes of a studio one by one, as on a fleet: servers by URL, a relay, workers.

There is no gateway and no bot: what people want is asked for here, by the same services.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import psutil
from sqlalchemy import insert

from bench.turns import Start
from core.accounts.models import User
from core.bootstrap import Services, build
from core.config import Settings
from core.conversion.recipe import Recipe
from core.embedded import EmbeddedServers
from core.library.own_audio import own_recording
from core.library.uploads import UploadedFile, take_in
from core.ports import AudioFormat, Quality, Stem
from tests.material import ROOT, models_dir
from tests.reliability.songs import song

LOOK_EVERY = 0.25
PATIENCE = 600.0
"""Seconds in which what is awaited must have come."""
LAST_SECONDS = 30.0
"""How long a process may take to end."""


@dataclass(frozen=True)
class Fleet:
    settings: Settings
    environment: dict[str, str]
    servers: frozenset[int]
    """The processes of PostgreSQL and Valkey."""

    @contextmanager
    def running(self, *module: str, on: Sequence[int] | None = None) -> Iterator[psutil.Process]:
        """A program of the studio, which sees only the processors `on`, as in a container of that size."""
        log = (self.settings.data_dir / f"{module[0]}.log").open("a")
        bound = None if on is None else partial(os.sched_setaffinity, 0, on)
        process = subprocess.Popen(
            [sys.executable, "-m", *module],
            cwd=ROOT,
            env=self.environment,
            stdout=log,
            stderr=log,
            preexec_fn=bound,
        )
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            try:
                process.wait(LAST_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(LAST_SECONDS)
            log.close()

    def database_seconds(self) -> float:
        """Processor seconds that PostgreSQL has used so far, with all its connections."""
        servers = map(psutil.Process, self.servers)
        return sum(seconds_of(server) for server in servers if "postgres" in server.name())


@contextmanager
def fleet(folder: Path) -> Iterator[Fleet]:
    """Servers with a fresh database, and nothing else yet."""
    with EmbeddedServers(folder / "servers") as servers:
        database_url, redis_url = servers.start_postgres(), servers.start_valkey()
        data_dir = folder / "data"
        data_dir.mkdir()
        there = {
            "MELODY_DATABASE_URL": database_url,
            "MELODY_REDIS_URL": redis_url,
            "MELODY_DATA_DIR": str(data_dir),
            "MELODY_MODELS_DIR": str(models_dir()),
            "MELODY_SOURCES": "local",
        }
        clean = {name: value for name, value in os.environ.items() if not name.startswith("MELODY_")}
        upgrade = [sys.executable, "-m", "core.db.upgrade"]
        subprocess.run(upgrade, cwd=ROOT, env=clean | there, check=True, capture_output=True)
        settings = Settings.load(
            database_url=database_url,
            redis_url=redis_url,
            data_dir=data_dir,
            models_dir=models_dir(),
            sources="local",
        )
        yield Fleet(settings, clean | there, frozenset(servers.pids()))


def seconds_of(process: psutil.Process) -> float:
    """Processor seconds of a process and all below it, those that have ended included."""
    used = process.cpu_times()
    found = used.user + used.system + used.children_user + used.children_system
    for child in process.children():
        with suppress(psutil.Error):
            found += seconds_of(child)
    return float(found)


@asynccontextmanager
async def crowd(place: Fleet) -> AsyncIterator[tuple[Crowd, Jobs]]:
    """Those who want something of it, and what became of that."""
    services = build(place.settings)
    connection = await asyncpg.connect(place.environment["MELODY_DATABASE_URL"])
    try:
        yield Crowd(services, place.settings.data_dir), Jobs(connection)
    finally:
        await connection.close()
        await services.close()


class Crowd:
    """People who hand recordings over and want their instrumentals, all at once."""

    def __init__(self, services: Services, folder: Path) -> None:
        self._services = services
        self._file = folder / "song.wav"
        self._songs = 0

    async def ask(self, songs: Sequence[int], seconds: float, quality: Quality) -> None:
        """One person for each number, who wants so many songs of this length, each with a sound of its own.
        The first asks for all theirs, then the second."""
        engine = self._services.engines.chosen().engine
        recipe = Recipe(engine, quality, Stem.INSTRUMENTAL, AudioFormat.M4A)
        for wanted in songs:
            user_id = uuid4()
            async with self._services.database.transaction() as session:
                await session.execute(insert(User).values(id=user_id))
            for _ in range(wanted):
                await self._want(user_id, seconds, recipe)

    async def _want(self, user_id: UUID, seconds: float, recipe: Recipe) -> None:
        self._songs += 1
        self._file.write_bytes(song.__wrapped__(self._songs, seconds))
        stored = await self._services.store.put(self._file)
        file = UploadedFile(stored, "wav", "pcm_s16le", f"Song {self._songs}", seconds=seconds)
        conversion = self._services.conversion
        async with self._services.database.transaction() as session:
            taken = await take_in(session, user_id, file)
            recording = await own_recording(session, user_id, taken.song_id)
            await conversion.ask_for_library(session, user_id, taken.song_id, recording, recipe)


class Jobs:
    """What the database says of all jobs; asked seldom, since answering is measured too."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def completed(self) -> int:
        """How many are. Raises AssertionError where one has failed."""
        query = "SELECT status, count(*) FROM conversion_jobs GROUP BY status"
        found = dict(await self._connection.fetch(query))
        assert "failed" not in found, found
        return int(found.get("completed", 0))

    async def until_completed(self, count: int) -> int:
        """Wait until at least so many are; how many there are then. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            while (completed := await self.completed()) < count:  # noqa: ASYNC110 - it is in a database
                await asyncio.sleep(LOOK_EVERY)
        return completed

    async def ends(self) -> list[float]:
        """When those were completed that are, in seconds of one clock, in their order."""
        query = (
            "SELECT extract(epoch FROM completed_at)::float8 AS at FROM conversion_jobs"
            " WHERE status = 'completed' ORDER BY completed_at"
        )
        return [row["at"] for row in await self._connection.fetch(query)]

    async def starts(self) -> list[Start]:
        """Those that were begun, in the order in which they were."""
        query = (
            "SELECT user_id, extract(epoch FROM started_at)::float8 AS at FROM conversion_jobs"
            " WHERE started_at IS NOT NULL ORDER BY started_at"
        )
        return [Start(row["user_id"], row["at"]) for row in await self._connection.fetch(query)]
