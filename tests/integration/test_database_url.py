"""PostgreSQL elsewhere: by TLS, behind PgBouncer, migrated by several; errors that name no password."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from sqlalchemy import select, text

from core.accounts.models import User
from core.bootstrap import build
from core.catalog.importing.writing import CatalogWriter
from core.commands.doctor import doctor
from core.config import Settings
from core.database_url import parse_database_url
from core.db.notify import WORK, Wakeups, notify
from core.db.upgrade import inspect_database, newest_revision, upgrade
from core.errors import ConfigurationError, MelodyError, ServiceUnavailable
from tests.conftest import ENCODING, Servers, drop_database, run_statement
from tests.fakes.network.tls import Certificates, certificates, tls_before
from tests.integration.test_redis_url import free_port
from tests.material import ROOT, cannot_run

pytestmark = pytest.mark.broad


@pytest.fixture
def empty_database(servers: Servers) -> Iterator[str]:
    name = f"melody_test_{uuid.uuid4().hex[:12]}"
    run_statement(servers, f"CREATE DATABASE {name} TEMPLATE template0 {ENCODING}")
    yield servers.url_of(name)
    drop_database(servers, name)


@pytest.fixture
def made(tmp_path: Path) -> Certificates:
    return certificates(tmp_path)


def at_port(database_url: str, port: int, query: str = "") -> str:
    """The same database, reached at another port of this machine."""
    parts = urlsplit(database_url)
    sign_in = parts.netloc.rpartition("@")[0]
    return parts._replace(netloc=f"{sign_in}@localhost:{port}", query=query).geturl()


async def works(url: str) -> None:
    """Every way in which we reach the database."""
    services = build(Settings.load(database_url=url))
    async with services.database.transaction() as session:
        session.add(User(name="Asha"))
    rows = await services.database.reading.rows(READ, {})
    assert [row.name for row in rows] == ["Asha"]
    await services.database.check()
    async with Wakeups(url, WORK) as wakeups:
        await wakeups.wait(0.05)
        async with services.database.transaction() as session:
            await notify(session, WORK)
        await wakeups.wait(5)
    async with CatalogWriter.connected(url) as writer:
        assert await writer.all_listed("folder") == {}
    assert await inspect_database(url) == newest_revision()
    await services.close()


READ = select(User.name)


async def test_by_tls(database_url: str, made: Certificates) -> None:
    async with tls_before(urlsplit(database_url).port or 5432, made, postgres=True) as port:
        trusted = f"sslmode=verify-full&sslrootcert={made.authority}"
        await works(at_port(database_url, port, trusted))
        await works_with_only(at_port(database_url, port, "sslmode=require"))
        for believed in (f"sslmode=verify-full&sslrootcert={made.stranger}", "sslrootcert=system"):
            with pytest.raises(ConfigurationError, match="certificate is not believed"):
                await inspect_database(at_port(database_url, port, believed))


async def works_with_only(url: str) -> None:
    assert await inspect_database(url) == newest_revision()


async def test_migrations_by_tls(empty_database: str, made: Certificates) -> None:
    async with tls_before(urlsplit(empty_database).port or 5432, made, postgres=True) as port:
        url = at_port(empty_database, port, f"sslmode=verify-ca&sslrootcert={made.authority}")
        assert await asyncio.to_thread(upgrade, url) is True
        assert await inspect_database(url) == newest_revision()


async def test_a_server_without_tls_is_not_talked_to_in_the_open(database_url: str) -> None:
    with pytest.raises(ConfigurationError, match="speaks no TLS"):
        await inspect_database(f"{database_url}?sslmode=require")


async def test_errors_are_clear_and_name_no_password(database_url: str) -> None:
    parts = urlsplit(database_url)
    at = parts.netloc.rpartition("@")[2]
    wrong = {
        f"postgresql://melody:topsecret@{at}{parts.path}x": (
            ConfigurationError,
            "no database of this name|user",
        ),
        f"postgresql://nobody:topsecret@{at}{parts.path}": (ConfigurationError, "user and password"),
        f"postgresql://melody:topsecret@127.0.0.1:{free_port()}/melody": (
            ServiceUnavailable,
            "does not answer",
        ),
        "postgresql://melody:topsecret@nowhere.invalid/melody": (ServiceUnavailable, "does not answer"),
    }
    for url, (kind, said) in wrong.items():
        with pytest.raises(MelodyError) as refused:
            await inspect_database(url)
        assert isinstance(refused.value, kind), url
        assert re.search(said, refused.value.detail)
        assert "topsecret" not in str(refused.value)
        services = build(Settings.load(database_url=url))
        assert "topsecret" not in repr(services.database.engine)
        with pytest.raises(ServiceUnavailable) as unreachable:
            await services.database.check()
        assert "topsecret" not in str(unreachable.value)
        await services.close()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("sslmode=always", "sslmode must be one of"),
        ("sslmode=verify-full&sslrootcert=/nonexistent", "sslrootcert must name a file"),
        ("sslmode=require&sslrootcert=system", "needs sslmode=verify-full"),
        ("pool_size=0", "pool_size must be a number"),
        ("pool_size=many", "pool_size must be a number"),
        ("pool_size=5&pool_size=6", "given twice"),
        ("pgbouncer=yes", "pgbouncer must be true or false"),
        ("direct=db:5432", "direct is for pgbouncer"),
        ("pgbouncer=true&direct=user@db", "direct must be host:port"),
    ],
)
def test_what_is_wrong_with_the_url(query: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as refused:
        Settings.load(database_url=f"postgresql://melody:topsecret@db/melody?{query}")
    assert str(refused.value).startswith("MELODY_DATABASE_URL: ")
    assert "topsecret" not in str(refused.value)


@pytest.mark.parametrize("port", ["99999", "port", "-1"])
def test_the_port_is_one(port: str) -> None:
    with pytest.raises(ConfigurationError, match="the port must be a number"):
        Settings.load(database_url=f"postgresql://melody:topsecret@db:{port}/melody")


def test_pools_are_sized_by_the_url() -> None:
    url = "postgresql+asyncpg://melody:top%2Fsecret@db/melody?pool_size=17&ssl=prefer&application_name=melody"
    address = parse_database_url(url)
    assert address.pool_size == 17
    assert address.dsn == (
        "postgresql://melody:top%2Fsecret@db/melody?sslmode=prefer&application_name=melody"
    )
    assert address.direct_dsn == address.dsn
    assert "top" not in repr(address)


def test_a_pooler_and_the_server_behind_it() -> None:
    url = "postgresql://melody:secret@pool:6432/melody?pgbouncer=true"
    alone = parse_database_url(url)
    assert alone.direct_dsn is None
    assert alone.options(direct=True)["statement_cache_size"] == 0
    address = parse_database_url(f"{url}&direct=db:5432&sslmode=require")
    assert address.options(direct=True) == {
        "dsn": "postgresql://melody:secret@db:5432/melody?sslmode=require"
    }
    assert address.options()["dsn"].startswith("postgresql://melody:secret@pool:6432/")


# --- migrations ---------------------------------------------------------------------------------------


async def test_two_who_upgrade_at_once_do_it_once(empty_database: str) -> None:
    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "core.db.upgrade"],
            cwd=ROOT,
            env={**os.environ, "MELODY_DATABASE_URL": empty_database},
            stderr=subprocess.PIPE,
            text=True,
        )

    started = [start() for _ in range(3)]
    ended = [await asyncio.to_thread(one.communicate, timeout=60) for one in started]
    assert [(one.returncode, said) for one, (_, said) in zip(started, ended, strict=True)] == [(0, "")] * 3
    connection = await asyncpg.connect(empty_database)
    assert await connection.fetchval("SELECT count(*) FROM alembic_version") == 1
    await connection.close()


async def test_a_database_of_a_newer_version_is_left_alone(
    database_url: str, redis_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """While a new version takes over, processes of the old one may start again."""
    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    await connection.execute("ALTER TABLE users ADD COLUMN of_the_next_version text")
    await connection.close()
    assert await asyncio.to_thread(upgrade, database_url) is False
    services = build(Settings.load(database_url=database_url))
    async with services.database.transaction() as session:
        session.add(User(name="Asha"))
    await services.close()
    settings = Settings.load(database_url=database_url, redis_url=redis_url, data_dir=tmp_path)
    await asyncio.to_thread(doctor, settings)
    assert "schema 9999 of a newer version than this" in capsys.readouterr().out


async def test_a_migration_waits_for_nobody_who_holds_a_table(
    empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gives up after a while, so that others can work, and tries again until it is said."""
    await asyncio.to_thread(upgrade, empty_database, "0006")
    monkeypatch.setattr("core.db.upgrade.LOCK_PAUSES", (0.01,))
    monkeypatch.setattr("core.db.upgrade.LOCK_MILLISECONDS", 50)
    connection = await asyncpg.connect(empty_database)
    async with connection.transaction():
        await connection.execute("LOCK TABLE users IN ROW EXCLUSIVE MODE")
        with pytest.raises(ServiceUnavailable, match="holds its tables"):
            await asyncio.to_thread(upgrade, empty_database)
    await connection.close()
    assert await inspect_database(empty_database) == "0006"
    assert await asyncio.to_thread(upgrade, empty_database) is True


