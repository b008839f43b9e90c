"""Last.fm: what people listen to, by country, and how they tag it.

Source: https://www.last.fm/api and pylast's (https://github.com/pylast/pylast) experience with it. Its JSON
is XML converted: a list of one is an object, an empty list a string, numbers are strings, and an error may
come with status 200. Songs have no id of their own there: ours is made of artist and title.
"""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote_plus, unquote, unquote_plus, urlsplit

from core.adapters.sources.http import Answer, WebService
from core.adapters.sources.values import (
    number_in,
    object_in,
    objects_in,
    text_in,
    web_address_in,
    whole_in,
)
from core.errors import NotFound
from core.music import Budget, Enrichment, SourceRefused, SourceSong, SourceUnavailable

SPACING = 0.2
"""Seconds between calls: at most five a second."""
LONGEST_WAIT = 2.0
"""Seconds that a call waits for its turn."""
LONGEST_SILENCE = 5.0
"""Seconds: it is slow at times, and never what an answer depends on."""
LONGEST_ID = 1000
MOST_AT_ONCE = 100
MOST_TAGS = 10
MOST_LISTENERS = 4_000_000
"""What the best-known songs have: popularity 100."""
LONGEST_IN_SECONDS = 10_000
"""A larger number can't be a song's length in seconds: it is in milliseconds."""
NO_PICTURE = "2a96cbd8b46e442fc41c2b86b821562f"
"""In the name of the grey star that stands where there is no picture."""

INVALID_OR_UNKNOWN = 6
REFUSALS = frozenset({3, 4, 9, 10, 13, 14, 15, 17, 26, 27})
"""Errors that only the operator can mend: the key is unknown or suspended, a method is gone."""

COUNTRIES = {
    "as": "India", "bho": "India", "bn": "India", "gu": "India", "hi": "India", "kn": "India", "ml": "India",
    "mr": "India", "or": "India", "pa": "India", "ta": "India", "te": "India", "ur": "Pakistan",
    "ne": "Nepal", "si": "Sri Lanka", "ar": "Egypt", "fa": "Iran, Islamic Republic of", "he": "Israel",
    "tr": "Turkey", "ru": "Russian Federation", "uk": "Ukraine", "pl": "Poland", "cs": "Czech Republic",
    "ro": "Romania", "hu": "Hungary", "el": "Greece", "de": "Germany", "fr": "France", "it": "Italy",
    "es": "Spain", "pt": "Brazil", "nl": "Netherlands", "sv": "Sweden", "da": "Denmark", "no": "Norway",
    "fi": "Finland", "ja": "Japan", "ko": "Korea, Republic of", "zh": "Taiwan", "th": "Thailand",
    "vi": "Viet Nam", "id": "Indonesia", "ms": "Malaysia", "tl": "Philippines",
}  # fmt: skip
"""Where a language is heard most (ISO 639 to the English names of ISO 3166-1 that Last.fm knows)."""

_HOST = re.compile(
    r"(?:www\.|m\.)?last\.fm|(?:www\.)?lastfm\.(?:com|de|es|fr|it|jp|pl|ru|se|com\.br|com\.tr)"
)
_PATH = re.compile(r"(?:/[a-z]{2})?/music/(?:\+noredirect/)?([^/+][^/]*)/([^/]+)/([^/+][^/]*)(?:/.*)?")


