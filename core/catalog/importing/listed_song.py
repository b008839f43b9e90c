"""A song as the operator lists it, and what tells one from another."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from core.catalog.keys import KeyRow

IMPORT = "import"
FOLDER = "folder"
"""The names of the operator's own listings in `song_sources`."""
LONGEST_NAME = 500
"""Characters of a title, an artist or an album."""
LONGEST_ID = 1000
"""Characters of an external id."""
MOST_ID_BYTES = 2500
"""What a B-tree of PostgreSQL takes is 2,704 bytes, name of the source and all."""


@dataclass(frozen=True)
class ListedSong:
    """A row of a file or a file of a folder. What is None was not said, and changes nothing."""

    source: str
    external_id: str
    title: str
    artist: str = ""
    album: str | None = None
    language: str | None = None
    duration: int | None = None
    """Seconds."""
    release_year: int | None = None
    genre: tuple[str, ...] | None = None
    popularity: int | None = None
    explicit: bool | None = None
    thumbnail_url: str | None = None
    external_ids: Mapping[str, str] = field(default_factory=dict)
    other_titles: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What `song_sources.facts` keeps of it."""


@dataclass(frozen=True)
class ReadySong:
    """A song with all that costs time to find out about it."""

    song_id: uuid.UUID
    song: ListedSong
    language: str | None
    keys: Sequence[KeyRow]


def can_be_id(text: str) -> bool:
    """Whether the text is short enough for `song_sources.external_id` and its index."""
    return len(text) <= LONGEST_ID and len(text.encode()) <= MOST_ID_BYTES


def fingerprint(*parts: object) -> str:
    """40 hexadecimal digits that stand for exactly these values."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:40]


def identity(title: str, artist: str, album: str | None, duration: int | None) -> str:
    """The lasting name of a row: rows that agree in these four, exactly as they are spelt, are one song."""
    return fingerprint(title, artist, album or "", duration)


def digest(song: ListedSong) -> str:
    """Differs when anything that is listed of the song does."""
    return fingerprint(*(getattr(song, name) for name in _TOLD))


_TOLD = tuple(each.name for each in fields(ListedSong) if each.name != "facts")
