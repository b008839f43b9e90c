"""YouTube Music by ytmusicapi, which does as its web player does: only where the operator names it.

It needs no key, and it breaks without notice: every surprise in an answer is SourceUnavailable. The language
stays English, since ytmusicapi (1.12) tells songs from other results by an English heading.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import locale
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from core.adapters.sources.youtube_answers import line_of, popularity_of, year_of
from core.adapters.sources.youtube_links import is_video_id, video_id_in
from core.errors import NotFound
from core.music import Budget, SourceRefused, SourceSong, SourceUnavailable
from core.text.video_titles import names_of

if TYPE_CHECKING:
    from requests.adapters import HTTPAdapter
    from ytmusicapi import YTMusic

T = TypeVar("T")

EXTRA = "youtube-music"
THREADS = 4
MOST_WAITING = 16
CALL_SECONDS = 20.0
MOST_RESULTS = 50
KNOWN_QUERY = "a"
MADE_FOR_MUSIC = "MUSIC_VIDEO_TYPE_ATV"
"""YouTube's mark of recordings that labels delivered: their titles are the songs' own."""


class YouTubeMusicSource:
    """Implements `core.music.MusicSource`; ids are those of YouTube's videos."""

    name = "youtube_music"
    label = "YouTube Music"
    facts_expire: float | None = 30 * 86_400.0
    budgets: tuple[Budget, ...] = (Budget(30, 60),)
    """Nobody tells us a limit; this is what a busy person's browser might ask."""

    def __init__(
        self, *, region: str = "IN", adapter: HTTPAdapter | None = None, call_seconds: float = CALL_SECONDS
    ) -> None:
        """`adapter` carries the requests instead of the network's bounded one."""
        self._region = region
        self._adapter = adapter
        self._call_seconds = call_seconds
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="youtube-music")
        self._running = 0
        self._making = threading.Lock()
        self._client: YTMusic | None = None

    async def search(self, query: str, *, limit: int, language: str | None) -> list[SourceSong]:
        """`language` is of no use here. Raises SourceUnavailable."""
        wanted = min(limit, MOST_RESULTS)
        if wanted < 1:
            return []
        found = await self._call(lambda client: client.search(query, filter="songs", limit=wanted))
        songs = (
            (_found_song(item) for item in found if isinstance(item, dict)) if isinstance(found, list) else ()
        )
        unique = {song.external_id: song for song in songs if song is not None}
        return list(unique.values())[:wanted]

    async def track(self, external_id: str) -> SourceSong:
        """Raises NotFound, SourceUnavailable."""
        if not is_video_id(external_id):
            raise NotFound("no video id")
        answer = await self._call(lambda client: client.get_song(external_id))
        song = _played_song(answer, external_id)
        if song is None:
            raise NotFound("YouTube Music plays no such song")
        return song

    async def trending(self, *, limit: int, language: str | None) -> list[SourceSong]:
        """Nothing: its charts are lists of playlists."""
        return []

    def id_in_link(self, url: str) -> str | None:
        return video_id_in(url)

    async def check(self) -> str:
        """Raises SourceUnavailable."""
        await self._call(lambda client: client.search(KNOWN_QUERY, filter="songs", limit=1))
        return f"answers; unofficial, without a key; region {self._region}"

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _call(self, call: Callable[[YTMusic], T]) -> T:
        """Run a blocking call in one of a few threads. What runs out of time here ends in its thread soon
        after, since the session has limits of its own. Raises SourceUnavailable."""
        if importlib.util.find_spec("ytmusicapi") is None:
            raise SourceRefused(f"ytmusicapi is not installed: pip install 'melody-studio[{EXTRA}]'")
        if self._running >= MOST_WAITING:
            raise SourceUnavailable("too many questions to YouTube Music at once")
        self._running += 1
        running = asyncio.get_running_loop().run_in_executor(self._threads, self._answer, call)
        running.add_done_callback(self._done)
        try:
            async with asyncio.timeout(self._call_seconds):
                return await asyncio.shield(running)
        except TimeoutError:
            raise SourceUnavailable("YouTube Music does not answer in time") from None

    def _done(self, running: asyncio.Future[Any]) -> None:
        self._running -= 1
        if not running.cancelled():
            running.exception()  # nobody may be left to hear of it

    def _answer(self, call: Callable[[YTMusic], T]) -> T:
        from requests import RequestException
        from ytmusicapi.exceptions import YTMusicError

        from core.adapters.sources.youtube_music_session import AskedToWait

        try:
            return call(self._made_client())
        except AskedToWait as error:
            raise SourceUnavailable("YouTube Music asks to wait", error.seconds) from None
        except RequestException as error:
            raise SourceUnavailable(f"YouTube Music does not answer ({type(error).__name__})") from None
        except YTMusicError as error:
            raise SourceUnavailable(f"YouTube Music refuses ({type(error).__name__})") from None
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
            # How it shows that YouTube changed its pages: ytmusicapi looks for what is not there any more.
            raise SourceUnavailable(f"ytmusicapi can't read the answer ({type(error).__name__})") from None

    def _made_client(self) -> YTMusic:
        from ytmusicapi import YTMusic

        from core.adapters.sources.youtube_music_session import bounded_session

        with self._making:
            if self._client is None:
                with _locale_kept():
                    session = bounded_session(self._adapter)
                    client = YTMusic(requests_session=session, language="en", location=self._region)
                client.base_headers  # noqa: B018  asks for a visitor's id, once
                self._client = client
            return self._client


