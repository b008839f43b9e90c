"""From a recording to its files, with a separator that needs no model."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from core.errors import Cancelled, ModelUnavailable, NotAudio
from core.media.encode import Encoder, Label
from core.media.encode_thread import EncoderThread
from core.media.outputs import Output
from core.media.produce import produce
from core.ports import SEPARATED, AudioFormat, Control, Quality, SampleReader, Stem, StemWriter
from core.text.titles import rendition_title
from tests.quality.sounds import Watched, noise, read_audio, rms_db, tone, write_audio

BLOCK = 65_536


class Halves:
    """Gives each stem half of the mix."""

    engine = "halves.1"

    def __init__(self, fail: Exception | None = None) -> None:
        self.fail = fail
        self.prepared = 0

    def prepare(self, say: Callable[[str], None] | None = None) -> None:
        self.prepared += 1
        if isinstance(self.fail, ModelUnavailable):
            raise self.fail

    def separate(
        self, mix: SampleReader, write: StemWriter, *, quality: Quality, threads: int, control: Control
    ) -> None:
        done = 0
        while len(block := mix.read(BLOCK)):
            control.raise_if_cancelled()
            half = block * np.float32(0.5)
            write({Stem.INSTRUMENTAL: half, Stem.VOCALS: block - half})
            done += len(block)
            control.progress(done / mix.samples)
            if self.fail is not None and done > 2 * BLOCK:
                raise self.fail


def run(
    folder: Path, outputs: list[Output], separator: Halves, control: Watched | None = None, **how: object
) -> object:
    source = folder / "song.wav"
    if not source.exists():
        metadata = {"title": "Song", "artist": "Band", "genre": "Pop"}
        write_audio(source, tone(20, level_db=-20), muxer="wav", codec="pcm_s16le", metadata=metadata)
    return produce(
        source,
        outputs,
        separator=separator,
        quality=Quality.FAST,
        threads=1,
        max_seconds=60,
        work_dir=folder / "work",
        control=control or Watched(),
        **how,  # type: ignore[arg-type]
    )


def all_outputs(folder: Path) -> list[Output]:
    return [Output(stem, format, folder / f"{stem}.{format}") for stem in SEPARATED for format in AudioFormat]


def left_over(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")} - {"song.wav", "work"}


def test_every_output_is_made_with_one_gain(tmp_path: Path) -> None:
    control = Watched()
    produced = run(tmp_path, all_outputs(tmp_path), Halves(), control)
    gain_db = produced.gain_db  # type: ignore[attr-defined]
    assert gain_db > 3
    for output in all_outputs(tmp_path):
        level = rms_db(read_audio(output.path)[8192:-8192])
        assert level == pytest.approx(-20 - 6.02 + gain_db, abs=0.35)
        with av.open(output.path) as container:
            assert container.metadata["title"] == f"Song ({output.stem.title()})"
            assert container.metadata["artist"] == "Band"
    assert control.fractions == sorted(control.fractions)
    assert (control.fractions[0], control.fractions[-1]) == (0.0, 1.0)
    assert left_over(tmp_path) == {output.path.name for output in all_outputs(tmp_path)}


def test_the_mix_is_passed_on_without_a_separator(tmp_path: Path) -> None:
    separator, control = Halves(), Watched()
    output = Output(Stem.MIX, AudioFormat.M4A, tmp_path / "mix.m4a")
    produced = run(tmp_path, [output], separator, control)
    level = rms_db(read_audio(output.path)[8192:-8192])
    assert level == pytest.approx(-20 + produced.gain_db, abs=0.35)  # type: ignore[attr-defined]
    with av.open(output.path) as container:
        assert container.metadata["title"] == "Song"
    assert separator.prepared == 0
    assert control.fractions == sorted(control.fractions)
    assert control.fractions[-1] == 1.0


def test_cancelling_the_mix_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        run(
            tmp_path,
            [Output(Stem.MIX, AudioFormat.M4A, tmp_path / "mix.m4a")],
            Halves(),
            Watched(cancel_at=0.4),
        )
    assert left_over(tmp_path) == set()


def test_stems_and_the_mix_are_made_apart(tmp_path: Path) -> None:
    outputs = [*all_outputs(tmp_path), Output(Stem.MIX, AudioFormat.M4A, tmp_path / "mix.m4a")]
    with pytest.raises(ValueError, match="either"):
        run(tmp_path, outputs, Halves())


@pytest.mark.parametrize(
    ("tags", "title", "artist"),
    [
        ({}, "तुम ही हो (Instrumental)", "Arijit Singh"),
        ({"title": "Song", "artist": "Band"}, "Song (Instrumental)", "Band"),
    ],
)
def test_fallbacks_are_for_what_tags_do_not_tell(
    tmp_path: Path, tags: dict[str, str], title: str, artist: str
) -> None:
    source, path = tmp_path / "song.wav", tmp_path / "out.m4a"
    write_audio(source, tone(2, level_db=-20), muxer="wav", codec="pcm_s16le", metadata=tags)
    outputs = [Output(Stem.INSTRUMENTAL, AudioFormat.M4A, path)]
    run(tmp_path, outputs, Halves(), fallback_title="तुम ही हो", fallback_artist="Arijit Singh")
    with av.open(path) as container:
        assert (container.metadata["title"], container.metadata["artist"]) == (title, artist)


@pytest.mark.parametrize(
    ("title", "expected"),
    [("A", "A (Instrumental)"), ("A (instrumental)", "A (instrumental)"), (None, "Instrumental")],
)
def test_titles(title: str | None, expected: str) -> None:
    assert rendition_title(title, Stem.INSTRUMENTAL) == expected


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        run(tmp_path, all_outputs(tmp_path), Halves(), Watched(cancel_at=0.4))
    assert left_over(tmp_path) == set()


@pytest.mark.parametrize("blocks", [0, 1, 20])
def test_an_abandoned_encoder_ends(tmp_path: Path, blocks: int) -> None:
    """Whether it is waiting for a block, at one, or has a full queue."""

    def abandoned() -> None:
        with EncoderThread(
            lambda: Encoder(tmp_path / "a.mp3", AudioFormat.MP3, Label("Song"), seconds=60), gain_db=0
        ) as encoder:
            for _ in range(blocks):
                encoder.put(noise(1), Watched())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        abandoned()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_finished_is_an_error(tmp_path: Path) -> None:
    """What fails after the last block is told too, not waited for."""
    (tmp_path / "a.m4a").mkdir()

    def write() -> None:
        with EncoderThread(
            lambda: Encoder(tmp_path / "a.m4a", AudioFormat.M4A, Label("Song"), seconds=1), gain_db=0
        ) as encoder:
            encoder.put(noise(1), Watched())

    with pytest.raises(IsADirectoryError):
        write()
    assert [path.name for path in tmp_path.iterdir()] == ["a.m4a"]


@pytest.mark.parametrize("error", [RuntimeError("broken"), ModelUnavailable("none")])
def test_an_error_of_the_separator_leaves_nothing(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(type(error)):
        run(tmp_path, all_outputs(tmp_path), Halves(error))
    assert left_over(tmp_path) == set()


def test_an_error_of_an_encoder_ends_everything(tmp_path: Path) -> None:
    outputs = [
        Output(Stem.VOCALS, AudioFormat.M4A, tmp_path / "vocals.m4a"),
        Output(Stem.INSTRUMENTAL, AudioFormat.M4A, tmp_path / "no such folder" / "a.m4a"),
    ]
    with pytest.raises(OSError, match="No such file"):
        run(tmp_path, outputs, Halves())
    assert left_over(tmp_path) == set()


def test_a_refused_recording_is_not_separated(tmp_path: Path) -> None:
    (tmp_path / "song.wav").write_text("this is a text")
    separator = Halves(RuntimeError("must not be reached"))
    with pytest.raises(NotAudio):
        run(tmp_path, all_outputs(tmp_path), separator)
    assert left_over(tmp_path) == set()


def test_nobody_waits_for_a_model_that_is_not_needed(tmp_path: Path) -> None:
    """While the model is fetched, a file that is no audio is refused, and cancelling works."""
    fetched = threading.Event()

    class Fetching(Halves):
        def prepare(self, say: Callable[[str], None] | None = None) -> None:
            assert fetched.wait(60)

    try:
        with pytest.raises(Cancelled):
            run(tmp_path, all_outputs(tmp_path), Fetching(), Watched(cancel_at=0.05))
        (tmp_path / "song.wav").write_text("this is a text")
        with pytest.raises(NotAudio):
            run(tmp_path, all_outputs(tmp_path), Fetching())
    finally:
        fetched.set()


def test_no_threads_stay_behind(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    write_audio(tmp_path / "song.wav", noise(5), muxer="wav", codec="pcm_s16le")
    run(tmp_path, all_outputs(tmp_path), Halves())
    assert set(threading.enumerate()) <= before
