"""What this machine has."""

from __future__ import annotations

import ctypes
import functools
import math
import os
from pathlib import Path

CPU_QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""Of version 2 of Linux's control groups: microseconds of processor time, and in how many of them."""
M_ARENA_MAX = -8
"""Of glibc's malloc.h."""


def cores() -> int:
    """The processors this process may use: of a machine, or what a container gets of one."""
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(own, quota(CPU_QUOTA) or own)


def quota(limit: Path) -> int | None:
    """The processors a control group may keep busy, parts of one counted whole; None without a limit."""
    try:
        time, period = limit.read_text(encoding="ascii").split()
        return None if time == "max" else math.ceil(int(time) / int(period))
    except (OSError, ValueError):  # another system, or an earlier version of control groups
        return None


@functools.cache
def use_one_heap() -> None:
    """Let the threads that are started from now on share one heap, where the C library is glibc.

    It gives every thread a heap of its own otherwise; with large buffers that come and go in several threads
    this costs 70 MB at the peak of a separation, and saves no time (`bench/convert.py`).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 1)
