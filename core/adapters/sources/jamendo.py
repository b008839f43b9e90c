"""Jamendo, API v3.0 (https://developer.jamendo.com/v3.0): independent artists under Creative Commons.

Its terms: for non-commercial use, each track with its artist, the name of Jamendo and a link to its page, and
nothing kept longer than the service needs it. Audio is fetched when somebody asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from core.adapters.sources.download import Downloader
from core.adapters.sources.http import READ_SECONDS, Answer, WebService
from core.adapters.sources.values import (
    object_in,
    objects_in,
    text_in,
    web_address_in,
    whole_in,
    year_in,
)
from core.catalog.licences import licence_of, may_fetch
from core.errors import Forbidden, NotFound
from core.music import Budget, SourceExhausted, SourceRefused, SourceSong, SourceUnavailable

MAX_FETCH_BYTES = 80_000_000
FACTS_EXPIRE = 7 * 86_400.0
MOST_RESULTS = 200
MOST_GENRES = 5
REST_AFTER_LIMIT = timedelta(hours=1)
"""Jamendo does not tell when a used-up quota begins anew."""
AUDIO_FORMAT = "mp32"
"""MP3 with a variable bit rate, the better of the two."""

_OK = 0
_EXHAUSTED = 6
_REFUSED = {5: "does not know this client id", 11: "has suspended this client id"}
_PAGES = {"jamendo.com", "www.jamendo.com"}
_TRACK_PAGE = re.compile(r"(?:/[a-z]{2})?/track/(\d{1,12})(?:/[^/]*)?/?")


class JamendoSource:
    """`core.music.MusicSource` and `FetchesAudio`. `api_url` is the API's origin."""

    name = "jamendo"
    label = "Jamendo"
    facts_expire: float | None = FACTS_EXPIRE
    budgets: tuple[Budget, ...] = (Budget(1000, 86_400.0),)
    max_fetch_bytes = MAX_FETCH_BYTES

    def __init__(
        self,
        client_id: str,
        api_url: str,
        *,
        noncommercial: bool,
        read_seconds: float = READ_SECONDS,
        downloader: Downloader | None = None,
    ) -> None:
        """`noncommercial`: Jamendo's terms and the licences for non-commercial use apply to the operator."""
        self._client_id = client_id
        self._url = api_url
        self._noncommercial = noncommercial
        self._service = WebService(self.label, api_url, read_seconds=read_seconds)
        self._downloader = downloader or Downloader(api_url, (".jamendo.com",))

    async def search(self, query: str, *, limit: int, language: str | None) -> list[SourceSong]:
        wanted = text_in(query)
        if not wanted or limit < 1:
            return []
        return await self._tracks({"search": wanted, "order": "relevance", "limit": _bounded(limit)})

    async def track(self, external_id: str) -> SourceSong:
        if not re.fullmatch(r"[0-9]{1,12}", external_id):
            raise NotFound("no id of Jamendo")
        tracks = await self._tracks({"id": external_id})
        found = next((track for track in tracks if track.external_id == external_id), None)
        if found is None:
            raise NotFound("Jamendo has no such track")
        return found

    async def trending(self, *, limit: int, language: str | None) -> list[SourceSong]:
        """What was heard most this week; of one language, what is sung in it."""
        if limit < 1:
            return []
        sung = {} if language is None else {"lang": language}
        return await self._tracks({"order": "popularity_week", "limit": _bounded(limit), **sung})

    def id_in_link(self, url: str) -> str | None:
        """`www.jamendo.com/track/ID` with or without the title's slug."""
        try:
            parts = urlsplit(url.strip())
        except ValueError:
            return None
        if parts.scheme not in {"http", "https"} or parts.netloc.lower() not in _PAGES:
            return None
        page = _TRACK_PAGE.fullmatch(parts.path)
        return page[1] if page else None

    async def fetch(self, file_ref: str, into: Path, max_bytes: int) -> None:
        """The licence and the artist's leave are asked for and judged again."""
        track = await self.track(file_ref)
        if not may_fetch(track, noncommercial=self._noncommercial):
            raise Forbidden("Jamendo, its artist or the licence does not allow us to take it")
        asked = {
            "client_id": self._client_id,
            "id": track.external_id,
            "audioformat": AUDIO_FORMAT,
            "action": "download",
        }
        address = f"{self._url}/v3.0/tracks/file/?{urlencode(asked)}"
        try:
            await self._downloader.download(address, into, min(max_bytes, self.max_fetch_bytes))
        except NotFound:
            # The track is there: this is how Jamendo says that it is not for download.
            raise Forbidden("Jamendo does not hand this track out") from None

    async def check(self) -> str:
        await self._tracks({"limit": 1})
        return "Jamendo: answers, the client id is good"

    async def close(self) -> None:
        await self._service.close()
        await self._downloader.close()

    async def _tracks(self, params: Mapping[str, str | int]) -> list[SourceSong]:
        """Raises SourceUnavailable, or one of its subclasses."""
        answer = await self._service.get(
            "/v3.0/tracks/",
            {
                "client_id": self._client_id,
                "format": "json",
                "type": "single albumtrack",
                "include": "licenses musicinfo",
                "audioformat": AUDIO_FORMAT,
                **params,
            },
        )
        songs = (self._song(track) for track in objects_in(_results(answer)))
        return [song for song in songs if song is not None]

    def _song(self, track: Mapping[str, Any]) -> SourceSong | None:
        """Names come with HTML's entities in them."""
        number = whole_in(track.get("id"), highest=10**12 - 1)
        title = text_in(unescape(text_in(track.get("name"))))
        if not number or not title:
            return None
        info = object_in(track, "musicinfo")
        licence_url = web_address_in(track.get("license_ccurl"))
        return SourceSong(
            source=self.name,
            external_id=str(number),
            title=title,
            artist=text_in(unescape(text_in(track.get("artist_name")))),
            url=web_address_in(track.get("shareurl")) or f"https://www.jamendo.com/track/{number}",
            album=text_in(unescape(text_in(track.get("album_name")))) or None,
            duration=whole_in(track.get("duration")) or None,
            release_year=year_in(track.get("releasedate")),
            language=_language(info.get("lang")),
            genres=_genres(object_in(info, "tags").get("genres")),
            thumbnail_url=web_address_in(track.get("image")) or web_address_in(track.get("album_image")),
            licence=licence_of(licence_url),
            licence_url=licence_url,
            downloadable=_is_downloadable(track),
        )


