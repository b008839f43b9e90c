"""One supervised program: its process, its output, and when to start it again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.embedded.output import BoundedLog

_KILLS = {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP}
_LONGEST_LINE = 65_536


@dataclass(frozen=True)
class Limits:
    """How often a program may die before the supervisor gives up; times in seconds."""

    deaths: int = 5
    within: float = 60.0
    settled: float = 1.0
    """Being killed from outside after this long does not count: it is not the program's doing."""
    first_delay: float = 0.25
    longest_delay: float = 5.0


@dataclass
class Deaths:
    """The deaths of one program that count, and what follows from them."""

    limits: Limits
    _times: list[float] = field(default_factory=list)

    def delay(self, now: float, lived: float, code: int) -> float | None:
        """Seconds until the next start after a death with this exit code, or None: give up."""
        if code in _KILLS and lived >= self.limits.settled:
            return 0.0
        self._times = [then for then in self._times if now - then < self.limits.within] + [now]
        if len(self._times) >= self.limits.deaths:
            return None
        delay = self.limits.first_delay * 2.0 ** (len(self._times) - 1)
        return min(delay, self.limits.longest_delay) * random.uniform(0.8, 1.2)


class Program:
    """A program that is kept running, or a job that ends by itself.

    `on_line` gets each line of its output, without the end. Between `launch` and `bury` it has a `process`
    that leads a session and a group of its own. One that `waits` is not started again when it dies, but by
    `Supervisor.renew`.
    """

    def __init__(
        self,
        name: str,
        command: tuple[str, ...],
        log: BoundedLog,
        on_line: Callable[[str], None],
        *,
        is_job: bool,
        limits: Limits,
        waits: bool = False,
    ) -> None:
        self.name = name
        self.log = log
        self.is_job = is_job
        self.waits = waits
        self.deaths = Deaths(limits)
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.due: float | None = None
        """When to launch it again (monotonic clock)."""
        self.renewed_by: float | None = None
        """It was asked to end, to be launched again, and is killed at this time (monotonic clock)."""
        self.code: int | None = None
        """How its last process ended."""
        self.launches = 0
        self._command = command
        self._on_line = on_line
        self._said: deque[str] = deque(maxlen=20)
        self._rest = b""

    @property
    def last_line(self) -> str:
        """The last thing it said."""
        return next((line for line in reversed(self._said) if line.strip()), "it said nothing").strip()

    def launch(self, env: Mapping[str, str], enlist: Callable[[], None], folder: Path | None = None) -> int:
        """Start the process, in `folder` or in our own; the descriptor of its output, to call `read` when
        there is some."""
        reads, writes = os.pipe()
        os.set_blocking(reads, False)
        try:
            self.process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=writes,
                stderr=writes,
                env=env,
                cwd=folder,
                start_new_session=True,
                # Safe: the supervisor has one thread, and all that is called is one write.
                preexec_fn=enlist,
            )
        finally:
            os.close(writes)
        self.code = None
        self.launches += 1
        self.due = self.renewed_by = None
        self.started = time.monotonic()
        return reads

    def read(self, output: int) -> bool:
        """Take what was written to `output`; False at its end."""
        try:
            data = os.read(output, 65_536)
        except BlockingIOError:
            return True
        self.log.write(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._say(line)
        if self._rest and (not data or len(self._rest) > _LONGEST_LINE):
            self._say(self._rest)
            self._rest = b""
        return bool(data)

    def bury(self) -> int:
        """Forget the process, which has ended; its exit code."""
        if self.process is None or self.process.returncode is None:
            raise ValueError("the process has not ended")
        self.code = self.process.returncode
        self.process = None
        return self.code

    def note(self, text: str) -> None:
        """Write a line of the supervisor's own into the program's log."""
        self.log.write(f"supervisor: {text}\n".encode())
        self._on_line(f"supervisor: {text}")

    def _say(self, line: bytes) -> None:
        text = line.decode("utf-8", errors="replace").rstrip()
        self._said.append(text)
        self._on_line(text)


def spoken(code: int) -> str:
    """An exit code in words."""
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
