"""Pictures nobody vouches for, made into covers by a child that can do little harm (`cover_child`)."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from core.errors import DamagedRecording
from core.media.safe_decode import ENVIRONMENT, read_answer

CHILD = Path(__file__).with_name("cover_child.py")
SECONDS = 15.0
SIDES = (64, 128, 256, 512)
"""Pixels of the covers that are made."""


def make_covers(source: Path, into: Mapping[int, Path]) -> bool:
    """Write the picture as square WebP files, one a side; False for what is no picture of the usual kinds.

    Blocking; run it in a thread.
    """
    job = {"source": str(source.absolute()), "into": {side: str(path) for side, path in into.items()}}
    process = subprocess.Popen(
        [sys.executable, "-I", str(CHILD), json.dumps(job)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )
    assert process.stdout is not None
    with process.stdout:
        try:
            answer = b"".join(read_answer(process.stdout, time.monotonic() + SECONDS, None))
        except DamagedRecording:
            return False
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)
    return answer.strip() == b'{"ok": true}'
