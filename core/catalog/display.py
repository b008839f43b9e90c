"""What a song that only sources know is called: derived from its live listings, never written by hand."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from core.catalog.facts import song_from
from core.catalog.models import SongSource
from core.music import SourceSong
from core.text.language import language_of

PREFERRED = ("jamendo", "internet_archive", "spotify", "youtube_music", "youtube", "lastfm")
"""Whose names are shown first: those whose audio can be had, then those who keep their names tidy."""
FOLDER = "folder"
OWN = ("import", FOLDER)
"""`song_sources.source` of the operator's own songs."""


class Listed(NamedTuple):
    """A row of `song_sources`, without the weight of the model."""

    source: str
    external_id: str
    song_id: uuid.UUID
    facts: dict[str, Any]
    can_fetch: bool
    fetched_at: datetime
    expires_at: datetime | None


def preference(source: str) -> int:
    return PREFERRED.index(source) if source in PREFERRED else len(PREFERRED)


def is_live(listing: SongSource | Listed, now: datetime) -> bool:
    """Its facts are there and may still be shown."""
    return bool(listing.facts) and (listing.expires_at is None or listing.expires_at > now)


def live_songs(listings: Iterable[SongSource | Listed], now: datetime) -> list[SourceSong]:
    """The songs that live listings tell of, the preferred first."""
    live = [listing for listing in listings if listing.source not in OWN and is_live(listing, now)]
    live.sort(key=lambda listing: (preference(listing.source), listing.external_id))
    return [song_from(listing.source, listing.external_id, listing.facts) for listing in live]


def columns_of(songs: Sequence[SourceSong]) -> dict[str, Any]:
    """The columns of `songs` that these listings fill, the preferred first; names are empty without any."""
    return {
        "title": clip(first(song.title for song in songs)) or "",
        "artist": clip(first(song.artist for song in songs)) or "",
        "album": clip(first(song.album for song in songs)),
        "language": _language(songs),
        "duration": first(round(song.duration) for song in songs if song.duration),
        "genre": list(first(song.genres for song in songs) or ())[:10] or None,
        "release_year": first(song.release_year for song in songs),
        "popularity": max((song.popularity or 0 for song in songs), default=0),
        "explicit": any(song.explicit for song in songs),
        "thumbnail_url": first(song.thumbnail_url for song in songs),
    }


def external_ids_of(songs: Iterable[SourceSong]) -> dict[str, str]:
    """The ids by which others know the song: one a source, kept for good."""
    ids: dict[str, str] = {}
    for song in songs:
        ids.setdefault(song.source, song.external_id)
        for name, value in song.external_ids.items():
            ids.setdefault(name, value)
        if song.isrc:
            ids.setdefault("isrc", song.isrc)
    return ids


def clip(text: str | None) -> str | None:
    """What fits into the columns of names."""
    cleaned = " ".join((text or "").replace("\x00", " ").split())
    return cleaned[:500] or None


def first(values: Iterable[Any]) -> Any:
    """The first that says anything; None when none does."""
    return next((value for value in values if value), None)


def _language(songs: Sequence[SourceSong]) -> str | None:
    told = first(song.language for song in songs)
    if told is not None:
        return str(told)[:10].lower()
    return likely_language(songs[0].title) if songs else None


@lru_cache(maxsize=4096)
def likely_language(title: str) -> str | None:
    """A label where nobody tells the language; long titles take milliseconds, the first one more."""
    return language_of(title)
