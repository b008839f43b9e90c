"""Covers of songs, as small WebP files: fetched from where a song is listed, once, and kept on this disk.

What is kept is a cache of this machine: it is bounded, and anything in it can be had again. Covers that came
inside people's own recordings are never in it: they are made anew from the stored one, which goes with them.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import shutil
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

from core.errors import Forbidden, MelodyError, NotFound, ServiceUnavailable, TooLarge
from core.media.covers import SIDES, make_covers
from core.ports import ObjectStore

logger = logging.getLogger(__name__)

FetchPicture = Callable[[str, Path, int], Awaitable[None]]
"""`fetch(url, into, max_bytes)`. Raises NotFound for hosts that are none of our sources', and as
`core.ports.AudioOrigin` does."""

MOST_PICTURE_BYTES = 8_000_000
KEPT_SECONDS = 7 * 86_400.0
NONE_SECONDS = 600.0
"""How long it is remembered that there is none."""
MOST_BYTES = 300_000_000
"""Some 10,000 covers in all sizes."""
TRIM_EVERY = 64
MOST_FLIGHTS = 64
AT_ONCE = 4


class Covers:
    """Belongs to one event loop; processes of one machine share the folder."""

    def __init__(self, folder: Path, fetch: FetchPicture, store: ObjectStore) -> None:
        self._folder = folder
        self._fetch = fetch
        self._store = store
        self._flights: dict[str, asyncio.Task[bool]] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._written = 0

    async def stored(self, sha256: str, side: int) -> bytes:
        """A cover that came inside a recording. Raises NotFound."""
        folder = self._folder / "making" / uuid.uuid4().hex
        await asyncio.to_thread(folder.mkdir, parents=True, mode=0o700)
        try:
            async with self._store.local_copy(sha256, folder) as picture, self._turns:
                made = folder / "cover.webp"
                if not await asyncio.to_thread(make_covers, picture, {side: made}):
                    raise NotFound("the cover is no picture")
                return await asyncio.to_thread(made.read_bytes)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def listed(self, url: str, side: int) -> bytes:
        """A cover at an address that a source tells. Raises NotFound, ServiceUnavailable."""
        name = hashlib.sha256(url.encode()).hexdigest()[:40]
        kept = await asyncio.to_thread(self._kept, name, side)
        if kept is None and await self._once(name, url):
            kept = await asyncio.to_thread(self._kept, name, side)
        if not kept:
            raise NotFound("there is no cover")
        return kept

    async def close(self) -> None:
        """Give up what goes on."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    async def _once(self, name: str, url: str) -> bool:
        """Fetch it; whoever wants the same meanwhile waits for the same."""
        flight = self._flights.get(name)
        if flight is None:
            if len(self._flights) >= MOST_FLIGHTS:
                raise ServiceUnavailable("too many covers at once")
            flight = self._flights[name] = asyncio.create_task(self._bring(name, url))
            flight.add_done_callback(lambda _: self._flights.pop(name, None))
        return await asyncio.shield(flight)

    async def _bring(self, name: str, url: str) -> bool:
        """Fetch a picture and keep it in all sizes; False where there is none, which is remembered too."""
        folder = self._folder / "making" / uuid.uuid4().hex
        await asyncio.to_thread(folder.mkdir, parents=True, mode=0o700)
        try:
            async with self._turns:
                made = await self._make(folder, name, url)
                await asyncio.to_thread(self._keep, folder, name, made=made)
        except (MelodyError, OSError) as error:
            logger.info("a cover can't be had: %s", type(error).__name__)
            raise ServiceUnavailable("the cover can't be had now") from None
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        return made

    async def _make(self, folder: Path, name: str, url: str) -> bool:
        picture = folder / "picture"
        try:
            await self._fetch(url, picture, MOST_PICTURE_BYTES)
        except (NotFound, Forbidden, TooLarge):
            return False
        into = {side: folder / _file(name, side) for side in SIDES}
        return await asyncio.to_thread(make_covers, picture, into)

    # --- what runs in threads ---------------------------------------------------------------------------

    def _kept(self, name: str, side: int) -> bytes | None:
        """The cover; empty where it is known that there is none, None where nothing is known."""
        try:
            if time.time() - (self._folder / f"{name}.none").stat().st_mtime < NONE_SECONDS:
                return b""
        except OSError:
            pass
        try:
            path = self._folder / _file(name, side)
            if time.time() - path.stat().st_mtime < KEPT_SECONDS:
                return path.read_bytes()
        except OSError:
            pass
        return None

    def _keep(self, folder: Path, name: str, *, made: bool) -> None:
        """Each file appears whole, by a rename."""
        if made:
            for side in SIDES:
                (folder / _file(name, side)).replace(self._folder / _file(name, side))
            (self._folder / f"{name}.none").unlink(missing_ok=True)
        else:
            (self._folder / f"{name}.none").touch()
        if self._written % TRIM_EVERY == 0:
            self._trim()
        self._written += 1

    def _trim(self) -> None:
        """The oldest go when there is no room."""
        found = []
        for path in self._folder.glob("*.*"):
            try:
                stat = path.stat()
            except OSError:
                continue
            found.append((stat.st_mtime, max(stat.st_size, 1024), path))
        room = MOST_BYTES
        for _, size, path in sorted(found, reverse=True):
            room -= size
            if room < 0:
                path.unlink(missing_ok=True)


def _file(name: str, side: int) -> str:
    return f"{name}-{side}.webp"
