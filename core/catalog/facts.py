"""A source's facts: made fit to be kept, and as JSON for the cache and for `song_sources.facts`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, replace
from typing import Any

from core.music import Licence, SourceSong

_KEYS = ("source", "external_id")
_TUPLES = ("genres", "other_titles")
LONGEST_ID = 1000
LONGEST_SECONDS = 86_400.0
YEARS = range(1000, 3000)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What no text in PostgreSQL can hold; JSON can tell of both."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}\b")


def fit(songs: Iterable[SourceSong]) -> list[SourceSong]:
    """The songs that can be kept, without what services in trouble tell: texts that are none, impossible
    numbers, addresses that lead nowhere."""
    return [
        _fit(song)
        for song in songs
        if song.title.strip()
        and 0 < len(song.external_id) <= LONGEST_ID
        and not _UNSTORABLE.search(song.external_id)
    ]


def _fit(song: SourceSong) -> SourceSong:
    language = _LANGUAGE.match(song.language or "")
    return replace(
        song,
        title=_text(song.title) or "",
        artist=_text(song.artist) or "",
        album=_text(song.album),
        url=_address(song.url),
        thumbnail_url=_address(song.thumbnail_url),
        licence_url=_address(song.licence_url),
        duration=_seconds(song.duration),
        release_year=song.release_year if song.release_year in YEARS else None,
        popularity=None if song.popularity is None else min(max(song.popularity, 0), 100),
        language=language[0].lower() if language else None,
        isrc=_text(song.isrc),
        genres=tuple(filter(None, map(_text, song.genres))),
        other_titles=tuple(filter(None, map(_text, song.other_titles))),
        external_ids={
            name: known for name, value in song.external_ids.items() if (known := _text(value)) is not None
        },
    )


def _text(text: str | None) -> str | None:
    return " ".join(_UNSTORABLE.sub(" ", text or "").split()) or None


def _address(url: str | None) -> str | None:
    """Pages are opened by people: nothing but http."""
    return url if url and url.startswith(("https://", "http://")) and not _UNSTORABLE.search(url) else None


def _seconds(duration: float | None) -> float | None:
    known = duration is not None and math.isfinite(duration) and 0 < duration < LONGEST_SECONDS
    return duration if known else None


def facts_of(song: SourceSong) -> dict[str, Any]:
    """The fields that the source filled, without its name and id."""
    facts: dict[str, Any] = {}
    for field in fields(SourceSong):
        value = getattr(song, field.name)
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        if field.name not in _KEYS and value != default:
            facts[field.name] = list(value) if field.name in _TUPLES else value
    if song.external_ids:
        facts["external_ids"] = dict(song.external_ids)
    return facts


def song_from(source: str, external_id: str, facts: Mapping[str, Any]) -> SourceSong:
    """The song that these facts tell of; names that are missing are empty."""
    values = {"title": "", "artist": "", **facts}
    for name in _TUPLES:
        values[name] = tuple(values.get(name, ()))
    if "licence" in values:
        values["licence"] = Licence(values["licence"])
    known = {field.name for field in fields(SourceSong)}
    return SourceSong(
        source=source, external_id=external_id, **{k: v for k, v in values.items() if k in known}
    )
