"""What a rendition's heartbeat and the thread that makes it tell each other."""

from __future__ import annotations

import threading

from core.errors import Cancelled


class LeaseControl:
    """Progress and cancellation of work that runs in a thread, between it and its heartbeat."""

    def __init__(self) -> None:
        self.fraction = 0.0
        self._cancelled = threading.Event()

    def progress(self, fraction: float) -> None:
        self.fraction = fraction

    def cancel(self) -> None:
        self._cancelled.set()

    def raise_if_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled

    @property
    def percent(self) -> int:
        """Never 100: that is for what is stored."""
        return min(99, int(self.fraction * 100))
