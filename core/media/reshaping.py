"""Moves a song to another key or tempo in a process of its own (`shape_child`).

The engine works on the whole song in one call that never lets go of Python's lock: within a worker it would
hold up the heartbeats of the lease, and a long song would be taken for a dead worker's.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from pathlib import Path

from core.errors import MelodyError
from core.media.safe_decode import CANCEL_CHECK_SECONDS, ENVIRONMENT
from core.media.shape import Shape
from core.ports import Control

CHILD = Path(__file__).with_name("shape_child.py")
LEAST_SECONDS = 120.0


def reshape_file(source: Path, into: Path, shape: Shape, *, seconds: float, control: Control) -> None:
    """Write the raw float32 stereo file `source`, `seconds` long, in another key or tempo to `into`.

    Blocking; run it in a thread. Raises MelodyError when the engine breaks or takes longer than the song and
    two minutes, and Cancelled within a moment of its being asked.
    """
    deadline = time.monotonic() + LEAST_SECONDS + seconds
    arguments = [str(source.absolute()), str(into.absolute()), str(shape.key), str(shape.tempo)]
    process = subprocess.Popen(
        [sys.executable, "-I", str(CHILD), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
    )
    try:
        while process.poll() is None:
            control.raise_if_cancelled()
            if time.monotonic() > deadline:
                raise MelodyError("changing key or tempo took too long")
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(CANCEL_CHECK_SECONDS)
    finally:
        process.kill()
        process.wait(timeout=10)
    if process.returncode:
        raise MelodyError(f"changing key or tempo broke (exit {process.returncode})")
