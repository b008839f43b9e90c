"""A stand-in of the Jamendo API v3.0: what went wrong stands in the headers of the JSON, not in the status.

As a process: `python -m tests.fakes.sources.jamendo --port 8086`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from starlette.responses import JSONResponse, RedirectResponse, Response

from tests.fakes.sources.base import HttpStandIn, Received, run_as_process

AUDIO = b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"an mp3 of jamendo, as far as anybody here looks " * 200
LICENCE = "http://creativecommons.org/licenses/{}/3.0/"
PARAMETERS = {
    "client_id", "format", "limit", "offset", "search", "namesearch", "artist_name", "album_name", "tags",
    "fuzzytags", "id", "lang", "vocalinstrumental", "speed", "ccsa", "ccnd", "ccnc", "include", "audioformat",
    "audiodlformat", "imagesize", "order", "type", "fullcount",
}  # fmt: skip


@dataclass
class JamendoTrack:
    id: str
    name: str
    artist: str
    licence: str = "by-sa"
    album: str = "Uno"
    lang: str = "es"
    allowed: bool = True
    heard_this_week: int = 0
    kind: str = "albumtrack"
    genres: tuple[str, ...] = ("pop",)
    changes: dict[str, Any] = field(default_factory=dict)
    """Fields of the JSON that are otherwise."""

    def entry(self, include: str) -> dict[str, Any]:
        storage = "https://prod-1.storage.jamendo.com"
        entry: dict[str, Any] = {
            "id": self.id,
            "name": escape(self.name),
            "duration": 214,
            "artist_id": "77",
            "artist_name": escape(self.artist),
            "artist_idstr": "somebody",
            "album_id": "88" if self.kind == "albumtrack" else "",
            "album_name": escape(self.album) if self.kind == "albumtrack" else "",
            "releasedate": "2019-05-01",
            "album_image": "https://usercontent.jamendo.com/?type=album&id=88&width=200",
            "audio": f"{storage}/?trackid={self.id}&format=mp32",
            "audiodownload": f"{storage}/download/track/{self.id}/mp32/" if self.allowed else "",
            "audiodownload_allowed": self.allowed,
            "license_ccurl": LICENCE.format(self.licence),
            "position": 1,
            "prourl": "",
            "shorturl": f"https://jamen.do/t/{self.id}",
            "shareurl": f"https://www.jamendo.com/track/{self.id}",
            "image": f"https://usercontent.jamendo.com/?type=track&id={self.id}&width=200",
        }
        if "musicinfo" in include.split():
            entry["musicinfo"] = {
                "vocalinstrumental": "vocal",
                "lang": self.lang,
                "gender": "female",
                "acousticelectric": "",
                "speed": "medium",
                "tags": {"genres": list(self.genres), "instruments": [], "vartags": []},
            }
        return entry | self.changes


CATALOGUE: tuple[JamendoTrack, ...] = (
    JamendoTrack("1000001", "Lluvia", "Ana P.", heard_this_week=40),
    JamendoTrack("1000002", "Saanjh", "Ira", licence="by", lang="hi", kind="single", heard_this_week=90),
    JamendoTrack("1000003", "Sol & Luna", "Ana P.", licence="by-nc-sa", allowed=False),
    JamendoTrack("1000004", "Rayo", "Ana P.", licence="by-nc-nd"),
    JamendoTrack("1000005", "साँझ ढले", "इरा", licence="by-nc", lang="hi", heard_this_week=70),
    *(JamendoTrack(f"{2_000_000 + n}", f"Lamp {n}", "The Paging Choir", lang="") for n in range(1, 36)),
)


class JamendoStandIn(HttpStandIn):
    """`/v3.0/tracks/`, `/v3.0/tracks/file/` and the storage that downloads lead to."""

    title = "Jamendo"

    def __init__(
        self,
        *,
        client_id: str = "stand1n0",
        tracks: Iterable[JamendoTrack] = CATALOGUE,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        super().__init__(host=host, port=port)
        self.client_id = client_id
        self.tracks = {track.id: track for track in tracks}
        self.audio = AUDIO

    def complaints(self, request: Received) -> Iterable[str]:
        if "melody" not in request.headers.get("user-agent", "").lower():
            yield f"{request.path}: the caller does not say who it is"
        if request.path == "/v3.0/tracks/":
            for name in request.query.keys() - PARAMETERS:
                yield f"tracks: {name} is no parameter"
            if not 1 <= int(request.query.get("limit", "10")) <= 200:
                yield "tracks: limit is 1 to 200"
        if request.path.startswith("/storage/") and "client_id" in request.query:
            yield "storage: the client id is told to where it does not belong"

    def answer(self, request: Received) -> Response:
        if request.path.startswith("/storage/"):
            return Response(self.audio, media_type="audio/mpeg")
        if request.path not in {"/v3.0/tracks/", "/v3.0/tracks/file/"}:
            raise LookupError(f"there is no {request.path}")
        if "client_id" not in request.query:
            return failed(4, "Jamendo Api Missing Parameter Exception: client_id")
        if request.query["client_id"] != self.client_id:
            return failed(5, "Your credential is not authorized.")
        return self._file(request) if request.path.endswith("/file/") else self._tracks(request)

    def _tracks(self, request: Received) -> Response:
        query = request.query
        kinds = query.get("type", "albumtrack").split()
        words = query.get("search", "").casefold().split()
        ids = query["id"].split() if "id" in query else None
        found = [
            track
            for track in self.tracks.values()
            if track.kind in kinds
            and all(word in f"{track.name} {track.artist} {track.album}".casefold() for word in words)
            and (ids is None or track.id in ids)
            and query.get("lang") in {None, track.lang}
        ]
        if query.get("order", "").startswith("popularity"):
            found.sort(key=lambda track: -track.heard_this_week)
        offset, limit = int(query.get("offset", "0")), int(query.get("limit", "10"))
        some = [track.entry(query.get("include", "")) for track in found[offset : offset + limit]]
        headers = {"status": "success", "code": 0, "error_message": "", "warnings": ""}
        return JSONResponse({"headers": headers | {"results_count": len(some)}, "results": some})

    def _file(self, request: Received) -> Response:
        track = self.tracks.get(request.query.get("id", ""))
        if track is None or not track.allowed:
            return Response(status_code=404)
        return RedirectResponse(f"{self.url}/storage/download/track/{track.id}/mp32/", 302)


def failed(code: int, message: str) -> JSONResponse:
    """An error, with HTTP status 200."""
    headers = {"status": "failed", "code": code, "error_message": message, "warnings": "", "results_count": 0}
    return JSONResponse({"headers": headers, "results": []})


if __name__ == "__main__":
    run_as_process(lambda host, port: JamendoStandIn(host=host, port=port), "jamendo")
