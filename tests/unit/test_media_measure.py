"""Levels, loudness and waveform of sounds that are known."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from core.media.loudness import delivery_gain_db
from core.media.measure import Measures, Meter
from core.media.pcm import PcmFile
from core.ports import Samples
from tests.quality.sounds import noise, tone


def measure(samples: Samples, block: int = 44_100) -> Measures:
    meter = Meter()
    for start in range(0, len(samples), block):
        meter.add(samples[start : start + block])
    return meter.finish()


def test_level_and_loudness_of_a_tone() -> None:
    """EBU Tech 3341, case 1: a 1 kHz stereo sine with peaks at -23 dBFS reads -23 LUFS."""
    time = np.arange(44_100 * 5) / 44_100
    sine = np.sin(2 * np.pi * 1000 * time) * 10 ** (-23 / 20)
    measures = measure(np.stack([sine, sine], axis=1).astype(np.float32))
    assert measures.loudness_lufs == pytest.approx(-23, abs=0.1)
    assert measures.rms_dbfs == pytest.approx(-26.01, abs=0.01)
    assert measures.true_peak_db == pytest.approx(-23, abs=0.1)


def test_peaks_between_samples_are_found() -> None:
    """A sine at a quarter of the rate, sampled 45 degrees off its peaks: 3 dB more than any sample."""
    number = np.arange(44_100)
    sine = np.sin(np.pi / 2 * number + np.pi / 4) * 0.5
    samples = np.stack([sine, sine], axis=1).astype(np.float32)
    assert np.abs(samples).max() == pytest.approx(0.3536, abs=1e-3)
    assert measure(samples).true_peak_db == pytest.approx(20 * np.log10(0.5), abs=0.3)


def test_true_peak_agrees_with_ffmpeg() -> None:
    samples = np.cumsum(noise(5, level_db=-30), axis=0)
    samples = np.asarray((samples - samples.mean(axis=0)) / np.abs(samples).max() * 0.8, np.float32)
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        format="flt", sample_rate=44_100, layout="stereo", time_base=Fraction(1, 44_100)
    )
    meter, sink = graph.add("ebur128", "peak=true:metadata=1"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="stereo")
    frame.sample_rate, frame.time_base, frame.pts = 44_100, Fraction(1, 44_100), 0
    graph.push(frame)
    theirs = 0.0
    while True:
        try:
            theirs = float(graph.pull().metadata["lavfi.r128.true_peak"])
        except (BlockingIOError, EOFError):
            break
    assert measure(samples).true_peak_db == pytest.approx(20 * np.log10(theirs), abs=0.1)


@pytest.mark.broad
@pytest.mark.parametrize("block", [1, 441, 44_100, 100_000])
def test_block_sizes_make_no_difference(block: int) -> None:
    samples = tone(0.73) if block == 1 else tone(2.73)
    ours, whole = measure(samples, block), measure(samples, len(samples))
    assert ours.peaks == whole.peaks
    assert ours.true_peak_db == pytest.approx(whole.true_peak_db, abs=1e-4)
    assert ours.rms_dbfs == pytest.approx(whole.rms_dbfs, abs=1e-4)


def test_the_waveform_shows_where_it_is_loud() -> None:
    samples = np.concatenate([tone(10, level_db=-40), tone(10, level_db=-6)])
    peaks = measure(samples).peaks
    assert len(peaks) == 1000
    assert max(peaks[:499]) < 10
    assert min(peaks[501:]) > 150
    assert len(measure(tone(0.5)).peaks) == 50


def test_silence_has_levels_too() -> None:
    measures = measure(np.zeros((44_100, 2), np.float32))
    assert (measures.rms_dbfs, measures.loudness_lufs, measures.true_peak_db) == (-120, -70, -120)
    assert set(measures.peaks) == {0}


def test_what_is_no_number_is_silenced() -> None:
    samples = tone(1)
    samples[100] = np.nan
    samples[200] = np.inf
    samples[300] = 1e30
    safe = Meter().add(samples)
    assert np.isfinite(safe).all()
    assert np.abs(safe).max() <= 8
    assert np.array_equal(safe[400:], samples[400:])


@pytest.mark.parametrize(
    ("loudness", "peak", "gain"),
    [
        (-9.0, 0.5, -5.0),
        (-20.0, -10.0, 6.0),
        (-15.3, -0.33, -0.67),
        (-40.0, -30.0, 12.0),
        (-70.0, -120.0, 0.0),
    ],
)
def test_gain_rule(loudness: float, peak: float, gain: float) -> None:
    assert delivery_gain_db(loudness, peak) == pytest.approx(gain)


def test_pcm_is_read_in_order_and_never_past_its_end(tmp_path: Path) -> None:
    samples = noise(0.5)
    path = tmp_path / "mix.f32"
    path.write_bytes(samples.tobytes() + b"more")
    with PcmFile(path, samples=len(samples), rms_dbfs=-20) as reader:
        blocks = [reader.read(10_000) for _ in range(4)]
    assert [len(block) for block in blocks] == [10_000, 10_000, 2_050, 0]
    assert np.array_equal(np.concatenate(blocks), samples)
