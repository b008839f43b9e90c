"""YouTube in the shared suite."""

from __future__ import annotations

from typing import cast

from core.adapters.sources.youtube import YouTubeSource
from tests.contract.sources.subjects import Subject
from tests.fakes.sources.base import HttpStandIn
from tests.fakes.sources.youtube import SEARCH, VIDEOS, YouTubeStandIn

ID = "aB3dE5fG7hI"


def source(stand_in: HttpStandIn, origin: str, read_seconds: float) -> YouTubeSource:
    return YouTubeSource(cast(YouTubeStandIn, stand_in).api_key, origin, read_seconds=read_seconds)


def refused(stand_in: HttpStandIn) -> YouTubeSource:
    return YouTubeSource("the-wrong-key", stand_in.url)


def secrets(stand_in: HttpStandIn) -> tuple[str, ...]:
    return (cast(YouTubeStandIn, stand_in).api_key, "the-wrong-key")


SUBJECT = Subject(
    name="youtube",
    stand_in=lambda: YouTubeStandIn(searches_a_day=1_000_000),
    source=source,
    refused=refused,
    secrets=secrets,
    search_paths=(SEARCH, VIDEOS),
    track_path=VIDEOS,
    query="subah ira",
    title="Saanjh & Subah",
    artist="Ira",
    plenty="lamp",
    unknown_id="zZzZzZzZzZz",
    links={
        f"https://www.youtube.com/watch?v={ID}": ID,
        f"https://www.youtube.com/watch?app=desktop&v={ID}&list=RD{ID}&t=42s#top": ID,
        f"http://youtube.com/watch/?v={ID}": ID,
        f"https://m.youtube.com/watch?v={ID}&feature=share": ID,
        f"https://music.youtube.com/watch?v={ID}&si=abc": ID,
        f"https://youtu.be/{ID}": ID,
        f"https://youtu.be/{ID}?si=0123456789abcdef&t=3": ID,
        f"youtu.be/{ID}": ID,
        f"https://www.youtube.com/shorts/{ID}?feature=share": ID,
        f"https://www.youtube.com/embed/{ID}?start=3": ID,
        f"https://www.youtube-nocookie.com/embed/{ID}": ID,
        f"https://www.youtube.com/live/{ID}?si=x": ID,
        f"https://WWW.YouTube.com/v/{ID}": ID,
        "https://youtu.be/-_aB3dE5fG7": "-_aB3dE5fG7",
    },
    other_links=(
        "https://www.youtube.com/watch?v=short",
        f"https://www.youtube.com/watch?v={ID}x",
        "https://www.youtube.com/watch?v=aB3dE5fG7%2F%2F",
        f"https://www.youtube.com/playlist?list={ID}",
        f"https://www.youtube.com/channel/{ID}",
        f"https://www.youtube.com/@{ID}",
        f"https://youtu.be.example.org/{ID}",
        f"https://example.org/watch?v={ID}",
        f"https://www.youtube.com@example.org/watch?v={ID}",
        f"ftp://www.youtube.com/watch?v={ID}",
        f"javascript://www.youtube.com/watch?v={ID}",
        "https://www.youtube.com/",
        "https://[youtube.com/watch",
        "https://youtu.be/" + ID + "x" * 3000,
        "",
    ),
)
