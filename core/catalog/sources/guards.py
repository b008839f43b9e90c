"""Whether a source may be asked now: a circuit breaker and budgets of calls, shared by all processes.

The breaker (M. Nygard, "Release It!", 2007) opens after five failures within a minute, or at once when the
source itself says that it is no use asking. When its rest is over, one process tries first; the others wait
for what it finds. Budgets count the calls of each window; a call that is not admitted is not counted.
"""

from __future__ import annotations

import logging
import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from redis.asyncio import Redis

from core.catalog.sources.shared import Away, Shared
from core.music import Budget, MusicSource, SourceExhausted, SourceRefused, SourceUnavailable

logger = logging.getLogger(__name__)

FAILURES = 5
FAILURES_SECONDS = 60.0
FIRST_REST = 15.0
LONGEST_REST = 600.0
"""Seconds; the rest doubles each time the source is found in trouble again."""
REFUSED_REST = 600.0
LONGEST_EXHAUSTION = 2 * 86_400.0
PROBE_SECONDS = 15.0
"""How long one process may take to find out whether the source is back."""
TRIPPED_SECONDS = 3600.0
"""How long earlier trouble is remembered."""


class Verdict(StrEnum):
    OK = "ok"
    RESTING = "resting"
    EXHAUSTED = "exhausted"


@dataclass(frozen=True)
class Window:
    """A stretch of time in which so many calls may be made; it ends in `seconds`."""

    name: str
    calls: int
    seconds: float


def windows_of(budgets: Sequence[Budget], now: datetime) -> list[Window]:
    """The windows that a call now falls into."""
    return [_window(number, budget, now) for number, budget in enumerate(budgets)]


def _window(number: int, budget: Budget, now: datetime) -> Window:
    if budget.zone is None:
        ordinal, passed = divmod(now.timestamp(), budget.seconds)
        return Window(f"{number}:{int(ordinal)}", budget.calls, budget.seconds - passed)
    there = now.astimezone(ZoneInfo(budget.zone))
    midnight = datetime.combine(there.date() + timedelta(days=1), datetime.min.time(), there.tzinfo)
    return Window(f"{number}:{there.date()}", budget.calls, (midnight - now).total_seconds())


@dataclass(frozen=True)
class Rest:
    """How long a source is left alone, and why."""

    verdict: Verdict
    seconds: float


def rest_after(error: Exception, now: datetime) -> Rest | None:
    """The rest that a failure asks for by itself; None when it only counts."""
    if isinstance(error, SourceExhausted):
        seconds = (error.until - now).total_seconds()
        return Rest(Verdict.EXHAUSTED, min(max(seconds, 1.0), LONGEST_EXHAUSTION))
    if isinstance(error, SourceRefused):
        return Rest(Verdict.RESTING, REFUSED_REST)
    if isinstance(error, SourceUnavailable) and error.retry_after is not None:
        return Rest(Verdict.RESTING, max(error.retry_after, 1.0))
    return None


class Guards:
    """The breaker and the budgets of every source; in this process alone while Redis is away."""

    def __init__(self, shared: Shared) -> None:
        self._common = _Common(shared)
        self._own = _Own()

    async def admit(self, source: MusicSource, *, counted: bool = True) -> Verdict:
        """Whether the source may be asked now; a counted call is charged to its budgets."""
        windows = windows_of(source.budgets, datetime.now(UTC)) if counted else []
        own = self._own.admit(source.name, windows)
        try:
            return await self._common.admit(source.name, windows)
        except Away:
            return own

    async def answered(self, source: str) -> None:
        self._own.answered(source)
        try:
            await self._common.answered(source)
        except Away:
            return

    async def failed(self, source: str, error: Exception) -> None:
        """Note a failure; says so in the log when the source now rests."""
        rest = rest_after(error, datetime.now(UTC))
        own_pause = self._own.failed(source, rest)
        try:
            pause = await self._common.failed(source, rest)
        except Away:
            pause = own_pause
        if pause:
            logger.warning("%s is left alone for %d seconds: %s", source, math.ceil(pause), error)


@dataclass
class _State:
    open_until: float = 0.0
    verdict: Verdict = Verdict.RESTING
    trips: int = 0
    probe_until: float = 0.0
    failures: list[float] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


class _Own:
    """The same rules as `_Common`, for this process alone."""

    def __init__(self) -> None:
        self._states: dict[str, _State] = {}

    def admit(self, source: str, windows: Sequence[Window]) -> Verdict:
        state, now = self._state(source), time.monotonic()
        if now < state.open_until:
            return state.verdict
        state.counts = {window.name: state.counts.get(window.name, 0) for window in windows} or state.counts
        if any(state.counts[window.name] >= window.calls for window in windows):
            return Verdict.EXHAUSTED
        if state.trips:
            if now < state.probe_until:
                return Verdict.RESTING
            state.probe_until = now + PROBE_SECONDS
        for window in windows:
            state.counts[window.name] += 1
        return Verdict.OK

    def answered(self, source: str) -> None:
        state = self._state(source)
        state.trips, state.probe_until = 0, 0.0
        state.failures.clear()

    def failed(self, source: str, rest: Rest | None) -> float:
        """Seconds that the source now rests; 0 when it does not."""
        state, now = self._state(source), time.monotonic()
        state.probe_until = 0.0
        if rest is None:
            if now < state.open_until:
                return 0.0
            state.failures = [at for at in state.failures if now - at < FAILURES_SECONDS] + [now]
            if not state.trips and len(state.failures) < FAILURES:
                return 0.0
            rest = Rest(Verdict.RESTING, _jittered(min(FIRST_REST * 2**state.trips, LONGEST_REST)))
        state.trips += 1
        state.failures.clear()
        state.open_until, state.verdict = now + rest.seconds, rest.verdict
        return rest.seconds

    def _state(self, source: str) -> _State:
        return self._states.setdefault(source, _State())


