"""Spotify: what songs there are and where they can be heard; never their audio.

Source: the Web API's reference (https://developer.spotify.com/documentation/web-api) with the changes of 2026
for apps in development mode: ten results a page, `market` always named as there is no user, and a 403 in
plain text for every call while the app's owner has no Premium.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from core.adapters.sources.http import READ_SECONDS, Answer, WebService
from core.adapters.sources.side_by_side import side_by_side
from core.adapters.sources.values import (
    isrc_in,
    number_in,
    object_in,
    objects_in,
    text_in,
    web_address_in,
    whole_in,
    year_in,
)
from core.errors import NotFound
from core.music import Budget, SourceExhausted, SourceRefused, SourceSong, SourceUnavailable

PAGE = 10
PAGES_AT_ONCE = 5
LAST_OFFSET = 1000
LONGEST_QUERY = 250
TOKEN_MARGIN = 60.0
"""Seconds before its end from which a token is no longer used."""
QUOTA_REST = timedelta(hours=6)
"""How long we leave Spotify alone when the account's quota is used up and it does not say for how long."""
THUMBNAIL_WIDTH = 300
_TOKEN = re.compile(r"[\x21-\x7e]+")
_ID = re.compile(r"[A-Za-z0-9]{1,64}")
_LINK_PATH = re.compile(r"/(?:intl-[A-Za-z-]+/)?(?:embed/)?track/([A-Za-z0-9]{1,64})/?")
_URI = re.compile(r"spotify:track:([A-Za-z0-9]{1,64})")


class SpotifySource:
    """Spotify's catalogue as one country sees it, by client credentials. Belongs to one event loop."""

    name = "spotify"
    label = "Spotify"
    facts_expire: float | None = 7 * 86_400.0
    budgets: tuple[Budget, ...] = (Budget(40, 30.0),)
    """The limit is a secret, counted over 30 seconds; two pages a search keep well below what is seen."""

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        api_url: str,
        accounts_url: str,
        *,
        market: str = "IN",
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._client_id = client_id
        self._market = market
        self._api = WebService(self.label, api_url, read_seconds=read_seconds)
        self._token = _Token(
            client_id, client_secret, WebService(self.label, accounts_url, read_seconds=read_seconds)
        )

    async def search(self, query: str, *, limit: int, language: str | None) -> list[SourceSong]:
        words = _plain(query)
        songs: dict[str, SourceSong] = {}
        offsets = range(0, min(limit, LAST_OFFSET + PAGE), PAGE) if words else range(0)
        for start in range(0, len(offsets), PAGES_AT_ONCE):
            some = offsets[start : start + PAGES_AT_ONCE]
            pages = await side_by_side(
                self._page(words, offset, min(PAGE, limit - offset)) for offset in some
            )
            for page in pages:
                for item in objects_in(page.get("items")):
                    if (song := _song(item)) is not None:
                        songs.setdefault(song.external_id, song)
            if not pages[-1].get("next"):
                break
        return list(songs.values())[:limit]

    async def track(self, external_id: str) -> SourceSong:
        if not _ID.fullmatch(external_id):
            raise NotFound("no id of Spotify's")
        answer = await self._ask(f"/v1/tracks/{external_id}", {"market": self._market})
        if answer.status in {400, 404}:
            raise NotFound("Spotify knows no such track")
        song = _song(_content(answer))
        if song is None:
            raise SourceUnavailable("Spotify sent no track")
        return replace(song, external_id=external_id)  # it may tell of the market's own copy by another id

    async def trending(self, *, limit: int, language: str | None) -> list[SourceSong]:
        """Nothing: the charts are closed to apps in development mode."""
        return []

    def id_in_link(self, url: str) -> str | None:
        if match := _URI.fullmatch(url.strip()):
            return match[1]
        try:
            parts = urlsplit(url.strip())
            host = parts.hostname
        except ValueError:
            return None
        if parts.scheme not in {"http", "https"} or host not in {"open.spotify.com", "play.spotify.com"}:
            return None
        match = _LINK_PATH.fullmatch(parts.path)
        return match[1] if match else None

    async def check(self) -> str:
        await self._page("a", 0, 1)
        return f"client {self._client_id[:6]}…, market {self._market}"

    async def close(self) -> None:
        await self._token.close()
        await self._api.close()

    async def _page(self, query: str, offset: int, limit: int) -> Mapping[str, Any]:
        """One page of tracks: `items`, `next`."""
        params: dict[str, str | int] = {"q": query, "type": "track", "market": self._market}
        params |= {"limit": limit, "offset": offset}
        tracks = _content(await self._ask("/v1/search", params)).get("tracks")
        if not isinstance(tracks, dict):
            raise SourceUnavailable("Spotify sent no tracks")
        return tracks

    async def _ask(self, path: str, params: Mapping[str, str | int]) -> Answer:
        """The answer, whatever its status; once more with a fresh token when the one used is not taken."""
        token = await self._token.value()
        answer = await self._api.get(path, params, {"Authorization": f"Bearer {token}"})
        if answer.status == 401:
            token = await self._token.value(instead_of=token)
            answer = await self._api.get(path, params, {"Authorization": f"Bearer {token}"})
        return answer


