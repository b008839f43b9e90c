"""How the programs of the studio begin and end."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from core import log
from core.config import Settings
from core.errors import MelodyError

BAD_CONFIGURATION = 2


def run_program(process: str, run: Callable[[Settings], Coroutine[Any, Any, None]]) -> int:
    """Run a program until it ends; its exit code. What the operator has to mend is one line on stderr."""
    try:
        settings = Settings.load()
        log.configure(settings, process)
        asyncio.run(run(settings))
    except MelodyError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return BAD_CONFIGURATION
    return 0
