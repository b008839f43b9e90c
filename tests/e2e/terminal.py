"""A person at a terminal: a program on the other side of a pseudo-terminal, what it shows, what is typed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

ROWS, COLUMNS = 40, 100
WHERE_IS_THE_CURSOR, CURSOR_IS_AT_THE_TOP = b"\x1b[6n", b"\x1b[1;1R"
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[@-Z\\-_=>])")


class Terminal:
    """Runs a program in a pseudo-terminal; `shown` is all it has written, without colours and movements."""

    def __init__(self, arguments: list[str], cwd: Path, env: dict[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        self._columns = 0
        self.redraws()
        self._raw = b""
        self._changed = threading.Condition()
        self.process = subprocess.Popen(
            arguments,
            cwd=cwd,
            env={**env, "TERM": "xterm"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        self._reader.join(10)
        os.close(self._ours)

    @property
    def shown(self) -> str:
        with self._changed:
            return ESCAPES.sub("", self._raw.decode(errors="replace")).replace("\r", "")

    def types(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def enters(self, line: str) -> None:
        self.types(line + "\r")

    def redraws(self) -> None:
        """Let the program draw everything anew: else it writes only what has changed since."""
        self._columns = COLUMNS + 1 if self._columns == COLUMNS else COLUMNS
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, self._columns, 0, 0))

    def wait_for(self, pattern: str, timeout: float = 20.0, *, after: int = 0) -> int:
        """Block until the pattern stands in what was shown after a position; returns where it ends."""

        def found() -> re.Match[str] | None:
            return re.compile(pattern).search(self.shown, after)

        with self._changed:
            match = self._changed.wait_for(found, timeout)
        assert match, f"{pattern!r} not within {timeout} s in:\n{self.shown[after:]}"
        return match.end()

    def wait_to_see(self, pattern: str, timeout: float = 20.0, *, after: int = 0) -> int:
        """The same for what changes in place, such as progress."""
        for _ in range(int(timeout)):
            self.redraws()
            with contextlib.suppress(AssertionError):
                return self.wait_for(pattern, 1.0, after=after)
        return self.wait_for(pattern, 1.0, after=after)

    def _read(self) -> None:
        while True:
            try:
                block = os.read(self._ours, 65_536)
            except OSError:  # the other side is closed
                return
            if not block:
                return
            for _ in range(block.count(WHERE_IS_THE_CURSOR)):
                os.write(self._ours, CURSOR_IS_AT_THE_TOP)
            with self._changed:
                self._raw += block
                self._changed.notify_all()
