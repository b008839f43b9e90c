"""Counting in this process alone, at the cost of two look-ups.

A sliding window counter (https://blog.cloudflare.com/counting-things-a-lot-of-different-things/): what was
counted in the window before this one counts by the part of it that is still less than one window ago. Time is
cut into the same windows for all, so that yesterday's counters go at once, by themselves.

`limits`, which counts all else, walks over all its counters in a thread whenever its memory counts once more.
"""

from __future__ import annotations

import time
from collections.abc import Callable

MOST_COUNTED = 100_000
"""Counters of a window, some 20 MB; where more come the oldest are forgotten."""


class OwnWindow:
    """`amount` in `seconds`, for each key; around a burst it may be somewhat more, never twice as much.
    `clock` gives seconds of any beginning."""

    def __init__(self, amount: int, seconds: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._amount = amount
        self._seconds = seconds
        self._clock = clock
        self._number = -1
        self._before: dict[str, int] = {}
        self._now: dict[str, int] = {}

    def hit(self, key: str) -> int | None:
        """Count once more; how many are left, or None where it is too often, which is not counted."""
        rest = self._rest()
        count = self._now.get(key, 0) + 1
        left = self._amount - count - self._before.get(key, 0) * rest
        if left < 0:
            return None
        if count == 1 and len(self._now) >= MOST_COUNTED:
            del self._now[next(iter(self._now))]
        self._now[key] = count
        return int(left)

    def seconds_left(self, key: str) -> float:
        """How long until one more is not too often."""
        rest = self._rest()
        count, before = self._now.get(key, 0), self._before.get(key, 0)
        room = self._amount - 1 - count
        if room >= 0:
            return max(0.0, rest - room / before) * self._seconds if before else 0.0
        # Not in this window any more; in the next one, when enough of this one is over.
        return (rest + 1 - (self._amount - 1) / count) * self._seconds

    def _rest(self) -> float:
        """The part of the window that is still to come, 0 to 1; begins the next one where it is time."""
        number, into = divmod(self._clock(), self._seconds)
        if number != self._number:
            self._before = self._now if number == self._number + 1 else {}
            self._now = {}
            self._number = int(number)
        return 1 - into / self._seconds
