"""How many people at once the chats can answer: `python -m bench.updates` (or `./melody bench updates`).

A whole studio as `melody up` runs it, with a catalogue of 10,000 songs, gets 200 updates a second for a
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
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import asyncpg
import psutil

from bench import report
from bench.decoys import decoys
from bench.messengers import Messengers
from bench.people import ACCOUNT, SENDER, TELEGRAM_TOKEN, Crowd, Deed, Song, crowd
from bench.search import read_cases
from tests.fakes.twilio.signing import sign
from tests.fixtures.studio import Studio, studio
from tests.material import ROOT

CASES = ROOT / "tests" / "quality" / "search_cases.jsonl"
SONGS = 10_000
PEOPLE = 2_000
CONNECTIONS = 40
WARM_UP = 3.0
GRACE = 60.0
"""Seconds until what is not answered counts as lost."""
BOUND_P99 = 1.0
"""Seconds: the first visible answer in a chat (DESIGN, promises)."""
SCALE = 20
TOKEN = "of-no-worth"
AGAIN_AFTER = (0.2, 0.4, 0.8, 1.6, 3.2)
"""Seconds after which an update that was not taken is brought once more, as both messengers do."""
PUBLIC_URL = "http://127.0.0.1"


_Pipe: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Gateway:
    """Brings updates to the studio over connections that stay open; no client of a library is as light."""

    def __init__(self, url: str, secret: str) -> None:
        address = urlsplit(url)
        self._host, self._port = address.hostname or "", address.port or 80
        self._secret = secret
        self._free: asyncio.LifoQueue[_Pipe | None] = asyncio.LifoQueue()
        for _ in range(CONNECTIONS):
            self._free.put_nowait(None)

    async def close(self) -> None:
        while not self._free.empty():
            if (pipe := self._free.get_nowait()) is not None:
                pipe[1].close()

    async def bring(self, deed: Deed) -> int:
        """The status that the webhook answers with."""
        path, headers = "/webhooks/telegram", {"X-Telegram-Bot-Api-Secret-Token": self._secret}
        kind = "application/json"
        if deed.chat.startswith("whatsapp:"):
            path, kind = "/webhooks/whatsapp", "application/x-www-form-urlencoded"
            form = dict(parse_qsl(deed.body.decode(), keep_blank_values=True))
            headers = {"X-Twilio-Signature": sign(TOKEN, PUBLIC_URL + path, form)}
        lines = [f"POST {path} HTTP/1.1", f"Host: {self._host}:{self._port}", f"Content-Type: {kind}"]
        lines += [
            f"Content-Length: {len(deed.body)}",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        pipe = await self._free.get()
        try:
            if pipe is None or pipe[0].at_eof():  # the gateway closes what was not used for some seconds
                pipe = await asyncio.open_connection(self._host, self._port)
            reader, writer = pipe
            writer.write("\r\n".join([*lines, "", ""]).encode() + deed.body)
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = head.partition("content-length:")[2].partition("\r\n")[0]
            await reader.readexactly(int(length or 0))
        finally:
            self._free.put_nowait(pipe)
        return int(head.split(" ", 2)[1])


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
    await send(gateway, people, people.deeds[:warm], per_second / 4)
    await _until_answered(people)
    before, began, load = _seconds_of(running), time.perf_counter(), os.getloadavg()[0]
    deeds = people.deeds[warm:]
    statuses = await send(gateway, people, deeds, per_second)
    sent_in = time.perf_counter() - began
    await _until_answered(people)
    await gateway.close()
    answered_in = time.perf_counter() - began
    times = sorted(deed.answered - deed.due for deed in deeds if deed.answered is not None)
    kinds = sorted({deed.kind for deed in deeds})
    return {
        "per_second": per_second,
        "seconds": round(sent_in, 1),
        "sent": len(deeds),
        "taken": statuses[HTTPStatus.OK],
        "not_taken_at_once": statuses.total() - statuses[HTTPStatus.OK],
        "answered": len(times),
        "answered_within_s": round(answered_in, 1),
        "out_of_order": people.out_of_order[:10],
        "superfluous": people.superfluous,
        "first_reply_s": _cuts(times),
        "by_kind_s": {kind: _cuts(_times_of(deeds, kind)) for kind in kinds},
        "busy_cores": {
            name: round((seconds - before.get(name, 0.0)) / answered_in, 2)
            for name, seconds in _seconds_of(running).items()
        },
        "taps_acknowledged": len(messengers.tapped),
        "load_before": round(load, 2),
    }


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
    """Processor seconds that each kind of process has used so far."""
    found: Counter[str] = Counter()
    for process in _processes_of(running):
        try:
            words, used = " ".join(process.cmdline()), process.cpu_times()
        except psutil.Error:
            continue
        names = ("api.main", "bot.main", "courier", "tasks.relay", "valkey", "postgres")
        found[next((name for name in names if name in words), "other")] += used.user + used.system
    return dict(found)


def _processes_of(running: Studio) -> set[psutil.Process]:
    """Those below `melody up`, and the servers, which outlive it and are nobody's children."""
    found = set(psutil.Process(running.process.pid).children(recursive=True))
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if any(str(running.data_dir) in word for word in process.cmdline()[1:]):
                found |= {process, *process.children(recursive=True)}
    return found - {psutil.Process(running.process.pid)}


