"""The supervisor with real processes: restart, give up, end everything, survive its own death."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.embedded import processes
from core.embedded.output import Mirror
from core.embedded.program import Limits
from core.embedded.supervisor import Supervisor
from core.errors import ConfigurationError, ServiceUnavailable

PATIENCE = 20.0

SLEEPER = "import sys, time; print('up', flush=True); time.sleep(600)"
# Writes its own pid and those of two grandchildren, one of them in a session of its own, into a file.
FAMILY = """
import json, os, signal, subprocess, sys, time
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
below = [
    subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"], start_new_session=alone)
    for alone in (False, True)
]
with open(sys.argv[1] + ".new", "w") as file:
    json.dump([os.getpid(), *(child.pid for child in below)], file)
os.rename(sys.argv[1] + ".new", sys.argv[1])
time.sleep(600)
"""
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


@pytest.fixture
def shown() -> Iterator[Callable[[], str]]:
    """What a mirror has shown so far, by the descriptor `shown.writes`."""
    reads, writes = os.pipe()
    os.set_blocking(reads, False)

    def read() -> str:
        try:
            return os.read(reads, 65_536).decode()
        except BlockingIOError:
            return ""

    read.writes = writes  # type: ignore[attr-defined]
    yield read
    os.close(reads)
    os.close(writes)


def python(script: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-S", "-c", script, *arguments)


def turn_until(supervisor: Supervisor, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        supervisor.turn(0.05)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)  # no event tells of the death of somebody else's child


def family(path: Path) -> list[int]:
    members: list[int] = json.loads(path.read_text())
    return members


def none_alive(pids: list[int]) -> bool:
    return not any(processes.is_alive(pid) for pid in pids)


def test_a_killed_program_comes_back_and_its_orphans_go(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with Supervisor(tmp_path, limits=Limits(settled=0.0)) as supervisor:
        supervisor.start("worker", *python(FAMILY, str(pids)))
        for _ in range(3):
            turn_until(supervisor, pids.exists)
            before = family(pids)
            pids.unlink()
            os.kill(before[0], signal.SIGKILL)
            turn_until(supervisor, pids.exists)
            assert family(pids)[0] != before[0]
            wait_until(lambda before=before: none_alive(before[:2]))  # type: ignore[misc]
            os.kill(before[2], signal.SIGKILL)  # in a session of its own: only `adopts` reaches it
    assert "signal SIGKILL" in (tmp_path / "worker.log").read_text()
    assert none_alive(family(pids)[:1])


def test_it_gives_up_on_what_keeps_dying(tmp_path: Path) -> None:
    limits = Limits(deaths=3, first_delay=0.01)
    with Supervisor(tmp_path, limits=limits) as supervisor:
        supervisor.start("steady", *python(SLEEPER))
        supervisor.start("relay", *python("print('no such table'); raise SystemExit(1)"))
        with pytest.raises(ServiceUnavailable, match=r"relay ended 3 times .* no such table .*relay\.log"):
            turn_until(supervisor, lambda: False)
    assert (tmp_path / "relay.log").read_text().count("no such table") == 3


def test_bad_configuration_at_the_first_run_is_final(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        supervisor.start("bot", *python("print('MELODY_TELEGRAM_TOKEN: refused'); raise SystemExit(2)"))
        with pytest.raises(ConfigurationError, match=r"^MELODY_TELEGRAM_TOKEN: refused$"):
            turn_until(supervisor, lambda: False)


def test_jobs_tell_their_lines_and_their_code(tmp_path: Path) -> None:
    lines: list[str] = []
    with Supervisor(tmp_path) as supervisor:
        script = "import sys; print('half'); print('Überall', file=sys.stderr); print('no end', end=''); "
        job = supervisor.begin_job("model", *python(script + "sys.exit(3)"), on_line=lines.append)
        assert supervisor.finish_job(job, PATIENCE) == 3
        assert sorted(lines) == ["half", "no end", "Überall"]
        slow = supervisor.begin_job("slow", *python(SLEEPER), on_line=lines.append)
        with pytest.raises(ServiceUnavailable, match="slow took longer"):
            supervisor.finish_job(slow, 0.01)


def test_output_reaches_the_log_and_the_terminal(tmp_path: Path, shown: Callable[[], str]) -> None:
    with Supervisor(tmp_path, mirror=Mirror(shown.writes)) as supervisor:  # type: ignore[attr-defined]
        supervisor.start("api", *python(SLEEPER))
        turn_until(supervisor, lambda: "up" in (tmp_path / "api.log").read_text())
    assert shown() == "api     | up\n"


def test_programs_see_the_environment_given_to_them(tmp_path: Path) -> None:
    lines: list[str] = []
    with Supervisor(tmp_path) as supervisor:
        supervisor.env["MELODY_PORT"] = "8123"
        job = supervisor.begin_job(
            "job", *python("import os; print(os.environ['MELODY_PORT'])"), on_line=lines.append
        )
        assert supervisor.finish_job(job, PATIENCE) == 0
    assert lines == ["8123"]


def test_the_check_runs_and_its_failure_ends_the_loop(tmp_path: Path) -> None:
    def check() -> None:
        raise ServiceUnavailable("PostgreSQL keeps ending")

    with Supervisor(tmp_path, check=check) as supervisor, pytest.raises(ServiceUnavailable, match="keeps"):
        turn_until(supervisor, lambda: False)


def test_programs_end_in_reverse_order(tmp_path: Path) -> None:
    order = tmp_path / "order"
    script = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    open(sys.argv[2], 'a').write(sys.argv[1] + ' ')\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('up', flush=True)\n"
        "time.sleep(600)\n"
    )
    with Supervisor(tmp_path) as supervisor:
        for name in ("api", "bot", "worker"):
            supervisor.start(name, *python(script, name, str(order)))
        for name in ("api", "bot", "worker"):
            turn_until(supervisor, lambda name=name: "up" in (tmp_path / f"{name}.log").read_text())  # type: ignore[misc]
    assert order.read_text() == "worker bot api "


def test_nothing_is_left_of_a_stubborn_program(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with Supervisor(tmp_path) as supervisor:
        supervisor.start("worker", *python(FAMILY, str(pids), "stubborn"))
        turn_until(supervisor, pids.exists)
        supervisor.stop(patience=0.2)
        assert none_alive(family(pids))


# --- with a supervisor in a process of its own -------------------------------------------------------------


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
