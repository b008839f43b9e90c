"""YouTube Music in the shared suite: the real ytmusicapi, whose requests are led to the stand-in."""

from __future__ import annotations

from typing import Any

import requests

from core.adapters.sources.youtube_music import YouTubeMusicSource
from core.adapters.sources.youtube_music_session import BoundedAdapter
from tests.contract.sources.subjects import Subject
from tests.fakes.sources.base import HttpStandIn
from tests.fakes.sources.youtube_music import PLAYER, SEARCH, YouTubeMusicStandIn

ID = "aB3dE5fG7hI"
PLACE = "https://music.youtube.com"


class Rerouted(BoundedAdapter):
    """Asks another origin; ytmusicapi itself knows but one."""

    def __init__(self, origin: str, read_seconds: float) -> None:
        super().__init__(read_seconds)
        self._origin = origin

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        assert request.url is not None
        assert request.url.startswith((PLACE, self._origin)), request.url
        request.url = request.url.replace(PLACE, self._origin)
        return super().send(request, *args, **more)


def source(stand_in: HttpStandIn, origin: str, read_seconds: float) -> YouTubeMusicSource:
    return YouTubeMusicSource(adapter=Rerouted(origin, read_seconds))


SUBJECT = Subject(
    name="youtube_music",
    stand_in=YouTubeMusicStandIn,
    source=source,
    refused=None,
    secrets=lambda stand_in: (),
    search_paths=(SEARCH,),
    track_path=PLAYER,
    query="saanjh ira",
    title="Saanjh",
    artist="Ira",
    plenty="lamp",
    unknown_id="zZzZzZzZzZz",
    links={
        f"https://music.youtube.com/watch?v={ID}&si=abc": ID,
        f"https://www.youtube.com/watch?v={ID}": ID,
        f"https://youtu.be/{ID}": ID,
    },
    other_links=(
        "https://music.youtube.com/playlist?list=RDCLAK5uy_x",
        "https://music.youtube.com/browse/MPREb_x",
        f"https://music.youtube.com.example.org/watch?v={ID}",
    ),
)
