"""What PostgreSQL and Valkey have in common as servers of a data directory: find, start, stop."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from core.embedded import processes
from core.embedded.home import Home, ServerFacts, free_port, port_is_free
from core.embedded.user import ServerUser
from core.errors import ServiceUnavailable

START_PATIENCE = 60.0
"""Seconds from launch to the first answer; recovery after a crash is part of it."""
MAX_ATTEMPTS = 8
"""Launches of a server that ends at once; its port, or the memory that what is left of a killed one still
shares, may need a moment to be free again: some 20 s in all."""
LONGEST_PAUSE = 5.0
MAX_LOG_BYTES = 4_000_000


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    pid: int
    port: int


Launch = Callable[[int], tuple[ServerUser, list[str | Path]]]
"""Makes ready for a launch on a port; the user to run as, and the command."""


class Server(ABC):
    """One kind of server on one data directory. Every method is called under `Home.lock`."""

    name: ClassVar[str]
    title: ClassVar[str]
    stop_signals: ClassVar[tuple[signal.Signals, ...]]
    """From gentle to firm; the last one can't be refused."""

    def __init__(self, home: Home, *, durable: bool, interrupted: Callable[[], bool]) -> None:
        self.home = home
        self.durable = durable
        self.log = home.logs / f"{self.name}.log"
        self._interrupted = interrupted
        self._deadline = 0.0
        self._children: dict[int, subprocess.Popen[bytes]] = {}

    @abstractmethod
    def running(self) -> Running | None:
        """The server of this data directory if one runs and answers, whoever started it."""

    @abstractmethod
    def url(self, facts: ServerFacts, port: int) -> str: ...

    @abstractmethod
    def _remembered_port(self, facts: ServerFacts, new: int | None = None) -> int:
        """The port in `facts`, after setting it when a new one is given."""

    @abstractmethod
    def _prepare(self, facts: ServerFacts) -> Launch:
        """Make the data if there is none. Raises ConfigurationError, ServiceUnavailable."""

    def start(self, *, same_port: bool) -> Running:
        """Adopt the running server, or launch it.

        With `same_port` it comes back where it was or not at all: somebody is using its URL. Raises
        ConfigurationError, ServiceUnavailable.
        """
        self._deadline = time.monotonic() + START_PATIENCE
        while (life := self.home.life_of(self.name)) is None:
            if running := self.running():
                return running
            self._wait("the former one has not ended")
        try:
            facts = self.home.facts()
            launch = self._prepare(facts)
            if not same_port and not port_is_free(self._remembered_port(facts)):
                self._remembered_port(facts, free_port())
                self.home.save(facts)
            return self._launch(launch, self._remembered_port(facts), life)
        finally:
            os.close(life)

    def _launch(self, launch: Launch, port: int, life: int) -> Running:
        trim(self.log)
        child: subprocess.Popen[bytes] | None = None
        attempts = 0
        try:
            while True:
                if child is None:
                    user, command = launch(port)
                    with self.log.open("ab") as log:
                        child = user.spawn(command, log=log, life=life)
                    self._children[child.pid] = child
                    attempts += 1
                if (running := self.running()) and running.pid == child.pid:
                    return running
                self._wait(last_line(self.log))
                if child.poll() is not None:
                    if attempts == MAX_ATTEMPTS:
                        raise self._failure(last_line(self.log))
                    child = None
                    time.sleep(min(LONGEST_PAUSE, 0.3 * 2.0 ** (attempts - 1)))
        except BaseException:
            if child is not None:
                self.stop(child.pid, patience=1.0)
            raise

    def _wait(self, reason: str) -> None:
        if time.monotonic() > self._deadline or self._interrupted():
            raise self._failure(reason)
        time.sleep(0.01)

    def _failure(self, reason: str) -> ServiceUnavailable:
        return ServiceUnavailable(f"{self.title} did not start: {reason} (more in {self.log})")

    def is_alive(self, pid: int) -> bool:
        alive = processes.is_alive(pid)
        self._reap()  # afterwards: one that has just ended is a zombie until then
        return alive

    def stop(self, pid: int, *, patience: float) -> None:
        """End the server: ask, then insist. `patience` is what the gentle way gets, in seconds."""
        for which in self.stop_signals:
            processes.send([pid], which)
            deadline = time.monotonic() + patience
            while time.monotonic() < deadline:
                if not self.is_alive(pid):
                    return
                time.sleep(0.01)
            patience = 1.0

    def _reap(self) -> None:
        for pid, child in list(self._children.items()):
            if child.poll() is not None:
                del self._children[pid]

    def leave_running(self) -> None:
        """Others still use what we launched: it is no longer ours to wait for."""
        _left_running.extend(self._children.values())
        self._children.clear()


# Kept only so that Python reaps them should they end before this process does.
_left_running: list[subprocess.Popen[bytes]] = []


def answers(port: int) -> bool:
    """Whether somebody takes connections there; a pid file alone proves little."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def trim(log: Path) -> None:
    """Bound a log that a server has open for appending: what it holds moves to `<name>.1`."""
    try:
        if log.stat().st_size < MAX_LOG_BYTES:
            return
    except FileNotFoundError:
        return
    shutil.copyfile(log, log.with_name(f"{log.name}.1"))
    os.truncate(log, 0)


def last_line(log: Path) -> str:
    """The last line a program wrote, to say why it ended."""
    if not log.exists():
        return "it said nothing"
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        lines = file.read().decode("utf-8", errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "it said nothing"
