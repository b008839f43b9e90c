"""The bot process: takes what came in from the chats, answers, and keeps status messages up to date."""

from __future__ import annotations

import asyncio
import sys

from bot.answering import Answering
from bot.telegram.way_in import TelegramWayIn
from core.bootstrap import Services, build
from core.catalog.searching.local_search import warm
from core.collecting import collect_seldom
from core.config import Settings
from core.db.notify import INBOX, Wakeups
from core.loops import forever, run_until_stopped
from core.program import run_program

LOOK_EVERY = 1.0


async def run(settings: Settings) -> None:
    services = build(settings)
    try:
        _ = services.conversation  # made now, so that nobody's first word waits for it
        warming = asyncio.create_task(_warm_up())
        await _run(services)
        await warming
    finally:
        await services.close()


async def _warm_up() -> None:
    await asyncio.to_thread(warm)
    collect_seldom()


async def _run(services: Services) -> None:
    async with (
        Wakeups(services.database.url, INBOX) as wakeups,
        Answering(services, has_room=wakeups.wake) as answering,
    ):

        async def answer() -> None:
            await answering.take_up()
            await wakeups.wait(LOOK_EVERY)

        async def follow() -> None:
            await services.live_statuses.refresh()
            await asyncio.sleep(LOOK_EVERY)

        loops = [
            forever("inbox", answer),
            forever("status messages", follow),
            services.liveness.keep_beating("bot"),
        ]
        if services.telegram is not None:
            way_in = TelegramWayIn(services, services.telegram)
            loops.append(way_in.run())
        await run_until_stopped(*loops)


if __name__ == "__main__":
    sys.exit(run_program("bot", run))
