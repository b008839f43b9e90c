"""What the workers of one LALAL.AI account have to know of each other.

- Which task works at which song: it is written down before and after each step that costs, so that a worker
  that takes over from a dead one goes on with the same task, and two that want the same song share one.
- How tasks stand. LALAL.AI takes 30 checks a minute for the whole account, so at most one worker asks every
  five seconds, for all tasks that anybody waits for, and leaves the answers here.
- That there is no sense in trying for a while.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.adapters.separators.lalal.client import MOST_IDS
from core.adapters.separators.lalal.shelf import Shelf, ShelfAway
from core.adapters.separators.lalal.states import Stage, TaskState
from core.errors import EngineAway
from core.ports import Control

ORDER_SECONDS = 23 * 3600.0
"""Sources and tasks are known there for 24 hours."""
DELETED_SECONDS = 3000.0
"""Links go on working for about an hour after the deletion: a result that was lost here can be had again."""
STATE_SECONDS = 120.0
THERE_SECONDS = 60.0
"""Who has not been heard of for so long does not wait any more."""
TURN_SECONDS = 30.0
TURN_PAUSE = 0.5


@dataclass(frozen=True)
class Order:
    """What was handed over and asked for."""

    source_id: str
    idempotency_key: str
    task_id: str | None = None


@dataclass(frozen=True)
class Timing:
    """Seconds."""

    check_every: float = 5.0
    """Between two checks of all workers: 12 a minute of the 30 there are."""
    look_every: float = 1.0
    """At what others have learnt."""
    pause_when_too_often: float = 20.0
    news: float = 180.0
    """A service that told nothing for so long is away."""
    longest: float = 1800.0
    """For one task."""
    away: float = 60.0
    """After a failure nobody tries anew for so long."""
    away_lasting: float = 600.0
    call_pause: float = 1.0
    """Before a call is repeated for the first time."""


class Board:
    def __init__(self, shelf: Shelf, timing: Timing) -> None:
        self._shelf = shelf
        self._timing = timing

    # --- orders ---------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def turn(self, song: str, control: Control) -> AsyncIterator[None]:
        """Only one at a time orders for a song. Raises Cancelled while it waits."""
        name, mine = f"turn:{song}", uuid.uuid4().hex
        while not await self._shelf.take(name, mine, TURN_SECONDS):
            control.raise_if_cancelled()
            await asyncio.sleep(TURN_PAUSE)
        keeping = asyncio.create_task(self._keep(name, mine))
        try:
            yield
        finally:
            keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeping
            with contextlib.suppress(ShelfAway):  # then it ends by itself
                if await self._shelf.get(name) == mine:
                    await self._shelf.drop(name)

    async def _keep(self, name: str, mine: str) -> None:
        while True:
            await asyncio.sleep(TURN_SECONDS / 3)
            with contextlib.suppress(ShelfAway):
                await self._shelf.put(name, mine, TURN_SECONDS)

    async def order_of(self, song: str) -> Order | None:
        known = await self._shelf.get(f"order:{song}")
        return None if known is None else Order(**json.loads(known))

    async def remember(self, song: str, order: Order, seconds: float = ORDER_SECONDS) -> None:
        written = {
            "source_id": order.source_id,
            "idempotency_key": order.idempotency_key,
            "task_id": order.task_id,
        }
        await self._shelf.put(f"order:{song}", json.dumps(written), seconds)

    async def remember_deleted(self, song: str, order: Order) -> None:
        await self.remember(song, order, DELETED_SECONDS)

    async def forget(self, song: str) -> None:
        await self._shelf.drop(f"order:{song}")

    # --- who waits ------------------------------------------------------------------------------------------

    async def wait_here(self, song: str, worker: str, task_id: str | None = None) -> None:
        """Say that the worker is at this song, and waits for this task; again every few seconds."""
        await self._shelf.mark(f"at:{song}", worker)
        if task_id is not None:
            await self._shelf.mark("tasks", task_id)

    async def leave(self, song: str, worker: str) -> bool:
        """The worker is done with the song; True when no other is at it."""
        await self._shelf.unmark(f"at:{song}", worker)
        return not await self._shelf.marked(f"at:{song}", THERE_SECONDS)

    async def tasks(self) -> list[str]:
        """The tasks that anybody waits for; where there are too many for one check, some of them."""
        waiting = await self._shelf.marked("tasks", THERE_SECONDS)
        return waiting if len(waiting) <= MOST_IDS else random.sample(waiting, MOST_IDS)

    # --- how tasks stand ------------------------------------------------------------------------------------

    async def may_check(self) -> bool:
        """True for one caller every few seconds."""
        return await self._shelf.take("checked", "", self._timing.check_every)

    async def check_later(self) -> None:
        """They said that we ask too often."""
        pause = self._timing.pause_when_too_often * random.uniform(1.0, 1.5)
        await self._shelf.put("checked", "", pause)

    async def tell(self, states: dict[str, TaskState]) -> None:
        for task_id, state in states.items():
            await self._shelf.put(f"state:{task_id}", json.dumps(state.as_json()), STATE_SECONDS)
            if state.stage is not Stage.WORKING:
                await self._shelf.unmark("tasks", task_id)

    async def state_of(self, task_id: str) -> TaskState | None:
        """What was told last; None where nothing was."""
        known = await self._shelf.get(f"state:{task_id}")
        return None if known is None else TaskState.from_json(json.loads(known))

    # --- whether there is sense in trying -------------------------------------------------------------------

    async def raise_if_away(self) -> None:
        """Raises EngineAway where nothing new is tried now."""
        known = await self._shelf.get("away")
        if known is not None:
            raise EngineAway(**json.loads(known))

    async def stay_away(self, reason: str, *, lasting: bool) -> None:
        seconds = self._timing.away_lasting if lasting else self._timing.away
        why = json.dumps({"detail": reason, "lasting": lasting})
        await self._shelf.put("away", why, seconds * random.uniform(1.0, 1.2))

    async def close(self) -> None:
        await self._shelf.close()
