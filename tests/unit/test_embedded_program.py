"""Restart rules, bounded logs, the terminal that nobody reads, and the process table."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.embedded import processes
from core.embedded.output import BoundedLog, Mirror
from core.embedded.program import Deaths, Limits

LIMITS = Limits(deaths=3, within=60, settled=1.0, first_delay=1.0, longest_delay=3.0)


def test_delays_grow_until_the_supervisor_gives_up() -> None:
    deaths = Deaths(Limits(deaths=5, first_delay=1.0, longest_delay=3.0))
    delays = [deaths.delay(now=i, lived=0.1, code=1) for i in range(5)]
    assert delays[-1] is None
    for delay, expected in zip(delays[:-1], [1, 2, 3, 3], strict=True):
        assert delay == pytest.approx(expected, rel=0.21)


def test_old_deaths_are_forgotten() -> None:
    deaths = Deaths(LIMITS)
    assert all(deaths.delay(now=61.0 * i, lived=60, code=1) is not None for i in range(10))


def test_being_killed_is_not_the_programs_doing() -> None:
    deaths = Deaths(LIMITS)
    assert [deaths.delay(now=i, lived=1.5, code=-signal.SIGKILL) for i in range(10)] == [0.0] * 10


@pytest.mark.parametrize(("lived", "code"), [(0.5, -signal.SIGKILL), (30.0, -signal.SIGSEGV), (30.0, 0)])
def test_what_counts_as_dying(lived: float, code: int) -> None:
    deaths = Deaths(LIMITS)
    assert [deaths.delay(now=i, lived=lived, code=code) is None for i in range(3)] == [False, False, True]


def test_a_log_is_bounded(tmp_path: Path) -> None:
    log = BoundedLog(tmp_path / "api.log", max_bytes=100)
    for number in range(30):
        log.write(b"line %2d..\n" % number)
    log.close()
    assert (tmp_path / "api.log").stat().st_size <= 100
    assert (tmp_path / "api.log.1").stat().st_size <= 100
    assert (tmp_path / "api.log").read_bytes().endswith(b"line 29..\n")
    again = BoundedLog(tmp_path / "api.log", max_bytes=100)
    again.write(b"x" * 90)
    again.close()
    assert (tmp_path / "api.log").read_bytes() == b"x" * 90


def test_a_terminal_that_nobody_reads_holds_nothing_up() -> None:
    reads, writes = os.pipe()
    mirror = Mirror(writes)
    for _ in range(2000):
        mirror.show("api", "x" * 200)  # far more than a pipe holds
    os.set_blocking(reads, False)
    taken = b""
    while len(taken) < 100_000:
        try:
            taken += os.read(reads, 65_536)
        except BlockingIOError:
            break
    assert taken.startswith(b"api     | xxx")
    mirror.show("api", "after")
    more = os.read(reads, 65_536).splitlines()
    assert b"lines left out here" in more[0]
    assert more[-1] == b"api     | after"
    os.close(reads)
    mirror.show("api", "nobody is there any more")
    os.close(writes)


def test_a_zombie_is_dead() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    assert processes.is_alive(child.pid)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # dead, and not reaped
    assert processes.find(child.pid) is not None
    assert not processes.is_alive(child.pid)
    child.communicate()
    assert processes.find(child.pid) is None


def test_descendants_are_found_across_sessions() -> None:
    script = (
        "import subprocess, sys\n"
        "grandchild = subprocess.Popen([sys.executable, '-c', 'import sys; sys.stdin.read()'],"
        " start_new_session=True)\n"
        "print(grandchild.pid, flush=True)\n"
        "grandchild.wait()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        grandchild = int(child.stdout.readline())
        assert processes.descendants([child.pid]) == {grandchild}
        assert {child.pid, grandchild} <= processes.descendants([os.getpid()])
        assert processes.group_members([grandchild]) == {grandchild}
        assert processes.table()[grandchild].parent == child.pid
        child.communicate()


def test_ps_tells_the_same_as_proc() -> None:
    """Elsewhere than on Linux `ps` is asked."""
    listed = processes._from_ps("-p", str(os.getpid()))
    found = processes.find(os.getpid())
    assert found is not None
    assert (listed[os.getpid()].parent, listed[os.getpid()].group) == (found.parent, found.group)
