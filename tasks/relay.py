"""The relay: tells workers what waits in the database, and keeps the schedule. Any number may run."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from uuid import UUID

from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from core import tracing
from core.bootstrap import Services, build
from core.config import Settings
from core.conversion.traces import traces_of_jobs
from core.db.notify import WORK, Wakeups
from core.dispatch import Hint, take_back, take_hints
from core.loops import forever, run_until_stopped
from core.program import run_program
from core.tracing import Kind
from tasks.app import QUEUE_OF, make_app

logger = logging.getLogger(__name__)

LOOK_EVERY = 1.0
SCHEDULE = {
    "maintenance.sweep": 600.0,
    "catalog.refresh_trending": 3600.0,
    "catalog.expire": 86_400.0,
    "whatsapp.catch_up": 30.0,
}
"""Seconds between two runs. Any of them may run twice at once: several relays keep the schedule."""


class Relay:
    def __init__(self, services: Services, app: Celery) -> None:
        self._services = services
        self._app = app
        self._schedule = schedule(services.settings)
        self._due = dict.fromkeys(self._schedule, time.monotonic())

    async def relay_once(self) -> int:
        """Tell workers what is due; returns how many hints went out."""
        async with self._services.database.transaction() as session:
            hints = await take_hints(session, self._services.pushed_channels)
        if hints:
            jobs = {hint.job for hint in hints if hint.job is not None}
            traces = await traces_of_jobs(self._services.database.reading, jobs)
            untold = await asyncio.to_thread(self._publish, hints, traces)
            if untold:
                async with self._services.database.transaction() as session:
                    await take_back(session, untold)
                raise OSError("the broker does not take messages")
        return len(hints)

    async def tell_many(self) -> int:
        """Put what the operator says to many into the outbox, a slice at a time; for how many of them."""
        async with self._services.database.transaction() as session:
            return await self._services.broadcasts.advance(session)

    async def keep_schedule(self) -> None:
        for task, every in self._schedule.items():
            if time.monotonic() >= self._due[task]:
                self._due[task] = time.monotonic() + every
                await asyncio.to_thread(self._send, task, [], str(uuid.uuid4()), expires=every)

    def _publish(self, hints: Sequence[Hint], traces: Mapping[UUID, str]) -> list[Hint]:
        """Send the hints; returns those that the broker did not take."""
        for number, hint in enumerate(hints):
            try:
                with _traced(hint, traces):
                    self._send(hint.task, [str(hint.row)], str(hint.row))
            except (OperationalError, RedisError, OSError) as error:
                logger.warning("the broker is away: %s", type(error).__name__)
                return list(hints[number:])
        return []

    def _send(self, task: str, arguments: list[str], task_id: str, *, expires: float | None = None) -> None:
        """`expires`: seconds after which it is not run any more, since the next was sent."""
        self._app.send_task(
            task,
            args=arguments,
            task_id=task_id,
            queue=QUEUE_OF[task],
            expires=expires,
            retry=False,
            ignore_result=True,
        )


def _traced(hint: Hint, traces: Mapping[UUID, str]) -> AbstractContextManager[None]:
    """Of what is done for nobody's job there is nothing to trace."""
    trace = None if hint.job is None else traces.get(hint.job)
    if trace is None:
        return nullcontext()
    return tracing.span(f"tell {hint.task}", kind=Kind.PRODUCER, parent=trace, job=hint.job, row=hint.row)


def schedule(settings: Settings) -> dict[str, float]:
    """What is to be done again and again here, with the seconds between."""
    return {
        task: every
        for task, every in SCHEDULE.items()
        if settings.whatsapp_is_on or not task.startswith("whatsapp.")
    }


async def run(settings: Settings) -> None:
    services = build(settings)
    relay = Relay(services, make_app(settings))
    try:
        async with Wakeups(services.database.url, WORK) as wakeups:
            seldom_due = time.monotonic()

            async def step() -> None:
                nonlocal seldom_due
                await relay.relay_once()
                if time.monotonic() >= seldom_due:
                    await relay.tell_many()
                    await relay.keep_schedule()
                    seldom_due = time.monotonic() + LOOK_EVERY
                await wakeups.wait(LOOK_EVERY)

            await run_until_stopped(forever("relay", step), services.liveness.keep_beating("relay"))
    finally:
        await services.close()


if __name__ == "__main__":
    sys.exit(run_program("relay", run))
