"""Songs as everyone may see them: what search, trending and a song's page show."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Listing:
    """A place where a song is listed."""

    source: str
    """`local` for the operator's own, else the name of a music source."""
    label: str
    """What people know the source as."""
    url: str | None
    """The page where it can be heard."""
    fetched_at: datetime | None = None


@dataclass(frozen=True)
class SongView:
    """A song of all; never a private recording."""

    id: uuid.UUID
    title: str
    artist: str
    album: str | None = None
    language: str | None = None
    duration: int | None = None
    """Seconds."""
    genre: tuple[str, ...] = ()
    release_year: int | None = None
    popularity: int = 0
    explicit: bool = False
    thumbnail_url: str | None = None
    external_ids: dict[str, str] = field(default_factory=dict)
    listings: tuple[Listing, ...] = ()
    can_fetch: bool = False
    """Its audio is here or may be fetched: it can be played and converted at once."""
    licence: str | None = None
    """`core.music.Licence`, where the audio comes under one."""
    licence_url: str | None = None


@dataclass(frozen=True)
class SearchAnswer:
    """One page of what was found, one row a song, best first."""

    items: tuple[SongView, ...]
    total: int
    """How many were found in all, as far as the sources tell."""
    partial: bool
    """Some source is missing from the answer."""
    sources: dict[str, str]
    """Each source that was asked: `ok`, `late`, `failed`, `resting` (its breaker is open) or `exhausted`."""
