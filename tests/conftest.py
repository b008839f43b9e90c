"""What tests share: real servers, one fresh database a test, and the shared material."""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
import redis

from core import player
from core.bootstrap import Services, build
from core.config import Settings
from core.db.upgrade import upgrade
from core.embedded import EmbeddedServers
from tests.fixtures.outside import ENCODING, is_outside, own_bucket
from tests.material import models_dir

pytest_plugins = [f"tests.fixtures.{name}" for name in ("studio", "desk", "codes", "people", "engines")]


@dataclass(frozen=True)
class Servers:
    """URLs of the servers of this run: our own embedded ones, or those that the environment names."""

    postgres_url: str
    redis_url: str
    template: str
    """A migrated database that each test's own is copied from."""

    def url_of(self, database: str) -> str:
        return f"{self.postgres_url.rpartition('/')[0]}/{database}"


@pytest.fixture(scope="session", autouse=True)
def _environment() -> Iterator[None]:
    """Settings come from the tests alone, not from the developer's shell or `.env`."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("MELODY_")}
    for name in kept:
        if not name.startswith(("MELODY_TEST_", "MELODY_SPECS_")):
            del os.environ[name]
    if "MELODY_TEST_PG_BIN" in os.environ:  # the embedded servers run on this PostgreSQL instead
        os.environ["MELODY_PG_BIN"] = os.environ["MELODY_TEST_PG_BIN"]
    os.environ["MELODY_SOURCES"] = "local"  # no test asks a service of the real world
    os.environ["MELODY_MODELS_DIR"] = str(models_dir(kept.get("MELODY_MODELS_DIR")))
    yield
    os.environ.update(kept)


@pytest.fixture(autouse=True)
def _no_player(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whether a player is built on this machine changes nothing in this process."""
    monkeypatch.setattr(player, "BUILT", tmp_path / "no player")


@pytest.fixture(autouse=True)
def _patient_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine finds what there is, too; what is late says a test that it is."""
    monkeypatch.setattr("core.catalog.searching.search.SECONDS", 20.0)
    monkeypatch.setattr("core.catalog.searching.local_search.LOOKUP_MS", 20_000)


@pytest.fixture(scope="session")
def servers(_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers for the whole run, with a migrated template database."""
    postgres_url = os.environ.get("MELODY_TEST_DATABASE_URL")
    redis_url = os.environ.get("MELODY_TEST_REDIS_URL")
    with EmbeddedServers(tmp_path_factory.mktemp("servers"), durable=False) as embedded:
        postgres_url = postgres_url or embedded.start_postgres()
        redis_url = _own_database(redis_url) if redis_url else embedded.start_valkey()
        found = Servers(postgres_url, redis_url, f"melody_test_{uuid.uuid4().hex[:12]}")
        run_statement(found, f"CREATE DATABASE {found.template} TEMPLATE template0 {ENCODING}")
        try:
            upgrade(found.url_of(found.template))
            yield found
        finally:
            drop_database(found, found.template)


DROP_TRIES, DROP_PAUSE = 50, 0.1


@pytest.fixture
def database_url(servers: Servers) -> Iterator[str]:
    """The URL of a migrated database of this test's own."""
    name = f"melody_test_{uuid.uuid4().hex[:12]}"
    run_statement(servers, f"CREATE DATABASE {name} TEMPLATE {servers.template}")
    yield servers.url_of(name)
    drop_database(servers, name)


def drop_database(servers: Servers, name: str) -> None:
    """Drop it with its connections. Autovacuum's are the server's own and end by themselves in a moment."""
    for left in reversed(range(DROP_TRIES)):
        try:
            run_statement(servers, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            return
        except asyncpg.InsufficientPrivilegeError:
            if not left:
                raise
            time.sleep(DROP_PAUSE)


def _own_database(redis_url: str) -> str:
    """Of a server that the test processes share, each takes a database of its own."""
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return f"{redis_url.rpartition('/')[0]}/{int(redis_url.rpartition('/')[2]) + int(number)}"


@pytest.fixture
def redis_url(servers: Servers) -> str:
    """An empty database of the run's own Redis."""
    with redis.Redis.from_url(servers.redis_url) as client:
        client.flushdb()
    return servers.redis_url


@pytest.fixture
def settings(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    kept = {"storage_url": own_bucket(f"melody-{uuid.uuid4().hex[:12]}")} if is_outside() else {}
    servers = {"database_url": database_url, "redis_url": redis_url}
    return Settings.load(data_dir=tmp_path / "data", **servers, **kept)


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    """The services of one process, on a fresh database."""
    built = build(settings)
    yield built
    await built.close()


def run_statement(servers: Servers, statement: str) -> None:
    """Run one statement outside any transaction, from synchronous code."""

    async def run() -> None:
        connection = await asyncpg.connect(servers.postgres_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())
