"""The vocals of a recording, kept without loss, so that nothing has to be separated twice.

The instrumental is the mix without them, so the vocals and the recording itself are all that has to be kept.
FLAC of 16 bits, 6 dB down: a stem may be louder than full scale. What rounding takes from the vocals stays
in the instrumental, so the two always sum to the mix exactly.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from numpy.typing import NDArray

from core.errors import DamagedVocals
from core.ports import SAMPLE_RATE, Samples, Stem

HEADROOM = 2.0
FULL_SCALE = 32767.0
COMPRESSION = "2"
"""Of 0 to 12: higher levels take several times as long and save a few per cent."""
TIME_BASE = Fraction(1, SAMPLE_RATE)


class VocalsWriter:
    """Writes a vocals file that appears under its name when it is complete. A context manager."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._temporary = path.with_name(f".{secrets.token_hex(8)}.part")
        self._container = av.open(self._temporary, "w", format="flac")
        options = {"compression_level": COMPRESSION}
        stream = self._container.add_stream("flac", rate=SAMPLE_RATE, layout="stereo", options=options)
        assert isinstance(stream, av.AudioStream)
        stream.codec_context.format = av.AudioFormat("s16")
        self._stream = stream
        self._position = 0

    def write(self, vocals: Samples) -> Samples:
        """Append a block (n, 2), n > 0; returns it as it will be read again."""
        scaled = np.clip(vocals * (FULL_SCALE / HEADROOM), -FULL_SCALE, FULL_SCALE)
        rounded = np.rint(scaled).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(rounded.reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.time_base = TIME_BASE
        frame.pts = self._position
        self._position += len(rounded)
        self._container.mux(self._stream.encode(frame))
        return _as_float(rounded)

    def __enter__(self) -> VocalsWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._container.mux(self._stream.encode(None))
            self._container.close()
            if error is None:
                self._temporary.replace(self._path)
        finally:
            self._temporary.unlink(missing_ok=True)


def read_vocals(path: Path) -> Iterator[Samples]:
    """The blocks of a file that VocalsWriter wrote. Raises DamagedVocals."""
    is_empty = True
    try:
        with av.open(path, "r", format="flac") as container:
            for frame in container.decode(audio=0):
                is_empty = False
                yield _as_float(np.asarray(frame.to_ndarray(), np.int16).reshape(-1, 2))
    except (av.FFmpegError, OSError) as error:
        raise DamagedVocals(f"the kept vocals can't be read ({type(error).__name__})") from error
    if is_empty:
        raise DamagedVocals("the kept vocals are empty")


def instrumental_of(mix: Samples, vocals: Samples) -> dict[Stem, Samples]:
    """Both stems of a block of the mix."""
    return {Stem.INSTRUMENTAL: mix - vocals, Stem.VOCALS: vocals}


def _as_float(rounded: NDArray[np.int16]) -> Samples:
    return rounded.astype(np.float32) * np.float32(HEADROOM / FULL_SCALE)
