"""One song's way to LALAL.AI and back: handed over, separated, fetched, and removed there.

What costs is done once: a worker that takes the song over from a dead one finds the order on the board and
goes on with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from core.adapters.separators.lalal.board import Board, Order, Timing
from core.adapters.separators.lalal.client import TRIES, KeyRefused, LalalClient, Refused, TooOften
from core.adapters.separators.lalal.shelf import ShelfAway
from core.adapters.separators.lalal.states import Stage, TaskState
from core.adapters.sources.download import Downloader
from core.errors import Cancelled, EngineAway, Forbidden, NotFound, ServiceUnavailable, TooLarge
from core.ports import Control

logger = logging.getLogger(__name__)

MOST_TASKS = 2
"""For one song: what their model can't do twice, it can't."""
MOST_BYTES = 1_000_000_000
UPLOADED, SEPARATED = 0.2, 0.85
"""Of the whole errand's progress."""
TOO_FEW_MINUTES = 1.0
"""Less is enough for no song: nobody else needs to ask for a while."""
CLEAN_UP_SECONDS = 15.0
KEY_USED = "idempotency_key_used"
NO_MINUTES = "exceeded_duration"


@dataclass(frozen=True)
class Song:
    """What is handed over; `name` is the same for the same sound."""

    name: str
    file: Path
    size: int
    seconds: float


class TaskGone(Exception):
    """The task came to nothing; another one may do better."""


