"""Reads decoded sound from front to back, a block at a time."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import numpy as np

from core.ports import Samples

BYTES_PER_SAMPLE = 8


class PcmFile:
    """A raw file of interleaved float32 stereo as a `core.ports.SampleReader`.

    Plain reads, no memory map: mapped pages count as this process's memory, a song's length long.
    """

    def __init__(self, path: Path, *, samples: int, rms_dbfs: float) -> None:
        self.samples = samples
        self.rms_dbfs = rms_dbfs
        self._file = path.open("rb", buffering=0)
        self._left = samples

    def __enter__(self) -> PcmFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def read(self, count: int) -> Samples:
        """The next (n, 2) block, n <= count; n < count only at the end."""
        block = np.empty((min(count, self._left), 2), "<f4")
        raw = block.reshape(-1).view(np.uint8)
        filled = 0
        while filled < len(raw):
            received = self._file.readinto(raw[filled:].data)
            if not received:
                break
            filled += received
        self._left -= len(block)
        return block[: filled // BYTES_PER_SAMPLE]
