"""Where the output of supervised programs goes: a bounded log each, and the terminal when it keeps up."""

from __future__ import annotations

import os
import select
from pathlib import Path

MAX_LOG_BYTES = 4_000_000
_MAX_LINE = 4096  # what a pipe takes at once without making the writer wait, once it says it takes anything


class BoundedLog:
    """An append-only file; when it is full it becomes `<name>.1` and a new one begins."""

    def __init__(self, path: Path, max_bytes: int = MAX_LOG_BYTES) -> None:
        self.path = path
        self._max_bytes = max_bytes
        self._open()

    def write(self, data: bytes) -> None:
        if not data:
            return
        if self._size + len(data) > self._max_bytes and self._size > 0:
            os.close(self._descriptor)
            self.path.replace(self.path.with_name(f"{self.path.name}.1"))
            self._open()
        self._size += os.write(self._descriptor, data)

    def close(self) -> None:
        os.close(self._descriptor)

    def _open(self) -> None:
        self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._size = os.fstat(self._descriptor).st_size


class Mirror:
    """Shows lines on a descriptor (the terminal) and never waits for it: what it does not take is left out.

    Nobody may be reading there; then the programs must go on all the same, and the logs have everything.
    """

    def __init__(self, descriptor: int = 2) -> None:
        self._descriptor: int | None = descriptor
        self._left_out = 0

    def show(self, name: str, line: str) -> None:
        """One line of a program, without its end."""
        if self._left_out and self._write(b"... %d lines left out here, see the logs\n" % self._left_out):
            self._left_out = 0
        if not self._write(f"{name:<8}| {line}".encode()[: _MAX_LINE - 1] + b"\n"):
            self._left_out += 1

    def _write(self, data: bytes) -> bool:
        if self._descriptor is None:
            return False
        try:
            if not select.select([], [self._descriptor], [], 0)[1]:
                return False
            os.write(self._descriptor, data)
        except (OSError, ValueError):  # closed: nobody is there any more
            self._descriptor = None
            return False
        return True
