"""The port to music sources: what each adapter offers, with the values that cross it.

A source knows songs by ids of its own. What it tells about them are *facts*: shown with the source's name,
and good only as long as its terms allow (`facts_expire`). Ids are kept for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol, runtime_checkable

from core.errors import ServiceUnavailable


class Licence(StrEnum):
    """Licences under which recordings are offered; the values are the codes of Creative Commons."""

    CC0 = "cc0"
    PUBLIC_DOMAIN = "pdm"
    BY = "by"
    BY_SA = "by-sa"
    BY_NC = "by-nc"
    BY_NC_SA = "by-nc-sa"
    BY_ND = "by-nd"
    BY_NC_ND = "by-nc-nd"
    ALL_RIGHTS_RESERVED = "arr"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class SourceSong:
    """A song as one source tells of it."""

    source: str
    external_id: str
    """The source's own id, at most 1,000 characters."""
    title: str
    artist: str
    """Empty where the source knows none."""
    url: str | None = None
    """The page where it can be heard."""
    album: str | None = None
    duration: float | None = None
    """Seconds."""
    release_year: int | None = None
    language: str | None = None
    """ISO 639-1 or -3."""
    genres: tuple[str, ...] = ()
    isrc: str | None = None
    explicit: bool = False
    thumbnail_url: str | None = None
    popularity: int | None = None
    """0 to 100, on the source's own scale brought to ours."""
    other_titles: tuple[str, ...] = ()
    """Other names of it, in other scripts for instance."""
    external_ids: Mapping[str, str] = field(default_factory=dict)
    """Ids elsewhere, e.g. `{"mbid": …}`."""
    licence: Licence | None = None
    licence_url: str | None = None
    downloadable: bool = False
    """The source hands out the audio itself; whether we may take it, `core.catalog.licences` decides."""


@dataclass(frozen=True)
class Budget:
    """How often a source may be searched: `calls` in each window of `seconds`.

    With `zone` the window is the day there (`America/Los_Angeles`), whatever `seconds` says.
    """

    calls: int
    seconds: float
    zone: str | None = None


@dataclass(frozen=True)
class Enrichment:
    """What a source adds to a song that is known already."""

    tags: tuple[str, ...] = ()
    album: str | None = None
    listeners: int | None = None
    url: str | None = None


class SourceUnavailable(ServiceUnavailable):
    """A source did not answer, or not with anything useful; `retry_after` in seconds where it told."""

    def __init__(self, detail: str, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class SourceRefused(SourceUnavailable):
    """The source does not let us in: the key, the account or the plan. The detail tells the operator why."""


class SourceExhausted(SourceUnavailable):
    """The source's quota is used up until `until` (UTC)."""

    def __init__(self, detail: str, until: datetime) -> None:
        super().__init__(detail)
        self.until = until


class MusicSource(Protocol):
    """A service that knows songs. Every method makes its calls within its own timeouts and raises
    SourceUnavailable (or a subclass) for everything that goes wrong there; it does not repeat calls, except
    once with a fresh token."""

    name: str
    label: str
    """What people know it as: shown beside its facts."""
    facts_expire: float | None
    """Seconds after which its facts have to be asked for again or forgotten; None: never."""
    budgets: tuple[Budget, ...]

    async def search(self, query: str, *, limit: int, language: str | None) -> list[SourceSong]:
        """The songs that the source finds, best first. `language` (ISO 639-1) is a preference, no filter."""

    async def track(self, external_id: str) -> SourceSong:
        """One song by the source's id. Raises NotFound."""

    async def trending(self, *, limit: int, language: str | None) -> list[SourceSong]:
        """What is heard most there now; nothing where the source has no charts."""

    def id_in_link(self, url: str) -> str | None:
        """The id in the address of one of its songs' pages; None for every other address."""

    async def check(self) -> str:
        """One line that says how we are known there. Raises SourceUnavailable."""

    async def close(self) -> None: ...


@runtime_checkable
class FetchesAudio(Protocol):
    """A source that hands out audio."""

    max_fetch_bytes: int

    async def fetch(self, file_ref: str, into: Path, max_bytes: int) -> None:
        """Download the audio of the song with this external id.

        Raises NotFound, Forbidden, TooLarge, SourceUnavailable.
        """


@runtime_checkable
class Enriches(Protocol):
    """A source that adds facts to songs of others."""

    async def enrich(self, title: str, artist: str) -> Enrichment | None:
        """What it knows of this song; None when it does not know it."""
