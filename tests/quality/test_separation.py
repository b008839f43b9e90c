"""What separation is worth: against songs whose stems are known."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from core.adapters.separators.spleeter import model
from core.adapters.separators.spleeter.local import LocalSeparator
from core.errors import Cancelled
from core.media.outputs import Output
from core.media.produce import produce
from core.ports import SEPARATED, AudioFormat, Quality, Samples, Stem
from tests.material import audio_dir, cannot_run
from tests.quality.sounds import ArrayReader, Watched, noise, read_audio, rms_db, write_audio


@dataclasses.dataclass(frozen=True)
class Song:
    vocals: Samples
    instrumental: Samples

    @property
    def mix(self) -> Samples:
        return self.vocals + self.instrumental


def song(name: str, seconds: float | None = None) -> Song:
    count = None if seconds is None else int(seconds * 44_100)
    stems = (read_audio(audio_dir() / f"{name}_{stem}.flac")[:count] for stem in ("vocals", "instrumental"))
    return Song(*stems)


def separate(
    separator: LocalSeparator, mix: Samples, *, quality: Quality = Quality.BEST, threads: int = 2
) -> dict[Stem, Samples]:
    blocks: dict[Stem, list[Samples]] = {stem: [] for stem in SEPARATED}

    def write(stems: Mapping[Stem, Samples]) -> None:
        for stem in SEPARATED:
            blocks[stem].append(stems[stem])

    separator.separate(ArrayReader(mix), write, quality=quality, threads=threads, control=Watched())
    return {stem: np.concatenate(blocks[stem]) for stem in SEPARATED}


def sdr(truth: Samples, estimate: Samples) -> float:
    error = np.square(truth - estimate, dtype=np.float64).sum()
    return float(10 * np.log10(np.square(truth, dtype=np.float64).sum() / error))


@pytest.mark.parametrize(
    ("name", "quality", "floor"),
    [
        ("lithium", Quality.BEST, 7.3),
        ("caesium", Quality.BEST, 4.7),
        ("lithium", Quality.FAST, 7.25),
        ("caesium", Quality.FAST, 4.7),
    ],
)
def test_instrumental_is_as_good_as_promised(
    separator: LocalSeparator, name: str, quality: Quality, floor: float
) -> None:
    known = song(name)
    stems = separate(separator, known.mix, quality=quality)
    assert sdr(known.instrumental, stems[Stem.INSTRUMENTAL]) >= floor


def test_stems_sum_to_the_mix(separator: LocalSeparator) -> None:
    mix = song("lithium", 12.3).mix
    stems = separate(separator, mix)
    assert len(stems[Stem.VOCALS]) == len(mix)
    assert np.abs(stems[Stem.INSTRUMENTAL] + stems[Stem.VOCALS] - mix).max() < 1e-5


@pytest.mark.broad
def test_one_thread_gives_the_same_as_two(separator: LocalSeparator) -> None:
    mix = song("lithium", 14).mix
    one, two = (separate(separator, mix, threads=threads)[Stem.VOCALS] for threads in (1, 2))
    assert np.abs(one - two).max() < 1e-4


@pytest.mark.broad
def test_quiet_recordings_are_separated_as_well_as_loud_ones(separator: LocalSeparator) -> None:
    known = song("lithium", 20)
    quiet = np.float32(10 ** ((-26 - rms_db(known.mix)) / 20))
    loud = np.float32(10 ** ((-12 - rms_db(known.mix)) / 20))
    figures = [
        sdr(known.instrumental * gain, separate(separator, known.mix * gain)[Stem.INSTRUMENTAL])
        for gain in (quiet, loud)
    ]
    assert abs(figures[0] - figures[1]) < 0.05


def test_silence_stays_silence_and_is_not_worked_on(separator: LocalSeparator) -> None:
    stems = separate(separator, np.zeros((44_100 * 15, 2), np.float32))
    assert not stems[Stem.VOCALS].any()
    assert not stems[Stem.INSTRUMENTAL].any()


def test_what_lies_above_eleven_kilohertz_stays_in_the_instrumental(separator: LocalSeparator) -> None:
    time = np.arange(44_100 * 12) / 44_100
    high = np.repeat(np.sin(2 * np.pi * 14_000 * time)[:, None] * 0.1, 2, axis=1).astype(np.float32)
    stems = separate(separator, high + noise(12, level_db=-40))
    whole = slice(4096, -4096)
    assert sdr(high[whole], stems[Stem.INSTRUMENTAL][whole]) > 15
    spectrum = np.abs(np.fft.rfft(stems[Stem.VOCALS][whole, 0]))
    above = np.fft.rfftfreq(len(time[whole]), 1 / 44_100) > 11_100
    assert spectrum[above].max() < 1e-3 * np.abs(np.fft.rfft(high[whole, 0])).max()


@pytest.mark.parametrize("threads", [1, 2])
def test_cancelling_ends_the_work(separator: LocalSeparator, threads: int) -> None:
    control = Watched(cancel_at=0.2)
    with pytest.raises(Cancelled):
        separator.separate(
            ArrayReader(noise(60)),
            lambda stems: None,
            quality=Quality.BEST,
            threads=threads,
            control=control,
        )
    assert control.fractions[-1] < 0.5


def test_progress_grows_to_the_end(separator: LocalSeparator) -> None:
    control = Watched()
    separator.separate(
        ArrayReader(noise(25)), lambda stems: None, quality=Quality.FAST, threads=2, control=control
    )
    assert control.fractions == sorted(control.fractions)
    assert control.fractions[-1] == 1.0


@pytest.mark.broad
def test_openvino_hears_the_same(separator: LocalSeparator) -> None:
    if importlib.util.find_spec("openvino") is None:
        cannot_run("openvino is not installed")
    known = song("lithium", 12)
    other = LocalSeparator(Path(os.environ["MELODY_MODELS_DIR"]), "openvino")
    ours, theirs = (separate(engine, known.mix)[Stem.INSTRUMENTAL] for engine in (separator, other))
    assert sdr(ours, theirs) > 60


@pytest.mark.broad
def test_the_chosen_engine_is_remembered(separator: LocalSeparator, tmp_path: Path) -> None:
    shared = Path(os.environ["MELODY_MODELS_DIR"]) / model.NAME
    (tmp_path / model.NAME).symlink_to(shared)
    first = LocalSeparator(tmp_path).chosen_engine
    if importlib.util.find_spec("openvino") is not None:
        assert f'"{first}"' in (tmp_path / "engines.json").read_text()
    assert LocalSeparator(tmp_path).chosen_engine == first


def test_a_produced_file_holds_the_instrumental(separator: LocalSeparator, tmp_path: Path) -> None:
    known = song("lithium", 20)
    source = write_audio(tmp_path / "mix.flac", known.mix, muxer="flac", codec="flac")
    outputs = [Output(stem, AudioFormat.M4A, tmp_path / f"{stem}.m4a") for stem in SEPARATED]
    produced = produce(
        source,
        outputs,
        separator=separator,
        quality=Quality.BEST,
        threads=2,
        max_seconds=60,
        work_dir=tmp_path / "work",
        control=Watched(),
    )
    gain = np.float32(10 ** (produced.gain_db / 20))
    decoded = read_audio(outputs[0].path)[: len(known.mix)]
    # Coding adds its own error; separation's is what counts.
    assert sdr(known.instrumental[: len(decoded)] * gain, decoded) > 6.5
    assert list((tmp_path / "work").iterdir()) == []
