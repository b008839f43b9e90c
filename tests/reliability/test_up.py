"""`melody up` from an empty directory to its end, with all its processes."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from core.embedded import EmbeddedServers, read_instance
from tests.fixtures.foreground import READY, Foreground, get, living

FIRST_START = 300.0
"""Seconds; the model may have to be fetched."""
END = 10.0

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def data_dir() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="melody-up-"))
    yield path
    with EmbeddedServers(path) as left:  # only after a failure is there anything left to stop
        postgres, valkey = left.running_urls()
        if postgres:
            left.start_postgres()
        if valkey:
            left.start_valkey()
    shutil.rmtree(path)


@contextmanager
def running(data_dir: Path) -> Iterator[tuple[Foreground, str]]:
    """A ready `melody up` and its URL."""
    with Foreground("up", "--port", "0", "--data-dir", str(data_dir)) as up:
        yield up, up.wait_for(READY, FIRST_START).removeprefix(READY)


def test_ready_second_up_end_and_start_again(data_dir: Path) -> None:
    with running(data_dir) as (up, url):
        status, body = get(url, "/api/v1/system/ready")
        assert (status, json.loads(body)["ready"]) == (200, True)

        instance = read_instance(data_dir)
        assert instance is not None
        assert (instance.url, instance.pid) == (url, up.process.pid)

        second = subprocess.run(
            [sys.executable, "-m", "core.cli", "up", "--data-dir", str(data_dir)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert second.returncode == 2
        assert url in second.stdout + second.stderr
        assert str(up.process.pid) in second.stdout + second.stderr
        assert (second.stdout + second.stderr).count("\n") == 1

        everything = up.tree()
        assert len(everything) > 8
        up.process.send_signal(signal.SIGTERM)
        assert up.process.wait(END) == 0
        assert living(everything) == []
        assert read_instance(data_dir) is None

    with running(data_dir) as (up, url):
        everything = up.tree()
        up.process.send_signal(signal.SIGINT)
        assert up.process.wait(END) == 0
        assert living(everything) == []


def test_every_killed_program_comes_back(data_dir: Path) -> None:
    with running(data_dir) as (up, url):
        direct = psutil.Process(up.process.pid).children()
        for process in direct:
            process.kill()
        psutil.wait_procs(direct, timeout=30)
        deadline = time.monotonic() + FIRST_START
        while get_or_nothing(url) != 200:
            assert time.monotonic() < deadline
            assert up.process.poll() is None, "the supervisor gave up"
            time.sleep(0.25)  # what we wait for happens in processes that are not ours
        everything = up.tree()
        up.process.send_signal(signal.SIGTERM)
        assert up.process.wait(END) == 0
        assert living(everything) == []


def get_or_nothing(url: str) -> int | None:
    try:
        return get(url, "/api/v1/system/ready")[0]
    except OSError:
        return None


def test_a_killed_supervisor_leaves_only_servers_and_the_next_adopts_them(data_dir: Path) -> None:
    with running(data_dir) as (up, _):
        everything = up.tree()
        servers = {process.pid for process in everything if process.name() in {"postgres", "valkey-server"}}
        programs = [process for process in everything if process.pid not in servers]
        postmaster = int(next(data_dir.glob("pg*/postmaster.pid")).read_text().split()[0])
        up.process.kill()
    with running(data_dir) as (up, _):
        assert living(programs) == []
        assert int(next(data_dir.glob("pg*/postmaster.pid")).read_text().split()[0]) == postmaster
        up.process.send_signal(signal.SIGTERM)
        assert up.process.wait(END) == 0
        assert living(everything) == []
    assert not (data_dir / "up.json").exists()
