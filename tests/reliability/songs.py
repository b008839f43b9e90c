"""Songs for the kill tests: short, made on the spot, each with bytes of its own."""

from __future__ import annotations

import io
import wave
from functools import cache

import numpy as np

RATE = 22_050


@cache
def song(number: int, seconds: float = 5.0) -> bytes:
    """A mono WAV of three tones under a slow tremolo over a little noise; equal numbers give equal bytes."""
    random = np.random.default_rng(number)
    time = np.arange(round(seconds * RATE)) / RATE
    tones = sum(np.sin(2 * np.pi * frequency * time) for frequency in random.uniform(110, 880, 3))
    mix = 0.2 * tones * (0.7 + 0.3 * np.sin(2 * np.pi * 2 * time)) + 0.02 * random.standard_normal(time.size)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(mix, -1, 1) * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def title(number: int) -> str:
    return f"Kill song {number}"
