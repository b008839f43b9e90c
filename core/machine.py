"""What this machine has."""

from __future__ import annotations

import ctypes
import functools
import os

M_ARENA_MAX = -8
"""Of glibc's malloc.h."""


def cores() -> int:
    """The processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@functools.cache
def use_one_heap() -> None:
    """Let the threads that are started from now on share one heap, where the C library is glibc.

    It gives every thread a heap of its own otherwise; with large buffers that come and go in several threads
    this costs 70 MB at the peak of a separation, and saves no time (`bench/convert.py`).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 1)
