"""Which updates a bot works on next: looked up some ahead, since looking costs the more the more wait."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Collection

from core.chat.inbox import waiting
from core.db.reading import Reading

LOOK_AHEAD = 24
"""Chats whose oldest update is looked up at once."""
FRESH_SECONDS = 1.0
"""After that it is looked up anew what waits longest."""
ELSEWHERE_SECONDS = 1.0
"""For so long what somebody else has taken is left out; what its bot died over is anybody's."""


class Ahead:
    """What was found may be somebody else's by the time it is taken: who takes it finds out."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._ids: deque[int] = deque()
        self._found_at = 0.0
        self._is_full = False
        """Whether more may wait than was found."""
        self._elsewhere: dict[int, float] = {}
        """Updates that other bots are at, and when that was seen."""

    @property
    def has_more(self) -> bool:
        """Whether there may be something to work on besides what was handed out."""
        return bool(self._ids) or self._is_full

    async def next(self, working: Collection[int], most: int) -> list[int]:
        """The ids of up to `most` updates, each the oldest of its chat when it was looked up, without those
        in `working`; none where nothing waits but what others have taken."""
        if not self._ids or time.monotonic() > self._found_at + FRESH_SECONDS:
            await self._look(working)
        return [self._ids.popleft() for _ in range(min(most, len(self._ids)))]

    def is_elsewhere(self, item_id: int) -> None:
        """Somebody else has taken this one: leave it out for now."""
        self._elsewhere[item_id] = time.monotonic()

    async def _look(self, working: Collection[int]) -> None:
        long_ago = time.monotonic() - ELSEWHERE_SECONDS
        self._elsewhere = {one: seen for one, seen in self._elsewhere.items() if seen > long_ago}
        found = await waiting(self._reading, [*working, *self._elsewhere], LOOK_AHEAD)
        if self._elsewhere:  # others take the same ones in order; the less often we meet, the better
            random.shuffle(found)
        self._is_full = len(found) == LOOK_AHEAD
        self._ids, self._found_at = deque(found), time.monotonic()
