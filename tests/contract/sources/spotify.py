"""Spotify in the shared suite."""

from __future__ import annotations

from typing import cast

from core.adapters.sources.spotify import SpotifySource
from tests.contract.sources.subjects import Subject
from tests.fakes.sources.base import HttpStandIn
from tests.fakes.sources.spotify import SpotifyStandIn

ID = "4abKQXWHc9rDMgnoCDBvWX"


def source(stand_in: HttpStandIn, origin: str, read_seconds: float) -> SpotifySource:
    spotify = cast(SpotifyStandIn, stand_in)
    return SpotifySource(spotify.client_id, spotify.client_secret, origin, origin, read_seconds=read_seconds)


def refused(stand_in: HttpStandIn) -> SpotifySource:
    spotify = cast(SpotifyStandIn, stand_in)
    return SpotifySource(spotify.client_id, "the-wrong-secret", spotify.url, spotify.url)


def secrets(stand_in: HttpStandIn) -> tuple[str, ...]:
    return (cast(SpotifyStandIn, stand_in).client_secret, "the-wrong-secret", "BQ0")


SUBJECT = Subject(
    name="spotify",
    stand_in=SpotifyStandIn,
    source=source,
    refused=refused,
    secrets=secrets,
    search_paths=("/v1/search",),
    track_path="/v1/tracks/*",
    query="saanjh ira",
    title="Saanjh",
    artist="Ira",
    plenty="lamp",
    unknown_id="0000000000000000000000",
    links={
        f"https://open.spotify.com/track/{ID}": ID,
        f"https://open.spotify.com/track/{ID}?si=0123456789abcdef&utm_source=copy-link": ID,
        f"https://open.spotify.com/intl-hi/track/{ID}?si=x": ID,
        f"https://open.spotify.com/intl-pt-BR/track/{ID}": ID,
        f"https://open.spotify.com/embed/track/{ID}": ID,
        f"http://open.spotify.com/track/{ID}/": ID,
        f"https://OPEN.spotify.com/track/{ID}#0:30": ID,
        f"spotify:track:{ID}": ID,
    },
    other_links=(
        f"https://open.spotify.com/album/{ID}",
        f"https://open.spotify.com/playlist/{ID}",
        f"https://open.spotify.com/track/{ID}/lyrics",
        "https://open.spotify.com/track/",
        "https://spotify.link/aBcDeFgHiJ",
        f"https://open.spotify.com.example.org/track/{ID}",
        f"https://example.org/?u=https://open.spotify.com/track/{ID}",
        f"ftp://open.spotify.com/track/{ID}",
        f"spotify:album:{ID}",
    ),
)
