"""Jamendo in the shared suite."""

from __future__ import annotations

from typing import cast

from core.adapters.sources.jamendo import JamendoSource
from tests.contract.sources.subjects import Subject
from tests.fakes.sources.base import HttpStandIn
from tests.fakes.sources.jamendo import JamendoStandIn


def source(stand_in: HttpStandIn, origin: str, read_seconds: float) -> JamendoSource:
    client_id = cast(JamendoStandIn, stand_in).client_id
    return JamendoSource(client_id, origin, noncommercial=True, read_seconds=read_seconds)


def refused(stand_in: HttpStandIn) -> JamendoSource:
    return JamendoSource("the-wrong-id", stand_in.url, noncommercial=True)


def secrets(stand_in: HttpStandIn) -> tuple[str, ...]:
    return (cast(JamendoStandIn, stand_in).client_id, "the-wrong-id")


SUBJECT = Subject(
    name="jamendo",
    stand_in=JamendoStandIn,
    source=source,
    refused=refused,
    secrets=secrets,
    search_paths=("/v3.0/tracks/",),
    track_path="/v3.0/tracks/",
    query="saanjh ira",
    title="Saanjh",
    artist="Ira",
    plenty="lamp",
    unknown_id="999999999",
    links={
        "https://www.jamendo.com/track/1000001": "1000001",
        "https://www.jamendo.com/track/1000001/lluvia": "1000001",
        "http://jamendo.com/track/1000001/": "1000001",
        "https://www.jamendo.com/en/track/1000001/lluvia?language=en#top": "1000001",
    },
    other_links=(
        "https://www.jamendo.com/album/1000001/uno",
        "https://www.jamendo.com/artist/77/ana-p",
        "https://www.jamendo.com/track/",
        "https://www.jamendo.com/track/lluvia",
        "https://www.jamendo.com.example.org/track/1000001",
        "https://example.org/track/1000001",
        "ftp://www.jamendo.com/track/1000001",
    ),
)
