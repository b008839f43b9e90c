"""How the programs of the studio begin and end."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from core import log, tracing
from core.config import Settings
from core.errors import MelodyError

BAD_CONFIGURATION = 2
EventLoop = Callable[[], asyncio.AbstractEventLoop]


def run_program(process: str, run: Callable[[Settings], Coroutine[Any, Any, None]]) -> int:
    """Run a program until it ends; its exit code. What the operator has to mend is one line on stderr."""
    try:
        settings = Settings.load()
        log.configure(settings, process)
        tracing.begin(settings, process)
        with asyncio.Runner(loop_factory=_event_loop()) as runner:
            runner.run(run(settings))
    except MelodyError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return BAD_CONFIGURATION
    finally:
        tracing.end()
    return 0


def _event_loop() -> EventLoop | None:
    """uvloop's where there is one: it does in C what a program that mostly waits does most."""
    try:
        from uvloop import new_event_loop
    except ImportError:  # on Windows
        return None
    return new_event_loop
