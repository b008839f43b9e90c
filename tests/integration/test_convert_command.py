"""`melody convert`: files in, files out, and a plain word about each that failed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from core.commands.convert import convert, plan_outputs
from core.errors import EngineAway, ModelUnavailable
from core.ports import SEPARATED, AudioFormat, Control, Quality, SampleReader, Stem, StemWriter
from tests.quality.sounds import read_audio, tone, write_audio

MELODY = [sys.executable, "-m", "core.cli", "convert"]


class Halves:
    """Gives each stem half of the mix; `interrupt` is a signal sent while it works."""

    engine = "halves.1"

    def __init__(
        self,
        *,
        unavailable: bool = False,
        interrupt: signal.Signals | None = None,
        away: EngineAway | None = None,
    ) -> None:
        self._away = away
        self._unavailable = unavailable
        self._interrupt = interrupt

    def prepare(self, say: Callable[[str], None] | None = None) -> None:
        if self._unavailable:
            raise ModelUnavailable("the model could not be fetched")

    def separate(
        self, mix: SampleReader, write: StemWriter, *, quality: Quality, threads: int, control: Control
    ) -> None:
        if self._away is not None:
            raise self._away
        if self._interrupt is not None:
            signal.raise_signal(self._interrupt)
            while True:
                control.raise_if_cancelled()
                threading.Event().wait(0.01)
        while len(block := mix.read(65_536)):
            half = block * np.float32(0.5)
            write({Stem.INSTRUMENTAL: half, Stem.VOCALS: block - half})


def song(path: Path, **tags: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_audio(path, tone(2), muxer="mp3", codec="libmp3lame", metadata=tags)


def run(
    files: list[Path], out: Path, separator: Halves | None = None, stems: list[Stem] | None = None
) -> int:
    return convert(
        files,
        out,
        [Stem.INSTRUMENTAL] if stems is None else stems,
        Quality.BEST,
        AudioFormat.M4A,
        separator or Halves(),
        60,
    )


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder for temporary files, which has to be empty again afterwards."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_one_file_a_stem(tmp_path: Path, scratch: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = song(tmp_path / "in" / "My song.mp3", title="Song", artist="Band")
    out = tmp_path / "new" / "out"
    assert run([source], out, stems=list(SEPARATED)) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "My song (Instrumental).m4a",
        "My song (Vocals).m4a",
    ]
    with av.open(out / "My song (Vocals).m4a") as container:
        assert container.metadata["title"] == "Song (Vocals)"
        assert container.metadata["artist"] == "Band"
    assert capsys.readouterr().out.splitlines() == [
        str(out / "My song (Instrumental).m4a"),
        str(out / "My song (Vocals).m4a"),
    ]
    assert list(scratch.iterdir()) == []


def test_a_song_without_a_title_is_named_after_its_file(tmp_path: Path) -> None:
    assert run([song(tmp_path / "Track 7.mp3")], tmp_path / "out") == 0
    with av.open(tmp_path / "out" / "Track 7 (Instrumental).m4a") as container:
        assert container.metadata["title"] == "Track 7 (Instrumental)"


def test_each_failure_has_its_line_and_the_rest_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = song(tmp_path / "good.mp3")
    (tmp_path / "text.mp3").write_text("no audio")
    (tmp_path / "empty.mp3").touch()
    (tmp_path / "windows.wma").write_bytes(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(100))
    long = write_audio(
        tmp_path / "long.flac", np.zeros((44_100 * 61, 2), np.float32), muxer="flac", codec="flac"
    )
    short = write_audio(tmp_path / "short.wav", tone(0.2), muxer="wav", codec="pcm_s16le")
    names = ("text.mp3", "empty.mp3", "windows.wma", "missing.mp3")
    files = [*(tmp_path / name for name in names), long, short, tmp_path, good]
    assert run(files, tmp_path / "out") == 1
    said = capsys.readouterr()
    assert said.out.splitlines() == [str(tmp_path / "out" / "good (Instrumental).m4a")]
    assert sorted(line for line in said.err.splitlines() if ": " in line) == sorted(
        [
            "text.mp3: not an audio file",
            "empty.mp3: the file is empty",
            "windows.wma: WMA is not supported",
            "missing.mp3: no such file or directory",
            "long.flac: longer than 1 minutes",
            "short.wav: less than half a second of sound",
            f"{tmp_path.name}: is a directory",
        ]
    )
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["good (Instrumental).m4a"]


def test_no_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([song(tmp_path / "a.mp3")], tmp_path / "out", Halves(unavailable=True)) == 1
    assert "a.mp3: the model could not be fetched" in capsys.readouterr().err
    assert list((tmp_path / "out").iterdir()) == []


def test_nothing_asked_for(tmp_path: Path) -> None:
    assert run([], tmp_path / "out") == 2
    assert run([song(tmp_path / "a.mp3")], tmp_path / "out", stems=[]) == 2
    assert not (tmp_path / "out").exists()


def test_an_output_folder_that_cannot_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").touch()
    assert run([song(tmp_path / "a.mp3")], tmp_path / "out") == 2
    assert "file exists" in capsys.readouterr().err


def test_two_files_of_one_name_do_not_meet(tmp_path: Path) -> None:
    files = [song(tmp_path / folder / "song.mp3") for folder in ("a", "b")]
    assert run(files, tmp_path / "out") == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "song (Instrumental) 2.m4a",
        "song (Instrumental).m4a",
    ]


def test_a_source_is_never_written_over(tmp_path: Path) -> None:
    files = [tmp_path / "song.mp3", tmp_path / "song (Instrumental).m4a"]
    planned = plan_outputs(files, tmp_path, [Stem.INSTRUMENTAL], AudioFormat.M4A)
    assert [output.path.name for _, outputs in planned for output in outputs] == [
        "song (Instrumental) 2.m4a",
        "song (Instrumental) (Instrumental).m4a",
    ]


def test_replacing_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = song(tmp_path / "a.mp3")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a (Instrumental).m4a").write_bytes(b"earlier")
    assert run([source], tmp_path / "out") == 0
    assert capsys.readouterr().out.endswith("a (Instrumental).m4a (replaced)\n")
    assert len(read_audio(tmp_path / "out" / "a (Instrumental).m4a")) > 80_000


@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_nothing(tmp_path: Path, scratch: Path, interrupt: signal.Signals) -> None:
    files = [song(tmp_path / f"{number}.mp3") for number in range(4)]
    before = signal.getsignal(interrupt)
    assert run(files, tmp_path / "out", Halves(interrupt=interrupt)) == 130
    assert signal.getsignal(interrupt) is before
    assert list((tmp_path / "out").iterdir()) == []
    assert list(scratch.iterdir()) == []


def command(*arguments: str, data_dir: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MELODY, *arguments, "--data-dir", str(data_dir)],
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
        env={**os.environ, "COLUMNS": "100"},
    )


@pytest.mark.slow
def test_the_command_itself(tmp_path: Path) -> None:
    """The whole program with the real model."""
    source = song(tmp_path / "a.mp3", title="Song")
    done = command(
        str(source), "--out", str(tmp_path / "out"), "--stems", "instrumental,vocals", data_dir=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "a (Instrumental).m4a",
        "a (Vocals).m4a",
    ]
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_the_exit_codes_of_the_command(tmp_path: Path) -> None:
    (tmp_path / "text.mp3").write_text("no audio")
    assert command(str(tmp_path / "text.mp3"), "--out", str(tmp_path), data_dir=tmp_path).returncode == 1
    assert command(data_dir=tmp_path).returncode == 2
    assert command("a.mp3", "--stems", "drums", data_dir=tmp_path).returncode == 2


def test_an_engine_that_is_away(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    away, near = Halves(away=EngineAway("no minutes left")), Halves()
    wanted = (
        [song(tmp_path / "song.mp3")],
        tmp_path / "out",
        [Stem.INSTRUMENTAL],
        Quality.BEST,
        AudioFormat.M4A,
        away,
        60,
    )
    assert convert(*wanted) == 1
    assert "song.mp3: no minutes left" in capsys.readouterr().err
    assert convert(*wanted, near) == 0
    assert "song.mp3: no minutes left: made by halves.1" in capsys.readouterr().err
