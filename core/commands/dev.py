"""`melody dev`: the studio as `melody up` runs it, for those who change it.

Programs start anew when files of theirs change; one that dies waits for the next change. Angular's dev server
builds the player as it is edited. With stand-ins, all outside services are played on this machine.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial

from core.commands import sandbox
from core.commands.build_player import NODE_WANTED, find_node
from core.commands.sandbox import ROOT
from core.commands.up import OneMachine, Place, missing_parts, programs, run_alone, say
from core.config import Settings
from core.embedded.home import free_port, port_is_free
from core.embedded.program import Program
from core.errors import ConfigurationError, ServiceUnavailable

RENEW_SECONDS = 3.0
"""For a program to end by itself; what a worker is at is then taken up by the next one."""
STAND_INS_SECONDS = 60.0
WATCHER_SECONDS = 20.0
TEMPLATES_SECONDS = 60.0
USUAL_PLAYER_PORT = 4200
LOOK_EVERY = 0.25
SHARED = "core"
MIGRATIONS = "core/db/migrations/"
PLAYER = "player"


def dev(settings: Settings, *, with_stand_ins: bool) -> int:
    """Run until SIGINT, SIGTERM or SIGHUP; the exit code: 0 asked to end, 1 failed, 2 bad configuration.

    Raises ConfigurationError where there are no stand-ins to run.
    """
    if with_stand_ins:
        settings = sandbox.sandboxed(settings)
    return run_alone(settings, partial(Workshop, with_stand_ins=with_stand_ins))


class Workshop(OneMachine):
    """One machine whose programs follow their sources."""

    def __init__(self, place: Place, *, with_stand_ins: bool) -> None:
        super().__init__(place, with_player=False)
        self._with_stand_ins = with_stand_ins
        self._attendants: list[Program] = []
        """What the workshop itself can't do without."""
        self._followers: dict[str, Program] = {}
        """Programs that follow sources, by their names."""
        self._packages: dict[str, str] = {}
        """Whose sources each of them follows."""
        self._changed: set[str] | None = None
        """Files that changed; None until somebody watches."""
        self._told: dict[str, str] | None = None
        """The settings that lead to the stand-ins."""
        self._notes: list[str] = []
        """What to say once everything is ready."""
        self._is_ready = self._was_ready = False
        self._since = time.monotonic()

    def _start(self) -> None:
        self._supervisor.env |= {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1"}
        if not self._with_stand_ins:
            sandbox.use_in_earnest(self._home)
        else:
            sandbox.empty(self._home)
            self._supervisor.folder = self._home.root  # where no .env is
            self._meet_the_stand_ins()
        self._watch()
        self._serve_player()
        self._prepare()
        if self._with_stand_ins:
            self._make_templates()
        if self._supervisor.stopping:
            return
        for name, *arguments in programs(self._settings):
            self._packages[name] = arguments[1].partition(".")[0]
            self._followers[name] = self._supervisor.start_patiently(name, sys.executable, *arguments)

    def _go_on(self) -> None:
        """Until we are asked to end, or somebody is gone whom we need. Raises ServiceUnavailable."""
        while not self._supervisor.stopping:
            self._supervisor.turn(60.0 if self._is_ready else LOOK_EVERY)
            for one in self._attendants:
                if one.code is not None and not self._supervisor.stopping:
                    raise ServiceUnavailable(f"{one.name} ended: {one.last_line} (more in {one.log.path})")
            if self._changed and not self._is_renewing():
                self._follow(self._changed)
            if not self._is_ready and self._everybody_runs() and not missing_parts(self._place):
                self._tell_that_it_is_ready()

    # --- following the sources ---------------------------------------------------------------------------

    def _watch(self) -> None:
        """Begin to hear of changes; returns when none will be missed."""
        watcher = self._supervisor.begin_job(
            "watcher", sys.executable, "-m", "core.commands.watch_sources", on_line=self._hear
        )
        self._attendants.append(watcher)
        self._wait_until(lambda: self._changed is not None, watcher, WATCHER_SECONDS)

    def _hear(self, line: str) -> None:
        if not line.startswith("["):
            say(f"watcher | {line}")
            return
        self._changed = (self._changed or set()) | set(json.loads(line))

    def _follow(self, changed: set[str]) -> None:
        """Start anew what the changed files belong to, on a database that fits."""
        self._changed = set()
        touched = {PLAYER if path.startswith("webapp/") else path.partition("/")[0] for path in changed}
        followers = [
            name for name, package in self._packages.items() if package in touched or SHARED in touched
        ]
        if PLAYER in touched and PLAYER in self._followers:
            followers.append(PLAYER)
        if not followers:
            return
        shown = sorted(changed)
        more = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
        say(f"{', '.join(shown[:3])}{more} changed: {', '.join(followers)} …")
        if any(path.startswith(MIGRATIONS) for path in changed) and not self._is_migrated():
            return
        self._is_ready, self._since = False, time.monotonic()
        for name in followers:
            self._supervisor.renew(self._followers[name], RENEW_SECONDS)

    def _is_migrated(self) -> bool:
        try:
            self._migrate()
        except ConfigurationError as error:
            say(error.detail, sys.stderr)
            return False
        return not self._supervisor.stopping

    def _is_renewing(self) -> bool:
        return any(program.renewed_by is not None for program in self._followers.values())

    def _everybody_runs(self) -> bool:
        return all(
            program.process is not None and program.renewed_by is None for program in self._followers.values()
        )

    def _tell_that_it_is_ready(self) -> None:
        self._is_ready = True
        if self._was_ready:
            say(f"Ready again after {time.monotonic() - self._since:.1f} s")
            return
        self._was_ready = True
        self._publish()
        say(f"Melody Studio is ready: {self._place.url}")
        for note in self._notes:
            say(note)

    # --- the player --------------------------------------------------------------------------------------

    def _serve_player(self) -> None:
        if find_node() is None:
            self._notes.append(f"Without the player's dev server: that takes {NODE_WANTED}.")
            return
        port = USUAL_PLAYER_PORT if port_is_free(USUAL_PLAYER_PORT) else free_port()
        url = f"http://127.0.0.1:{port}"
        self._supervisor.env |= {"MELODY_PORT": str(self._place.port), "MELODY_PLAYER_URL": url}
        self._followers[PLAYER] = self._supervisor.start_patiently(
            PLAYER, sys.executable, "-m", "core.commands.serve_player", str(port)
        )
        self._notes.append(f"The player as it is edited, once it is built: {url}")

    # --- the stand-ins -----------------------------------------------------------------------------------

    def _meet_the_stand_ins(self) -> None:
        stand_ins = self._supervisor.begin_job(
            "mocks",
            sys.executable,
            "-m",
            sandbox.MODULE,
            f"--studio=http://127.0.0.1:{self._place.port}",
            on_line=self._hear_stand_ins,
        )
        self._attendants.append(stand_ins)
        self._wait_until(lambda: self._told is not None, stand_ins, STAND_INS_SECONDS)
        self._supervisor.env |= self._told or {}

    def _hear_stand_ins(self, line: str) -> None:
        told = sandbox.read_settings(line)
        if told is not None:
            self._told = told
        elif self._told is None:
            self._notes.append(line)
        else:
            say(f"mocks   | {line}")

    def _make_templates(self) -> None:
        """What lets WhatsApp show buttons and lists, made as an operator does."""
        job = self._supervisor.begin_job(
            "templates", sys.executable, "-m", "core.cli", "whatsapp", "setup", on_line=self._hear_templates
        )
        if self._supervisor.finish_job(job, TEMPLATES_SECONDS):
            raise ServiceUnavailable(f"WhatsApp's templates could not be made: {job.last_line}")

    def _hear_templates(self, line: str) -> None:
        name, is_setting, value = line.partition("=")
        if is_setting and name.startswith("MELODY_TWILIO_TEMPLATE_"):
            self._supervisor.env[name] = value

    def _wait_until(self, condition: Callable[[], bool], job: Program, patience: float) -> None:
        """Raises ServiceUnavailable when the job ends or `patience` seconds pass before it is true."""
        deadline = time.monotonic() + patience
        while not condition() and not self._supervisor.stopping:
            if job.code is not None or time.monotonic() > deadline:
                raise ServiceUnavailable(f"{job.name} did not start: {job.last_line}")
            self._supervisor.turn(0.5)