@contextlib.contextmanager
def _locale_kept() -> Iterator[None]:
    """ytmusicapi sets the locale of the whole process; ours stays as it was."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        yield
    finally:
        locale.setlocale(locale.LC_ALL, before)


def _found_song(item: dict[str, Any]) -> SourceSong | None:
    """A result of `YTMusic.search`; None for what is no playable song."""
    video_id, raw_title = item.get("videoId"), item.get("title")
    if not isinstance(video_id, str) or not is_video_id(video_id) or not isinstance(raw_title, str):
        return None
    if item.get("resultType") != "song" or item.get("isAvailable") is False or not line_of(raw_title):
        return None
    return SourceSong(
        source=YouTubeMusicSource.name,
        external_id=video_id,
        title=line_of(raw_title),
        artist=_names(item.get("artists")),
        url=f"https://music.youtube.com/watch?v={video_id}",
        album=_names([item.get("album")]) or None,
        duration=_seconds(item.get("duration_seconds")),
        release_year=year_of(item.get("year")),
        explicit=item.get("isExplicit") is True,
        thumbnail_url=_largest(item.get("thumbnails")),
        external_ids={"youtube": video_id},
    )


def _played_song(answer: object, video_id: str) -> SourceSong | None:
    """The answer of `YTMusic.get_song`; None for another video, a private one or a stream.

    Raises SourceUnavailable when it is no such answer.
    """
    if not isinstance(_dict(answer).get("playabilityStatus"), dict):
        raise SourceUnavailable("YouTube Music's answer tells of no song")
    details = _dict(_dict(answer).get("videoDetails"))
    raw_title, author = details.get("title"), details.get("author")
    if details.get("videoId") != video_id or not isinstance(raw_title, str) or not line_of(raw_title):
        return None
    if details.get("isPrivate") is True or details.get("isLiveContent") is True:
        return None
    title, artist = line_of(raw_title), line_of(author) if isinstance(author, str) else ""
    if details.get("musicVideoType") != MADE_FOR_MUSIC:
        title, artist = names_of(title, artist)
    seconds = details.get("lengthSeconds")
    is_count = isinstance(seconds, str) and seconds.isdecimal() and len(seconds) < 10
    return SourceSong(
        source=YouTubeMusicSource.name,
        external_id=video_id,
        title=title,
        artist=artist,
        url=f"https://music.youtube.com/watch?v={video_id}",
        duration=_seconds(int(seconds)) if is_count and isinstance(seconds, str) else None,
        thumbnail_url=_largest(_dict(details.get("thumbnail")).get("thumbnails")),
        popularity=popularity_of(details.get("viewCount")),
        other_titles=(line_of(raw_title),) if line_of(raw_title) != title else (),
        external_ids={"youtube": video_id},
    )


def _names(entries: object) -> str:
    named = (_dict(entry).get("name") for entry in (entries if isinstance(entries, list) else []))
    return ", ".join(line for name in named if isinstance(name, str) and (line := line_of(name)))


def _seconds(value: object) -> float | None:
    is_length = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 604_800
    return float(value) if is_length and isinstance(value, int | float) else None


def _largest(pictures: object) -> str | None:
    """The address of the last picture, which is the largest."""
    for picture in reversed(pictures if isinstance(pictures, list) else []):
        url = _dict(picture).get("url")
        if isinstance(url, str) and url.startswith("https://") and url.isascii() and len(url) <= 1_000:
            return url
    return None


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