class LastfmSource:
    """Last.fm by an API key. Belongs to one event loop."""

    name = "lastfm"
    label = "Last.fm"
    facts_expire: float | None = 7 * 86_400.0
    budgets: tuple[Budget, ...] = (Budget(1200, 300.0),)
    """Their five a second is a mean over five minutes; the rest is for charts and enrichment."""

    def __init__(
        self, api_key: str, api_url: str, *, spacing: float = SPACING, read_seconds: float = LONGEST_SILENCE
    ) -> None:
        self._api_key = api_key
        self._service = WebService(self.label, api_url, read_seconds=read_seconds)
        self._turns = _Turns(spacing)

    async def search(self, query: str, *, limit: int, language: str | None) -> list[SourceSong]:
        words = " ".join(query.split())
        if not words or limit < 1:
            return []
        content = await self._ask("track.search", track=words, limit=min(limit, MOST_AT_ONCE))
        if content is None:
            return []
        results = content.get("results")
        if not isinstance(results, dict):
            raise SourceUnavailable("Last.fm sent no results")
        return _songs(object_in(results, "trackmatches").get("track"), limit)

    async def track(self, external_id: str) -> SourceSong:
        """One song, with its length and album, which a search does not tell."""
        names = _names(external_id)
        content = None if names is None else await self._info(*names)
        if content is None:
            raise NotFound("Last.fm knows no such track")
        song = _song(content)
        if song is None:
            raise SourceUnavailable("Last.fm sent no track")
        return replace(song, external_id=external_id)  # the spelling it corrects may be part of the id

    async def trending(self, *, limit: int, language: str | None) -> list[SourceSong]:
        """The chart of the country where the language is at home; without one the chart of the world."""
        if limit < 1:
            return []
        country = COUNTRIES.get((language or "").lower())
        most = min(limit, MOST_AT_ONCE)
        if country is None:
            content = await self._ask("chart.getTopTracks", limit=most)
        else:
            content = await self._ask("geo.getTopTracks", country=country, limit=most)
        tracks = None if content is None else content.get("tracks")
        if not isinstance(tracks, dict):
            raise SourceUnavailable("Last.fm sent no chart")
        return _songs(tracks.get("track"), limit)

    async def enrich(self, title: str, artist: str) -> Enrichment | None:
        """Tags, album and listeners of a song; a wrong spelling is corrected there."""
        content = await self._info(artist, title) if title.strip() and artist.strip() else None
        if content is None:
            return None
        return Enrichment(
            tags=_tags(content),
            album=text_in(object_in(content, "album").get("title")) or None,
            listeners=whole_in(content.get("listeners")),
            url=web_address_in(content.get("url")),
        )

    def id_in_link(self, url: str) -> str | None:
        try:
            parts = urlsplit(url.strip())
            host = parts.hostname or ""
        except ValueError:
            return None
        match = _PATH.fullmatch(parts.path)
        if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host) or match is None:
            return None
        artist, title = (text_in(_name_in_path(match[group])) for group in (1, 3))
        return _id(artist, title)

    async def check(self) -> str:
        await self._ask("chart.getTopTracks", limit=1)
        return "the API key is accepted"

    async def close(self) -> None:
        await self._service.close()

    async def _info(self, artist: str, title: str) -> Mapping[str, Any] | None:
        """What `track.getInfo` tells; None when it knows no such song."""
        content = await self._ask("track.getInfo", artist=artist, track=title, autocorrect=1)
        if content is None:
            return None
        track = content.get("track")
        if not isinstance(track, dict):
            raise SourceUnavailable("Last.fm sent no track")
        return track

    async def _ask(self, method: str, **params: str | int) -> Mapping[str, Any] | None:
        """The answer's JSON object; None when Last.fm finds nothing by these names.

        Raises SourceUnavailable or a subclass.
        """
        await self._turns.take()
        answer = await self._service.get(
            "/2.0/", {"method": method, **params, "api_key": self._api_key, "format": "json"}
        )
        return _content(answer)


class _Turns:
    """Calls take turns, some time apart."""

    def __init__(self, spacing: float) -> None:
        self._spacing = spacing
        self._next = 0.0
        """By time.monotonic."""

    async def take(self) -> None:
        """Wait for the next turn. Raises SourceUnavailable when too many wait already."""
        now = time.monotonic()
        wait = max(self._next - now, 0.0)
        if wait > LONGEST_WAIT:
            raise SourceUnavailable("more calls wait for Last.fm than its limit lets through", wait)
        self._next = now + wait + self._spacing
        await asyncio.sleep(wait)