class _Common:
    """The rules as scripts that Redis runs undivided."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    async def admit(self, source: str, windows: Sequence[Window]) -> Verdict:
        """Raises Away."""
        keys = [_key(source, name) for name in ("open", "tripped", "probe")]
        keys += [_key(source, f"calls:{window.name}") for window in windows]
        limits = [number for window in windows for number in (window.calls, _milliseconds(window.seconds))]
        verdict = await self._run(_ADMIT, keys, [_milliseconds(PROBE_SECONDS), *limits])
        return Verdict(verdict.decode())

    async def answered(self, source: str) -> None:
        """Raises Away."""
        keys = [_key(source, name) for name in ("tripped", "probe", "failures")]
        await self._shared.ask(lambda redis: redis.delete(*keys))

    async def failed(self, source: str, rest: Rest | None) -> float:
        """Seconds that the source now rests; 0 when it does not. Raises Away."""
        keys = [_key(source, name) for name in ("open", "tripped", "probe", "failures")]
        verdict, seconds = (Verdict.RESTING, 0.0) if rest is None else (rest.verdict, rest.seconds)
        lengths = (seconds, FAILURES_SECONDS, _jittered(FIRST_REST), LONGEST_REST, TRIPPED_SECONDS)
        arguments = [verdict.value, FAILURES, *map(_milliseconds, lengths)]
        return int(await self._run(_FAILED, keys, arguments)) / 1000

    async def _run(self, script: str, keys: list[str], arguments: list[str | int]) -> Any:
        async def run(redis: Redis) -> Any:
            return await redis.eval(script, len(keys), *keys, *map(str, arguments))

        return await self._shared.ask(run)


async def resting(redis: Redis, sources: Sequence[str]) -> dict[str, Verdict]:
    """Those of the sources that are left alone now, with the verdict. Raises RedisError."""
    verdicts = await redis.mget([_key(source, "open") for source in sources]) if sources else []
    known = zip(sources, verdicts, strict=True)
    return {source: Verdict(_text(verdict)) for source, verdict in known if verdict}


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _key(source: str, name: str) -> str:
    return f"melody:source:{{{source}}}:{name}"  # braces keep one source's keys on one node of a cluster


def _milliseconds(seconds: float) -> int:
    return math.ceil(seconds * 1000)


def _jittered(seconds: float) -> float:
    """So that many processes do not come back at once."""
    return seconds * random.uniform(1.0, 1.3)


# KEYS: open, tripped, probe, then a counter for each window. ARGV: milliseconds a probe may take, then calls
# and milliseconds of each window.
_ADMIT = """
local resting = redis.call('GET', KEYS[1])
if resting then return resting end
for i = 4, #KEYS do
  if tonumber(redis.call('GET', KEYS[i]) or '0') >= tonumber(ARGV[2 * (i - 3)]) then return 'exhausted' end
end
if redis.call('EXISTS', KEYS[2]) == 1 and not redis.call('SET', KEYS[3], '1', 'NX', 'PX', ARGV[1]) then
  return 'resting'
end
for i = 4, #KEYS do
  if redis.call('INCR', KEYS[i]) == 1 then redis.call('PEXPIRE', KEYS[i], ARGV[2 * (i - 3) + 1]) end
end
return 'ok'
"""

# KEYS: open, tripped, probe, failures. ARGV: verdict, how many failures are too many, and in milliseconds:
# the rest that was asked for or 0, how long failures count, the first rest, the longest, how long trouble is
# remembered.
_FAILED = """
redis.call('DEL', KEYS[3])
local rest = tonumber(ARGV[3])
local trips = tonumber(redis.call('GET', KEYS[2]) or '0')
if rest == 0 then
  if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
  local failures = redis.call('INCR', KEYS[4])
  if failures == 1 then redis.call('PEXPIRE', KEYS[4], ARGV[4]) end
  if trips == 0 and failures < tonumber(ARGV[2]) then return 0 end
  rest = math.min(tonumber(ARGV[5]) * 2 ^ math.min(trips, 10), tonumber(ARGV[6]))
end
rest = math.floor(rest)
redis.call('SET', KEYS[2], trips + 1, 'PX', rest + tonumber(ARGV[7]))
redis.call('SET', KEYS[1], ARGV[1], 'PX', rest)
redis.call('DEL', KEYS[4])
return rest
"""
