"""The embedded PostgreSQL and Valkey of one data directory, started, adopted and stopped together.

Anyone may start them; everyone who uses them says so by a shared lock that the kernel withdraws when the
process ends, however it ends. Whoever stops using a server as the last one stops it: so a command that
started the servers may end while another still needs them, and servers whose starter was killed are taken
over, and in the end stopped, by the next command.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from core.embedded.home import Home, SharedUse
from core.embedded.postgres import Postgres
from core.embedded.server import Running, Server, last_line, trim
from core.embedded.valkey import Valkey
from core.errors import ServiceUnavailable

SHORT_LIFE = 3.0
MAX_SHORT_LIVES = 5


def _never() -> bool:
    return False


class EmbeddedServers:
    """Servers of the data directory `home`; not thread-safe.

    `durable=False` (tests) gives up surviving a power failure for speed. While `interrupted()` is true, a
    start that is under way gives up with ServiceUnavailable.
    """

    def __init__(self, home: Path, *, durable: bool = True, interrupted: Callable[[], bool] = _never) -> None:
        self._home = Home(home)
        self._interrupted = interrupted
        self._postgres = Postgres(self._home, durable=durable, interrupted=interrupted)
        self._valkey = Valkey(self._home, durable=durable, interrupted=interrupted)
        self._used: dict[Server, _Used] = {}

    def start_postgres(self) -> str:
        """Start or adopt PostgreSQL; the `postgresql://` URL of the database `melody`.

        Raises ConfigurationError, ServiceUnavailable.
        """
        return self._start(self._postgres)

    def start_valkey(self) -> str:
        """Start or adopt Valkey; its `redis://` URL. Raises ConfigurationError, ServiceUnavailable."""
        return self._start(self._valkey)

    def running_urls(self) -> tuple[str | None, str | None]:
        """The URLs of PostgreSQL and Valkey where they run on this directory already; starts nothing."""
        facts = self._home.known_facts()
        if facts is None:
            return None, None
        postgres, valkey = self._postgres.running(), self._valkey.running()
        return (
            None if postgres is None else self._postgres.url(facts, postgres.port),
            None if valkey is None else self._valkey.url(facts, valkey.port),
        )

    def pids(self) -> set[int]:
        """The servers that this object uses."""
        return {used.running.pid for used in self._used.values()}

    def ensure(self) -> None:
        """Bring back, on its old port, whichever of the started servers has died. Cheap when none has.

        Raises ServiceUnavailable when it can't be brought back, or dies again and again.
        """
        for server, used in self._used.items():
            trim(server.log)
            if not server.is_alive(used.running.pid):
                used.count_death(server)
                with self._home.lock(self._interrupted):
                    used.running = _started(server, same_port=True)
                used.since = time.monotonic()

    def stop(self, *, patience: float = 10.0) -> None:
        """Stop using the servers; those that nobody else uses end, gently within `patience` seconds."""
        if not self._used:
            return
        deadline = time.monotonic() + patience
        with self._home.lock(_never, max(1.0, patience)):
            for server, used in reversed(self._used.items()):
                if used.lock.end():
                    server.stop(used.running.pid, patience=max(0.5, deadline - time.monotonic()))
                server.leave_running()
            self._used.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self, server: Server) -> str:
        self._home.create()
        with self._home.lock(self._interrupted):
            used = self._used.get(server)
            if used is not None:
                used.running = _started(server, same_port=True)
            else:
                lock = self._home.use(server.name)
                try:
                    used = _Used(lock, _started(server, same_port=False))
                except BaseException:
                    lock.end()
                    raise
                self._used[server] = used
            return server.url(self._home.facts(), used.running.port)


def _started(server: Server, *, same_port: bool) -> Running:
    try:
        return server.start(same_port=same_port)
    except (OSError, subprocess.SubprocessError) as error:
        raise ServiceUnavailable(f"{server.title} did not start: {error}") from error


class _Used:
    """A server in use."""

    def __init__(self, lock: SharedUse, running: Running) -> None:
        self.lock = lock
        self.running = running
        self.since = time.monotonic()
        self._short_lives = 0

    def count_death(self, server: Server) -> None:
        """Raises ServiceUnavailable after MAX_SHORT_LIVES of less than SHORT_LIFE seconds in a row."""
        lived = time.monotonic() - self.since
        self._short_lives = self._short_lives + 1 if lived < SHORT_LIFE else 0
        if self._short_lives == MAX_SHORT_LIVES:
            raise ServiceUnavailable(
                f"{server.title} keeps ending: {last_line(server.log)} (more in {server.log})"
            )
