"""`melody up`: everything on this machine, in the foreground, under one supervisor.

This process imports no library for databases, queues or the web: what it starts does. That keeps the second
start short and the supervisor small.
"""

from __future__ import annotations

import errno
import http.client
import json
import os
import signal
import socket
import sys
import threading
import time
from contextlib import closing, suppress
from typing import TextIO
from urllib.parse import urlunsplit

from pydantic import SecretStr

from core.config import Settings, variable_of
from core.embedded import EmbeddedServers, Instance, read_instance
from core.embedded.home import Home, InstanceClaim
from core.embedded.program import Program
from core.embedded.supervisor import Supervisor
from core.errors import ConfigurationError, MelodyError, ServiceUnavailable

PROGRAMS = (
    ("api", "-m", "api.main"),
    ("bot", "-m", "bot.main"),
    ("worker", "-m", "tasks.worker", "convert"),
    ("courier", "-m", "tasks.worker", "courier"),
    ("relay", "-m", "tasks.relay"),
)
LIBRARIAN = ("librarian", "-m", "tasks.librarian")
READY_SECONDS = 60.0
MIGRATION_SECONDS = 600.0
MODEL_SECONDS = 900.0
PLAYER_SECONDS = 1800.0
# Together below the ten seconds in which `melody up` promises to be gone.
PROGRAMS_END_SECONDS = 5.0
SERVERS_END_SECONDS = 2.0


def up(settings: Settings, *, with_player: bool = True) -> int:
    """Run until SIGINT, SIGTERM or SIGHUP; the exit code: 0 asked to end, 1 failed, 2 bad configuration.

    `with_player`: first build the player, where its sources have changed.
    """
    home = Home(settings.data_dir)
    try:
        home.create()
        claim = home.claim()
        if claim is None:
            raise ConfigurationError(_already_running(home))
        with closing(claim):
            _Up(settings, home, claim, _free_address(settings), with_player=with_player).run()
    except MelodyError as error:
        _say(error.detail, sys.stderr)
        return 2 if isinstance(error, ConfigurationError) else 1
    return 0


