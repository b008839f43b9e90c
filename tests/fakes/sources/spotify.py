"""A stand-in of the Spotify Web API and its accounts service, for an app in development mode.

It hands out tokens that end, searches a small catalogue in pages of at most ten, answers faults with the real
statuses and texts, and checks every request against Spotify's published description where that is at hand.
As a process: `python -m tests.fakes.sources.spotify --port 8082`.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.responses import JSONResponse, PlainTextResponse, Response

from tests.fakes.sources.base import HttpStandIn, Received, run_as_process
from tests.fakes.sources.openapi import description_path, read_description

API = "https://api.spotify.com"
MOST_A_PAGE = 10
LAST_OFFSET = 1000
NO_PREMIUM = (
    "Active premium subscription required for the owner of the app. "
    "When the subscription status changes, it can take a few hours for the change to apply."
)
QUOTA_EXCEEDED = {"error": {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}}
TOO_MANY = {"error": {"status": 429, "message": "Too many requests"}}


@dataclass(frozen=True)
class Track:
    """A song in the stand-in's catalogue."""

    id: str
    name: str
    artists: tuple[str, ...]
    album: str = "Dhoop"
    milliseconds: int = 251_000
    release_date: str = "2024-06"
    isrc: str | None = None
    explicit: bool = False
    images: tuple[int, ...] = (640, 300, 64)
    """Widths of the album's pictures."""
    words: str = field(init=False)
    """What a search looks at."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", " ".join((self.name, *self.artists, self.album)).casefold())

    def as_json(self) -> dict[str, Any]:
        precision = ("year", "month", "day")[self.release_date.count("-")]
        return {
            "id": self.id,
            "name": self.name,
            "type": "track",
            "uri": f"spotify:track:{self.id}",
            "href": f"{API}/v1/tracks/{self.id}",
            "duration_ms": self.milliseconds,
            "explicit": self.explicit,
            "is_local": False,
            "is_playable": True,
            "disc_number": 1,
            "track_number": 3,
            "preview_url": None,
            "external_ids": {} if self.isrc is None else {"isrc": self.isrc},
            "external_urls": {"spotify": f"https://open.spotify.com/track/{self.id}"},
            "artists": [_artist(name) for name in self.artists],
            "album": {
                "id": _base62(self.album),
                "name": self.album,
                "album_type": "single",
                "total_tracks": 4,
                "release_date": self.release_date,
                "release_date_precision": precision,
                "images": [
                    {"url": f"https://i.scdn.co/image/{self.id}{width}", "width": width, "height": width}
                    for width in self.images
                ],
                "type": "album",
                "uri": f"spotify:album:{_base62(self.album)}",
                "href": f"{API}/v1/albums/{_base62(self.album)}",
                "external_urls": {"spotify": f"https://open.spotify.com/album/{_base62(self.album)}"},
                "artists": [_artist(name) for name in self.artists],
            },
        }


def _artist(name: str) -> dict[str, Any]:
    id = _base62(name)
    return {
        "id": id,
        "name": name,
        "type": "artist",
        "uri": f"spotify:artist:{id}",
        "href": f"{API}/v1/artists/{id}",
        "external_urls": {"spotify": f"https://open.spotify.com/artist/{id}"},
    }


def _base62(text: str) -> str:
    """22 letters and digits, as Spotify's ids are, the same for the same text."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    return "".join(digits[number // 62**place % 62] for place in range(22))


def track(name: str, *artists: str, **fields: Any) -> Track:
    """A track whose id follows from its names."""
    return Track(_base62(f"{name}/{','.join(artists)}"), name, artists, **fields)


CATALOGUE: tuple[Track, ...] = (
    track("Saanjh", "Ira", isrc="INABC2400012"),
    track("Saanjh Dhale", "Ira", "Kabir Sen", album="Shaam", release_date="1999", images=()),
    track("साँझ", "इरा", album="धूप", milliseconds=250_500, release_date="2024-06-30"),
    track("Don't/Won't (50% \"more\") & Co?", "AC+DZ #1", explicit=True),
    *(track(f"Lamp {number}", "The Paging Choir", album="Lamps") for number in range(1, 36)),
)


