"""What the stand-in does to sound: it makes it quieter."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

RATE = 44_100
INSTRUMENTAL_SHARE = 0.25


def seconds_of(content: bytes) -> float | None:
    """None where it is no audio."""
    try:
        return len(decoded(content)) / RATE
    except (av.FFmpegError, IndexError, ValueError):
        return None


def quieter(content: bytes) -> bytes:
    return flac(decoded(content) * INSTRUMENTAL_SHARE)


def flac(samples: NDArray[np.float64]) -> bytes:
    """Samples (n, 2) of full scale 32,767 as a FLAC file."""
    out = io.BytesIO()
    with av.open(out, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=RATE, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        stream.codec_context.format = av.AudioFormat("s16")
        for start in range(0, len(samples), RATE):
            block = np.rint(samples[start : start + RATE]).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout="stereo")
            frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


def decoded(content: bytes) -> NDArray[np.float64]:
    """(n, 2), full scale 32,767."""
    with av.open(io.BytesIO(content), "r", format="flac") as container:
        blocks = [frame.to_ndarray().reshape(-1, 2) for frame in container.decode(audio=0)]
    return np.concatenate(blocks).astype(np.float64)
