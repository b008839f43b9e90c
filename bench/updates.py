"""How many people at once the chats can answer: `python -m bench.updates` (or `./melody bench updates`).

A whole studio as `melody up` runs it, with a catalogue of 1,000 songs, gets 200 updates a second for a
minute from 2,000 people on Telegram and WhatsApp: commands, names of songs, numbers, taps. Open loop: updates
leave when the rate says so, and each first answer is timed from the moment its update was due (see
bench.webhook). The messengers and the crowd run on the same machine as the studio.

Telegram lets a bot write about 30 messages a second; the studio keeps that limit, so for this it is scaled
(MELODY_RATE_LIMIT_SCALE), as it would be for a bot that Telegram allows more.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
import psutil
from uvloop import new_event_loop

from bench import report
from bench.decoys import decoys
from bench.gateway import PUBLIC_URL, TOKEN, Gateway
from bench.messengers import Messengers
from bench.people import ACCOUNT, SENDER, TELEGRAM_TOKEN, Crowd, Deed, Song, crowd
from bench.search import read_cases
from tests.fixtures.studio import Studio, studio
from tests.material import ROOT, models_dir

CASES = ROOT / "tests" / "quality" / "search_cases.jsonl"
SONGS = 1_000
PEOPLE = 2_000
WARM_UP = 3.0
GRACE = 30.0
"""Seconds that the last answers may take; then they are counted as they stand."""
DRAIN = 240.0
"""Seconds more for all that waits by then, before what has no answer is lost."""
BENCH = "bench"
BOUND_P99 = 1.0
"""Seconds: the first visible answer in a chat (DESIGN, promises)."""
LOOK_EVERY = 1.0
SCALE = 20
MOST_SHOWN = 10
"""Answers out of order that the table shows."""
AGAIN_AFTER = (0.2, 0.4, 0.8, 1.6, 3.2)
"""Seconds after which an update that was not taken is brought once more, as both messengers do."""


async def send(gateway: Gateway, people: Crowd, deeds: Sequence[Deed], per_second: float) -> Counter[int]:
    """Let everything happen at the rate; the statuses of the webhooks."""
    begin = time.perf_counter() + 0.1
    statuses: Counter[int] = Counter()
    chats: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
    """Messengers bring a chat's next update when its last was taken."""

    async def one(number: int, deed: Deed) -> None:
        due = begin + number / per_second
        await asyncio.sleep(due - time.perf_counter())
        people.does(deed, due)
        async with chats[deed.chat]:
            for pause in AGAIN_AFTER:
                statuses[status := await gateway.bring(deed)] += 1
                if status == HTTPStatus.OK:
                    return
                await asyncio.sleep(pause)

    await asyncio.gather(*(one(number, deed) for number, deed in enumerate(deeds)))
    return statuses


async def run(
    running: Studio, messengers: Messengers, people: Crowd, gateway: Gateway, per_second: int
) -> dict[str, object]:
    """Warm up, send everything, wait for the last answer; the figures."""
    warm = int(WARM_UP * per_second / 4)
    with phase("warming up"):
        await send(gateway, people, people.deeds[:warm], per_second / 4)
        await _until_answered(people)
    before, began, load = _seconds_of(running), time.perf_counter(), os.getloadavg()[0]
    requests, deeds = messengers.requests, people.deeds[warm:]
    with phase(f"{per_second} updates a second"):
        statuses = await send(gateway, people, deeds, per_second)
    sent_in = time.perf_counter() - began
    with phase("waiting for the last answers"):
        await _until_answered(people)
    answered_in = time.perf_counter() - began
    used = {name: seconds - before.get(name, 0.0) for name, seconds in _seconds_of(running).items()}
    await gateway.close()
    times = sorted(deed.answered - deed.due for deed in deeds if deed.answered is not None)
    by_kind = {kind: _cuts(_times_of(deeds, kind)) for kind in sorted({deed.kind for deed in deeds})}
    with phase("waiting until nothing waits any more"):
        waiting = await _until_nothing_waits(running, people)
    lost = [deed for deed in deeds if deed.answered is None]
    return {
        "per_second": per_second,
        "seconds": round(sent_in, 1),
        "sent": len(deeds),
        "taken": statuses[HTTPStatus.OK],
        "not_taken_at_once": statuses.total() - statuses[HTTPStatus.OK],
        "answered": len(times),
        "answered_within_s": round(answered_in, 1),
        "answered_per_second": round(len(times) / answered_in, 1),
        "answered_late": len(deeds) - len(lost) - len(times),
        "still_waiting": waiting,
        "lost": max(0, len(lost) - waiting),
        "lost_kinds": Counter(deed.kind for deed in lost),
        "out_of_order": people.out_of_order,
        "superfluous": people.superfluous,
        "searches_given_up": people.given_up,
        "first_reply_s": _cuts(times),
        "by_kind_s": by_kind,
        "busy_cores": {name: round(seconds / answered_in, 2) for name, seconds in used.items()},
        "cpu_ms_per_update": {name: round(1000 * seconds / len(deeds), 2) for name, seconds in used.items()},
        "requests_to_messengers": messengers.requests - requests,
        "taps_acknowledged": len(messengers.tapped),
        "load_before": round(load, 2),
    }


