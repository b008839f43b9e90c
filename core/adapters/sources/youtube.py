"""YouTube by its Data API v3 (developers.google.com/youtube/v3): videos of the category Music as songs.

Searching has a quota of its own, 100 calls a day (since June 2026): a search here is one such call, and one
of videos.list, which has 10,000, for what searching doesn't tell (length, views, where it may be seen).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from core.adapters.sources.http import READ_SECONDS, Answer, WebService
from core.adapters.sources.youtube_answers import (
    QUOTA_ZONE,
    found_ids,
    is_playable,
    items_of,
    reasons_of,
    refusal,
    song_of,
)
from core.adapters.sources.youtube_links import is_video_id, video_id_in
from core.errors import Forbidden, NotFound
from core.music import Budget, SourceSong

if TYPE_CHECKING:
    from core.adapters.sources.youtube_audio import YouTubeAudio

MUSIC = 10
"""The number of the category."""
MOST_RESULTS = 50
PARTS = "snippet,contentDetails,statistics,status"
SEARCHES_A_DAY = 95
"""Of 100: some are lost to refusals, which count too."""
THIRTY_DAYS = 30 * 86_400.0
KNOWN_VIDEO = "jNQXAC9IVRw"
"""YouTube's first. Any would do: the answer is good for unknown ones too."""
LARGEST_AUDIO = 100_000_000


class YouTubeSource:
    """Implements `core.music.MusicSource`; hands out audio where the operator turned that on."""

    name = "youtube"
    label = "YouTube"
    facts_expire: float | None = THIRTY_DAYS
    """The API's policy: refreshed or forgotten after 30 days."""
    budgets: tuple[Budget, ...] = (Budget(SEARCHES_A_DAY, 86_400, zone=QUOTA_ZONE),)
    max_fetch_bytes = LARGEST_AUDIO

    def __init__(
        self,
        api_key: str,
        api_url: str,
        *,
        region: str = "IN",
        audio: YouTubeAudio | None = None,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        """`region` (ISO 3166-1): what can't be seen there is left out; its chart is what trends."""
        self._api_key = api_key
        self._region = region
        self._audio = audio
        self._service = WebService(self.label, api_url, read_seconds=read_seconds)

    async def search(self, query: str, *, limit: int, language: str | None) -> list[SourceSong]:
        """One call of the daily hundred, whatever the limit; at most 50 songs. Raises SourceUnavailable."""
        wanted = min(limit, MOST_RESULTS)
        if wanted < 1:
            return []
        params: dict[str, str | int] = {
            "part": "snippet",
            "q": query,
            "type": "video",
            "videoCategoryId": MUSIC,
            "videoEmbeddable": "true",
            "regionCode": self._region,
            "maxResults": wanted,
        }
        if language is not None and len(language) == 2:
            params["relevanceLanguage"] = language
        ids = found_ids(items_of(await self._asked("search", params)))[:wanted]
        if not ids:
            return []
        songs = {song.external_id: song for song in await self._videos({"id": ",".join(ids)})}
        return [songs[video_id] for video_id in ids if video_id in songs]

    async def track(self, external_id: str) -> SourceSong:
        """Raises NotFound, SourceUnavailable."""
        if not is_video_id(external_id):
            raise NotFound("no video id")
        songs = await self._videos({"id": external_id})
        found = next((song for song in songs if song.external_id == external_id), None)
        if found is None:
            raise NotFound("YouTube has no such video to show here")
        return found

    async def trending(self, *, limit: int, language: str | None) -> list[SourceSong]:
        """The region's music chart; YouTube has none by language. Raises SourceUnavailable."""
        wanted = min(limit, MOST_RESULTS)
        if wanted < 1:
            return []
        chart: dict[str, str | int] = {
            "chart": "mostPopular",
            "videoCategoryId": MUSIC,
            "regionCode": self._region,
            "maxResults": wanted,
        }
        return (await self._videos(chart))[:wanted]

    def id_in_link(self, url: str) -> str | None:
        return video_id_in(url)

    async def check(self) -> str:
        """One of the 10,000 daily units. Raises SourceUnavailable."""
        items_of(await self._asked("videos", {"part": "id", "id": KNOWN_VIDEO}))
        if self._audio is not None:
            self._audio.check()
        audio = "on" if self._audio is not None else "off"
        return f"the API key works; region {self._region}; audio {audio}"

    async def fetch(self, file_ref: str, into: Path, max_bytes: int) -> None:
        """The audio of a video. Raises Forbidden where that is off, and as `YouTubeAudio.fetch`."""
        if self._audio is None:
            raise Forbidden("audio from YouTube is off (MELODY_YOUTUBE_AUDIO)")
        await self._audio.fetch(file_ref, into, max_bytes)

    async def close(self) -> None:
        await self._service.close()

    async def _videos(self, which: Mapping[str, str | int]) -> list[SourceSong]:
        """Those that can be seen here, in YouTube's order."""
        answer = await self._asked("videos", {"part": PARTS, **which}, nothing=NOTHING_THERE)
        if not answer.ok:
            return []
        seen = [video for video in items_of(answer) if is_playable(video, self._region)]
        songs = (song_of(video, source=self.name, downloadable=self._audio is not None) for video in seen)
        return [song for song in songs if song is not None]

    async def _asked(
        self, resource: str, params: Mapping[str, str | int], nothing: frozenset[str] = frozenset()
    ) -> Answer:
        """A good answer, or one that fails with a reason in `nothing`. Raises SourceUnavailable.

        The key travels in a header: addresses are what logs and proxies keep.
        """
        headers = {"X-Goog-Api-Key": self._api_key}
        answer = await self._service.get(f"/youtube/v3/{resource}", params, headers)
        if answer.ok or nothing & set(reasons_of(answer)):
            return answer
        raise refusal(answer)


NOTHING_THERE = frozenset({"videoChartNotFound", "videoNotFound", "invalidVideoId"})
"""A chart that YouTube doesn't make for this region, an id that is none: refusals that mean an empty list."""
