"""Reads the tags of many files at once: threads, each with a child process of its own that opens files."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeAlias

from core.catalog.importing.files import read_file, refusal_of
from core.catalog.importing.listed_song import ListedSong
from core.catalog.importing.walk import FoundFile
from core.errors import RecordingRefused
from core.machine import cores
from core.media.probe import Prober

ReadFile: TypeAlias = tuple[FoundFile, ListedSong | str]
"""A file with its song, or with the reason why it is not taken."""


class Reading:
    """Readers of one folder; they and their children end with the context."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._probers = [Prober() for _ in range(cores())]
        self._threads = ThreadPoolExecutor(len(self._probers), thread_name_prefix="tags")
        self._stop = threading.Event()

    async def read(self, files: Sequence[FoundFile]) -> list[ReadFile]:
        """What is in each of these files, in their order."""
        loop = asyncio.get_running_loop()
        count = len(self._probers)
        shares = [
            loop.run_in_executor(self._threads, self._read, prober, files[number::count])
            for number, prober in enumerate(self._probers)
        ]
        results = {file.path: result for share in await asyncio.gather(*shares) for file, result in share}
        return [(file, results[file.path]) for file in files]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._threads.shutdown(cancel_futures=True)
        for prober in self._probers:
            prober.close()

    def _read(self, prober: Prober, files: Sequence[FoundFile]) -> list[ReadFile]:
        return list(self._results(prober, files))

    def _results(self, prober: Prober, files: Sequence[FoundFile]) -> Iterator[ReadFile]:
        for file in files:
            if self._stop.is_set():
                return
            try:
                yield file, read_file(prober, file, self._root)
            except (RecordingRefused, OSError) as error:
                yield file, refusal_of(error)
