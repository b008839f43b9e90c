"""kill -9 to whatever comes up, again and again, while people send songs: 0 lost, 0 twice.

MELODY_TEST_KILLS sets the number of kills (25; 200 for the figure that is promised), MELODY_TEST_SEED what
comes up. The figures are printed (pytest -s).
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.fakes.telegram import Person, TelegramStandIn
from tests.fixtures.studio import studio, telegram_environment
from tests.reliability.house import House

KILLS = int(os.environ.get("MELODY_TEST_KILLS", "25"))
SEED = int(os.environ.get("MELODY_TEST_SEED", "7"))
PAUSE = (1.0, 2.0)
"""Seconds between two kills."""
KILLS_PER_SONG = 2
PEOPLE = 6
SHARED = 3
"""Every third song is one that another person has sent before."""
TARGETS = ("worker", "worker's child", "courier", "bot", "relay", "api", "valkey", "postgres")


class Killer:
    """Kills something every second or two, until it has done so often enough."""

    def __init__(self, house: House, choice: random.Random) -> None:
        self.killed: Counter[str] = Counter()
        self._house = house
        self._choice = choice

    async def run(self) -> None:
        while self.killed.total() < KILLS:
            await asyncio.sleep(self._choice.uniform(*PAUSE))
            target = self._choice.choice(TARGETS)
            if self._kill(target):
                self.killed[target] += 1

    def _kill(self, target: str) -> bool:
        if target == "worker's child":
            return self._house.kill_one_child("worker", self._choice)
        return self._house.kill(target)


async def send_songs(
    house: House, people: list[Person], choice: random.Random, killer: asyncio.Task[None]
) -> int:
    """Everybody sends songs, some of them the same ones, for as long as the killer goes about."""
    number = 0
    while not killer.done():
        number += 1
        sender = people[number % PEOPLE]
        seconds = 4.0 + number % 5
        house.sends(sender, number, seconds)
        if number % SHARED == 0:
            house.sends(people[(number + 1) % PEOPLE], number, seconds)
        await asyncio.wait([killer], timeout=choice.uniform(*PAUSE) * KILLS_PER_SONG)
    return number


@pytest.mark.slow
@pytest.mark.timeout(120 + KILLS * 4)
async def test_nothing_is_lost_and_nothing_comes_twice(tmp_path: Path) -> None:
    choice = random.Random(SEED)
    with (
        TelegramStandIn() as telegram,
        studio(
            tmp_path / "studio", MELODY_RATE_LIMIT_SCALE="100", **telegram_environment(telegram)
        ) as running,
    ):
        house = House(running, telegram)
        people = [telegram.person(f"Singer {number}") for number in range(PEOPLE)]
        async with house.ledger:
            began = time.monotonic()
            killer = Killer(house, choice)
            killing = asyncio.create_task(killer.run())
            songs = await send_songs(house, people, choice, killing)
            await killing
            killed_for = time.monotonic() - began
            await house.settle(*people, patience=90)
            settled_after = time.monotonic() - began - killed_for
            await house.assert_once(*people)
            attempts = await house.ledger.rows(
                "SELECT 'made' AS what, max(attempts), sum(attempts), count(*) FROM renditions UNION ALL"
                " SELECT 'fetched', max(attempts), sum(attempts), count(*) FROM recordings UNION ALL"
                " SELECT kind || ' ' || status, max(attempts), sum(attempts), count(*) FROM deliveries"
                " GROUP BY kind, status"
            )
        print(
            f"\n{killer.killed.total()} kills in {killed_for:.0f} s: {dict(killer.killed)}\n"
            f"{songs} songs, {sum(map(len, house.asked.values()))} askers; "
            f"settled {settled_after:.0f} s later"
        )
        for row in attempts:
            print("{:16} attempts: at most {}, {} for {}".format(*row))
        assert running.process.poll() is None
