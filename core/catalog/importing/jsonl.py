"""Imports a `.jsonl` file of songs.

It can be broken off anywhere: each batch is one transaction, and what is in the catalogue already is
recognised and passed over many times faster than it was written. So the next run goes on where this one was,
and repeating a whole import adds nothing.
"""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from core.catalog.importing.keymaker import KeyMaker
from core.catalog.importing.listed_song import IMPORT, ListedSong, ReadySong
from core.catalog.importing.rows import RowRefused, lines_of, song_in
from core.catalog.importing.tally import Tally, Watch, unwatched
from core.catalog.importing.writing import CatalogWriter

BATCH = 2_000
"""Lines of one transaction."""
WORTH_TIDYING = 1_000


class RowImport:
    """One run over one file."""

    def __init__(self, writer: CatalogWriter, keys: KeyMaker, watch: Watch = unwatched) -> None:
        self._writer = writer
        self._keys = keys
        self._watch = watch
        self._seen: set[int] = set()
        """Half of each song's fingerprint: some 70 bytes a line."""
        self.tally = Tally()

    async def run(self, path: Path) -> Tally:
        """Import the file. Raises OSError, ServiceUnavailable, and what the database raises."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            writing: asyncio.Task[None] | None = None
            try:
                for batch in self._batches(file):
                    ready = await self._prepare(batch)
                    # While a batch is written, the next one is made ready.
                    if writing is not None:
                        await writing
                    self.tally.fraction = file.tell() / max(size, 1)
                    self._watch(self.tally)
                    writing = asyncio.create_task(self._writer.write(ready))
                if writing is not None:
                    await writing
            finally:
                if writing is not None and not writing.done():
                    writing.cancel()
                    await asyncio.wait([writing])
        if self.tally.written >= WORTH_TIDYING:
            await self._writer.finish()
        self.tally.fraction = 1.0
        self._watch(self.tally)
        return self.tally

    def _batches(self, file: BinaryIO) -> Iterator[list[ListedSong]]:
        batch: list[ListedSong] = []
        for number, line in lines_of(file):
            self.tally.seen += 1
            try:
                song = song_in(line)
            except RowRefused as refusal:
                self.tally.refuse(f"line {number:,}", str(refusal))
                continue
            mark = int(song.external_id[:16], 16)
            if mark in self._seen:
                self.tally.repeat(f"line {number:,}")
                continue
            self._seen.add(mark)
            batch.append(song)
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    async def _prepare(self, batch: list[ListedSong]) -> list[ReadySong]:
        """Those of these songs that are new or were changed, with their keys."""
        listed = await self._writer.listed(IMPORT, [song.external_id for song in batch])
        todo: list[tuple[uuid.UUID, ListedSong]] = []
        for song in batch:
            known = listed.get(song.external_id)
            if known is None:
                self.tally.new += 1
                todo.append((uuid.uuid4(), song))
            elif known.facts.get("digest") != song.facts["digest"]:
                self.tally.changed += 1
                todo.append((known.song_id, song))
            else:
                self.tally.unchanged += 1
        return await self._keys.ready(todo)
