"""A stand-in of the Last.fm API 2.0, with the quirks of its JSON: XML converted.

As a process: `python -m tests.fakes.sources.lastfm --port 8083`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus

from starlette.responses import JSONResponse, Response

from tests.fakes.sources.base import HttpStandIn, Received, run_as_process

GREY_STAR = "https://lastfm.freetls.fastly.net/i/u/{size}/2a96cbd8b46e442fc41c2b86b821562f.png"
SIZES = {"small": "34s", "medium": "64s", "large": "174s", "extralarge": "300x300"}
COUNTRIES = frozenset(
    {"India", "Japan", "Korea, Republic of", "Russian Federation", "Germany", "Pakistan", "United States"}
)
"""Those of ISO 3166-1 that the stand-in knows."""
READ_METHODS = {
    "track.search": {"track", "artist", "limit", "page"},
    "track.getInfo": {"artist", "track", "mbid", "autocorrect", "username"},
    "chart.getTopTracks": {"limit", "page"},
    "geo.getTopTracks": {"country", "location", "limit", "page"},
}
EVERYWHERE = {"method", "api_key", "format"}


@dataclass(frozen=True)
class Track:
    """A song in the stand-in's catalogue."""

    artist: str
    name: str
    seconds: int = 253
    """0: unknown."""
    listeners: int = 5321
    album: str | None = "Dhoop"
    tags: tuple[str, ...] = ("bollywood", "hindi")
    country: str | None = "India"
    mbid: str = ""
    misspelt: str | None = None
    """A title that autocorrect leads here."""

    @property
    def url(self) -> str:
        return f"https://www.last.fm/music/{_in_path(self.artist)}/_/{_in_path(self.name)}"

    @property
    def _person(self) -> dict[str, str]:
        return {"name": self.artist, "mbid": "", "url": f"https://www.last.fm/music/{_in_path(self.artist)}"}

    def found(self) -> dict[str, Any]:
        """As track.search tells of it."""
        return {
            "name": self.name,
            "artist": self.artist,
            "url": self.url,
            "streamable": "FIXME",
            "listeners": str(self.listeners),
            "image": _images(),
            "mbid": self.mbid,
        }

    def charted(self, rank: int, *, playcount: bool) -> dict[str, Any]:
        """As the charts tell of it: the length in seconds."""
        entry: dict[str, Any] = {
            "name": self.name,
            "duration": str(self.seconds),
            "listeners": str(self.listeners),
            "mbid": self.mbid,
            "url": self.url,
            "streamable": {"#text": "0", "fulltrack": "0"},
            "artist": self._person,
            "image": _images(),
            "@attr": {"rank": str(rank)},
        }
        return entry | ({"playcount": str(17 * self.listeners)} if playcount else {})

    def described(self) -> dict[str, Any]:
        """As track.getInfo tells of it: length in milliseconds, one tag as an object, none as a string."""
        entry: dict[str, Any] = {
            "name": self.name,
            "url": self.url,
            "duration": str(1000 * self.seconds),
            "streamable": {"#text": "0", "fulltrack": "0"},
            "listeners": str(self.listeners),
            "playcount": str(17 * self.listeners),
            "artist": self._person,
            "toptags": {"tag": _as_converted([{"name": tag, "url": "…"} for tag in self.tags])}
            if self.tags
            else "",
        }
        if self.mbid:
            entry["mbid"] = self.mbid
        if self.album is not None:
            entry["album"] = {
                "artist": self.artist,
                "title": self.album,
                "url": f"https://www.last.fm/music/{_in_path(self.artist)}/{_in_path(self.album)}",
                "image": _images(cover=hashlib.md5(self.album.encode()).hexdigest()),
                "@attr": {"position": "3"},
            }
        return entry


CATALOGUE: tuple[Track, ...] = (
    Track("Ira", "Saanjh", misspelt="Sanjh"),
    Track("Ira", "Saanjh Dhale", album=None, tags=("ghazal",), seconds=0, listeners=41),
    Track("इरा", "साँझ", tags=(), country=None),
    Track("AC+DZ / #1", "Don't/Won't (50% \"more\") & Co?", mbid="0b0b5a6c-3c0e-4ee3-9c9c-5f2a3f1f7a11"),
    Track("Hana", "夜のあかり", country="Japan", listeners=900_000, tags=("j-pop",)),
    *(Track("The Paging Choir", f"Lamp {number}", album="Lamps", country=None) for number in range(1, 36)),
)


