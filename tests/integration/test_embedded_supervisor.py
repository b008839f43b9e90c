"""The supervisor with real processes: restart, give up, end everything, survive its own death."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.embedded import processes
from tests.integration.supervised import FAMILY, PATIENCE, SCENARIOS, family, none_alive, wait_until
from tests.material import ROOT

# A supervisor with two families; its own pid, the guard's and a claim in files beside theirs.
DRIVER = """
import fcntl, os, sys
from pathlib import Path
from core.embedded.supervisor import Supervisor
folder = Path(sys.argv[1])
claim = os.open(folder / "claim", os.O_RDWR | os.O_CREAT)
fcntl.flock(claim, fcntl.LOCK_EX)
with Supervisor(folder, holds=(claim,), adopts=True) as supervisor:
    for name in ("one", "two"):
        supervisor.start(name, sys.executable, "-S", "-c", sys.argv[2], str(folder / f"{name}.json"))
    (folder / "guard").write_text(str(supervisor._guard.pid))
    while not supervisor.stopping:
        supervisor.turn(1)
        (folder / "guard").write_text(str(supervisor._guard.pid))
"""


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_a_supervisor_does(scenario: str, tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.integration.supervised", scenario, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


# --- killed, or asked to end ------------------------------------------------------------------------------


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(tmp_path), FAMILY], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        wait_until(lambda: (tmp_path / "one.json").exists() and (tmp_path / "two.json").exists())
        wait_until(lambda: (tmp_path / "guard").exists() and (tmp_path / "guard").read_text() != "")
        yield process
        process.kill()
        process.communicate()


def everybody(folder: Path) -> list[int]:
    guard = int((folder / "guard").read_text())
    return [guard, *family(folder / "one.json"), *family(folder / "two.json")]


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_everything(
    driver: subprocess.Popen[bytes], tmp_path: Path, which: signal.Signals
) -> None:
    pids = everybody(tmp_path)
    driver.send_signal(which)
    _, errors = driver.communicate(timeout=PATIENCE)
    assert (driver.returncode, errors) == (0, b"")
    assert none_alive(pids)


def test_a_killed_supervisor_takes_everything_with_it(
    driver: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    pids = everybody(tmp_path)
    driver.kill()
    driver.communicate(timeout=PATIENCE)
    claim = os.open(tmp_path / "claim", os.O_RDWR)
    try:
        with pytest.raises(BlockingIOError):
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(claim, fcntl.LOCK_EX)  # the guard lets go when its work is done
        assert none_alive(pids[1:])
    finally:
        os.close(claim)


def test_a_killed_guard_is_replaced(driver: subprocess.Popen[bytes], tmp_path: Path) -> None:
    pids = everybody(tmp_path)
    os.kill(pids[0], signal.SIGKILL)
    wait_until(lambda: (tmp_path / "guard").read_text() not in {"", str(pids[0])})
    driver.kill()
    driver.communicate(timeout=PATIENCE)
    wait_until(lambda: none_alive(pids))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives orphans to a subreaper")
def test_orphans_in_sessions_of_their_own_are_ended(driver: subprocess.Popen[bytes], tmp_path: Path) -> None:
    parent, _, orphan = family(tmp_path / "one.json")
    other = family(tmp_path / "two.json")
    (tmp_path / "one.json").unlink()
    os.kill(parent, signal.SIGKILL)
    wait_until(lambda: none_alive([parent, orphan]))
    wait_until((tmp_path / "one.json").exists)
    assert all(processes.is_alive(pid) for pid in other)