class _Token:
    """The app's access token (RFC 6749, section 4.4), renewed when it is needed, once for all who wait."""

    def __init__(self, client_id: str, client_secret: str, accounts: WebService) -> None:
        self._credentials = (client_id, client_secret)
        self._accounts = accounts
        self._value = ""
        self._good_until = 0.0
        """By time.monotonic."""
        self._renewal: asyncio.Task[str] | None = None

    async def value(self, *, instead_of: str | None = None) -> str:
        """A token that is good for a while, another one than `instead_of`. Raises SourceUnavailable."""
        if self._value != instead_of and time.monotonic() < self._good_until:
            return self._value
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew())
            self._renewal.add_done_callback(_heed)
        return await asyncio.shield(self._renewal)  # one who gives up takes it from nobody else

    async def close(self) -> None:
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.gather(self._renewal, return_exceptions=True)
        await self._accounts.close()

    async def _renew(self) -> str:
        asked = time.monotonic()
        answer = await self._accounts.post_form(
            "/api/token", {"grant_type": "client_credentials"}, auth=self._credentials
        )
        if answer.status in {400, 401}:
            reason = text_in(object_in(answer.json()).get("error_description"), 200)
            raise SourceRefused(
                f"Spotify does not take the client id and secret: {reason or 'no reason given'}"
            )
        content = _content(answer)
        value, seconds = text_in(content.get("access_token"), 4096), number_in(content.get("expires_in"))
        if not _TOKEN.fullmatch(value) or seconds is None:
            raise SourceUnavailable("Spotify sent no token")
        self._value, self._good_until = value, asked + seconds - TOKEN_MARGIN
        return value


def _heed(renewal: asyncio.Task[str]) -> None:
    """Look at how it ended, for the case that nobody waits any more."""
    if not renewal.cancelled():
        renewal.exception()


def _content(answer: Answer) -> Mapping[str, Any]:
    """The JSON object of a good answer. Raises SourceUnavailable or a subclass for every other."""
    content = answer.json()
    if answer.ok and isinstance(content, dict):
        return content
    if answer.ok:
        raise SourceUnavailable("Spotify sent no JSON")
    error = object_in(content, "error")
    reason = text_in(error.get("message") or (answer.text if content is None else ""), 300)
    if answer.status == 429 and error.get("reason") == "QUOTA_EXCEEDED":
        rest = QUOTA_REST if answer.retry_after is None else timedelta(seconds=answer.retry_after)
        raise SourceExhausted("the quota of Spotify's account is used up", datetime.now(UTC) + rest)
    if answer.status == 429:
        raise SourceUnavailable("Spotify asks for fewer calls", answer.retry_after)
    if answer.status in {401, 403}:
        raise SourceRefused(f"Spotify refuses: {reason or f'status {answer.status}'}")
    if answer.status >= 500:  # the text is a gateway's page
        raise SourceUnavailable(f"Spotify is in trouble (status {answer.status})", answer.retry_after)
    raise SourceUnavailable(f"Spotify does not understand us (status {answer.status}): {reason}")


def _plain(query: str) -> str:
    """The words alone: a colon would make a field filter of the word before it, quotes a phrase."""
    return " ".join(re.sub(r'[:"]', " ", query).split())[:LONGEST_QUERY].rstrip()


def _song(item: Mapping[str, Any]) -> SourceSong | None:
    """A track of theirs; None for what is none: a file of somebody's own, a gap in the list."""
    external_id, title = text_in(item.get("id"), 64), text_in(item.get("name"))
    if not _ID.fullmatch(external_id) or not title:
        return None
    album = object_in(item, "album")
    artists = [text_in(artist.get("name")) for artist in objects_in(item.get("artists"))]
    milliseconds = number_in(item.get("duration_ms"))
    isrc = isrc_in(object_in(item, "external_ids").get("isrc"))
    return SourceSong(
        source=SpotifySource.name,
        external_id=external_id,
        title=title,
        artist=text_in(", ".join(filter(None, artists))),
        url=web_address_in(object_in(item, "external_urls").get("spotify"))
        or f"https://open.spotify.com/track/{external_id}",
        album=text_in(album.get("name")) or None,
        duration=milliseconds / 1000 if milliseconds is not None and milliseconds > 0 else None,
        release_year=year_in(album.get("release_date")),
        isrc=isrc,
        explicit=item.get("explicit") is True,
        thumbnail_url=_thumbnail(album.get("images")),
        popularity=whole_in(item.get("popularity"), 0, 100),
        external_ids={} if isrc is None else {"isrc": isrc},
    )


def _thumbnail(images: object) -> str | None:
    """The smallest picture that is large enough, else the largest."""
    found = [
        (whole_in(image.get("width")) or 0, address)
        for image in objects_in(images)
        if (address := web_address_in(image.get("url"))) is not None
    ]
    enough = [picture for picture in found if picture[0] >= THUMBNAIL_WIDTH]
    if enough:
        return min(enough)[1]
    return max(found)[1] if found else None
