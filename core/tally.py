"""What the processes count together, in one Redis hash, for whoever reads the metrics from any of them.

Each process counts in memory and adds its growth to the hash some seconds later, so nobody waits for Redis.
The hash only grows; where it is lost, counting begins at zero, which Prometheus takes for a restart. Labels
come from small closed sets, so all of it has a bound.
"""

from __future__ import annotations

import asyncio
import json
import logging
from bisect import bisect_left
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

KEY = "melody:tally:1"
"""The number is to be raised when a measure changes its buckets."""
FLUSH_SECONDS = 5.0
PATIENCE = 1.0
"""The longest that one question to Redis may take."""
COUNT, SUM = "count", "sum"
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; what took longer is in the count alone."""


@dataclass(frozen=True)
class Measure:
    """Something counted, by Prometheus' rules for names."""

    name: str
    """A counter's without `_total`."""
    help: str
    labels: tuple[str, ...]
    is_timed: bool = False
    """A histogram of seconds rather than a counter."""


SOURCE_SECONDS = Measure(
    "melody_source_request_duration_seconds",
    "How long a music source took to answer a search",
    ("source", "outcome"),
    is_timed=True,
)
WEBHOOK_SECONDS = Measure(
    "melody_webhook_duration_seconds",
    "How long a messenger waited for our answer to its webhook",
    ("webhook", "status"),
    is_timed=True,
)
SEARCH_ANSWERS = Measure(
    "melody_search_answers", "Searches answered, by whether the answer was known before", ("cache",)
)
SOURCE_ANSWERS = Measure(
    "melody_source_answers",
    "Questions to a music source, by whether the answer was known before",
    ("source", "cache"),
)
MEASURES = (SOURCE_SECONDS, WEBHOOK_SECONDS, SEARCH_ANSWERS, SOURCE_ANSWERS)

Field = tuple[str, tuple[str, ...], str]
"""A measure's name, the values of its labels, and `count`, `sum` or the upper bound of a bucket."""


class Tally:
    """One process's share; belongs to one event loop."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._growth: dict[Field, float] = {}
        self._due: asyncio.TimerHandle | None = None
        self._flushing: set[asyncio.Task[None]] = set()

    def count(self, measure: Measure, *labels: str) -> None:
        """One more of it; `labels` in the order of the measure's."""
        self._grow(measure, labels, COUNT, 1)

    def time(self, measure: Measure, seconds: float, *labels: str) -> None:
        """It took so long."""
        self._grow(measure, labels, COUNT, 1)
        self._grow(measure, labels, SUM, seconds)
        place = bisect_left(BUCKETS, seconds)
        if place < len(BUCKETS):
            self._grow(measure, labels, str(BUCKETS[place]), 1)

    async def flush(self) -> None:
        """Add the growth to what all processes have; it is kept for later where Redis does not answer."""
        growth, self._growth = self._growth, {}
        if not growth:
            return
        try:
            async with asyncio.timeout(PATIENCE), self._redis.pipeline(transaction=True) as pipeline:
                for field, amount in growth.items():
                    pipeline.hincrbyfloat(KEY, json.dumps(field), amount)
                await pipeline.execute()
        except (RedisError, OSError, TimeoutError) as error:
            logger.debug("counting goes on alone: %s", type(error).__name__)
            for field, amount in growth.items():
                self._growth[field] = self._growth.get(field, 0) + amount

    async def totals(self) -> dict[Field, float]:
        """What all processes have counted. Raises RedisError, OSError or TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            found = await self._redis.hgetall(KEY)
        return {_field(name): float(amount) for name, amount in found.items()}

    async def close(self) -> None:
        """Hand over what is left."""
        if self._due is not None:
            self._due.cancel()
        await asyncio.gather(*self._flushing)
        await self.flush()

    def _grow(self, measure: Measure, labels: tuple[str, ...], part: str, amount: float) -> None:
        field = (measure.name, labels, part)
        self._growth[field] = self._growth.get(field, 0) + amount
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self._flush_soon)

    def _flush_soon(self) -> None:
        self._due = None
        task = asyncio.create_task(self.flush())
        self._flushing.add(task)
        task.add_done_callback(self._flushing.discard)


def _field(name: bytes | str) -> Field:
    measure, labels, part = json.loads(name)
    return measure, tuple(labels), part
