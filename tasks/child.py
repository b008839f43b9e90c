"""Each child of a worker owns one event loop and one set of services, for as long as it lives."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any

from celery.signals import worker_process_init, worker_process_shutdown

from core import log, tracing
from core.bootstrap import Services, build
from core.config import Settings
from core.db.session import DATABASE_ERRORS, is_connection_loss

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before a task that lost the database is tried again, times 1 to 1.5; later the relay tells anew."""

TURNS_TO_CLOSE = 4
"""Turns of the loop from an end that came over the net to a connection that knows it: a last word is read,
the end is read, the connection is told."""

Work = Callable[[Services], Awaitable[None]]

logger = logging.getLogger(__name__)


class Child:
    def __init__(self, settings: Settings) -> None:
        """Raises ConfigurationError."""
        self._runner = asyncio.Runner()
        self.services = build(settings)

    def run(self, work: Work) -> None:
        """Do a task. It may be begun several times: what it does is bound to leases, as with a message that
        comes twice."""
        self._runner.run(self._patiently(work))

    async def _patiently(self, work: Work) -> None:
        """While the database comes back, wait for it: a message that is given up is told again only after
        `core.dispatch.TELL_AGAIN_AFTER`."""
        await _hear_what_ended()
        for pause in PAUSES:
            try:
                await work(self.services)
                return
            except DATABASE_ERRORS as error:
                if not is_connection_loss(error):
                    raise
                logger.warning("a task lost the database, trying again: %s", type(error).__name__)
            await asyncio.sleep(pause * random.uniform(1.0, 1.5))
        await work(self.services)

    def close(self) -> None:
        self._runner.run(self.services.close())
        self._runner.close()


async def _hear_what_ended() -> None:
    """The loop stood still since the last task: let it read, and close, what was hung up meanwhile. Else the
    pool would hand such connections on as good ones."""
    for _ in range(TURNS_TO_CLOSE):
        await asyncio.sleep(0)


_child: Child | None = None


def begin_each_as(role: str) -> None:
    """Each child that this process forks from now on is one of a worker with this role: its logs and traces
    say so."""

    def start(**_: Any) -> None:
        global _child
        settings = Settings.load()
        log.configure(settings, f"{role} child")
        tracing.begin(settings, role)
        _child = Child(settings)

    worker_process_init.connect(start, weak=False)


@worker_process_shutdown.connect
def _stop(**_: Any) -> None:
    global _child
    if _child is not None:
        _child.close()
        _child = None
        tracing.end()


def run(work: Work) -> None:
    """Run a task's work with this child's services."""
    assert _child is not None, "tasks run in the children of a worker"
    _child.run(work)
