"""A running studio for commands that need one: the one on this data directory, or one started for them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.config import Settings
from core.embedded.home import Home, Instance, read_instance
from core.errors import ServiceUnavailable

START_SECONDS = 300.0
"""The first start fetches the model."""
STOP_SECONDS = 15.0


@contextmanager
def running_studio(settings: Settings) -> Iterator[Instance]:
    """The instance to talk to; one that was started for this ends with the block.

    Raises ServiceUnavailable when it can't be started, with its own last words, and ConfigurationError where
    there can be no data directory.
    """
    instance = read_instance(settings.data_dir)
    if instance is not None:
        yield instance
        return
    home = Home(settings.data_dir)
    home.create()
    log = home.logs / "up.log"
    with log.open("ab") as output:
        studio = subprocess.Popen(
            [sys.executable, "-m", "core.cli", "up", "--port", "0", "--no-player", "--while-input"],
            env={**os.environ, "MELODY_DATA_DIR": str(settings.data_dir.absolute())},
            stdin=subprocess.PIPE,  # when we die, however we do, it ends and the studio with it
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield _wait_until_ready(studio, settings.data_dir, log)
    finally:
        _stop(studio)


def _wait_until_ready(studio: subprocess.Popen[bytes], data_dir: Path, log: Path) -> Instance:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if (instance := read_instance(data_dir)) is not None:
            return instance
        if studio.poll() is not None:
            raise ServiceUnavailable(f"the studio did not start: {_last_line(log)}")
        time.sleep(0.05)
    raise ServiceUnavailable("the studio did not start in time")


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _stop(studio: subprocess.Popen[bytes]) -> None:
    assert studio.stdin is not None
    studio.stdin.close()
    try:
        studio.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(studio.pid, signal.SIGKILL)
        studio.wait(STOP_SECONDS)