# --- PgBouncer ----------------------------------------------------------------------------------------

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@pytest.fixture
def pooled(database_url: str) -> Iterator[str]:
    """The same database behind PgBouncer in transaction mode, with two connections for all."""
    if PGBOUNCER is None:
        cannot_run("pgbouncer is not installed")
    parts = urlsplit(database_url)
    port = free_port()
    # PgBouncer does not run as root, and what it reads lies where anybody may go.
    other = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        (folder / "users").write_text(f'"{parts.username}" "{parts.password or ""}"\n')
        (folder / "pgbouncer.ini").write_text(
            f"[databases]\n* = host=127.0.0.1 port={parts.port}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            f"auth_type = plain\nauth_file = {folder / 'users'}\npool_mode = transaction\n"
            "default_pool_size = 2\nserver_reset_query =\nignore_startup_parameters = extra_float_digits\n"
        )
        server = subprocess.Popen(
            [PGBOUNCER, "-q", str(folder / "pgbouncer.ini")],
            stderr=subprocess.DEVNULL,
            **other,  # type: ignore[call-overload]
        )
        try:
            yield at_port(database_url, port)
        finally:
            server.terminate()
            server.wait(10)


async def test_behind_pgbouncer(pooled: str, database_url: str) -> None:
    direct = urlsplit(database_url).netloc.rpartition("@")[2]
    url = f"{pooled}?pgbouncer=true&direct={direct}&pool_size=8"
    await answers(url)
    await works(url)
    services = build(Settings.load(database_url=url))

    async def use(number: int) -> None:
        async with services.database.transaction() as session:
            session.add(User(name=f"person {number}"))
            await session.flush()
            assert (await session.execute(text("SELECT 1"))).scalar_one() == 1
        assert await services.database.reading.rows(READ, {})

    # Eight connections share two of the server: what one prepared, another would meet.
    for _ in range(5):
        await asyncio.gather(*(use(number) for number in range(24)))
    await services.close()


async def answers(url: str) -> None:
    for _ in range(600):
        try:
            connection = await asyncpg.connect(parse_database_url(url).dsn, statement_cache_size=0)
            await connection.close()
            return
        except (OSError, asyncpg.PostgresError):
            await asyncio.sleep(0.05)
    pytest.fail("PgBouncer does not answer")


async def test_without_a_way_to_the_server_itself_all_but_waking_works(pooled: str) -> None:
    url = f"{pooled}?pgbouncer=true"
    await answers(url)
    async with Wakeups(url, WORK) as wakeups:
        await wakeups.wait(0.01)
    assert await inspect_database(url) == newest_revision()
    async with CatalogWriter.connected(url) as writer:
        assert await writer.all_listed("folder") == {}