class SpotifyStandIn(HttpStandIn):
    """Both of Spotify's origins in one."""

    title = "Spotify"

    def __init__(
        self,
        *,
        client_id: str = "standinclientid",
        client_secret: str = "standinclientsecret",
        tracks: Iterable[Track] = CATALOGUE,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        super().__init__(host=host, port=port)
        self.client_id, self.client_secret = client_id, client_secret
        self.tracks = list(tracks)
        path = description_path("spotify.yml")
        self.is_checked = path.is_file()
        """The published description is at hand."""
        self._description = read_description(path, API) if self.is_checked else None
        self.reset()

    def reset(self) -> None:
        super().reset()
        with self.lock:
            self.has_premium = True
            self.token_seconds = 3600.0
            """How long new tokens are good."""
            self._tokens: dict[str, float] = {}
            """Token to its end, by time.monotonic."""
            self._serial = itertools.count(1)

    def expire_tokens(self) -> None:
        """Let every token that was handed out end now."""
        with self.lock:
            self._tokens = dict.fromkeys(self._tokens, 0.0)

    def complaints(self, request: Received) -> Iterable[str]:
        if request.path == "/api/token":
            if request.headers.get("content-type") != "application/x-www-form-urlencoded":
                yield "POST /api/token: the body is no form"
            return
        if self._description is not None:
            yield from self._description.violations(request)
        if "market" not in request.query:
            yield f"GET {request.path}: without a user the market must be named"

    def answer(self, request: Received) -> Response:
        if request.path == "/api/token":
            return self._hand_out(request)
        if (refusal := self._refuse(request)) is not None:
            return refusal
        if request.path == "/v1/search":
            return self._search(request)
        if match := re.fullmatch(r"/v1/tracks/([^/]+)", request.path):
            return self._track(match[1], request)
        raise LookupError(f"{request.method} {request.path}: closed to apps in development mode")

    def _hand_out(self, request: Received) -> Response:
        kind, _, credentials = request.headers.get("authorization", "").partition(" ")
        client_id, _, secret = base64.b64decode(credentials).decode("utf-8", "replace").partition(":")
        if kind != "Basic" or client_id != self.client_id:
            return _token_error("invalid_client", "Invalid client")
        if secret != self.client_secret:
            return _token_error("invalid_client", "Invalid client secret")
        if request.form.get("grant_type") != "client_credentials":
            return _token_error("unsupported_grant_type", "grant_type parameter is missing")
        token = f"BQ{next(self._serial):06d}{_base62(str(id(self)))}"
        self._tokens[token] = time.monotonic() + self.token_seconds
        return JSONResponse(
            {"access_token": token, "token_type": "Bearer", "expires_in": int(self.token_seconds)}
        )

    def _refuse(self, request: Received) -> Response | None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind != "Bearer" or not token:
            return _error(401, "No token provided")
        if token not in self._tokens:
            return _error(401, "Invalid access token")
        if self._tokens[token] <= time.monotonic():
            return _error(401, "The access token expired")
        if not self.has_premium:
            return PlainTextResponse(NO_PREMIUM, 403)
        return None

    def _search(self, request: Received) -> Response:
        query = request.query
        if not query.get("q", "").strip():
            return _error(400, "No search query")
        if query.get("type") != "track":
            return _error(400, "Bad search type field")
        limit, offset = _whole(query.get("limit", "5")), _whole(query.get("offset", "0"))
        if limit is None or not 1 <= limit <= MOST_A_PAGE:
            return _error(400, "Invalid limit")
        if offset is None or not 0 <= offset <= LAST_OFFSET:
            return _error(400, "Invalid offset")
        words = query["q"].casefold().split()
        found = [track for track in self.tracks if all(word in track.words for word in words)]
        if "market" not in query:  # without a market and a user nothing is available
            found = []

        def page(at: int) -> str:
            return f"{API}/v1/search?{urlencode({**query, 'offset': at, 'limit': limit})}"

        return JSONResponse(
            {
                "tracks": {
                    "href": page(offset),
                    "limit": limit,
                    "offset": offset,
                    "total": len(found),
                    "next": page(offset + limit) if offset + limit < len(found) else None,
                    "previous": page(max(0, offset - limit)) if offset else None,
                    "items": [track.as_json() for track in found[offset : offset + limit]],
                }
            }
        )

    def _track(self, track_id: str, request: Received) -> Response:
        if not re.fullmatch(r"[A-Za-z0-9]{22}", track_id):
            return _error(400, "Invalid base62 id")
        found = next((track for track in self.tracks if track.id == track_id), None)
        return _error(404, "Resource not found") if found is None else JSONResponse(found.as_json())


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else None


def _error(status: int, message: str) -> Response:
    return JSONResponse({"error": {"status": status, "message": message}}, status)


def _token_error(error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, 400)


if __name__ == "__main__":
    run_as_process(lambda host, port: SpotifyStandIn(host=host, port=port), "spotify")
