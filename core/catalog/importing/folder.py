"""Keeps the catalogue like a folder of music: new, changed, renamed and deleted files.

A file is known by its path, a song by its content. Bytes that are known are the song that they were, wherever
they lie now: so a renamed file stays its song, and a copy is the same song listed twice. A file whose bytes
are new is the song that it was before (its tags were edited), or a new one. Files that are as they were, by
size and time, are not opened.
"""

from __future__ import annotations

import asyncio
import os
import uuid
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from core.catalog.importing.jsonl import WORTH_TIDYING
from core.catalog.importing.keymaker import KeyMaker
from core.catalog.importing.listed_song import FOLDER, ListedSong
from core.catalog.importing.reading import Reading
from core.catalog.importing.tally import Tally, Watch, unwatched
from core.catalog.importing.walk import FoundFile, Walk, shown, walk
from core.catalog.importing.writing import CatalogWriter, Listing
from core.errors import ServiceUnavailable

BATCH = 200
"""Files of one transaction."""
FOLDER_LOCK = 0x6D656C6F_64790002
"""Of PostgreSQL's advisory locks: one process at a time brings folders in."""
LOCK_TRIES = 120
LOCK_PAUSE = 0.5


class FolderImport:
    """Imports folders, again and again; remembers the files that were refused until they change."""

    def __init__(self, keys: KeyMaker, watch: Watch = unwatched) -> None:
        self._keys = keys
        self._watch = watch
        self._refused: dict[str, FoundFile] = {}
        self._told: set[tuple[str, str]] = set()

    async def run(self, writer: CatalogWriter, root: Path) -> Tally:
        """Bring the catalogue up to date with the folder.

        Raises ServiceUnavailable when the folder is away or another process is at it for a minute; and what
        the database raises.
        """
        for _ in range(LOCK_TRIES):
            async with writer.alone(FOLDER_LOCK) as is_alone:
                if is_alone:
                    return await self._run(writer, root)
            await asyncio.sleep(LOCK_PAUSE)
        raise ServiceUnavailable("another process is bringing in a folder; try again when it is done")

    async def _run(self, writer: CatalogWriter, root: Path) -> Tally:
        # What is listed is looked at first: what another process lists meanwhile is not taken for gone.
        known = _Known(await writer.all_listed(FOLDER))
        found = await asyncio.to_thread(walk, root)
        tally = Tally(seen=len(found.files) + len(found.refused))
        for path, reason in found.refused:
            if (path, reason) not in self._told:
                tally.refuse(path, reason)
        self._told = set(found.refused)
        unopened = [file for file in found.files.values() if not self._is_done(file, known)]
        tally.unchanged = sum(known.is_unchanged(file) for file in found.files.values())
        with Reading(found.root) as reading:
            for start in range(0, len(unopened), BATCH):
                await self._bring_in(writer, unopened[start : start + BATCH], reading, known, tally)
                tally.fraction = start / len(unopened)
                self._watch(tally)
        await self._show_and_hide(writer, known, found, tally)
        if tally.written >= WORTH_TIDYING:
            await writer.finish()
        tally.fraction = 1.0
        self._watch(tally)
        return tally

    def _is_done(self, file: FoundFile, known: _Known) -> bool:
        return known.is_unchanged(file) or self._refused.get(file.path) == file

    async def _bring_in(
        self,
        writer: CatalogWriter,
        files: Sequence[FoundFile],
        reading: Reading,
        known: _Known,
        tally: Tally,
    ) -> None:
        """Write the songs of these files."""
        songs: list[tuple[uuid.UUID, ListedSong]] = []
        left: set[uuid.UUID] = set()  # songs that these paths belonged to before
        for file, result in await reading.read(files):
            if isinstance(result, str):
                self._refused[file.path] = file
                tally.refuse(shown(file.path), result)
                continue
            before = known.listings.get(file.path)
            song_id = known.song_id_of(result)
            if before is None:
                tally.new += 1
            else:
                tally.changed += 1
                left |= {before.song_id} - {song_id}
            known.learn(result, song_id)
            songs.append((song_id, result))
        await writer.write(await self._keys.ready(songs))
        await writer.settle(left)

    async def _show_and_hide(self, writer: CatalogWriter, known: _Known, found: Walk, tally: Tally) -> None:
        """Files that went, and files that are back as they were."""
        here = known.under(found)
        gone = [path for path in here - found.files.keys() if known.is_there(path) and found.knows(path)]
        moved = await asyncio.to_thread(known.left_behind, found)
        broken = [path for path in here & self._refused.keys() if known.is_there(path)]
        back = [
            path
            for path in here & found.files.keys()
            if not known.is_there(path) and known.is_unchanged(found.files[path])
        ]
        tally.gone = len(gone)
        self._refused = {path: file for path, file in self._refused.items() if path in found.files}
        await writer.hide_files(FOLDER, gone + moved + broken)
        await writer.show_files(FOLDER, back)


class _Known:
    """The files that are listed already, by path and by content."""

    def __init__(self, listings: dict[str, Listing]) -> None:
        self.listings = listings
        self._by_content = {listing.facts.get("content"): listing.song_id for listing in listings.values()}
        self._places = Counter(listing.song_id for listing in listings.values() if listing.can_fetch)
        self._learnt: set[uuid.UUID] = set()

    def is_unchanged(self, file: FoundFile) -> bool:
        listing = self.listings.get(file.path)
        return listing is not None and (
            (listing.facts.get("size"), listing.facts.get("mtime_ns")) == (file.size, file.mtime_ns)
        )

    def song_id_of(self, song: ListedSong) -> uuid.UUID:
        """The song that this content is, else the one that was at this path alone, else a new one."""
        same_content = self._by_content.get(song.facts["content"])
        if same_content is not None:
            return same_content
        before = self.listings.get(song.external_id)
        if before is None or self._places[before.song_id] > int(before.can_fetch):
            return uuid.uuid4()
        return before.song_id

    def is_there(self, path: str) -> bool:
        return self.listings[path].can_fetch

    def under(self, found: Walk) -> set[str]:
        return {path for path in self.listings if path.startswith(found.prefix)}

    def left_behind(self, found: Walk) -> list[str]:
        """Files of other folders that are gone, of songs that were brought in now: the folder was moved."""
        return [
            path
            for path, listing in self.listings.items()
            if listing.can_fetch
            and listing.song_id in self._learnt
            and not path.startswith(found.prefix)
            and not os.path.lexists(path)
        ]

    def learn(self, song: ListedSong, song_id: uuid.UUID) -> None:
        before = self.listings.get(song.external_id)
        if before is not None and before.can_fetch:
            self._places[before.song_id] -= 1
        self._places[song_id] += 1
        self._learnt.add(song_id)
        self._by_content[song.facts["content"]] = song_id
        self.listings[song.external_id] = Listing(song_id, dict(song.facts), can_fetch=True)
