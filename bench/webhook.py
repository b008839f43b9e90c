"""How fast the webhook answers: `python -m bench.webhook --url http://127.0.0.1:8000`.

Open loop: updates leave at the times the rate gives, whether earlier ones were answered or not, and each
answer is timed from the moment its update was due, so a slow server can't make itself look fast
("coordinated omission", G. Tene). Each update is new and of a kind the bot has no use for
(`message_reaction`), spread over a thousand chats.

The secret is MELODY_TELEGRAM_WEBHOOK_SECRET or, where the gateway made its own, the one in its database.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from bench import report
from core.config import Settings
from core.db.session import Database
from core.errors import MelodyError
from core.signing import webhook_secret
from tests.fakes.telegram import TelegramStandIn
from tests.fixtures.studio import studio, telegram_environment

CHATS = 1000
TIMEOUT = 10.0
BOUND_P99 = 100.0
"""Milliseconds."""


@dataclass(frozen=True)
class Result:
    """Times in milliseconds, from when an update was due to when its answer was complete."""

    per_second: int
    seconds: int
    sent: int
    answered_200: int
    others: dict[str, int]
    p50: float
    p90: float
    p99: float
    slowest: float


async def measure(client: httpx.AsyncClient, per_second: int, seconds: int) -> Result:
    """Send at the rate for so long, and wait for the last answer."""
    count = per_second * seconds
    first_id = secrets.randbelow(2**50)
    clock = asyncio.get_running_loop().time
    begin = clock() + 0.1

    async def send(number: int) -> tuple[str, float]:
        due = begin + number / per_second
        await asyncio.sleep(due - clock())
        try:
            answer = await client.post("/webhooks/telegram", json=update(first_id + number))
            outcome = str(answer.status_code)
        except httpx.HTTPError as error:
            outcome = type(error).__name__
        return outcome, clock() - due

    answers = await asyncio.gather(*(send(number) for number in range(count)))
    outcomes = Counter(outcome for outcome, _ in answers)
    times = sorted(1000 * taken for _, taken in answers)
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return Result(
        per_second=per_second,
        seconds=seconds,
        sent=count,
        answered_200=outcomes.pop("200", 0),
        others=dict(outcomes),
        p50=round(cuts[49], 2),
        p90=round(cuts[89], 2),
        p99=round(cuts[98], 2),
        slowest=round(times[-1], 2),
    )


def update(update_id: int) -> dict[str, object]:
    """A new update, of about the size of a message with a recording."""
    chat = {"id": 10**12 + update_id % CHATS, "type": "private", "first_name": "Bench"}
    reaction = {"type": "emoji", "emoji": "🎤"}
    return {
        "update_id": update_id,
        "message_reaction": {
            "chat": chat,
            "message_id": 1,
            "user": chat | {"is_bot": False},
            "date": int(time.time()),
            "old_reaction": [],
            "new_reaction": [reaction] * 12,
        },
    }


async def secret_of(settings: Settings) -> str:
    """Raises MelodyError when it is neither set nor to be had from the database."""
    if settings.telegram_webhook_secret is not None:
        return settings.telegram_webhook_secret.get_secret_value()
    if settings.database_url is None:
        raise MelodyError("set MELODY_TELEGRAM_WEBHOOK_SECRET or MELODY_DATABASE_URL as for the gateway")
    database = Database(settings.database_url)
    try:
        await database.check()
        async with database.transaction() as session:
            return await webhook_secret(session, settings)
    finally:
        await database.dispose()


async def run(url: str, rates: list[int], seconds: int) -> list[Result]:
    """Warm up for a second, then measure each rate."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": await secret_of(Settings.load())}
    limits = httpx.Limits(max_connections=40)  # what Telegram opens by default
    timeout = httpx.Timeout(TIMEOUT)
    async with httpx.AsyncClient(base_url=url, headers=headers, limits=limits, timeout=timeout) as client:
        await measure(client, rates[0], 1)
        return [await measure(client, rate, seconds) for rate in rates]


def show(results: list[Result]) -> None:
    print(
        f"{'per second':>10} {'sent':>6} {'200':>6} {'p50 ms':>8} {'p90 ms':>8} {'p99 ms':>8} {'max ms':>8}"
    )
    for one in results:
        print(
            f"{one.per_second:>10} {one.sent:>6} {one.answered_200:>6} {one.p50:>8.2f} {one.p90:>8.2f} "
            f"{one.p99:>8.2f} {one.slowest:>8.2f}"
        )
        if one.others:
            print(f"{'':>10} not answered 200: {one.others}")


def main() -> int:
    """Exit code 1 when an update was not answered 200, p99 missed its bound, or nothing could be measured."""
    parser = argparse.ArgumentParser(prog="bench.webhook", description="How fast the webhook answers.")
    parser.add_argument("--url", help="a running gateway's origin; without it one is started")
    parser.add_argument("--rates", type=int, nargs="+", default=[50, 100], help="updates per second")
    parser.add_argument("--seconds", type=int, default=10, help="how long for each rate")
    parser.add_argument("--out", type=Path, help="where the figures go")
    arguments = parser.parse_args()
    try:
        if arguments.url is not None:
            results = asyncio.run(run(arguments.url, arguments.rates, arguments.seconds))
        else:
            with own_studio() as url:
                results = asyncio.run(run(url, arguments.rates, arguments.seconds))
    except MelodyError as error:
        print(error.detail or error.code, file=sys.stderr)
        return 1
    report.write(
        "webhook", {"bound_p99_ms": BOUND_P99, "results": [asdict(one) for one in results]}, arguments.out
    )
    show(results)
    return 0 if all(one.answered_200 == one.sent and one.p99 <= BOUND_P99 for one in results) else 1


@contextmanager
def own_studio() -> Iterator[str]:
    """A studio of this benchmark's own, waiting for webhooks; its URL."""
    secret = secrets.token_hex(16)
    webhook = {"MELODY_TELEGRAM_MODE": "webhook", "MELODY_TELEGRAM_WEBHOOK_SECRET": secret}
    with TelegramStandIn() as telegram, TemporaryDirectory() as folder:
        environment = telegram_environment(telegram) | webhook | {"MELODY_PUBLIC_URL": "http://127.0.0.1"}
        os.environ["MELODY_TELEGRAM_WEBHOOK_SECRET"] = secret
        with studio(Path(folder), **environment) as running:
            yield running.url


if __name__ == "__main__":
    sys.exit(main())