def _results(answer: Answer) -> object:
    """The results, where the code in the headers says that there are; the HTTP status says nothing.

    Raises SourceUnavailable, or one of its subclasses.
    """
    body = answer.json()
    headers = object_in(body, "headers")
    code = whole_in(headers.get("code"))
    if code == _OK and isinstance(body, dict):
        return body.get("results")
    if code in _REFUSED:
        raise SourceRefused(f"Jamendo {_REFUSED[code]}")
    if code == _EXHAUSTED:
        raise SourceExhausted("Jamendo's quota is used up", until=datetime.now(UTC) + REST_AFTER_LIMIT)
    if code is None and answer.status in {401, 403}:
        raise SourceRefused(f"Jamendo refuses us (HTTP {answer.status})")
    told = f"code {code}" if code is not None else f"HTTP {answer.status}"
    raise SourceUnavailable(f"Jamendo answers {told}, not with what was asked", answer.retry_after)


def _is_downloadable(track: Mapping[str, Any]) -> bool:
    """The artist allows it: there is an address, and no word against it."""
    allowed = str(track.get("audiodownload_allowed", True)).casefold() == "true"
    return allowed and bool(text_in(track.get("audiodownload")))


def _language(code: object) -> str | None:
    language = text_in(code).casefold()
    return language if re.fullmatch(r"[a-z]{2,3}", language) else None


def _genres(names: object) -> tuple[str, ...]:
    listed = names if isinstance(names, list) else [names]
    return tuple(genre for genre in (text_in(name, 40) for name in listed) if genre)[:MOST_GENRES]


def _bounded(limit: int) -> int:
    return min(limit, MOST_RESULTS)
