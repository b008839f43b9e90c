"""Songs that people can look for: the operator's own, with files in a folder, and those of a source."""

from __future__ import annotations

import shutil
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.catalog.keys import write_keys
from core.catalog.models import Song, SongSource
from core.errors import NotFound
from core.music import Budget, SourceSong, SourceUnavailable
from core.ports import AudioOrigin
from tests.conversation.studio import SmallStudio


class Shelf:
    """A music source with a few songs, whose pages are at `https://<name>.test/track/<id>`."""

    facts_expire: float | None = None
    budgets: tuple[Budget, ...] = ()

    def __init__(self, name: str, label: str) -> None:
        self.name = name
        self.label = label
        self.is_down = False
        self._songs: dict[str, SourceSong] = {}

    def lists(self, external_id: str, title: str, artist: str, **facts: Any) -> SourceSong:
        song = SourceSong(self.name, external_id, title, artist, url=self.page(external_id), **facts)
        self._songs[external_id] = song
        return song

    def page(self, external_id: str) -> str:
        return f"https://{self.name}.test/track/{external_id}"

    async def search(self, query: str, *, limit: int, language: str | None) -> list[SourceSong]:
        self._answer()
        words = query.casefold().split()
        found = (song for song in self._songs.values() if _names(song, words))
        return [replace(song) for song in found][:limit]

    async def track(self, external_id: str) -> SourceSong:
        self._answer()
        if external_id not in self._songs:
            raise NotFound
        return self._songs[external_id]

    async def trending(self, *, limit: int, language: str | None) -> list[SourceSong]:
        return []

    def id_in_link(self, url: str) -> str | None:
        parts = urlsplit(url)
        folder, _, external_id = parts.path.strip("/").partition("/")
        return external_id if parts.hostname == f"{self.name}.test" and folder == "track" else None

    async def check(self) -> str:
        return "a shelf"

    async def close(self) -> None:
        return None

    def _answer(self) -> None:
        if self.is_down:
            raise SourceUnavailable("the shelf is down")


def _names(song: SourceSong, words: list[str]) -> bool:
    return all(word in f"{song.title} {song.artist}".casefold() for word in words)


class MusicFolder:
    """The operator's folder: what is put into it is in the catalogue, with its audio. It also plays the files
    of an open archive."""

    def __init__(self, studio: SmallStudio, folder: Path) -> None:
        self._studio = studio
        self._folder = folder
        folder.mkdir()
        origins = studio.services.origins
        archive = AudioOrigin(_copy, 500_000_000)
        studio.services.origins = {**origins, "folder": archive, "internet_archive": archive}

    async def put(self, data: bytes, title: str, artist: str = "", **columns: Any) -> uuid.UUID:
        """Lay a file into the folder; the song's id."""
        facts = {"root": str(self._folder), "size": len(data), "mtime_ns": 1}
        return await self.put_as("folder", data, title, artist, facts=facts, **columns)

    async def put_as(
        self, source: str, data: bytes, title: str, artist: str, *, facts: dict[str, Any], **columns: Any
    ) -> uuid.UUID:
        """Let a source hand out these bytes."""
        song_id = await in_catalogue(self._studio, title, artist, **columns)
        self.replace(song_id, data)
        external_id = str(self._path(song_id))
        listing = SongSource(
            source=source, external_id=external_id, song_id=song_id, can_fetch=True, facts=facts
        )
        async with self._studio.services.database.transaction() as session:
            session.add(listing)
        return song_id

    def replace(self, song_id: uuid.UUID, data: bytes) -> None:
        """Put other bytes into the song's file."""
        self._path(song_id).write_bytes(data)

    def _path(self, song_id: uuid.UUID) -> Path:
        return self._folder / f"{song_id.hex}.m4a"


async def in_catalogue(studio: SmallStudio, title: str, artist: str = "", **columns: Any) -> uuid.UUID:
    """A song of the operator's own, without audio; its id."""
    song = Song(title=title, artist=artist, in_catalogue=True, **columns)
    async with studio.services.database.transaction() as session:
        session.add(song)
        await session.flush()
        await write_keys(session, [(song.id, title, artist, ())])
    return song.id


async def _copy(file_ref: str, into: Path, max_bytes: int) -> None:
    source = Path(file_ref)
    if not source.is_file():
        raise NotFound
    shutil.copyfile(source, into)
