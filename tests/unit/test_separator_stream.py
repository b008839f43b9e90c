"""The streaming transform around the network, with stand-ins for what the network says."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from core.adapters.separators.spleeter.stream import (
    CONTEXT_FRAMES,
    NET_BINS,
    WINDOW_FRAMES,
    Magnitudes,
    PendingShare,
    separate_stream,
)
from core.errors import Cancelled
from core.ports import SEPARATED, Samples, Stem
from tests.quality.sounds import ArrayReader, Watched, noise, rms_db

SHAPE = (1, 2, WINDOW_FRAMES, NET_BINS)


class Says:
    """A network that gives every value the same share."""

    def __init__(self, share: float) -> None:
        self.share = share
        self.seen: list[Magnitudes] = []

    def __call__(self, magnitudes: Magnitudes) -> PendingShare:
        assert magnitudes.shape == SHAPE
        self.seen.append(magnitudes)
        return self

    def result(self) -> Magnitudes:
        return np.full(SHAPE[1:], self.share, np.float32)


def run(mix: Samples, network: Says, ahead: int = 1) -> dict[Stem, Samples]:
    blocks: dict[Stem, list[Samples]] = {stem: [np.zeros((0, 2), np.float32)] for stem in SEPARATED}

    def write(stems: Mapping[Stem, Samples]) -> None:
        for stem in SEPARATED:
            blocks[stem].append(stems[stem])

    separate_stream(ArrayReader(mix), write, network, ahead=ahead, control=Watched())
    return {stem: np.concatenate(blocks[stem]) for stem in SEPARATED}


def low_noise(samples: int) -> Samples:
    """Noise without anything above 8 kHz."""
    spectrum = np.fft.rfft(noise(samples / 44_100 + 1)[:samples], axis=0)
    spectrum[np.fft.rfftfreq(samples, 1 / 44_100) > 8_000] = 0
    return np.fft.irfft(spectrum, samples, axis=0).astype(np.float32)


@pytest.mark.parametrize("samples", [0, 1, 2, 1023, 1024, 1025, 4096, 44_100, 491_519, 491_521, 700_001])
@pytest.mark.parametrize("ahead", [0, 2])
def test_every_length_comes_back_whole(samples: int, ahead: int) -> None:
    mix = noise(samples / 44_100 + 1)[:samples]
    stems = run(mix, Says(0.3), ahead)
    assert stems[Stem.VOCALS].shape == mix.shape
    assert np.allclose(stems[Stem.VOCALS] + stems[Stem.INSTRUMENTAL], mix, atol=1e-6)


@pytest.mark.broad
def test_a_share_of_one_reconstructs_the_low_part() -> None:
    """So the transform itself adds nothing, also where windows meet."""
    mix = low_noise(1_000_003)
    vocals = run(mix, Says(1.0))[Stem.VOCALS]
    assert np.abs(vocals - mix)[4096:-4096].max() < 1e-4


def test_a_share_of_nothing_leaves_the_mix_as_it_is() -> None:
    mix = noise(15)
    stems = run(mix, Says(0.0))
    assert not stems[Stem.VOCALS].any()
    assert np.array_equal(stems[Stem.INSTRUMENTAL], mix)


def test_streaming_equals_one_transform_of_the_whole() -> None:
    """A share that differs by bin, against the same done to all frames at once."""
    rising = np.linspace(0, 1, NET_BINS, dtype=np.float32)

    class Rising(Says):
        def result(self) -> Magnitudes:
            return np.broadcast_to(rising, SHAPE[1:])

    mix = noise(26.7)
    streamed = run(mix, Rising(0))[Stem.VOCALS]

    padded = np.pad(mix, ((4096, 4096 + 1024), (0, 0)))
    window = np.hanning(4097)[:-1][:, None]
    whole = np.zeros_like(padded, np.float64)
    for start in range(0, len(padded) - 4096, 1024):
        spectrum = np.fft.rfft(padded[start : start + 4096] * window, axis=0)
        spectrum[:NET_BINS] *= rising[:, None]
        spectrum[NET_BINS:] = 0
        whole[start : start + 4096] += np.fft.irfft(spectrum, axis=0) * window * 2 / 3
    assert np.abs(streamed - whole[4096 : 4096 + len(mix)]).max() < 1e-5


def test_the_network_sees_every_recording_at_one_level() -> None:
    mix = noise(12, level_db=-20)
    quiet, loud = Says(0.5), Says(0.5)
    run(mix * np.float32(0.01), quiet)
    run(mix * np.float32(3.0), loud)
    middle = np.s_[0, :, 2 * CONTEXT_FRAMES : -2 * CONTEXT_FRAMES]
    assert np.allclose(quiet.seen[0][middle], loud.seen[0][middle], rtol=1e-3, atol=1e-2)
    # A Hann window of N samples turns noise of RMS r into magnitudes whose mean square is 3/8 N r^2.
    level = 10 * np.log10(np.mean(np.square(loud.seen[0][middle])) / (3 / 8 * 4096))
    assert level == pytest.approx(-16, abs=0.2)


def test_silence_is_not_shown_to_the_network() -> None:
    network = Says(1.0)
    mix = np.zeros((44_100 * 40, 2), np.float32)
    mix[-44_100:] = noise(1)
    stems = run(mix, network)
    assert 1 <= len(network.seen) < 3
    assert rms_db(stems[Stem.VOCALS][-40_000:]) > -30


def test_no_more_windows_are_open_than_allowed() -> None:
    open_windows: list[int] = []
    most = 0

    class Counting(Says):
        def __call__(self, magnitudes: Magnitudes) -> PendingShare:
            nonlocal most
            open_windows.append(1)
            most = max(most, len(open_windows))
            return self

        def result(self) -> Magnitudes:
            open_windows.pop()
            return super().result()

    run(noise(60), Counting(0.5), ahead=2)
    assert most == 3


def test_cancelling_is_noticed_between_windows() -> None:
    control = Watched(cancel_at=0.0)
    network = Says(0.5)
    with pytest.raises(Cancelled):
        separate_stream(ArrayReader(noise(90)), lambda stems: None, network, ahead=0, control=control)
    assert len(network.seen) <= 2
