"""How the studio grows: `python -m bench.scale` (or `./melody bench scale`), `--only workers|queue|memory`.

- workers: instrumentals a minute by 1, 2 and 4 worker processes with one processor core each, of one-minute
  songs in the best quality. Efficiency = rate(n) / (n * rate(1)), promised up to the cores there are.
- queue: 50 people want 1,000 songs, from 2 to 50 each, asked for one person after the other. Whether they
  took turns, and what relay and database cost a job while the queue is long and while it is short.
- memory: 500 songs by one worker with one child, whose memory is to stay as it is.

All processes are the studio's own, on servers of their own (see bench.fleet). Separation is real too; the
songs of `queue` and `memory` are two seconds long and of quality `fast`, since they are about what a job
costs beside it. Nothing is sent to chats. Everything shares this machine, relay and servers too.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import psutil
from uvloop import new_event_loop

from bench import report
from bench.fleet import LOOK_EVERY, PATIENCE, Fleet, Jobs, crowd, fleet, seconds_of
from bench.turns import worst_wait
from bench.updates import phase
from core.machine import cores
from core.ports import Quality

Figures: TypeAlias = dict[str, Any]
WORKER = ("tasks.worker", "convert")

WORKERS = (1, 2, 4)
SONG_SECONDS = 60.0
SONGS_A_CORE = 10
BOUND_EFFICIENCY = 0.85

SHORT_SECONDS = 2.0
SONGS_OF_PEOPLE = (50, 30, 12, 6, 2) * 10
"""Those of each of 50 people: 1,000 together."""
STRETCH = 100
"""Jobs over which costs are taken: the first ones, while the queue is long, and the last ones."""
BOUND_BEYOND = 1
"""Jobs that may start before one although its turn has come."""
BOUND_MILLISECONDS = 10.0
"""Processor time that relay and database may each spend on one job."""

SONGS_OF_ONE_WORKER = 500
SETTLED = 50
"""Songs after which a worker has all that it keeps; its memory is the median over as many songs."""
BOUND_GROWTH = 0.10


async def workers(folder: Path) -> Figures:
    rates: dict[int, float] = {}
    for count in WORKERS:
        with phase(f"{count} worker(s)"):
            rates[count] = await _rate(count, folder / str(count))
    efficiency = {n: rates[n] / (min(n, cores()) * rates[1]) for n in WORKERS if n > 1}
    return {
        "song_seconds": SONG_SECONDS,
        "per_minute": {n: round(rate, 1) for n, rate in rates.items()},
        "efficiency": {n: round(found, 2) for n, found in efficiency.items()},
        "holds": all(found >= BOUND_EFFICIENCY for n, found in efficiency.items() if n <= cores()),
    }


async def _rate(count: int, folder: Path) -> float:
    """Songs a minute while so many workers are all busy: once each has made one, and while others wait."""
    made = count + SONGS_A_CORE * min(count, cores())
    with fleet(folder) as place, ExitStack() as running:
        async with crowd(place) as (people, jobs):
            await people.ask([made + 2 * count], SONG_SECONDS, Quality.BEST)
            running.enter_context(place.running("tasks.relay"))
            for number in range(count):
                running.enter_context(place.running(*WORKER, on=[_core(number)]))
            await jobs.until_completed(made)
            ends = (await jobs.ends())[count - 1 : made]
    return 60 * (len(ends) - 1) / (ends[-1] - ends[0])


def _core(number: int) -> int:
    """Where this worker runs: each on a processor of its own, as long as there are any."""
    own = sorted(os.sched_getaffinity(0))
    return own[number % len(own)]


async def queue(folder: Path) -> Figures:
    wanted = sum(SONGS_OF_PEOPLE)
    with fleet(folder) as place:
        async with crowd(place) as (people, jobs):
            with phase(f"{len(SONGS_OF_PEOPLE)} people ask for {wanted} songs"):
                await people.ask(SONGS_OF_PEOPLE, SHORT_SECONDS, Quality.FAST)
            with (
                phase("making them"),
                place.running("tasks.relay") as relay,
                place.running(*WORKER) as worker,
            ):
                began = time.monotonic()
                long = await _cost(place, jobs, relay, worker, until=STRETCH)
                await jobs.until_completed(wanted - STRETCH)
                short = await _cost(place, jobs, relay, worker, until=wanted)
                seconds = time.monotonic() - began
            beyond = worst_wait(await jobs.starts())
    return {
        "songs": wanted,
        "people": len(SONGS_OF_PEOPLE),
        "song_seconds": SHORT_SECONDS,
        "seconds": round(seconds, 1),
        "per_minute": round(60 * wanted / seconds, 1),
        "worst_beyond_a_fair_turn": {"jobs": beyond.jobs, "seconds": round(beyond.seconds, 2)},
        "cpu_ms_per_job": {"long_queue": long, "short_queue": short},
        "holds": beyond.jobs <= BOUND_BEYOND
        and all(cost[who] <= BOUND_MILLISECONDS for cost in (long, short) for who in ("relay", "database")),
    }


async def _cost(
    place: Fleet, jobs: Jobs, relay: psutil.Process, worker: psutil.Process, until: int
) -> dict[str, float]:
    """Processor milliseconds a job from now until so many are completed. What starting takes is over when
    the first one is."""
    first = await jobs.until_completed(1)

    def used() -> dict[str, float]:
        return {
            "relay": seconds_of(relay),
            "database": place.database_seconds(),
            "worker": seconds_of(worker),
        }

    before = used()
    made = await jobs.until_completed(until) - first
    return {who: round(1000 * (seconds - before[who]) / made, 2) for who, seconds in used().items()}


async def memory(folder: Path) -> Figures:
    resident: defaultdict[int, list[float]] = defaultdict(list)
    with fleet(folder) as place:
        async with crowd(place) as (people, jobs):
            with phase(f"asking for {SONGS_OF_ONE_WORKER} songs"):
                await people.ask([50] * (SONGS_OF_ONE_WORKER // 50), SHORT_SECONDS, Quality.FAST)
            with (
                phase("making them by one worker with one child"),
                place.running("tasks.relay"),
                place.running(*WORKER, on=[_core(1)]) as worker,
            ):
                async with asyncio.timeout(PATIENCE):
                    while (made := await jobs.completed()) < SONGS_OF_ONE_WORKER:
                        for child in worker.children():
                            resident[made // SETTLED].append(child.memory_info().rss / 1e6)
                        await asyncio.sleep(LOOK_EVERY)
    megabytes = {stretch * SETTLED: statistics.median(found) for stretch, found in resident.items()}
    early, late = megabytes[SETTLED], megabytes[SONGS_OF_ONE_WORKER - SETTLED]
    return {
        "songs": SONGS_OF_ONE_WORKER,
        "song_seconds": SHORT_SECONDS,
        "resident_mb_after": {made: round(found, 1) for made, found in sorted(megabytes.items())},
        "growth": round(late / early - 1, 3),
        "holds": abs(late / early - 1) <= BOUND_GROWTH,
    }


PARTS: dict[str, Callable[[Path], Awaitable[Figures]]] = {
    "workers": workers,
    "queue": queue,
    "memory": memory,
}


async def measure(parts: list[str], folder: Path) -> Figures:
    load = os.getloadavg()[0]
    figures = {part: await PARTS[part](folder / part) for part in parts}
    return {**figures, "load_before": round(load, 2)}


def show(figures: Mapping[str, Any]) -> bool:
    """Print the table; whether all bounds were met."""
    if found := figures.get("workers"):
        for count, rate in found["per_minute"].items():
            share = found["efficiency"].get(count)
            print(
                f"{count} worker(s): {rate:6.1f} songs a minute" + (f", {share:.0%} of even" if share else "")
            )
    if found := figures.get("queue"):
        beyond = found["worst_beyond_a_fair_turn"]
        print(f"{found['songs']} songs of {found['people']} people: {found['per_minute']} a minute")
        print(f"longest wait beyond a fair turn: {beyond['jobs']} songs, {beyond['seconds']} s")
        for stretch, costs in found["cpu_ms_per_job"].items():
            told = ", ".join(f"{who} {milliseconds}" for who, milliseconds in costs.items())
            print(f"processor ms a song, {stretch.replace('_', ' ')}: {told}")
    if found := figures.get("memory"):
        told = ", ".join(f"{made}: {megabytes}" for made, megabytes in found["resident_mb_after"].items())
        print(f"MB of one worker's child after so many songs: {told}; {found['growth']:+.1%}")
    return all(found["holds"] for part, found in figures.items() if part in PARTS)


def main() -> int:
    """Exit code 1 when a bound was missed."""
    parser = argparse.ArgumentParser(prog="bench.scale", description="How the studio grows.")
    parser.add_argument("--only", choices=PARTS, help="one part; its figures are printed, not kept")
    parser.add_argument("--out", type=Path, help="where the figures go")
    arguments = parser.parse_args()
    parts = [arguments.only] if arguments.only else list(PARTS)
    with TemporaryDirectory() as folder, asyncio.Runner(loop_factory=new_event_loop) as runner:
        figures = runner.run(measure(parts, Path(folder)))
    if not arguments.only or arguments.out:
        report.write("scale", figures, arguments.out)
    return 0 if show(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
