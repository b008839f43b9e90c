"""Loops that a process runs for as long as it lives."""

from __future__ import annotations

import asyncio
import logging
import random
import signal
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from core.db.session import DATABASE_ERRORS, is_connection_loss
from core.errors import ServiceUnavailable

logger = logging.getLogger(__name__)

PAUSE_AFTER_LOSS = 1.0


async def forever(name: str, step: Callable[[], Awaitable[object]]) -> None:
    """Repeat a step; when the database or a service is away, pause and try again."""
    while True:
        try:
            await step()
        except (*DATABASE_ERRORS, ServiceUnavailable) as error:
            is_away = isinstance(error, ServiceUnavailable) or is_connection_loss(error)
            logger.warning("%s: %s, trying again", name, type(error).__name__, exc_info=not is_away)
            await asyncio.sleep(PAUSE_AFTER_LOSS * random.uniform(1.0, 1.5))


async def run_until_stopped(*loops: Coroutine[Any, Any, None]) -> None:
    """Run the loops until SIGTERM or SIGINT; a loop that fails ends the process with its error."""
    stop = asyncio.Event()
    running = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        running.add_signal_handler(number, stop.set)
    tasks = [asyncio.create_task(loop) for loop in loops]
    stopped = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopped}:
            task.result()
    finally:
        for task in (*tasks, stopped):
            task.cancel()
        await asyncio.gather(*tasks, stopped, return_exceptions=True)
