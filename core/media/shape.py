"""Key and tempo: a whole recording moved by semitones, stretched or hurried, the one without the other.

Bungee (https://bungee.parabolaresearch.com), a phase vocoder. Its Python binding starts anew with each call,
which is heard as a click wherever blocks meet, so a song is worked on whole: 0.7 MB for each second of it.
The call never lets go of Python's lock; `reshaping` makes it in a process of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.ports import SAMPLE_RATE, Samples

LARGEST_KEY = 6
"""Semitones up or down."""
SLOWEST, FASTEST = 0.7, 1.3


@dataclass(frozen=True)
class Shape:
    key: int = 0
    """Semitones, -6 to 6."""
    tempo: float = 1.0
    """0.7 to 1.3; 0.9 is slower."""

    @property
    def is_plain(self) -> bool:
        return self.key == 0 and self.tempo == 1.0


PLAIN = Shape()


def reshape(samples: Samples, shape: Shape) -> Samples:
    """The recording (n, 2) in another key or tempo; (round(n / tempo), 2), starting where it started."""
    if shape.is_plain:
        return samples
    from bungee_python.bungee import Bungee

    engine = Bungee(SAMPLE_RATE, 2, speed=shape.tempo, pitch=2.0 ** (shape.key / 12))
    made: Samples = engine.process(samples)
    wanted = round(len(samples) / shape.tempo)
    if len(made) < wanted:
        return np.concatenate([made, np.zeros((wanted - len(made), 2), np.float32)])
    return made[:wanted]
