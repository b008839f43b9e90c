"""Encodes one file in a thread of its own, fed through a short queue."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol

import numpy as np

from core.errors import Cancelled
from core.ports import Control, Samples

BLOCKS_AHEAD = 8
"""Blocks, of some 1.5 s each, that may wait for the encoder."""
CHECK_SECONDS = 0.5


class Writes(Protocol):
    """An encoder."""

    def write(self, block: Samples) -> object:
        """Append a block (n, channels), n > 0."""


class EncoderThread:
    """A context manager: leaving it normally waits for the finished file, by an error for its removal.

    What goes wrong in the thread is raised by the next `put` or at the end.
    """

    def __init__(self, open_encoder: Callable[[], AbstractContextManager[Writes]], *, gain_db: float) -> None:
        """The encoder is opened, used and closed in the thread."""
        self._open = open_encoder
        self._gain = np.float32(10 ** (gain_db / 20))
        self._blocks: queue.Queue[Samples | None] = queue.Queue(BLOCKS_AHEAD)
        self._abandoned = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="encoder", daemon=True)

    def put(self, block: Samples, control: Control) -> None:
        """Hand over a block (n, channels), when the queue has room.

        Raises Cancelled, and what broke the encoder.
        """
        while True:
            if self._error is not None:
                raise self._error
            with contextlib.suppress(queue.Full):
                self._blocks.put(block, timeout=CHECK_SECONDS)
                return
            control.raise_if_cancelled()

    def __enter__(self) -> EncoderThread:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._abandoned = error is not None
        self._blocks.put(None)  # the thread always takes what is in the queue
        self._thread.join()
        if error is None and self._error is not None:
            raise self._error

    def _run(self) -> None:
        blocks = self._until_end()
        try:
            with self._open() as encoder:
                for block in blocks:
                    if self._abandoned:
                        break
                    encoder.write(block * self._gain)
                if self._abandoned:
                    raise Cancelled
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that feeds us
            self._error = error
        for _ in blocks:  # up to the end, if it has not come yet: put() must never wait in vain
            pass

    def _until_end(self) -> Iterator[Samples]:
        while (block := self._blocks.get()) is not None:
            yield block
