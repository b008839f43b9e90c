"""PostgreSQL and Valkey on a directory of their own: first start, adoption, crashes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import asyncpg
import pytest
import redis

from core.embedded import EmbeddedServers, processes
from core.errors import ConfigurationError, ServiceUnavailable
from tests.integration.embedded import client, owner, said
from tests.material import cannot_run

pytestmark = pytest.mark.broad


def kill(*pids: int) -> None:
    processes.send(pids, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while any(processes.is_alive(pid) for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.01)  # no event tells of the death of somebody else's child


async def fetch(url: str, query: str) -> object:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def execute(url: str, script: str) -> None:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        await connection.execute(script)
    finally:
        await connection.close()


async def test_first_start_gives_a_database_that_folds_every_script(home: Path) -> None:
    with EmbeddedServers(home, durable=False) as servers:
        url = servers.start_postgres()
        assert await fetch(url, "SELECT current_database()") == "melody"
        assert await fetch(url, "SELECT to_tsvector('simple', 'Ж') @@ to_tsquery('simple', 'ж')") is True
        assert await fetch(url, "SELECT lower('ОБІЙМИ ΣΙΓΜΑ')") == "обійми σιγμα"
        assert await fetch(url, "SELECT 'ОБІЙМИ' ILIKE '%обійми%'") is True
        assert await fetch(url, "SHOW server_encoding") == "UTF8"
        assert await fetch(url, "SHOW timezone") == "UTC"
        await execute(url, "CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent; CREATE TABLE t (x int)")
        await execute(url, "CREATE DATABASE copy TEMPLATE template0")


async def test_the_product_is_no_superuser(home: Path) -> None:
    with EmbeddedServers(home, durable=False) as servers:
        url = servers.start_postgres()
        assert await fetch(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        with pytest.raises(asyncpg.PostgresError):
            await fetch(url.replace("melody:", "postgres:", 1), "SELECT 1")
        with pytest.raises(asyncpg.PostgresError):
            await fetch(url.replace("://melody:", "://melody:wrong", 1), "SELECT 1")


def test_valkey_wants_the_password_and_never_evicts(home: Path) -> None:
    with EmbeddedServers(home) as servers:
        url = servers.start_valkey()
        with client(url) as broker:
            assert broker.ping()
            assert broker.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
            assert broker.config_get("appendonly") == {"appendonly": "yes"}
        password = url.split(":")[2].split("@")[0]
        with client(url.replace(f":{password}@", "")) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()
        (pid,) = servers.pids()
        command = subprocess.run(
            ["ps", "-o", "args=", "-p", str(pid)], capture_output=True, check=True
        ).stdout
        assert password.encode() not in command
    assert (home / "valkey").stat().st_mode & 0o777 == 0o700
    assert (home / "valkey" / "valkey.conf").stat().st_mode & 0o777 == 0o600


async def test_kill_9_leaves_everything_and_ensure_brings_it_back(home: Path) -> None:
    with EmbeddedServers(home) as servers:
        database, broker_url = servers.start_postgres(), servers.start_valkey()
        await execute(database, "CREATE TABLE t AS SELECT generate_series(1, 1000) AS x")
        with client(broker_url) as broker:
            broker.rpush("queue", *range(100))
        killed = servers.pids()
        kill(*killed)
        servers.ensure()
        assert not servers.pids() & killed
        assert servers.running_urls() == (database, broker_url)
        assert await fetch(database, "SELECT count(*) FROM t") == 1000
        with client(broker_url) as broker:
            assert broker.llen("queue") == 100


async def test_a_backend_killed_alone_is_postgres_own_affair(home: Path) -> None:
    with EmbeddedServers(home) as servers:
        url = servers.start_postgres()
        (postmaster,) = servers.pids()
        connection = await asyncpg.connect(url)
        kill(await connection.fetchval("SELECT pg_backend_pid()"))
        connection.terminate()
        servers.ensure()
        assert servers.pids() == {postmaster}


async def test_data_and_urls_stay_from_start_to_start(home: Path) -> None:
    with EmbeddedServers(home) as servers:
        database, broker_url = servers.start_postgres(), servers.start_valkey()
        await execute(database, "CREATE TABLE t AS SELECT 1 AS x")
        with client(broker_url) as broker:
            broker.set("key", "value")
        pids = servers.pids()
    assert not any(processes.is_alive(pid) for pid in pids)
    assert EmbeddedServers(home).running_urls() == (None, None)
    with EmbeddedServers(home) as servers:
        assert (servers.start_postgres(), servers.start_valkey()) == (database, broker_url)
        assert await fetch(database, "SELECT x FROM t") == 1
        with client(broker_url) as broker:
            assert broker.get("key") == b"value"


async def test_a_port_taken_meanwhile_is_changed_at_the_next_start(home: Path) -> None:
    with EmbeddedServers(home, durable=False) as servers:
        database, broker_url = servers.start_postgres(), servers.start_valkey()
    with socket.socket() as one, socket.socket() as other:
        for listener, url in ((one, database), (other, broker_url)):
            # What their clients left in TIME_WAIT does not keep us from the port, as it does not keep them.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", int(url.rsplit(":", 1)[1].split("/")[0])))
            listener.listen()
        with EmbeddedServers(home, durable=False) as servers:
            moved = servers.start_postgres(), servers.start_valkey()
            assert moved[0] != database
            assert moved[1] != broker_url
            assert await fetch(moved[0], "SELECT 1") == 1
            assert servers.running_urls() == moved


def test_four_cold_starts_at_once_share_one_server(home: Path) -> None:
    owners = [owner(home) for _ in range(4)]
    try:
        answers = [said(process) for process in owners]
        assert all(answer == answers[0] for answer in answers)
        assert len(list(home.glob("pg*"))) == 1
    finally:
        for process in owners:
            process.communicate(timeout=60)
    assert not any(processes.is_alive(int(pid)) for pid in answers[0]["pids"])


def test_the_last_user_stops_the_servers(home: Path) -> None:
    starter = owner(home)
    urls = tuple(said(starter)["urls"])
    with EmbeddedServers(home) as second:
        assert (second.start_postgres(), second.start_valkey()) == urls
        starter.communicate(timeout=30)
        assert second.running_urls() == urls
        pids = second.pids()
    assert not any(processes.is_alive(pid) for pid in pids)


def test_servers_outlive_a_killed_owner_and_are_adopted(home: Path) -> None:
    with owner(home) as starter:
        first = said(starter)
        starter.kill()
        starter.communicate()
    assert all(processes.is_alive(int(pid)) for pid in first["pids"])
    with EmbeddedServers(home) as heir:
        assert [heir.start_postgres(), heir.start_valkey()] == first["urls"]
        assert sorted(heir.pids()) == first["pids"]
    assert not any(processes.is_alive(int(pid)) for pid in first["pids"])


def test_everything_killed_at_once_comes_back(home: Path) -> None:
    with owner(home) as starter:
        first = said(starter)
        kill(*map(int, first["pids"]), starter.pid)
        starter.communicate()
    with EmbeddedServers(home) as again:
        assert [again.start_postgres(), again.start_valkey()] == first["urls"]


def test_a_cut_append_only_file_loses_its_last_command_only(home: Path) -> None:
    with EmbeddedServers(home) as servers, client(servers.start_valkey()) as broker:
        for number in range(10):
            broker.rpush("queue", number)
    (journal,) = (home / "valkey" / "appendonlydir").glob("*.incr.aof")
    os.truncate(journal, journal.stat().st_size - 3)
    with EmbeddedServers(home) as servers, client(servers.start_valkey()) as broker:
        assert broker.lrange("queue", 0, -1) == [b"%d" % number for number in range(9)]


@pytest.mark.parametrize("content", ["", "{pid}\n{data}\n1\n{port}\n\n127.0.0.1\n1 1\nready\n"])
def test_a_stale_lock_file_is_no_obstacle(home: Path, content: str) -> None:
    """Also when its pid is somebody else's by now, as in a restarted container: here it is our own."""
    with EmbeddedServers(home, durable=False) as servers:
        url = servers.start_postgres()
    port = url.rsplit(":", 1)[1].split("/")[0]
    (data,) = home.glob("pg*")
    (data / "postmaster.pid").write_text(content.format(pid=os.getpid(), data=data, port=port))
    with EmbeddedServers(home, durable=False) as servers:
        assert servers.running_urls() == (None, None)
        assert servers.start_postgres() == url


