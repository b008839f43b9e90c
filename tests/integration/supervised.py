"""What a supervisor does with its programs, each time with one in a process that is its alone.

A supervisor forks with a hook between fork and exec, takes over signals and counts every child as its own:
that is safe where nothing else goes on, as in `melody up`, and not in a test runner with threads of its own,
nor beside libraries that end their threads when somebody forks.

`python -W error -m tests.integration.supervised NAME FOLDER` runs one; test_embedded_supervisor.py runs all.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
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


def a_killed_program_comes_back_and_its_orphans_go(tmp_path: Path) -> None:
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


def it_gives_up_on_what_keeps_dying(tmp_path: Path) -> None:
    limits = Limits(deaths=3, first_delay=0.01)
    with Supervisor(tmp_path, limits=limits) as supervisor:
        supervisor.start("steady", *python(SLEEPER))
        supervisor.start("relay", *python("print('no such table'); raise SystemExit(1)"))
        with pytest.raises(ServiceUnavailable, match=r"relay ended 3 times .* no such table .*relay\.log"):
            turn_until(supervisor, lambda: False)
    assert (tmp_path / "relay.log").read_text().count("no such table") == 3


def bad_configuration_at_the_first_run_is_final(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        supervisor.start("bot", *python("print('MELODY_TELEGRAM_TOKEN: refused'); raise SystemExit(2)"))
        with pytest.raises(ConfigurationError, match=r"^MELODY_TELEGRAM_TOKEN: refused$"):
            turn_until(supervisor, lambda: False)


def jobs_tell_their_lines_and_their_code(tmp_path: Path) -> None:
    lines: list[str] = []
    with Supervisor(tmp_path) as supervisor:
        script = "import sys; print('half'); print('Überall', file=sys.stderr); print('no end', end=''); "
        job = supervisor.begin_job("model", *python(script + "sys.exit(3)"), on_line=lines.append)
        assert supervisor.finish_job(job, PATIENCE) == 3
        assert sorted(lines) == ["half", "no end", "Überall"]
        slow = supervisor.begin_job("slow", *python(SLEEPER), on_line=lines.append)
        with pytest.raises(ServiceUnavailable, match="slow took longer"):
            supervisor.finish_job(slow, 0.01)


def output_reaches_the_log_and_the_terminal(tmp_path: Path) -> None:
    reads, writes = os.pipe()
    with Supervisor(tmp_path, mirror=Mirror(writes)) as supervisor:
        supervisor.start("api", *python(SLEEPER))
        turn_until(supervisor, lambda: "up" in (tmp_path / "api.log").read_text())
    os.close(writes)
    with os.fdopen(reads) as shown:
        assert shown.read() == "api     | up\n"


def programs_see_the_environment_given_to_them(tmp_path: Path) -> None:
    lines: list[str] = []
    with Supervisor(tmp_path) as supervisor:
        supervisor.env["MELODY_PORT"] = "8123"
        job = supervisor.begin_job(
            "job", *python("import os; print(os.environ['MELODY_PORT'])"), on_line=lines.append
        )
        assert supervisor.finish_job(job, PATIENCE) == 0
    assert lines == ["8123"]


def the_check_runs_and_its_failure_ends_the_loop(tmp_path: Path) -> None:
    def check() -> None:
        raise ServiceUnavailable("PostgreSQL keeps ending")

    with Supervisor(tmp_path, check=check) as supervisor, pytest.raises(ServiceUnavailable, match="keeps"):
        turn_until(supervisor, lambda: False)


def programs_end_in_reverse_order(tmp_path: Path) -> None:
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


def nothing_is_left_of_a_stubborn_program(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with Supervisor(tmp_path) as supervisor:
        supervisor.start("worker", *python(FAMILY, str(pids), "stubborn"))
        turn_until(supervisor, pids.exists)
        supervisor.stop(patience=0.2)
        assert none_alive(family(pids))


def a_patient_program_waits_until_it_is_renewed(tmp_path: Path) -> None:
    lines: list[str] = []
    with Supervisor(tmp_path, limits=Limits(deaths=1, first_delay=0.0)) as supervisor:
        died = supervisor.start_patiently(
            "api", *python("print('a typo'); raise SystemExit(1)"), on_line=lines.append
        )
        turn_until(
            supervisor, lambda: lines[-1:] == ["supervisor: ended with exit code 1, waiting for a change"]
        )
        supervisor.turn(0.0)
        assert (died.process, died.launches) == (None, 1)
        supervisor.renew(died, PATIENCE)
        turn_until(supervisor, lambda: lines.count("a typo") == 2)


def a_renewed_program_has_its_time_to_end(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with Supervisor(tmp_path, limits=Limits(deaths=1)) as supervisor:
        for program, patience in (
            (supervisor.start_patiently("worker", *python(FAMILY, str(pids))), PATIENCE),
            (supervisor.start("stubborn", *python(FAMILY, str(pids) + "2", "stubborn")), 0.05),
        ):
            path = pids if program.name == "worker" else tmp_path / "pids2"
            turn_until(supervisor, path.exists)
            before = family(path)
            path.unlink()
            supervisor.renew(program, patience)
            supervisor.renew(program, patience)  # a second change meanwhile
            turn_until(supervisor, path.exists)
            assert (program.launches, program.renewed_by) == (2, None)
            assert family(path)[0] != before[0]
            wait_until(lambda before=before: none_alive(before[:2]))  # type: ignore[misc]
            os.kill(before[2], signal.SIGKILL)  # in a session of its own: only `adopts` reaches it
            os.kill(family(path)[2], signal.SIGKILL)


def programs_start_in_the_folder_that_is_named(tmp_path: Path) -> None:
    lines: list[str] = []
    (tmp_path / "elsewhere").mkdir()
    with Supervisor(tmp_path) as supervisor:
        supervisor.folder = tmp_path / "elsewhere"
        job = supervisor.begin_job("job", *python("import os; print(os.getcwd())"), on_line=lines.append)
        assert supervisor.finish_job(job, PATIENCE) == 0
    assert lines == [str(tmp_path / "elsewhere")]


SCENARIOS: dict[str, Callable[[Path], None]] = {
    scenario.__name__: scenario
    for scenario in (
        a_killed_program_comes_back_and_its_orphans_go,
        it_gives_up_on_what_keeps_dying,
        bad_configuration_at_the_first_run_is_final,
        jobs_tell_their_lines_and_their_code,
        output_reaches_the_log_and_the_terminal,
        programs_see_the_environment_given_to_them,
        the_check_runs_and_its_failure_ends_the_loop,
        programs_end_in_reverse_order,
        nothing_is_left_of_a_stubborn_program,
        a_patient_program_waits_until_it_is_renewed,
        a_renewed_program_has_its_time_to_end,
        programs_start_in_the_folder_that_is_named,
    )
}


if __name__ == "__main__":
    SCENARIOS[sys.argv[1]](Path(sys.argv[2]))