def end_with_input() -> None:
    """Ask this process to end when its standard input does: when whoever started it is gone."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="input", daemon=True).start()


class _Up:
    def __init__(
        self,
        settings: Settings,
        home: Home,
        claim: InstanceClaim,
        address: tuple[str, int],
        *,
        with_player: bool,
    ) -> None:
        self._settings = settings
        self._with_player = with_player
        self._home = home
        self._claim = claim
        self._host, self._port = address
        self._servers = EmbeddedServers(home.root, interrupted=lambda: self._supervisor.stopping)
        self._supervisor = Supervisor(
            home.logs,
            check=self._servers.ensure,
            holds=(claim.descriptor,),
            adopts=True,
            spared=self._servers.pids,
        )

    def run(self) -> None:
        with self._supervisor:
            try:
                self._start()
                while not self._supervisor.stopping:
                    self._supervisor.turn(60.0)
            except ServiceUnavailable:
                if not self._supervisor.stopping:  # else only something that we interrupted
                    raise
            finally:
                self._supervisor.stop(patience=PROGRAMS_END_SECONDS)
                self._servers.stop(patience=SERVERS_END_SECONDS)

    def _start(self) -> None:
        supervisor = self._supervisor
        supervisor.env |= exported(self._settings)
        supervisor.env |= {"MELODY_PORT": str(self._port), "PYTHONUNBUFFERED": "1", "PYTHONSAFEPATH": "1"}
        model = self._begin("model", "core.commands.prepare_model")
        player = self._begin("player", "core.commands.build_player") if self._with_player else None
        database_url, redis_url = self._start_servers()
        self._migrate()
        self._finish_model(model)
        if player is not None:
            self._finish_player(player)
        if supervisor.stopping:
            return
        for name, *arguments in programs(self._settings):
            supervisor.start(name, sys.executable, *arguments)
        if self._becomes_ready():
            url = _url(self._settings.host, self._port)
            self._claim.publish(Instance(url, os.getpid(), database_url, redis_url))
            _say(f"Melody Studio is ready: {url}")

    def _start_servers(self) -> tuple[str, str]:
        """The URLs of the database and the broker: those that are set, else of the embedded ones."""
        given = self._settings
        if given.database_url is None and self._home.known_facts() is None:
            _say("Setting up the database (once) …")
        database_url = given.database_url or self._servers.start_postgres()
        redis_url = given.redis_url or self._servers.start_valkey()
        self._supervisor.env |= {"MELODY_DATABASE_URL": database_url, "MELODY_REDIS_URL": redis_url}
        return database_url, redis_url

    def _begin(self, name: str, module: str) -> Program:
        """Start a job; what it says on the way is progress for whoever waits."""
        return self._supervisor.begin_job(name, sys.executable, "-m", module, on_line=_progress)

    def _migrate(self) -> None:
        job = self._supervisor.begin_job(
            "migrate", sys.executable, "-m", "core.db.upgrade", on_line=lambda line: None
        )
        if self._supervisor.finish_job(job, MIGRATION_SECONDS):
            raise ConfigurationError(f"The database can't be brought up to date: {job.last_line}")

    def _finish_model(self, job: Program) -> None:
        """Everything else works without the model, and whoever sends a song is told."""
        if self._supervisor.finish_job(job, MODEL_SECONDS):
            _say("No song can be converted until the separation model is there.", sys.stderr)

    def _finish_player(self, player: Program) -> None:
        """Everything else works without the player, and the page at `/` says how to get it."""
        if self._supervisor.finish_job(player, PLAYER_SECONDS):
            _say(f"There is no current player: {player.last_line}", sys.stderr)

    def _becomes_ready(self) -> bool:
        """Wait until everything answers; False when we were asked to end first."""
        deadline = time.monotonic() + READY_SECONDS
        missing = ["api"]
        while missing and not self._supervisor.stopping:
            if time.monotonic() > deadline:
                raise ServiceUnavailable(
                    f"Not ready after {READY_SECONDS:.0f} seconds; no answer from: {', '.join(missing)} "
                    f"(more in {self._home.logs})"
                )
            self._supervisor.turn(0.05)
            missing = _missing(self._host, self._port)
        return not missing


def programs(settings: Settings) -> tuple[tuple[str, ...], ...]:
    """What runs: the librarian only where there is a folder to watch."""
    return PROGRAMS if settings.music_dir is None else (*PROGRAMS, LIBRARIAN)


def exported(settings: Settings) -> dict[str, str]:
    """The settings that were set, by whichever way, as environment for the programs."""
    values = {name: getattr(settings, name) for name in settings.model_fields_set}
    values["data_dir"] = settings.data_dir.absolute()
    return {
        variable_of(name): value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in values.items()
        if value is not None
    }


def _progress(line: str) -> None:
    if line.strip():
        _say(line)


def _say(line: str, to: TextIO | None = None) -> None:
    with suppress(OSError):  # the terminal may be gone; what we run is not there for it
        print(line, file=to, flush=True)


def _missing(host: str, port: int) -> list[str]:
    """What does not answer yet, by the api's own word."""
    connection = http.client.HTTPConnection(host, port, timeout=4)
    try:
        connection.request("GET", "/api/v1/system/ready", headers={"Host": "localhost"})
        answer = connection.getresponse()
        body = answer.read(65_536)
    except (OSError, http.client.HTTPException):
        return ["api"]
    finally:
        connection.close()
    if answer.status == http.client.OK:
        return []
    try:
        dependencies: dict[str, bool] = json.loads(body)["dependencies"]
        return [name for name, answers in dependencies.items() if not answers] or ["api"]
    except (ValueError, TypeError, KeyError, AttributeError):
        return ["api"]


def _free_address(settings: Settings) -> tuple[str, int]:
    """Where to reach the api from here, after making sure that it can listen.

    Raises ConfigurationError, also for a host name that is not this machine's.
    """
    host, port = settings.host, settings.port
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            bound = probe.getsockname()
    except socket.gaierror:
        raise ConfigurationError(f"MELODY_HOST: {host} is not a known host name or address") from None
    except PermissionError:
        raise ConfigurationError(
            f"Port {port} needs rights that this user lacks; choose one with --port"
        ) from None
    except OverflowError:
        raise ConfigurationError(f"MELODY_PORT: {port} is not a port") from None
    except OSError as error:
        raise ConfigurationError(_unusable(host, port, error)) from None
    reached_at = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bound[0], bound[0])
    return reached_at, bound[1]


def _unusable(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program; choose one with --port"
    return f"MELODY_HOST: can't listen on {host} ({error.strerror})"


def _url(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return urlunsplit(("http", f"{shown}:{port}", "", "", ""))


def _already_running(home: Home) -> str:
    instance = read_instance(home.root)
    if instance is not None:
        return f"Melody Studio already runs on {home.root}: {instance.url} (process {instance.pid})"
    return (
        f"Melody Studio is just starting or ending on {home.root} (process {home.claimed_by() or 'unknown'})"
    )