class Errand:
    def __init__(
        self,
        client: LalalClient,
        board: Board,
        downloader: Downloader,
        timing: Timing,
        control: Control,
        worker: str,
    ) -> None:
        """`worker` names who runs it, as nobody else is named."""
        self._client = client
        self._board = board
        self._downloader = downloader
        self._timing = timing
        self._control = control
        self._worker = worker

    async def run(self, song: Song, into: Path) -> None:
        """The song's instrumental, as FLAC, in the new file `into`.

        Raises Cancelled, EngineAway, ShelfAway.
        """
        await self._board.wait_here(song.name, self._worker)
        try:
            await self._fetch_back(song, into)
        except Cancelled:
            await self._clean_up(song, cancels=True)
            raise
        except KeyRefused as refused:
            await self._board.stay_away(refused.detail, lasting=True)
            raise
        except (ShelfAway, EngineAway):
            raise
        except ServiceUnavailable as error:
            await self._board.stay_away(error.detail, lasting=False)
            raise EngineAway(error.detail) from None

    async def remove(self, song: Song) -> None:
        """All is here: have it removed there, unless another worker still needs it."""
        await self._clean_up(song, cancels=False)

    async def _fetch_back(self, song: Song, into: Path) -> None:
        for left in reversed(range(MOST_TASKS)):
            order = await self._ordered(song)
            assert order.task_id is not None
            try:
                state = await self._finished(song, order.task_id)
                assert state.track_url is not None
                await self._download(state.track_url, into)
            except TaskGone as gone:
                logger.warning("LALAL.AI: a task came to nothing: %s", gone)
                await self._abandon(song, order)
                if not left:
                    raise EngineAway(f"LALAL.AI can't do this song: {gone}", lasting=True) from None
            else:
                return

    # --- ordering -------------------------------------------------------------------------------------------

    async def _ordered(self, song: Song) -> Order:
        """The order for the song: the one there is, as far as it got, or a new one."""
        async with self._board.turn(song.name, self._control):
            order = await self._board.order_of(song.name)
            if order is None:
                await self._afford(song)
                order = Order(await self._upload(song), str(uuid.uuid4()))
                await self._board.remember(song.name, order)
            if order.task_id is None:
                order = await self._split(song, order)
            self._control.progress(UPLOADED)
            return order

    async def _afford(self, song: Song) -> None:
        """Before anything is handed over. Raises EngineAway."""
        await self._board.raise_if_away()
        left = await self._client.minutes_left()
        if left * 60 < song.seconds:
            reason = f"LALAL.AI has {left:.1f} minutes left"
            if left < TOO_FEW_MINUTES:
                await self._board.stay_away(reason, lasting=True)
            raise EngineAway(f"{reason}, too few for the song", lasting=True)

    async def _upload(self, song: Song) -> str:
        def sent(done: int) -> None:
            self._control.raise_if_cancelled()
            self._control.progress(UPLOADED * done / song.size)

        try:
            return await self._client.upload(song.file, song.size, sent)
        except Refused as refused:
            raise EngineAway(refused.detail, lasting=True) from None

    async def _split(self, song: Song, order: Order) -> Order:
        """The step that is paid for. Its key is on the board already: until the task has started, asking
        again with it is the same task."""
        try:
            task_id = await self._client.split(order.source_id, order.idempotency_key)
        except Refused as refused:
            if refused.refusal != KEY_USED:
                raise await self._refusal(song, refused) from None
            # It runs, and nobody knows its name: whoever asked died before the answer came.
            logger.warning("LALAL.AI: a task was lost with its worker, the song is paid twice")
            order = replace(order, idempotency_key=str(uuid.uuid4()))
            await self._board.remember(song.name, order)
            task_id = await self._client.split(order.source_id, order.idempotency_key)
        order = replace(order, task_id=task_id)
        await self._board.remember(song.name, order)
        return order

    async def _refusal(self, song: Song, refused: Refused) -> EngineAway:
        """What it means that they do not take the order: its file is not needed there any more."""
        await self._clean_up(song, cancels=True)
        if refused.refusal == NO_MINUTES:
            await self._board.stay_away(refused.detail, lasting=True)
        return EngineAway(refused.detail, lasting=True)

    # --- waiting --------------------------------------------------------------------------------------------

    async def _finished(self, song: Song, task_id: str) -> TaskState:
        """Raises TaskGone, Cancelled, ServiceUnavailable."""
        began = heard = time.monotonic()
        last: TaskState | None = None
        while True:
            self._control.raise_if_cancelled()
            await self._board.wait_here(song.name, self._worker, task_id)
            if await self._board.may_check() and await self._check():
                heard = time.monotonic()
            state = await self._board.state_of(task_id)
            if state is not None and state != last:
                heard, last = time.monotonic(), state
            if state is not None and state.stage is not Stage.WORKING:
                if state.stage is not Stage.DONE:
                    raise TaskGone(f"{state.stage}: {state.reason}")
                return state
            if state is not None:
                self._control.progress(UPLOADED + (SEPARATED - UPLOADED) * state.progress)
            now = time.monotonic()
            if now - heard > self._timing.news or now - began > self._timing.longest:
                raise ServiceUnavailable("LALAL.AI takes too long")
            await asyncio.sleep(self._timing.look_every)

    async def _check(self) -> bool:
        """Ask how all tasks stand that anybody waits for, and tell everybody."""
        tasks = await self._board.tasks()
        try:
            await self._board.tell(await self._client.check(tasks))
        except TooOften:
            logger.warning("LALAL.AI: too many checks; somebody else uses this account too")
            await self._board.check_later()
        except (ShelfAway, KeyRefused):
            raise
        except ServiceUnavailable as error:
            logger.warning("%s", error.detail)
            return False
        return True

    async def _download(self, url: str, into: Path) -> None:
        """Raises TaskGone where it is there no more, Cancelled, ServiceUnavailable."""
        for left in reversed(range(TRIES)):
            try:
                await _unless_cancelled(self._downloader, url, into, self._control)
                break
            except (NotFound, Forbidden):
                raise TaskGone("the result is there no more") from None
            except TooLarge:
                raise TaskGone("the result is larger than any song") from None
            except ServiceUnavailable:
                if not left:
                    raise
            await asyncio.sleep(self._timing.call_pause * random.uniform(1.0, 2.0))
        self._control.progress(1.0)

    # --- leaving --------------------------------------------------------------------------------------------

    async def _abandon(self, song: Song, order: Order) -> None:
        """A task that came to nothing is forgotten; its file goes, since the next task gets a fresh one."""
        async with self._board.turn(song.name, self._control):
            if await self._board.order_of(song.name) == order:
                await self._board.forget(song.name)
                with contextlib.suppress(ServiceUnavailable):
                    await self._client.delete(order.source_id)

    async def _clean_up(self, song: Song, *, cancels: bool) -> None:
        """What fails here is of no consequence: everything there ends by itself within a day."""
        try:
            async with asyncio.timeout(CLEAN_UP_SECONDS):
                if not await self._board.leave(song.name, self._worker):
                    return
                order = await self._board.order_of(song.name)
                if order is None:
                    return
                if not cancels:
                    await self._board.remember_deleted(song.name, order)
                else:
                    await self._board.forget(song.name)
                    if order.task_id is not None:
                        await self._client.cancel(order.task_id)
                await self._client.delete(order.source_id)
        except (ServiceUnavailable, TimeoutError) as error:
            logger.warning("LALAL.AI: a song was not removed there: %s", error)


async def _unless_cancelled(downloader: Downloader, url: str, into: Path, control: Control) -> None:
    """Download, and look now and then whether it is still wanted."""
    task = asyncio.create_task(downloader.download(secured(url, downloader.goes_to), into, MOST_BYTES))
    try:
        while not (await asyncio.wait([task], timeout=0.5))[0]:
            control.raise_if_cancelled()
        await task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, ServiceUnavailable, NotFound):
            await task


def secured(url: str, goes_to: Callable[[str], bool]) -> str:
    """Their description shows links with http; where https is what we take, it is https."""
    parts = urlsplit(url)
    if parts.scheme == "http" and not goes_to(url):
        return parts._replace(scheme="https").geturl()
    return url
