"""Last.fm in the shared suite."""

from __future__ import annotations

from typing import cast
from urllib.parse import quote

from core.adapters.sources.lastfm import LastfmSource
from tests.contract.sources.subjects import Subject
from tests.fakes.sources.base import HttpStandIn
from tests.fakes.sources.lastfm import LastfmStandIn


def source(stand_in: HttpStandIn, origin: str, read_seconds: float) -> LastfmSource:
    key = cast(LastfmStandIn, stand_in).api_key
    return LastfmSource(key, origin, spacing=0.0, read_seconds=read_seconds)


def refused(stand_in: HttpStandIn) -> LastfmSource:
    return LastfmSource("the-wrong-key", stand_in.url, spacing=0.0)


def secrets(stand_in: HttpStandIn) -> tuple[str, ...]:
    return (cast(LastfmStandIn, stand_in).api_key, "the-wrong-key")


SUBJECT = Subject(
    name="lastfm",
    stand_in=LastfmStandIn,
    source=source,
    refused=refused,
    secrets=secrets,
    search_paths=("/2.0/",),
    track_path="/2.0/",
    query="saanjh ira",
    title="Saanjh",
    artist="Ira",
    plenty="lamp",
    unknown_id="Nobody/_/Nothing",
    links={
        "https://www.last.fm/music/Ira/_/Saanjh": "Ira/_/Saanjh",
        "http://last.fm/music/Ira/_/Saanjh/": "Ira/_/Saanjh",
        "https://www.last.fm/de/music/Ira/_/Saanjh+Dhale?from=1#shoutbox": "Ira/_/Saanjh+Dhale",
        "https://www.last.fm/music/Ira/_/Saanjh/+wiki": "Ira/_/Saanjh",
        "https://www.last.fm/music/Ira/Dhoop/Saanjh": "Ira/_/Saanjh",
        "https://www.last.fm/music/+noredirect/Ira/_/Saanjh": "Ira/_/Saanjh",
        f"https://www.last.fm/music/{quote('इरा')}/_/{quote('साँझ')}": "इरा/_/साँझ",
        "https://www.last.fm/music/AC%2FDC/_/Thunderstruck": "AC%2FDC/_/Thunderstruck",
        "https://www.last.fm/music/Florence+%252B+the+Machine/_/Shake+It+Out": (
            "Florence+%2B+the+Machine/_/Shake+It+Out"
        ),
        "https://www.last.fm/music/Rema/_/100%25": "Rema/_/100%25",
    },
    other_links=(
        "https://www.last.fm/music/Ira",
        "https://www.last.fm/music/Ira/Dhoop",
        "https://www.last.fm/music/Ira/+albums/+x",
        "https://www.last.fm/tag/bollywood",
        "https://www.last.fm/user/asha/library/music/Ira/_/Saanjh",
        "https://www.last.fm.example.org/music/Ira/_/Saanjh",
        "https://example.org/music/Ira/_/Saanjh",
        "ftp://www.last.fm/music/Ira/_/Saanjh",
    ),
)
