"""Each child of a worker owns one event loop and one set of services, for as long as it lives."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from celery.signals import worker_process_init, worker_process_shutdown

from core import log, tracing
from core.bootstrap import Services, build
from core.config import Settings


class Child:
    def __init__(self, role: str) -> None:
        """`role` names it in logs and traces, as it names the worker whose child it is."""
        settings = Settings.load()
        log.configure(settings, f"{role} child")
        tracing.begin(settings, role)
        self._runner = asyncio.Runner()
        self.services = build(settings)

    def run(self, work: Callable[[Services], Awaitable[None]]) -> None:
        async def working() -> None:
            await work(self.services)

        self._runner.run(working())

    def close(self) -> None:
        self._runner.run(self.services.close())
        self._runner.close()
        tracing.end()


_child: Child | None = None


def begin_each_as(role: str) -> None:
    """Each child that this process forks from now on is one of a worker with this role."""

    def start(**_: Any) -> None:
        global _child
        _child = Child(role)

    worker_process_init.connect(start, weak=False)


@worker_process_shutdown.connect
def _stop(**_: Any) -> None:
    global _child
    if _child is not None:
        _child.close()
        _child = None


def run(work: Callable[[Services], Awaitable[None]]) -> None:
    """Run a task's work with this child's services."""
    assert _child is not None, "tasks run in the children of a worker"
    _child.run(work)
