"""Key and tempo: what is heard is moved, where it begins and how long it is stays what it has to be."""

from __future__ import annotations

import numpy as np
import pytest

from core.media.shape import Shape, reshape
from core.ports import SAMPLE_RATE, Samples

SECONDS = 12
CLICK_AT = 8


def sound() -> Samples:
    time = np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    wave = 0.3 * np.sin(2 * np.pi * 440 * time)
    wave[CLICK_AT * SAMPLE_RATE : CLICK_AT * SAMPLE_RATE + 30] += 0.6
    return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)


def pitch(samples: Samples) -> float:
    """Of the loudest tone, in Hz."""
    middle = samples[2 * SAMPLE_RATE : 5 * SAMPLE_RATE, 0]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 8 * len(middle)))
    return float(spectrum.argmax() * SAMPLE_RATE / (8 * len(middle)))


@pytest.mark.parametrize(
    "shape", [Shape(2), Shape(-6), Shape(6), Shape(0, 0.7), Shape(0, 1.3), Shape(-3, 0.9), Shape(5, 1.2)]
)
def test_moved_as_asked(shape: Shape) -> None:
    made = reshape(sound(), shape)
    assert made.shape == (round(SECONDS * SAMPLE_RATE / shape.tempo), 2)
    assert pitch(made) == pytest.approx(440 * 2 ** (shape.key / 12), rel=0.001)
    level = np.sqrt(np.mean(np.square(made[SAMPLE_RATE : 5 * SAMPLE_RATE])))
    assert level == pytest.approx(0.3 / np.sqrt(2), rel=0.05)
    around = slice(int(7 * SAMPLE_RATE / shape.tempo), int(9 * SAMPLE_RATE / shape.tempo))
    click = (np.argmax(np.abs(made[around, 0])) + around.start) / SAMPLE_RATE * shape.tempo
    assert click == pytest.approx(CLICK_AT, abs=0.02)


def test_plain_is_untouched() -> None:
    samples = sound()
    assert reshape(samples, Shape()) is samples


def test_what_is_very_short_keeps_its_length() -> None:
    assert reshape(sound()[:500], Shape(2, 0.9)).shape == (556, 2)
