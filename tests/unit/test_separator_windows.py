"""Windows of a mix for engines that want sound whole."""

from __future__ import annotations

import numpy as np
import pytest

from core.adapters.separators.windows import CONTEXT, FADE, SHORTEST, separate_windows
from core.errors import Cancelled
from core.ports import SAMPLE_RATE, Samples, Stem
from tests.quality.sounds import ArrayReader, Watched, noise, tone

CORE = 2 * SAMPLE_RATE


class Finder:
    """Finds a third of everything, and remembers what it saw."""

    def __init__(self) -> None:
        self.seen: list[Samples] = []

    def __call__(self, window: Samples) -> Samples:
        self.seen.append(window)
        return window / np.float32(3)


def separate(mix: Samples, find: Finder, control: Watched | None = None) -> dict[Stem, Samples]:
    blocks: list[dict[Stem, Samples]] = []
    reader = ArrayReader(mix)
    separate_windows(reader, lambda stems: blocks.append(dict(stems)), find, control or Watched(), core=CORE)
    return {stem: np.concatenate([block[stem] for block in blocks]) for stem in blocks[0]}


@pytest.mark.parametrize(
    "samples",
    [1, 500, CORE - 1, CORE, CORE + 1, CORE + FADE, 2 * CORE, 2 * CORE + FADE // 2, 5 * CORE + 12_345],
)
def test_every_sample_comes_once_and_in_its_place(samples: int) -> None:
    mix = noise(samples / SAMPLE_RATE + 0.01)[:samples]
    stems = separate(mix, Finder())
    np.testing.assert_allclose(stems[Stem.VOCALS], mix / 3, atol=1e-6)
    np.testing.assert_allclose(stems[Stem.INSTRUMENTAL] + stems[Stem.VOCALS], mix, atol=1e-6)


def test_windows_are_bounded_and_of_one_level() -> None:
    find = Finder()
    separate(tone(11.0, level_db=-40.0), find)
    assert max(len(window) for window in find.seen) <= max(SHORTEST, CORE + FADE + 2 * CONTEXT)
    assert min(len(window) for window in find.seen) >= SHORTEST
    assert {round(float(np.abs(window).max()), 5) for window in find.seen} == {1.0}


def test_a_window_fades_into_the_next() -> None:
    """An engine that answers each window otherwise leaves no step."""

    class Steps(Finder):
        def __call__(self, window: Samples) -> Samples:
            self.seen.append(window)
            return np.full_like(window, len(self.seen))

    mix = np.ones((3 * CORE, 2), np.float32)
    vocals = separate(mix, Steps())[Stem.VOCALS]
    assert np.abs(np.diff(vocals[:, 0])).max() < 2 / FADE
    assert (vocals[0, 0], vocals[-1, 0]) == (1.0, 3.0)


def test_silence_is_not_worth_asking() -> None:
    find = Finder()
    stems = separate(np.zeros((CORE, 2), np.float32), find)
    assert find.seen == []
    assert not stems[Stem.VOCALS].any()


def test_it_can_be_cancelled_and_tells_how_far_it_is() -> None:
    control = Watched(cancel_at=0.5)
    with pytest.raises(Cancelled):
        separate(tone(8.0), Finder(), control)
    assert control.fractions == [0.25, 0.5]