@contextmanager
def phase(name: str) -> Iterator[None]:
    """Say what is going on, and how long it took."""
    print(f"{name} …", end=" ", flush=True)
    began = time.perf_counter()
    yield
    print(f"{time.perf_counter() - began:.1f} s", flush=True)


async def _until_nothing_waits(running: Studio, people: Crowd) -> int:
    """Only then it is known what will never be answered; what waits still when time is up."""
    waiting = await _still_waiting(running)
    for _ in range(round(DRAIN / LOOK_EVERY)):
        if not waiting:
            break
        await asyncio.sleep(LOOK_EVERY)
        waiting = await _still_waiting(running)
    if people.left:  # what was sent a moment ago is on its way
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(people.all_answered.wait(), 1.0)
    return waiting


async def _still_waiting(running: Studio) -> int:
    """What was taken and is not answered yet, but will be."""
    connection = await asyncpg.connect(running.instance.database_url)
    try:
        return int(
            await connection.fetchval(
                "SELECT (SELECT count(*) FROM inbox WHERE status = 'pending')"
                " + (SELECT count(*) FROM deliveries WHERE status = 'pending')"
            )
        )
    finally:
        await connection.close()


async def _until_answered(people: Crowd) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(GRACE):
            await people.all_answered.wait()


def _times_of(deeds: Iterable[Deed], kind: str) -> list[float]:
    return sorted(d.answered - d.due for d in deeds if d.kind == kind and d.answered is not None)


def _cuts(times: Sequence[float]) -> dict[str, float]:
    if len(times) < 2:
        return {}
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return {"p50": round(cuts[49], 3), "p99": round(cuts[98], 3), "slowest": round(max(times), 3)}


def _seconds_of(running: Studio) -> dict[str, float]:
    """Processor seconds that each kind of process has used so far. `bench`: this one, the crowd and the
    messengers."""
    own = psutil.Process().cpu_times()
    found: Counter[str] = Counter({BENCH: own.user + own.system})
    for process in _processes_of(running):
        try:
            words, used = " ".join(process.cmdline()), process.cpu_times()
        except psutil.Error:
            continue
        names = ("api.main", "bot.main", "courier", "tasks.relay", "valkey", "postgres")
        name = next((name for name in names if name in words), "other")
        found[name] += used.user + used.system
        if name == "postgres":  # its connections are processes, of which some have ended
            found[name] += used.children_user + used.children_system
    return dict(found)


def _processes_of(running: Studio) -> set[psutil.Process]:
    """Those below `melody up`, and the servers, which outlive it and are nobody's children."""
    found = set(psutil.Process().children(recursive=True))
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if any(str(running.data_dir) in word for word in process.cmdline()[1:]):
                found |= {process, *process.children(recursive=True)}
    return found - {psutil.Process(running.process.pid), psutil.Process()}


def bring_songs_in(running: Studio, folder: Path) -> None:
    """A catalogue of songs that are hard to tell apart."""
    file = folder / "songs.jsonl"
    with file.open("w", encoding="utf-8") as lines:
        for song in decoys(read_cases(CASES), SONGS):
            lines.write(json.dumps(song) + "\n")
    command = ["catalog", "import", str(file), "--data-dir", str(running.data_dir)]
    subprocess.run([sys.executable, "-m", "core.cli", *command], cwd=ROOT, check=True, capture_output=True)


async def songs_of(running: Studio) -> list[Song]:
    connection = await asyncpg.connect(running.instance.database_url)
    try:
        rows = await connection.fetch("SELECT id, title FROM songs ORDER BY id LIMIT 2000")
    finally:
        await connection.close()
    return [Song(row["id"].hex, row["title"]) for row in rows]


