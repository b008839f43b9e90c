"""The Internet Archive in the shared suite."""

from __future__ import annotations

from core.adapters.sources.internet_archive import InternetArchiveSource
from tests.contract.sources.subjects import Subject
from tests.fakes.sources.base import HttpStandIn
from tests.fakes.sources.internet_archive import InternetArchiveStandIn


def source(stand_in: HttpStandIn, origin: str, read_seconds: float) -> InternetArchiveSource:
    return InternetArchiveSource(origin, noncommercial=False, read_seconds=read_seconds)


SUBJECT = Subject(
    name="internet_archive",
    stand_in=InternetArchiveStandIn,
    source=source,
    refused=None,
    secrets=lambda stand_in: (),
    search_paths=("/advancedsearch.php", "/metadata/*"),
    track_path="/metadata/*",
    query="saanjh ira",
    title="Saanjh",
    artist="Ira",
    plenty="lamp",
    unknown_id="there-is-no-such-item/01.mp3",
    links={
        "https://archive.org/details/sample-ep-01": "sample-ep-01",
        "https://archive.org/details/sample-ep-01/": "sample-ep-01",
        "http://www.archive.org/details/sample-ep-01?sort=title#reviews": "sample-ep-01",
        "https://archive.org/details/sample-ep-01/01+-+Saanjh.mp3": "sample-ep-01/01 - Saanjh.mp3",
        "https://archive.org/details/odd-names/disc+1/02+-+a%2Bb.mp3": "odd-names/disc 1/02 - a+b.mp3",
        "https://archive.org/download/odd-names/disc%201/02%20-%20a+b.mp3": "odd-names/disc 1/02 - a+b.mp3",
        "https://archive.org/download/odd-names/100%25%20sure%3F%20%231.mp3": "odd-names/100% sure? #1.mp3",
        "https://archive.org/embed/sample-ep-01": "sample-ep-01",
    },
    other_links=(
        "https://archive.org/",
        "https://archive.org/details/",
        "https://archive.org/details/@somebody",
        "https://archive.org/search?query=rain",
        "https://web.archive.org/web/2020/https://example.org/",
        "https://archive.org.example.org/details/sample-ep-01",
        "https://example.org/details/sample-ep-01",
        "ftp://archive.org/details/sample-ep-01",
        f"https://archive.org/download/long/{'a' * 1000}.mp3",
    ),
)
