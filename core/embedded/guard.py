"""A watchman for the moment when the supervisor itself is killed.

A process of its own reads a pipe whose other end only the supervisor has. Each program writes its process
group into that pipe itself, between fork and exec, so none can run unknown. When the pipe ends while groups
are enlisted, the supervisor is gone, in whatever way, and the guard ends the programs with everything below
them. Until that is done it also holds the claim on the data directory, so that a new `melody up` waits for
it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable

from core.embedded import processes

GRACE = 3.0
"""Seconds for the programs to end by themselves."""


class Guard:
    """The supervisor's end of the pipe, and the watchman's process."""

    def __init__(self, *, holds: tuple[int, ...] = ()) -> None:
        self._holds = holds
        self._start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def enlist(self) -> Callable[[], None]:
        """For `preexec_fn` of a program that leads its own group: makes the guard know it."""
        pipe = self._pipe

        def tell() -> None:
            os.write(pipe, b"+%d\n" % os.getpid())

        return tell

    def forget(self, group: int) -> None:
        """The group has ended; its number may come back as somebody else's."""
        self._write(b"-%d\n" % group)

    def ensure(self, groups: Iterable[int]) -> None:
        """Replace a guard that died; it gets to know the running groups."""
        if self._process.poll() is not None:
            os.close(self._pipe)
            self._start()
            self._write(b"".join(b"+%d\n" % group for group in groups))

    def dismiss(self) -> None:
        """Nothing is left to guard."""
        os.close(self._pipe)
        try:
            self._process.wait(GRACE + 2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> None:
        reads, self._pipe = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "core.embedded.guard", str(reads)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # whoever reads our output shall see its end at our death
                stderr=subprocess.DEVNULL,
                pass_fds=(reads, *self._holds),
                start_new_session=True,
                env={**os.environ, "PYTHONSAFEPATH": "1"},
            )
        finally:
            os.close(reads)

    def _write(self, message: bytes) -> None:
        try:
            os.write(self._pipe, message)
        except BrokenPipeError:
            return  # `ensure` replaces it


def watch(pipe: int) -> None:
    """Read the pipe to its end; then end whatever is still enlisted."""
    groups: set[int] = set()
    rest = b""
    while received := os.read(pipe, 4096):
        *lines, rest = (rest + received).split(b"\n")
        for line in lines:
            group = int(line[1:])
            if line[:1] == b"+":
                groups.add(group)
            else:
                groups.discard(group)
    if groups:
        end(groups, GRACE)


def end(groups: set[int], grace: float) -> None:
    """End the groups and everything that was started below them, in whatever session.

    The leaders are asked and have `grace` seconds; then, or once they have gone, the rest is killed.
    """
    known = processes.descendants(groups)
    processes.send(groups, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while left := _left(groups, known):
        known |= left
        if time.monotonic() > deadline or not any(processes.is_alive(leader) for leader in groups):
            processes.send(left, signal.SIGKILL)
        time.sleep(0.05)


def _left(groups: set[int], known: set[int]) -> set[int]:
    living = {pid for pid in groups | known if processes.is_alive(pid)}
    return living | processes.group_members(groups) | processes.descendants(living)


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    watch(int(sys.argv[1]))
