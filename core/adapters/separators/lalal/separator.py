"""The separator at LALAL.AI; implements `core.ports.Separator`."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
import threading
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from core.errors import Cancelled, EngineAway, RecordingRefused
from core.ports import SAMPLE_RATE, Control, Quality, SampleReader, StemWriter

if TYPE_CHECKING:
    from core.adapters.separators.lalal.board import Timing
    from core.adapters.separators.lalal.client import LalalClient
    from core.adapters.separators.lalal.errand import Errand
    from core.adapters.separators.lalal.shelf import Shelf
    from core.adapters.separators.lalal.sound import Mix
    from core.media.pcm import PcmFile

NAME = "lalal.1"
"""Counts up with `client.PRESETS`; which model they run is theirs to choose."""
THEIR_HOSTS = (".lalal.ai",)
DOWNLOAD_SECONDS = 600.0
REDIS_SECONDS = 3.0
THERE_SHARE = 0.9
"""Of the progress: until the instrumental is here."""


class LalalSeparator:
    """Both qualities are the same there. Without Redis only the threads of one process know of each other."""

    engine = NAME
    service = "LALAL.AI"
    qualities_are_one: Literal[True] = True

    def __init__(
        self,
        license_key: str,
        api_url: str,
        *,
        redis_url: str | None,
        work_dir: Path,
        timing: Timing | None = None,
    ) -> None:
        """`work_dir` is for temporary files, which are some 55 MB a minute of sound."""
        self._key = license_key
        self._origin = api_url
        self._redis_url = redis_url
        self._work_dir = work_dir
        self._timing = timing
        self._own: Shelf | None = None
        self._lock = threading.Lock()

    def prepare(self, say: Callable[[str], None] | None = None) -> None:
        """There is nothing to fetch."""

    def check(self) -> str:
        """One line about the account. Raises EngineAway, ServiceUnavailable."""
        return f"{asyncio.run(self._minutes_left()):.0f} minutes left"

    def separate(
        self, mix: SampleReader, write: StemWriter, *, quality: Quality, threads: int, control: Control
    ) -> None:
        """Blocking, in bounded memory. Raises Cancelled, EngineAway, ServiceUnavailable."""
        from core.adapters.separators.lalal import sound
        from core.adapters.separators.lalal.errand import Song

        self._work_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        worker = uuid.uuid4().hex
        with tempfile.TemporaryDirectory(dir=self._work_dir) as name:
            folder = Path(name)
            kept = sound.keep(mix, folder / "mix.f32", control)
            flac = folder / "song.flac"
            sound.write_flac(kept, flac, control)
            size, seconds = flac.stat().st_size, kept.samples / SAMPLE_RATE
            song = Song(f"{NAME}-{kept.sha256}", flac, size, seconds)
            there = _Share(control, 0.0, THERE_SHARE)
            asyncio.run(self._errand(worker, there, lambda errand: errand.run(song, folder / "back.flac")))
            try:
                with _decoded(folder, kept, control) as instrumental:
                    sound.write_stems(kept, instrumental, write, _Share(control, THERE_SHARE, 1.0))
            except (Cancelled, EngineAway):
                asyncio.run(self._errand(worker, control, lambda errand: errand.remove(song)))
                raise
            asyncio.run(self._errand(worker, control, lambda errand: errand.remove(song)))

    async def _errand(self, worker: str, control: Control, step: Callable[[Errand], Awaitable[None]]) -> None:
        """One step of an errand, with all it needs, in an event loop of its own."""
        from core.adapters.separators.lalal.board import Board, Timing
        from core.adapters.separators.lalal.errand import Errand
        from core.adapters.sources.download import Downloader

        timing = self._timing or Timing()
        async with AsyncExitStack() as stack:
            client = self._client(timing.call_pause)
            stack.push_async_callback(client.close)
            board = Board(self._shelf(), timing)
            stack.push_async_callback(board.close)
            downloader = Downloader(self._origin, THEIR_HOSTS, total_seconds=DOWNLOAD_SECONDS)
            stack.push_async_callback(downloader.close)
            await step(Errand(client, board, downloader, timing, control, worker))

    async def _minutes_left(self) -> float:
        client = self._client(0.2)
        try:
            return await client.minutes_left()
        finally:
            await client.close()

    def _client(self, pause: float) -> LalalClient:
        from core.adapters.separators.lalal.client import LalalClient

        return LalalClient(self._origin, self._key, pause=pause)

    def _shelf(self) -> Shelf:
        from core.adapters.separators.lalal.shelf import OwnShelf, RedisShelf
        from core.redis_url import parse_redis_url

        if self._redis_url is None:
            with self._lock:
                self._own = self._own or OwnShelf()
                return self._own
        redis = parse_redis_url(self._redis_url).client(
            socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
        )
        account = hashlib.sha256(self._key.encode()).hexdigest()[:16]
        return RedisShelf(redis, f"melody:lalal:{account}:")


@contextmanager
def _decoded(folder: Path, mix: Mix, control: Control) -> Iterator[PcmFile]:
    """What came back, decoded by the child that nothing can be done to. Raises EngineAway, Cancelled."""
    from core.adapters.separators.lalal.sound import MOST_DIFFERENCE
    from core.media.pcm import PcmFile
    from core.media.safe_decode import decode

    raw = folder / "back.f32"
    try:
        longest = (mix.samples + MOST_DIFFERENCE) / SAMPLE_RATE + 1.0
        facts = decode(folder / "back.flac", raw, max_seconds=longest, control=control)
    except RecordingRefused as error:
        raise EngineAway(f"what LALAL.AI made can't be used: {error.detail}", lasting=True) from None
    if abs(facts.samples - mix.samples) > MOST_DIFFERENCE:
        raise EngineAway("what LALAL.AI made is not as long as the song", lasting=True)
    with PcmFile(raw, samples=facts.samples, rms_dbfs=facts.rms_dbfs) as instrumental:
        yield instrumental


class _Share:
    """The control of a part of the work: its progress is that from `start` to `end` of the whole."""

    def __init__(self, control: Control, start: float, end: float) -> None:
        self._control = control
        self._start = start
        self._end = end

    def progress(self, fraction: float) -> None:
        self._control.progress(self._start + (self._end - self._start) * fraction)

    def raise_if_cancelled(self) -> None:
        self._control.raise_if_cancelled()
