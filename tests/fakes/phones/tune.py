"""Small songs that anybody may have: a voice in the middle, a guitar at either side."""

from __future__ import annotations

import io
from functools import lru_cache

import av
import numpy as np
from numpy.typing import NDArray

RATE = 44_100
SECONDS = 12
ROOTS = (196.0, 174.6, 220.0)
SCALE = (0, 2, 4, 7, 9, 7, 4, 2, 0, 4, 7, 12)
"""Of the voice, in semitones, a note a second."""
CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))

Samples = NDArray[np.float32]


@lru_cache(maxsize=len(ROOTS))
def tune(number: int = 0) -> bytes:
    """An mp3 of 12 seconds; there are as many as `ROOTS`, then they come again."""
    root = ROOTS[number % len(ROOTS)]
    guitar, voice = _guitar(root), 0.4 * _voice(2 * root)
    return _mp3(np.stack([0.5 * guitar + voice, 0.5 * np.roll(guitar, round(0.013 * RATE)) + voice]))


def _guitar(root: float) -> Samples:
    """A broken chord, four notes a second."""
    made = np.zeros(SECONDS * RATE, np.float32)
    step = RATE // 4
    plucked = {note: _plucked(root / 2 * 2.0 ** (note / 12), 2 * step) for chord in CHORDS for note in chord}
    for beat in range(SECONDS * 4 - 1):
        note = CHORDS[beat // 8 % len(CHORDS)][beat % 3]
        made[beat * step : (beat + 2) * step] += plucked[note]
    return made


def _plucked(pitch: float, length: int) -> Samples:
    time = np.arange(length) / RATE
    string = sum(np.sin(2 * np.pi * pitch * n * time) / n**1.5 for n in range(1, 8))
    return (0.25 * string * np.exp(-5 * time)).astype(np.float32)


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