def test_an_abandoned_initdb_is_cleared_away(home: Path) -> None:
    with EmbeddedServers(home, durable=False) as servers:
        servers.start_postgres()
    (data,) = home.glob("pg*")
    data.rename(f"{data}.new-0123abcd")  # as if it had been killed before the last step
    with EmbeddedServers(home, durable=False) as servers:
        servers.start_postgres()
    assert list(home.glob("pg*")) == [data]


def test_data_of_another_major_version_is_not_passed_over(home: Path) -> None:
    (home / "pg14").mkdir()
    with EmbeddedServers(home) as servers, pytest.raises(ConfigurationError, match="PostgreSQL 14"):
        servers.start_postgres()


def test_a_wrong_folder_of_programs_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELODY_PG_BIN", "/nonexistent")
    with EmbeddedServers(home) as servers, pytest.raises(ConfigurationError, match="MELODY_PG_BIN"):
        servers.start_postgres()


async def test_a_system_installation_serves_as_well(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not installed:
        cannot_run("no PostgreSQL of the system on this machine")
    monkeypatch.setenv("MELODY_PG_BIN", str(installed[0].parent))
    with EmbeddedServers(home, durable=False) as servers:
        url = servers.start_postgres()
        assert await fetch(url, "SELECT to_tsvector('simple', 'Ж') @@ to_tsquery('simple', 'ж')") is True


def test_a_server_that_can_not_start_says_why(home: Path) -> None:
    with EmbeddedServers(home) as servers:
        servers.start_valkey()
    (manifest,) = (home / "valkey" / "appendonlydir").glob("*.manifest")
    manifest.write_text("no manifest at all\n")
    with EmbeddedServers(home) as servers:
        with pytest.raises(ServiceUnavailable, match=r"Valkey did not start: .*AOF.*valkey\.log"):
            servers.start_valkey()
        assert servers.pids() == set()


def test_what_the_system_refuses_is_told_without_a_traceback(home: Path) -> None:
    with EmbeddedServers(home) as servers:
        servers.start_valkey()
    (home / "valkey" / "valkey.conf").unlink()
    (home / "valkey" / "valkey.conf").mkdir()
    with EmbeddedServers(home) as servers, pytest.raises(ServiceUnavailable, match="Valkey did not start"):
        servers.start_valkey()


def test_an_interrupted_start_leaves_nothing(home: Path) -> None:
    with (
        EmbeddedServers(home, durable=False, interrupted=lambda: True) as servers,
        pytest.raises(ServiceUnavailable),
    ):
        servers.start_postgres()
    assert EmbeddedServers(home).running_urls() == (None, None)


def test_a_long_log_is_cut(home: Path) -> None:
    with EmbeddedServers(home, durable=False) as servers:
        servers.start_valkey()
        log = home / "logs" / "valkey.log"
        with log.open("ab") as file:
            file.write(b"x" * 4_100_000)
        servers.ensure()
        assert log.stat().st_size < 100_000
        assert log.with_name("valkey.log.1").stat().st_size > 4_000_000