def bring_songs_in(running: Studio, folder: Path) -> None:
    """A catalogue of songs that are hard to tell apart."""
    file = folder / "songs.jsonl"
    with file.open("w", encoding="utf-8") as lines:
        for song in decoys(read_cases(CASES), SONGS):
            lines.write(json.dumps(song) + "\n")
    command = ["catalog", "import", str(file), "--data-dir", str(running.data_dir)]
    subprocess.run(
        [sys.executable, "-m", "core.cli", *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )


async def songs_of(running: Studio) -> list[Song]:
    connection = await asyncpg.connect(running.instance.database_url)
    try:
        rows = await connection.fetch("SELECT id, title FROM songs ORDER BY id LIMIT 2000")
    finally:
        await connection.close()
    return [Song(row["id"].hex, row["title"]) for row in rows]


async def measure(per_second: int, seconds: int, folder: Path) -> dict[str, object]:
    people: Crowd | None = None

    def heard(chat: str, text: str, buttons: str) -> None:
        if people is not None:
            people.heard(chat, text, buttons)

    messengers, secret = Messengers(heard), secrets.token_hex(16)
    async with messengers.serving():
        starting = studio(folder / "studio", **_environment(messengers.url, secret))
        running = await asyncio.to_thread(starting.__enter__)
        try:
            await asyncio.to_thread(bring_songs_in, running, folder)
            count = per_second * seconds + int(WARM_UP * per_second / 4)
            people = crowd(count, PEOPLE, await songs_of(running))
            return await run(running, messengers, people, Gateway(running.url, secret), per_second)
        finally:
            await asyncio.to_thread(starting.__exit__, None, None, None)


def _environment(messengers: str, secret: str) -> dict[str, str]:
    return {
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
    lost = figures["sent"] - figures["answered"]
    disorder = len(figures["out_of_order"])
    print(
        f"{figures['sent']} updates, {figures['taken']} taken, {lost} not answered, {disorder} out of order"
    )
    print("cores used: " + ", ".join(f"{name} {used}" for name, used in figures["busy_cores"].items()))
    for line in figures["out_of_order"]:
        print(f"  {line}")
    is_whole = lost == disorder == figures["superfluous"] == 0
    return bool(is_whole and figures["first_reply_s"].get("p99", GRACE) <= BOUND_P99)


def main() -> int:
    """Exit code 1 when an update was lost or out of order, or p99 missed its bound."""
    parser = argparse.ArgumentParser(prog="bench.updates", description="How many people can be answered.")
    parser.add_argument("--rate", type=int, default=200, help="updates per second")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--out", type=Path, help="where the figures go")
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        figures = asyncio.run(measure(arguments.rate, arguments.seconds, Path(folder)))
    report.write("updates", {"bound_p99_s": BOUND_P99, **figures}, arguments.out)
    return 0 if show(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
