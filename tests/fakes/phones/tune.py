"""Small songs that anybody may have: a voice in the middle, a guitar at either side."""

from __future__ import annotations

import io

import av
import numpy as np
from numpy.typing import NDArray

RATE = 44_100
SECONDS = 12
SCALE = (0, 2, 4, 7, 9, 7, 4, 2, 0, 4, 7, 12)
"""Of the voice, in semitones, a note a second."""
CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))

Samples = NDArray[np.float32]


def tune(number: int = 0) -> bytes:
    """An mp3 of 12 seconds; each number has its own key."""
    root = 196.0 * 2.0 ** ((number * 5 % 12) / 12)
    left, right = _guitar(root, 0.0), _guitar(root, 0.013)
    voice = _voice(2 * root)
    return _mp3(np.stack([0.5 * left + 0.4 * voice, 0.5 * right + 0.4 * voice]))


def _guitar(root: float, late: float) -> Samples:
    """A broken chord, four notes a second."""
    made = np.zeros(SECONDS * RATE, np.float32)
    step = RATE // 4
    for beat in range(SECONDS * 4 - 1):
        chord = CHORDS[beat // 8 % len(CHORDS)]
        pitch = root / 2 * 2.0 ** (chord[beat % 3] / 12)
        begin = beat * step + round(late * RATE)
        time = np.arange(2 * step)[: len(made) - begin] / RATE
        plucked = sum(np.sin(2 * np.pi * pitch * n * time) / n**1.5 for n in range(1, 8))
        made[begin : begin + len(time)] += (0.25 * plucked * np.exp(-5 * time)).astype(np.float32)
    return made


def _voice(root: float) -> Samples:
    """An aah with vibrato, a note a second."""
    time = np.arange(RATE) / RATE
    swell = np.minimum(1, 12 * time) * np.minimum(1, 12 * (1 - time))
    notes = []
    for semitones in SCALE:
        phase = 2 * np.pi * root * 2.0 ** (semitones / 12) * time + 0.35 * np.sin(2 * np.pi * 5.5 * time)
        pitch = root * 2.0 ** (semitones / 12)
        vowel = sum(np.sin(n * phase) * _formants(n * pitch) for n in range(1, 12))
        notes.append(0.6 * swell * vowel)
    return np.concatenate(notes).astype(np.float32)


def _formants(pitch: float) -> float:
    """How loud an open mouth lets this through."""
    return float(sum(np.exp(-(((pitch - peak) / 220) ** 2)) for peak in (700, 1_150, 2_600)) + 0.1)


def _mp3(samples: Samples) -> bytes:
    """`samples` (2, n), full scale 1."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp3") as container:
        stream = container.add_stream("mp3", rate=RATE, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(np.clip(samples, -1, 1), np.float32), format="fltp", layout="stereo"
        )
        frame.sample_rate, frame.pts = RATE, 0
        fifo = av.AudioFifo()
        fifo.write(frame)
        while (part := fifo.read(stream.codec_context.frame_size or 1152, partial=True)) is not None:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return out.getvalue()
