"""Finished files: right container, right length, tags of every script, a cover."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from core.media.encode import MAX_BYTES, Encoder, Label, fitted_bitrate
from core.ports import AudioFormat
from tests.quality.sounds import read_audio, rms_db, tone

SECONDS = 7.37


def cover() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (320, 320), (200, 30, 90)).save(buffer, "JPEG")
    return buffer.getvalue()


def encode(path: Path, format: AudioFormat, label: Label, block: int = 65_536) -> None:
    samples = tone(SECONDS)
    with Encoder(path, format, label, seconds=SECONDS) as encoder:
        for start in range(0, len(samples), block):
            encoder.write(samples[start : start + block])


@pytest.mark.parametrize("format", list(AudioFormat))
@pytest.mark.parametrize("block", [777, 65_536])
def test_sound_comes_back(tmp_path: Path, format: AudioFormat, block: int) -> None:
    path = tmp_path / f"a.{format}"
    encode(path, format, Label("Song"), block)
    decoded = read_audio(path)
    assert abs(len(decoded) - SECONDS * 44_100) < 2_304
    # LAME takes 0.26 dB off at 192 kbit/s, to keep what it encodes from clipping.
    assert rms_db(decoded[4096:-4096]) == pytest.approx(-12, abs=0.3)
    with av.open(path) as container:
        assert container.duration is not None
        assert container.duration / 1e6 == pytest.approx(SECONDS, abs=0.06)
        assert container.streams.audio[0].codec_context.name in {"aac", "mp3float", "mp3"}


def test_an_m4a_says_so_and_plays_while_it_downloads(tmp_path: Path) -> None:
    path = tmp_path / "a.m4a"
    encode(path, AudioFormat.M4A, Label("Song", cover=cover()))
    content = path.read_bytes()
    assert content[4:12] == b"ftypM4A "
    assert content.index(b"moov") < content.index(b"mdat")


def test_an_mp3_begins_with_id3_version_2_3(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    encode(path, AudioFormat.MP3, Label("Song"))
    assert path.read_bytes()[:4] == b"ID3\x03"


@pytest.mark.parametrize("format", list(AudioFormat))
def test_tags_and_cover(tmp_path: Path, format: AudioFormat) -> None:
    path = tmp_path / f"a.{format}"
    label = Label(
        title="तुम ही हो (Instrumental)",
        artist="நெஞ்சுக்குள் · Кино · 鄧麗君 · أم كلثوم",
        album="Aashiqui 2",
        year=2013,
        genre="Filmi",
        cover=cover(),
    )
    encode(path, format, label)
    with av.open(path) as container:
        tags = {name.lower(): value for name, value in container.metadata.items()}
        assert tags["title"] == label.title
        assert tags["artist"] == label.artist
        assert tags["album"] == label.album
        assert tags["date"] == "2013"
        assert tags["genre"] == "Filmi"
        (picture,) = container.streams.video
        assert picture.disposition & av.stream.Disposition.attached_pic
        packets = [bytes(packet) for packet in container.demux(picture) if packet.size]
    assert packets == [cover()]


@pytest.mark.parametrize(
    ("format", "seconds", "bitrate"),
    [
        (AudioFormat.MP3, 240, 192_000),
        (AudioFormat.MP3, 645, 192_000),
        (AudioFormat.MP3, 647, 160_000),
        (AudioFormat.MP3, 900, 128_000),
        (AudioFormat.MP3, 7200, 64_000),
        (AudioFormat.M4A, 900, 160_000),
        (AudioFormat.M4A, 7200, 64_000),
    ],
)
def test_the_bitrate_fits_the_messengers(format: AudioFormat, seconds: float, bitrate: int) -> None:
    assert fitted_bitrate(format, seconds) == bitrate


@pytest.mark.broad
def test_a_fitted_mp3_stays_below_the_limit(tmp_path: Path) -> None:
    """A ninth of the length, a ninth of the limit: the encoder is told the whole length."""
    path = tmp_path / "a.mp3"
    samples = tone(100)
    with Encoder(path, AudioFormat.MP3, Label("Song"), seconds=900) as encoder:
        encoder.write(samples)
    assert 9 * path.stat().st_size < MAX_BYTES[AudioFormat.MP3]


@pytest.mark.parametrize("format", list(AudioFormat))
def test_an_interrupted_file_never_appears(tmp_path: Path, format: AudioFormat) -> None:
    path = tmp_path / f"a.{format}"

    def interrupted() -> None:
        with Encoder(path, format, Label("Song"), seconds=10) as encoder:
            encoder.write(tone(1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_a_file_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a.m4a"
    path.write_bytes(b"before")
    with Encoder(path, AudioFormat.M4A, Label("Song"), seconds=2) as encoder:
        encoder.write(tone(2))
        assert path.read_bytes() == b"before"
    assert path.read_bytes()[4:8] == b"ftyp"
    assert [file.name for file in tmp_path.iterdir()] == ["a.m4a"]


def test_samples_beyond_full_scale_do_not_break_it(tmp_path: Path) -> None:
    path = tmp_path / "a.m4a"
    with Encoder(path, AudioFormat.M4A, Label("Song"), seconds=1) as encoder:
        encoder.write(np.asarray(tone(1) * 20, np.float32))
    assert len(read_audio(path)) > 40_000
