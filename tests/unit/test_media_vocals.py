"""Kept vocals: what comes back is what was kept, and with the mix it makes every stem again."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from core.errors import DamagedVocals
from core.media.outputs import Output
from core.media.shape import Shape
from core.media.vocals_file import VocalsWriter, instrumental_of, read_vocals
from core.ports import AudioFormat, Samples, Stem
from tests.quality.sounds import noise, read_audio, rms_db
from tests.unit.test_media_produce import Halves, run


def kept(path: Path, samples: Samples, block: int = 30_000) -> Samples:
    with VocalsWriter(path) as writer:
        parts = [writer.write(samples[start : start + block]) for start in range(0, len(samples), block)]
    return np.concatenate(parts)


def read(path: Path) -> Samples:
    return np.concatenate(list(read_vocals(path)))


def test_what_is_read_is_what_was_kept(tmp_path: Path) -> None:
    vocals = noise(3) * np.float32(4)
    written = kept(tmp_path / "v.flac", vocals)
    again = read(tmp_path / "v.flac")
    assert np.array_equal(again, written)
    assert np.abs(again - np.clip(vocals, -2, 2)).max() < 4e-5
    mix = noise(3)[: len(again)]
    stems = instrumental_of(mix, again)
    assert np.allclose(stems[Stem.INSTRUMENTAL] + stems[Stem.VOCALS], mix, atol=1e-6)


def test_an_abandoned_file_is_not_there(tmp_path: Path) -> None:
    def abandoned() -> None:
        with VocalsWriter(tmp_path / "v.flac") as writer:
            writer.write(noise(1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        abandoned()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", [b"", b"fLaC", b"no flac at all" * 100])
def test_a_damaged_file_is_an_error(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "v.flac").write_bytes(damage)
    with pytest.raises(DamagedVocals):
        read(tmp_path / "v.flac")


def test_made_again_without_the_separator(tmp_path: Path) -> None:
    vocals, first, second = tmp_path / "v.flac", tmp_path / "first.m4a", tmp_path / "second.m4a"
    run(tmp_path, [Output(Stem.INSTRUMENTAL, AudioFormat.M4A, first)], Halves(), keep_vocals=vocals)
    separator = Halves()
    run(tmp_path, [Output(Stem.INSTRUMENTAL, AudioFormat.M4A, second)], separator, vocals=vocals)
    assert separator.prepared == 0
    before, after = read_audio(first)[8192:-8192], read_audio(second)[8192:-8192]
    assert rms_db(before - after[: len(before)]) < -45


@pytest.mark.broad
def test_the_guide_vocal_is_part_of_the_instrumental(tmp_path: Path) -> None:
    plain, guided = tmp_path / "plain.m4a", tmp_path / "guided.m4a"
    outputs = [
        Output(Stem.INSTRUMENTAL, AudioFormat.M4A, plain),
        Output(Stem.INSTRUMENTAL, AudioFormat.M4A, guided, guide=0.4),
    ]
    run(tmp_path, outputs, Halves())
    louder = rms_db(read_audio(guided)[8192:-8192]) - rms_db(read_audio(plain)[8192:-8192])
    assert louder == pytest.approx(20 * np.log10(1.4), abs=0.1)
    with av.open(guided) as container:
        assert container.metadata["title"] == "Song (Instrumental, ♪ 40 %)"


@pytest.mark.broad
def test_another_key_and_tempo(tmp_path: Path) -> None:
    path = tmp_path / "shaped.m4a"
    run(tmp_path, [Output(Stem.INSTRUMENTAL, AudioFormat.M4A, path, shape=Shape(-2, 0.8))], Halves())
    with av.open(path) as container:
        assert container.metadata["title"] == "Song (Instrumental, -2, 80 %)"
        assert container.duration / av.time_base == pytest.approx(25, abs=0.1)
    assert rms_db(read_audio(path)[44_100:-44_100]) < 0


def test_vocals_of_another_recording_are_refused(tmp_path: Path) -> None:
    vocals, path = tmp_path / "v.flac", tmp_path / "out.m4a"
    kept(vocals, noise(3))
    with pytest.raises(DamagedVocals):
        run(tmp_path, [Output(Stem.INSTRUMENTAL, AudioFormat.M4A, path)], Halves(), vocals=vocals)
    assert not path.exists()
