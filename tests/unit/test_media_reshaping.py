"""Key and tempo in a process of its own: the same sound, ended when nobody wants it, told when it breaks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import Cancelled, MelodyError
from core.media import reshaping
from core.media.reshaping import reshape_file
from core.media.shape import Shape, reshape
from core.ports import SAMPLE_RATE, Samples

SHAPE = Shape(3, 0.9)


class Wish:
    """Wants the work until it has been asked `times`."""

    def __init__(self, times: int | None = None) -> None:
        self._left = times

    def progress(self, fraction: float) -> None:
        raise AssertionError("the engine does not tell how far it is")

    def raise_if_cancelled(self) -> None:
        if self._left == 0:
            raise Cancelled
        if self._left is not None:
            self._left -= 1


def noise(seconds: float) -> Samples:
    wave = np.random.default_rng(5).normal(0, 0.1, (round(seconds * SAMPLE_RATE), 2))
    return wave.astype(np.float32)


def test_it_is_what_the_engine_makes(tmp_path: Path) -> None:
    samples = noise(4)
    samples.tofile(tmp_path / "song.f32")
    reshape_file(tmp_path / "song.f32", tmp_path / "made.f32", SHAPE, seconds=4, control=Wish())
    made = np.fromfile(tmp_path / "made.f32", "<f4").reshape(-1, 2)
    assert np.array_equal(made, reshape(samples, SHAPE))


def test_it_ends_when_nobody_wants_it(tmp_path: Path) -> None:
    """Long before the engine would: it works on a whole song in one call."""
    noise(60).tofile(tmp_path / "song.f32")
    with pytest.raises(Cancelled):
        reshape_file(tmp_path / "song.f32", tmp_path / "made.f32", SHAPE, seconds=60, control=Wish(1))
    assert not (tmp_path / "made.f32").exists()


def test_what_breaks_is_told(tmp_path: Path) -> None:
    with pytest.raises(MelodyError, match="broke"):
        reshape_file(tmp_path / "none.f32", tmp_path / "made.f32", SHAPE, seconds=1, control=Wish())


def test_it_does_not_take_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reshaping, "LEAST_SECONDS", -60.0)
    noise(60).tofile(tmp_path / "song.f32")
    with pytest.raises(MelodyError, match="too long"):
        reshape_file(tmp_path / "song.f32", tmp_path / "made.f32", SHAPE, seconds=60, control=Wish())
