"""Fetching covers from the hosts where the configured sources keep theirs, and from nowhere else."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from core.adapters.sources.download import Downloader
from core.config import Settings
from core.errors import NotFound

SECONDS = 8.0

_GOOGLE = (".ytimg.com", ".ggpht.com", ".googleusercontent.com")


class Thumbnails:
    """One guarded downloader a source: public addresses only, bounded in time and size."""

    def __init__(self, sources: Collection[str], settings: Settings) -> None:
        """`sources` are the configured ones, by name."""
        places = _places(settings)
        self._downloaders = [
            Downloader(origin, suffixes, total_seconds=SECONDS)
            for name in sorted(sources)
            for origin, suffixes in places.get(name, [])
        ]

    async def fetch(self, url: str, into: Path, max_bytes: int) -> None:
        """Raises NotFound for a host that is none of theirs, and as `Downloader.download` does."""
        for downloader in self._downloaders:
            if downloader.goes_to(url):
                await downloader.download(url, into, max_bytes)
                return
        raise NotFound("no source keeps its covers there")

    async def close(self) -> None:
        for downloader in self._downloaders:
            await downloader.close()


def _places(settings: Settings) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Where each source keeps pictures: an origin, and how the names of hosts end that it leads to."""
    return {
        "internet_archive": [(settings.internet_archive_url, (".archive.org",))],
        "jamendo": [(settings.jamendo_api_url, (".jamendo.com",))],
        "lastfm": [(settings.lastfm_api_url, ()), ("https://lastfm.freetls.fastly.net", ())],
        "spotify": [(settings.spotify_api_url, (".scdn.co", ".spotifycdn.com"))],
        "youtube": [(settings.youtube_api_url, _GOOGLE)],
        "youtube_music": [("https://music.youtube.com", _GOOGLE)],
    }
