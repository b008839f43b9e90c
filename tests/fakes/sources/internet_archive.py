"""A stand-in of the Internet Archive: search, metadata and downloads, with the oddities of its JSON.

As a process: `python -m tests.fakes.sources.internet_archive --port 8085`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from starlette.responses import JSONResponse, RedirectResponse, Response

from tests.fakes.sources.base import HttpStandIn, Received, run_as_process
from tests.fakes.sources.lucene import Document, compiled

BY = "https://creativecommons.org/licenses/by/4.0/"
BY_SA = "http://creativecommons.org/licenses/by-sa/3.0/"
BY_NC = "https://creativecommons.org/licenses/by-nc/4.0/"
BY_ND = "https://creativecommons.org/licenses/by-nd/4.0/"
ZERO = "http://creativecommons.org/publicdomain/zero/1.0/"
AUDIO = b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"an mp3, as far as anybody here looks " * 200
PARAMETERS = {"q", "fl[]", "sort[]", "rows", "page", "output"}


@dataclass
class ArchiveItem:
    """An item as it is kept there: a release with its files."""

    identifier: str
    metadata: dict[str, Any]
    """Values are strings or lists of strings."""
    files: list[dict[str, Any]]
    downloads: int = 812
    is_dark: bool = False
    contents: dict[str, bytes] = field(default_factory=dict)
    """What is in the files, by name; `AUDIO` where nothing is said."""

    def fields(self) -> dict[str, Any]:
        """As the search knows it."""
        formats = sorted({str(file["format"]) for file in self.files})
        return {
            "identifier": self.identifier,
            "downloads": self.downloads,
            "item_size": sum(int(file.get("size", 0)) for file in self.files),
            "format": formats if len(formats) != 1 else formats[0],
            **self.metadata,
        }

    def document(self) -> Document:
        return {
            name: [str(one) for one in (value if isinstance(value, list) else [value])]
            for name, value in self.fields().items()
        }

    @property
    def is_restricted(self) -> bool:
        return self.metadata.get("access-restricted-item") == "true"


def recording(
    base: str, title: str | None = None, seconds: float = 245.31, *, track: str = "", **tags: str
) -> list[dict[str, Any]]:
    """The files of one recording, as the Archive keeps and derives them; the original alone has the tags."""
    tagged = {"length": f"{seconds:.2f}", **({"title": title} if title else {}), **tags}
    tagged |= {"track": track} if track else {}
    original = f"{base}.flac"
    minutes = f"{int(seconds) // 60}:{int(seconds) % 60:02}"
    return [
        {"name": original, "source": "original", "format": "Flac", "size": "31457280", **tagged},
        _derived(f"{base}.mp3", original, "VBR MP3", "5242880", minutes),
        _derived(f"{base}.ogg", original, "Ogg Vorbis", "3145728", minutes),
        _derived(f"{base}_64kb.mp3", original, "64Kbps MP3", "1966080", minutes),
        _derived(f"{base}_sample.mp3", original, "VBR MP3", "480000", "0:30"),
        {"name": f"{base}.png", "source": "derivative", "original": original, "format": "PNG", "size": "9"},
    ]


def _derived(name: str, original: str, kind: str, size: str, length: str) -> dict[str, Any]:
    return {
        "name": name,
        "source": "derivative",
        "original": original,
        "format": kind,
        "size": size,
        "length": length,
    }


def release(
    identifier: str,
    title: Any,
    creator: Any,
    titles: Iterable[str],
    *,
    licence: Any = BY,
    downloads: int = 812,
    restricted: bool = False,
    **metadata: Any,
) -> ArchiveItem:
    """A release with one recording a title; its description lists them, as uploaders do."""
    titles = list(titles)
    files = [
        file
        for number, name in enumerate(titles, 1)
        for file in recording(f"{number:02} - {name.replace('/', '_')}", name, track=f"{number}")
    ]
    about = {
        "mediatype": "audio",
        "collection": ["netlabels", "opensource_audio"],
        "title": title,
        "creator": creator,
        "description": f"<div>Tracks: {', '.join(titles)}</div>",
        **({} if licence is None else {"licenseurl": licence}),
        **({"access-restricted-item": "true"} if restricted else {}),
        **metadata,
    }
    return ArchiveItem(identifier, about, files, downloads)


CATALOGUE: tuple[ArchiveItem, ...] = (
    release(
        "sample-ep-01",
        "Rain EP",
        ["Ira"],
        ["Saanjh", "Dhoop", "Baarish"],
        date="2019-05-01",
        language="hin",
        subject="indie; folk;hindi",
    ),
    release("saanjh-hindi", "साँझ", "इरा", ["साँझ"], licence=BY_SA, language=["Hindi"], year="2021"),
    release("lamps", "Lamps", "The Paging Choir", [f"Lamp {n}" for n in range(1, 36)], licence=ZERO),
    release("not-for-sale", "Evening", "Nadia", ["Evening Song"], licence=BY_NC),
    release("as-it-is", "Whole", "Nadia", ["Whole Song"], licence=BY_ND),
    release("no-licence", "Nobody Knows", "Nadia", ["Nobody Knows"], licence=None),
    release("lent-out", "Lent", "Nadia", ["Lent Song"], restricted=True),
    release("spoken", "The Rain, a Novel", "A Reader", ["Chapter 1"], collection=["librivoxaudio"]),
    ArchiveItem(
        "odd-names",
        {"mediatype": "etree", "title": ["Odd Names"], "licenseurl": [BY], "creator": ["Ana", "Bo"]},
        [
            *recording("disc 1/01 - 100% sure? #1", "Quite Sure", 61.0),
            *recording("disc 1/02 - a+b & ünï \"q'", "Sums"),
            *recording("डिस्क/साँझ", "Odd Dusk"),
        ],
    ),
)


class InternetArchiveStandIn(HttpStandIn):
    """`/advancedsearch.php`, `/metadata/…`, `/download/…` and the data nodes that downloads lead to."""

    title = "Internet Archive"

    def __init__(
        self, *, items: Iterable[ArchiveItem] = CATALOGUE, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        super().__init__(host=host, port=port)
        self.items = {item.identifier: item for item in items}

    def complaints(self, request: Received) -> Iterable[str]:
        if "melody" not in request.headers.get("user-agent", "").lower():
            yield f"{request.path}: the caller does not say who it is"
        if request.path == "/advancedsearch.php":
            for name in request.query.keys() - PARAMETERS:
                yield f"search: {name} is no parameter"
            if request.query.get("output") != "json":
                yield "search: without output=json the answer is a page"
            if int(request.query.get("rows", "50")) * int(request.query.get("page", "1")) > 10_000:
                yield "search: beyond 10,000 sorted results"
        if request.path.startswith("/download/") and request.query.get("cnt") != "0":
            yield "download: counted as a listener's"

    def answer(self, request: Received) -> Response:
        _, place, *rest = request.path.split("/", 2)
        if place == "advancedsearch.php":
            return self._search(request)
        item = self.items.get(rest[0].partition("/")[0]) if rest else None
        name = rest[0].partition("/")[2] if rest else ""
        match place:
            case "metadata":
                return JSONResponse({} if item is None else self._metadata(item))
            case "download":
                return self._download(item, name)
            case "data" if item is not None:
                return Response(item.contents.get(name, AUDIO), media_type="audio/mpeg")
        raise LookupError(f"there is no {request.path}")

    def _search(self, request: Received) -> Response:
        query = request.query
        try:
            fits = compiled(query["q"])
        except ValueError as error:
            self.violations.append(f"search: {error}")
            return JSONResponse({"error": "[QUERY_PARSE_ERROR] cannot read the query"}, 400)
        found = [item for item in self.items.values() if not item.is_dark and fits(item.document())]
        if query.get("sort[]") == "downloads desc":
            found.sort(key=lambda item: -item.downloads)
        rows, page = int(query.get("rows", "50")), int(query.get("page", "1"))
        wanted = [value for name, value in request.query_list if name == "fl[]"]
        some = found[rows * (page - 1) : rows * page]
        docs = [{name: item.fields()[name] for name in wanted if name in item.fields()} for item in some]
        header = {"status": 0, "QTime": 41, "params": {"query": query["q"]}}
        response = {"numFound": len(found), "start": rows * (page - 1), "docs": docs}
        return JSONResponse({"responseHeader": header, "response": response})

    def _metadata(self, item: ArchiveItem) -> Mapping[str, Any]:
        if item.is_dark:
            return {"created": 1_760_000_000, "is_dark": True, "metadata": {"identifier": item.identifier}}
        return {
            "created": 1_760_000_000,
            "d1": "ia800100.us.archive.org",
            "dir": f"/0/items/{item.identifier}",
            "files": item.files,
            "files_count": len(item.files),
            "item_size": sum(int(file.get("size", 0)) for file in item.files),
            "metadata": {"identifier": item.identifier, **item.metadata},
            "server": "ia800100.us.archive.org",
            "uniq": 1_412_000_000,
            "workable_servers": ["ia800100.us.archive.org"],
        }

    def _download(self, item: ArchiveItem | None, name: str) -> Response:
        if item is None or item.is_dark or name not in {file["name"] for file in item.files}:
            return Response("<h1>Item not available</h1>", 404, media_type="text/html")
        if item.is_restricted:
            return Response("<h1>The item is not available due to issues</h1>", 403, media_type="text/html")
        return RedirectResponse(f"{self.url}/data/{item.identifier}/{quote(name)}", 302)


if __name__ == "__main__":
    run_as_process(lambda host, port: InternetArchiveStandIn(host=host, port=port), "internet_archive")
