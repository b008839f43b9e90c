"""Looking at recordings without decoding them, in a child that may die of them."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import DamagedRecording, EmptyRecording, NotAudio, RecordingRefused, UnsupportedFormat
from core.media import probe as probing
from core.media.probe import Prober
from tests.integration.test_hostile_media import AAC_STEREO, movie
from tests.material import ROOT
from tests.quality.sounds import tone, write_audio


@pytest.fixture
def prober() -> Iterator[Prober]:
    with Prober() as prober:
        yield prober


@pytest.mark.parametrize(
    ("muxer", "codec", "rate", "language"),
    [
        ("mp3", "libmp3lame", 44_100, "hin"),
        ("ogg", "libopus", 48_000, "hin"),
        ("flac", "flac", 44_100, "hin"),
        ("ipod", "aac", 44_100, None),
    ],
)
def test_what_a_file_says(
    prober: Prober, tmp_path: Path, muxer: str, codec: str, rate: int, language: str | None
) -> None:
    metadata = {"title": "तुम ही हो", "artist": "Arijit Singh", "language": "hin", "date": "2013"}
    file = write_audio(tmp_path / "a", tone(3), muxer=muxer, codec=codec, rate=rate, metadata=metadata)
    seen = prober.probe(file)
    assert (seen.tags.title, seen.tags.artist, seen.tags.year) == ("तुम ही हो", "Arijit Singh", 2013)
    assert seen.seconds == pytest.approx(3, abs=0.1)
    assert seen.language == language  # of an MP4 it is a default of the encoder's


def test_a_file_named_wrongly_is_still_what_it_is(prober: Prober, tmp_path: Path) -> None:
    file = write_audio(tmp_path / "a.mp3", tone(1), muxer="ipod", codec="aac")
    assert prober.probe(file).container == "mp4"


def refused(prober: Prober, file: Path, content: bytes) -> type[Exception]:
    file.write_bytes(content)
    with pytest.raises(RecordingRefused) as caught:
        prober.probe(file)
    assert str(file) not in f"{caught.value}"
    return caught.type


def test_what_is_refused(prober: Prober, tmp_path: Path) -> None:
    file = tmp_path / "a.mp3"
    good = write_audio(tmp_path / "good", tone(2), muxer="ipod", codec="aac").read_bytes()
    assert refused(prober, file, b"") is EmptyRecording
    assert refused(prober, file, b"just a text") is NotAudio
    assert refused(prober, file, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(100)) is UnsupportedFormat
    assert refused(prober, file, good[: len(good) // 2]) is DamagedRecording
    noise = random.Random(1).randbytes(300_000)
    assert issubclass(refused(prober, file, b"ID3\x04\x00\x00" + noise), RecordingRefused)
    playlist = f"#EXTM3U\n#EXTINF:2,\n{tmp_path / 'good'}\n".encode()
    assert issubclass(
        refused(prober, file, b"ID3\x03\x00\x00\x00\x00\x00\x00" + playlist * 50), RecordingRefused
    )
    assert prober.probe(tmp_path / "good").codec == "aac"


def test_a_forged_sample_table_takes_no_other_file_along(prober: Prober, tmp_path: Path) -> None:
    good = write_audio(tmp_path / "good.mp3", tone(1), muxer="mp3", codec="libmp3lame")
    forged = tmp_path / "forged.m4a"
    forged.write_bytes(movie(AAC_STEREO, samples=60_000_000, ticks=1024, sample_bytes=1, offset=1000))
    assert prober.probe(good).codec == "mp3float"
    with pytest.raises(DamagedRecording):
        prober.probe(forged)
    assert prober.probe(good).codec == "mp3float"


def test_a_child_that_died_is_replaced(prober: Prober, tmp_path: Path) -> None:
    good = write_audio(tmp_path / "good.mp3", tone(1), muxer="mp3", codec="libmp3lame")
    prober.probe(good)
    child = prober._child
    assert child is not None
    os.kill(child.pid, signal.SIGKILL)
    child.wait(timeout=10)
    assert prober.probe(good).codec == "mp3float"


def test_a_file_that_kills_every_child_is_damaged(
    prober: Prober, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killing = tmp_path / "child.py"
    killing.write_text("import os, sys\nsys.stdin.readline()\nos.kill(os.getpid(), 9)\n")
    monkeypatch.setattr(probing, "CHILD", killing)
    file = write_audio(tmp_path / "a.mp3", tone(1), muxer="mp3", codec="libmp3lame")
    with pytest.raises(DamagedRecording):
        prober.probe(file)
    monkeypatch.setattr(probing, "CHILD", ROOT / "core" / "media" / "probe_child.py")
    assert prober.probe(file).codec == "mp3float"


def test_an_answer_that_makes_no_sense(
    prober: Prober, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_audio(tmp_path / "a.mp3", tone(1), muxer="mp3", codec="libmp3lame")
    for answer in (
        '{"codec": 1}',
        "[]",
        "nonsense",
        '{"codec": "x", "seconds": "y", "tags": 3, "language": 1}',
    ):
        child = tmp_path / "child.py"
        child.write_text(f"import sys\nfor line in sys.stdin: print({answer!r}, flush=True)\n")
        monkeypatch.setattr(probing, "CHILD", child)
        with pytest.raises(DamagedRecording):
            prober.probe(file)
        prober.close()