def _content(answer: Answer) -> Mapping[str, Any] | None:
    """The JSON object of a good answer, None for "not found"; an error counts whatever the status says."""
    content = answer.json()
    code = whole_in(object_in(content).get("error"))
    if code == INVALID_OR_UNKNOWN:
        return None
    if code is not None:
        message = text_in(object_in(content).get("message"), 200)
        problem = f"Last.fm reports error {code}: {message}"
        raise SourceRefused(problem) if code in REFUSALS else SourceUnavailable(problem, answer.retry_after)
    if answer.status in {401, 403}:
        raise SourceRefused(f"Last.fm refuses (status {answer.status})")
    if not answer.ok:
        raise SourceUnavailable(f"Last.fm is in trouble (status {answer.status})", answer.retry_after)
    if not isinstance(content, dict):
        raise SourceUnavailable("Last.fm sent no JSON")
    return content


def _songs(tracks: object, limit: int) -> list[SourceSong]:
    songs: dict[str, SourceSong] = {}
    for item in objects_in(tracks):
        if (song := _song(item)) is not None:
            songs.setdefault(song.external_id, song)
    return list(songs.values())[:limit]


def _song(item: Mapping[str, Any]) -> SourceSong | None:
    """A track as any of the methods tells of it; None for one without names."""
    title, artist = text_in(item.get("name")), _artist(item.get("artist"))
    external_id = _id(artist, title)
    if external_id is None:
        return None
    album = object_in(item, "album")
    listeners, mbid = whole_in(item.get("listeners")), text_in(item.get("mbid"), 36)
    return SourceSong(
        source=LastfmSource.name,
        external_id=external_id,
        title=title,
        artist=artist,
        url=web_address_in(item.get("url")),
        album=text_in(album.get("title")) or None,
        duration=_seconds(item.get("duration")),
        genres=_tags(item),
        thumbnail_url=_picture(album.get("image")) or _picture(item.get("image")),
        popularity=None if listeners is None else _popularity(listeners),
        external_ids={"mbid": mbid} if mbid else {},
    )


def _artist(value: object) -> str:
    """A name where it is searched for, an object with a name elsewhere."""
    return text_in(value) or text_in(object_in(value).get("name"))


def _seconds(value: object) -> float | None:
    """A length: seconds in charts, milliseconds in `track.getInfo`; 0 where it is not known."""
    number = number_in(value)
    if number is None or number <= 0:
        return None
    return number / 1000 if number > LONGEST_IN_SECONDS else number


def _tags(item: Mapping[str, Any]) -> tuple[str, ...]:
    names = (
        text_in(tag.get("name"), 50).lower() for tag in objects_in(object_in(item, "toptags").get("tag"))
    )
    return tuple(dict.fromkeys(filter(None, names)))[:MOST_TAGS]


def _picture(images: object) -> str | None:
    """The largest picture, which comes last."""
    addresses = [web_address_in(image.get("#text")) for image in objects_in(images)]
    real = [address for address in addresses if address is not None and NO_PICTURE not in address]
    return real[-1] if real else None


def _popularity(listeners: int) -> int:
    """0 to 100, by the logarithm: each tenfold of listeners is worth the same."""
    return min(100, round(100 * math.log1p(listeners) / math.log1p(MOST_LISTENERS)))


def _id(artist: str, title: str) -> str | None:
    """`Artist/_/Title`, as in the addresses of Last.fm's pages, but with letters of all scripts as they are;
    None without both names or where it would be too long."""
    if not artist or not title:
        return None
    external_id = f"{_escaped(artist)}/_/{_escaped(title)}"
    return external_id if len(external_id) <= LONGEST_ID else None


def _names(external_id: str) -> tuple[str, str] | None:
    """Artist and title of an id."""
    artist, separator, title = external_id.partition("/_/")
    if not separator or not artist or not title or "/" in title or "/" in artist:
        return None
    return unquote_plus(artist), unquote_plus(title)


def _escaped(name: str) -> str:
    """The name with spaces as `+`, and what would be mistaken for syntax percent-encoded."""
    return re.sub(r"[%+/ ]", lambda match: quote_plus(match[0]), name)


def _name_in_path(segment: str) -> str:
    """A name in an address: `+` is a space; signs that a server might take for syntax are encoded twice."""
    once = unquote_plus(segment)
    return unquote(once) if "%25" in segment else once