async def measure(per_second: int, seconds: int, bots: int, folder: Path) -> dict[str, object]:
    people: Crowd | None = None

    def heard(chat: str, text: str, buttons: str) -> None:
        if people is not None:
            people.heard(chat, text, buttons)

    messengers, secret = Messengers(heard), secrets.token_hex(16)
    async with messengers.serving():
        environment = _environment(messengers.url, secret)
        starting = studio(folder / "studio", **environment)
        with phase("starting the studio"):
            running = await asyncio.to_thread(starting.__enter__)
        try:
            with more_bots(running, environment, bots - 1):
                with phase(f"importing {SONGS} songs"):
                    await asyncio.to_thread(bring_songs_in, running, folder)
                count = per_second * seconds + int(WARM_UP * per_second / 4)
                people = crowd(count, PEOPLE, await songs_of(running))
                return await run(running, messengers, people, Gateway(running.url, secret), per_second)
        finally:
            with phase("ending the studio"):
                await asyncio.to_thread(starting.__exit__, None, None, None)


@contextmanager
def more_bots(running: Studio, environment: Mapping[str, str], count: int) -> Iterator[None]:
    """Bot processes beside that of the studio, as they would run on further machines."""
    servers = {
        "MELODY_DATA_DIR": str(running.data_dir),
        "MELODY_DATABASE_URL": running.instance.database_url,
        "MELODY_REDIS_URL": running.instance.redis_url,
    }
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "bot.main"],
            cwd=ROOT,
            env={**os.environ, **environment, **servers},
            stdout=subprocess.DEVNULL,
        )
        for _ in range(count)
    ]
    try:
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(10)


def _environment(messengers: str, secret: str) -> dict[str, str]:
    return {
        "MELODY_MODELS_DIR": str(models_dir()),
        "MELODY_PUBLIC_URL": PUBLIC_URL,
        "MELODY_RATE_LIMIT_SCALE": str(SCALE),
        "MELODY_SOURCES": "local",
        "MELODY_TELEGRAM_API_URL": messengers,
        "MELODY_TELEGRAM_MODE": "webhook",
        "MELODY_TELEGRAM_TOKEN": TELEGRAM_TOKEN,
        "MELODY_TELEGRAM_WEBHOOK_SECRET": secret,
        "MELODY_TWILIO_ACCOUNT_SID": ACCOUNT,
        "MELODY_TWILIO_API_URL": messengers,
        "MELODY_TWILIO_AUTH_TOKEN": TOKEN,
        "MELODY_TWILIO_WHATSAPP_FROM": SENDER,
    }


def show(figures: Mapping[str, Any]) -> bool:
    """Print the table; whether nothing was lost, order was kept, and the bound was met."""
    print(f"{'':20} {'p50 s':>8} {'p99 s':>8} {'max s':>8}")
    for kind, cuts in {"first reply": figures["first_reply_s"], **figures["by_kind_s"]}.items():
        if cuts:
            print(f"{kind:20} {cuts['p50']:8.3f} {cuts['p99']:8.3f} {cuts['slowest']:8.3f}")
    unanswered = figures["sent"] - figures["answered"]
    disorder = len(figures["out_of_order"])
    print(
        f"{figures['sent']} updates, {figures['taken']} taken, {figures['answered']} answered "
        f"({figures['answered_per_second']} a second), {figures['answered_late']} later, "
        f"{figures['still_waiting']} still waiting, {figures['lost']} lost, {disorder} out of order, "
        f"{figures['searches_given_up']} searches given up for time"
    )
    for title, name in (("cores used", "busy_cores"), ("processor ms an update", "cpu_ms_per_update")):
        print(f"{title}: " + ", ".join(f"{process} {used}" for process, used in figures[name].items()))
    for line in figures["out_of_order"][:MOST_SHOWN]:
        print(f"  {line}")
    is_whole = unanswered == disorder == figures["superfluous"] == 0
    return bool(is_whole and figures["first_reply_s"].get("p99", GRACE) <= BOUND_P99)


def main() -> int:
    """Exit code 1 when an update was lost or out of order, or p99 missed its bound."""
    parser = argparse.ArgumentParser(prog="bench.updates", description="How many people can be answered.")
    parser.add_argument("--rate", type=int, default=200, help="updates per second")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--bots", type=int, default=1, help="bot processes")
    parser.add_argument("--out", type=Path, help="where the figures go")
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder, asyncio.Runner(loop_factory=new_event_loop) as runner:
        figures = runner.run(measure(arguments.rate, arguments.seconds, arguments.bots, Path(folder)))
    report.write(
        "updates",
        {"bound_p99_s": BOUND_P99, "bots": arguments.bots, "songs": SONGS, **figures},
        arguments.out,
    )
    return 0 if show(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
