"""The librarian: keeps the catalogue like the music folder (`MELODY_MUSIC_DIR`) while it changes.

Any number may run; one at a time works. What the system tells about changes is only the sign to look: each
look compares the whole folder with the catalogue, so that nothing depends on a sign that was missed. Network
folders give no signs; they are looked at every ten minutes.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from pathlib import Path

from watchfiles import awatch

from core.catalog.importing.folder import FolderImport
from core.catalog.importing.keymaker import KeyMaker
from core.catalog.importing.tally import Tally
from core.catalog.importing.writing import CatalogWriter
from core.config import Settings
from core.errors import ConfigurationError, ServiceUnavailable
from core.loops import forever, run_until_stopped
from core.program import run_program

logger = logging.getLogger(__name__)

LOOK_EVERY = 600.0
AWAY_PAUSE = 60.0
"""Seconds until a folder that can't be read is tried again."""
QUIET_MILLISECONDS = 1_000
"""A file that is being copied keeps changing: we look when nothing changed for so long, ..."""
BUSY_MILLISECONDS = 10_000
"""... or when a folder has not come to rest in this time."""


class Librarian:
    """Brings one folder in again and again."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self._database_url = database_url
        self._folder = folder
        self._keys = KeyMaker(processes=1)
        self._importing = FolderImport(self._keys)
        self._changed = asyncio.Event()

    async def step(self) -> None:
        """Look once, then wait until it is time to look again. Raises what the database raises."""
        self._changed.clear()
        pause = LOOK_EVERY
        try:
            await self.look()
        except ServiceUnavailable as error:
            logger.warning("music folder: %s", error.detail)
            pause = AWAY_PAUSE
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._changed.wait()

    async def look(self) -> Tally:
        """Bring the catalogue up to date. Raises ServiceUnavailable, and what the database raises."""
        try:
            async with CatalogWriter.connected(self._database_url) as writer:
                tally = await self._importing.run(writer, self._folder)
        finally:
            self._keys.close()  # for minutes there is nothing to do
        tell(tally)
        return tally

    async def watch(self) -> None:
        """Notice changes; where that is not possible the folder is still looked at now and then."""
        while True:
            try:
                async for _ in awatch(self._folder, step=QUIET_MILLISECONDS, debounce=BUSY_MILLISECONDS):
                    self._changed.set()
            except (OSError, RuntimeError) as error:
                logger.warning("changes of the music folder are not noticed: %s", type(error).__name__)
            await asyncio.sleep(AWAY_PAUSE)


def tell(tally: Tally) -> None:
    """One line for the log about what a look changed; none when it changed nothing."""
    if tally.written or tally.gone or tally.refused:
        logger.info(
            "music folder: %d new, %d changed, %d gone, %d refused",
            *(tally.new, tally.changed, tally.gone, tally.refused),
        )
    for remark in tally.remarks:
        logger.warning("music folder: %s", remark)


async def run(settings: Settings) -> None:
    if settings.music_dir is None:
        raise ConfigurationError("MELODY_MUSIC_DIR is not set")
    if settings.database_url is None:
        raise ConfigurationError("MELODY_DATABASE_URL is not set: start everything with ./melody up")
    logging.getLogger("watchfiles").setLevel(logging.WARNING)  # it counts changes at INFO
    librarian = Librarian(settings.database_url, settings.music_dir)
    await run_until_stopped(forever("librarian", librarian.step), librarian.watch())


if __name__ == "__main__":
    sys.exit(run_program("librarian", run))
