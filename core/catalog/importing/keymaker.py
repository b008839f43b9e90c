"""Makes the keys that songs are found by, on all cores: romanizing is what an import spends its time on.

The processes are our own children in sessions of their own: Ctrl-C in a terminal does not reach them, and
their input ends with us, however we end.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import queue
import subprocess
import sys
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from core.catalog.importing.listed_song import ListedSong, ReadySong
from core.errors import ServiceUnavailable
from core.machine import cores

CHILD = Path(__file__).with_name("keychild.py")
SONGS_AT_ONCE = 250
"""What one process takes at a time."""
PATIENCE = 600.0
"""Seconds for one batch; the first one has to wait for the romanizers to be loaded."""

Named = tuple[uuid.UUID, ListedSong]


class KeyMaker:
    """Processes that are started when first needed and end with the context."""

    def __init__(self, processes: int | None = None) -> None:
        self._count = processes or cores()
        self._crew: _Crew | None = None

    async def ready(self, songs: Sequence[Named]) -> list[ReadySong]:
        """These songs, each under its id, with keys and language. Raises ServiceUnavailable."""
        if not songs:
            return []
        if self._crew is None:
            self._crew = _Crew(self._count)
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._crew.make(songs)
        except (TimeoutError, OSError, EOFError, pickle.UnpicklingError) as error:
            self.close()
            raise ServiceUnavailable(
                f"a process that romanizes names was lost ({type(error).__name__})"
            ) from None

    def close(self) -> None:
        """End the processes; the next songs get new ones."""
        crew, self._crew = self._crew, None
        if crew is not None:
            crew.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Crew:
    """So many processes, each with a thread that talks to it."""

    def __init__(self, count: int) -> None:
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="keys")
        self._children = [_Child() for _ in range(count)]
        self._idle: queue.SimpleQueue[_Child] = queue.SimpleQueue()
        for child in self._children:
            self._idle.put(child)

    async def make(self, songs: Sequence[Named]) -> list[ReadySong]:
        """Raises OSError, EOFError, UnpicklingError when a process is lost."""
        loop = asyncio.get_running_loop()
        parts = [songs[start : start + SONGS_AT_ONCE] for start in range(0, len(songs), SONGS_AT_ONCE)]
        made = await asyncio.gather(
            *(loop.run_in_executor(self._threads, self._make, part) for part in parts)
        )
        return [ready for part in made for ready in part]

    def end(self) -> None:
        for child in self._children:
            child.kill()
        self._threads.shutdown(cancel_futures=True)
        for child in self._children:
            child.close()

    def _make(self, part: Sequence[Named]) -> list[ReadySong]:
        child = self._idle.get(timeout=PATIENCE)
        try:
            return child.make(part)
        finally:
            self._idle.put(child)


class _Child:
    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )

    def make(self, part: Sequence[Named]) -> list[ReadySong]:
        """Blocking. Raises OSError, EOFError, UnpicklingError when the process is gone."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        pickle.dump(list(part), self._process.stdin, pickle.HIGHEST_PROTOCOL)
        self._process.stdin.flush()
        made: list[ReadySong] = pickle.load(self._process.stdout)
        return made

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        """After the kill, when no thread talks to it any more."""
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # what it did not read any more
                if pipe is not None:
                    pipe.close()
        self._process.wait(timeout=10)