class LastfmStandIn(HttpStandIn):
    """Last.fm's one address, `/2.0/`."""

    title = "Last.fm"

    def __init__(
        self,
        *,
        api_key: str = "0123456789abcdef0123456789abcdef",
        tracks: Iterable[Track] = CATALOGUE,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        super().__init__(host=host, port=port)
        self.api_key = api_key
        self.tracks = list(tracks)

    def complaints(self, request: Received) -> Iterable[str]:
        method = request.query.get("method", "")
        if request.query.get("format") != "json":
            yield f"{method}: without format=json the answer is XML"
        if "melody" not in request.headers.get("user-agent", "").lower():
            yield f"{method}: the caller does not say who it is"
        for name in request.query.keys() - EVERYWHERE - READ_METHODS.get(method, set()):
            yield f"{method}: {name} is no parameter"

    def answer(self, request: Received) -> Response:
        if request.path != "/2.0/":
            raise LookupError(f"{request.path}: all calls go to /2.0/")
        query = request.query
        if query.get("api_key") != self.api_key:
            return _error(10, "Invalid API key - You must be granted a valid key by last.fm", 403)
        if query.get("format") != "json":
            return Response('<?xml version="1.0" encoding="UTF-8"?><lfm status="ok"/>', media_type="text/xml")
        match query.get("method"):
            case "track.search":
                return self._search(query)
            case "track.getInfo":
                return self._info(query)
            case "chart.getTopTracks":
                return self._chart(query, [*self.tracks], {}, playcount=True)
            case "geo.getTopTracks":
                return self._geo(query)
        return _error(3, "Invalid Method - No method with that name in this package", 400)

    def _search(self, query: dict[str, str]) -> Response:
        if not query.get("track"):
            return _error(6, "Your request is missing a required parameter", 400)
        words = query["track"].casefold().split()
        found = [t for t in self.tracks if all(word in f"{t.artist} {t.name}".casefold() for word in words)]
        limit, page = int(query.get("limit", "30")), int(query.get("page", "1"))
        some = [track.found() for track in found[limit * (page - 1) : limit * page]]
        results = {
            "opensearch:Query": {"#text": "", "role": "request", "startPage": str(page)},
            "opensearch:totalResults": str(len(found)),
            "opensearch:startIndex": str(limit * (page - 1)),
            "opensearch:itemsPerPage": str(limit),
            "trackmatches": {"track": _as_converted(some)} if some else "\n",
            "@attr": {},
        }
        return JSONResponse({"results": results})

    def _info(self, query: dict[str, str]) -> Response:
        title, artist = query.get("track", "").casefold(), query.get("artist", "").casefold()
        for track in self.tracks:
            titles = {track.name.casefold()}
            if query.get("autocorrect") == "1" and track.misspelt is not None:
                titles.add(track.misspelt.casefold())
            if track.artist.casefold() == artist and title in titles:
                return JSONResponse({"track": track.described()})
        return _error(6, "Track not found", 200)  # an error that says it went well

    def _geo(self, query: dict[str, str]) -> Response:
        country = query.get("country", "")
        if country not in COUNTRIES:
            return _error(6, "country param invalid", 400)
        here = [track for track in self.tracks if track.country == country]
        return self._chart(query, here, {"country": country}, playcount=False)

    def _chart(
        self, query: dict[str, str], tracks: list[Track], about: dict[str, str], *, playcount: bool
    ) -> Response:
        tracks.sort(key=lambda track: -track.listeners)
        limit = int(query.get("limit", "50"))
        some = [track.charted(rank, playcount=playcount) for rank, track in enumerate(tracks[:limit])]
        totals = {"page": "1", "perPage": str(limit), "totalPages": "1", "total": str(len(tracks))}
        chart: dict[str, Any] = {"@attr": about | totals}
        return JSONResponse({"tracks": chart | ({"track": _as_converted(some)} if some else {})})


def _as_converted(items: list[dict[str, Any]]) -> Any:
    """A list as it comes out of XML: one item stands alone."""
    return items[0] if len(items) == 1 else items


def _images(cover: str | None = None) -> list[dict[str, str]]:
    """Pictures in their sizes: the grey star, or an album's cover."""
    star = GREY_STAR if cover is None else GREY_STAR.rpartition("/")[0] + f"/{cover}.jpg"
    pictures = [{"#text": star.format(size=path), "size": size} for size, path in SIZES.items()]
    return [*pictures, {"#text": "", "size": "mega"}]


def _in_path(name: str) -> str:
    """A name in an address of theirs: signs that a server might take for syntax are encoded twice."""
    return quote_plus(quote(name, safe=" ")) if "+" in name else quote_plus(name)


def _error(code: int, message: str, status: int) -> Response:
    return JSONResponse({"error": code, "message": message, "links": []}, status)


if __name__ == "__main__":
    run_as_process(lambda host, port: LastfmStandIn(host=host, port=port), "lastfm")
