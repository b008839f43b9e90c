"""The answer of `/metrics`: how the studio stands, and what its processes have counted together.

Prometheus may ask as often as it likes: the database sees one question in some seconds, and a part that does
not answer is missing and said to be missing.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable, Sequence
from itertools import accumulate

from prometheus_client.core import (
    CollectorRegistry,
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.catalog.sources.guards import Verdict, resting
from core.db.session import Database, answering
from core.errors import ServiceUnavailable
from core.liveness import ROLES, Liveness
from core.metrics.gauges import Gauge, Reading, Values, read_gauges
from core.tally import BUCKETS, COUNT, MEASURES, SUM, Field, Measure, Tally

logger = logging.getLogger(__name__)

KEPT_SECONDS = 5.0
"""How long one answer is good for all who ask."""
DATABASE_SECONDS = 5.0
REDIS_SECONDS = 2.0

COMPLETE = Gauge("melody_metrics_complete", "Whether this part of the metrics could be read", ("part",))
ALIVE = Gauge("melody_process_alive", "Whether a process of this kind gave a sign of life lately", ("role",))
BREAKER_OPEN = Gauge(
    "melody_source_breaker_open", "Whether a music source is left alone now, and why", ("source", "reason")
)
REASONS = tuple(verdict.value for verdict in Verdict if verdict is not Verdict.OK)


class Metrics:
    """Belongs to one event loop."""

    def __init__(self, database: Database, redis: Redis, tally: Tally, sources: Sequence[str]) -> None:
        self._database = database
        self._redis = redis
        self._tally = tally
        self._sources = sources
        self._liveness = Liveness(redis)
        self._answer: asyncio.Task[bytes] | None = None
        self._good_until = 0.0

    async def text(self) -> bytes:
        """All metrics in Prometheus' text format, at most KEPT_SECONDS old."""
        is_old = time.monotonic() >= self._good_until
        if self._answer is None or (self._answer.done() and is_old):
            self._good_until = time.monotonic() + KEPT_SECONDS
            self._answer = asyncio.create_task(self._read())
        return await asyncio.shield(self._answer)

    async def close(self) -> None:
        """Give up what is being read."""
        if self._answer is not None:
            self._answer.cancel()
            await asyncio.gather(self._answer, return_exceptions=True)

    async def _read(self) -> bytes:
        of_database, of_redis = await asyncio.gather(self._of_database(), self._of_redis())
        parts: Values = {("database",): float(bool(of_database)), ("redis",): float(bool(of_redis))}
        families = [*of_database, *of_redis, _gauge(Reading(COMPLETE, parts))]
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Read(families))
        return generate_latest(registry)

    async def _of_database(self) -> list[Metric]:
        try:
            async with answering(DATABASE_SECONDS), self._database.transaction() as session:
                return [_gauge(reading) for reading in await read_gauges(session)]
        except ServiceUnavailable:
            return []

    async def _of_redis(self) -> list[Metric]:
        try:
            async with asyncio.timeout(REDIS_SECONDS):
                await self._tally.flush()
                totals = await self._tally.totals()
                away = await resting(self._redis, self._sources)
                alive: Values = {(role,): float(await self._liveness.alive(role)) for role in ROLES}
        except (RedisError, OSError, TimeoutError) as error:
            logger.warning("no counts for the metrics: %s", type(error).__name__)
            return []
        rests: Values = {
            (source, reason): float(away.get(source) == reason)
            for source in self._sources
            for reason in REASONS
        }
        counted = [
            _histogram(measure, totals) if measure.is_timed else _counter(measure, totals)
            for measure in MEASURES
        ]
        return [*counted, _gauge(Reading(ALIVE, alive)), _gauge(Reading(BREAKER_OPEN, rests))]


class _Read(Collector):
    """Hands over what was read already."""

    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _gauge(reading: Reading) -> Metric:
    gauge = reading.gauge
    family = GaugeMetricFamily(gauge.name, gauge.help, labels=gauge.labels)
    for labels, value in sorted(reading.values.items()):
        family.add_metric(labels, value)
    return family


def _counter(measure: Measure, totals: dict[Field, float]) -> Metric:
    family = CounterMetricFamily(measure.name, measure.help, labels=measure.labels)
    for labels in _labels(measure, totals):
        family.add_metric(labels, totals[measure.name, labels, COUNT])
    return family


def _histogram(measure: Measure, totals: dict[Field, float]) -> Metric:
    family = HistogramMetricFamily(measure.name, measure.help, labels=measure.labels)
    for labels in _labels(measure, totals):
        inside = accumulate(totals.get((measure.name, labels, str(bound)), 0.0) for bound in BUCKETS)
        buckets = [(str(bound), count) for bound, count in zip(BUCKETS, inside, strict=True)]
        everything = ("+Inf", totals[measure.name, labels, COUNT])
        family.add_metric(labels, [*buckets, everything], totals[measure.name, labels, SUM])
    return family


def _labels(measure: Measure, totals: dict[Field, float]) -> list[tuple[str, ...]]:
    return sorted(labels for name, labels, part in totals if name == measure.name and part == COUNT)
