"""Every kind of file that the messengers send, through the child."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from core.errors import Cancelled, TooLong, TooShort, UnsupportedFormat
from core.media.encode import Encoder, Label
from core.media.safe_decode import decode
from core.ports import AudioFormat, RecordingFacts, Samples
from tests.quality.sounds import rms_db, tone, write_audio

pytestmark = pytest.mark.broad

SECONDS = 3.0

KINDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "mp3": ("mp3", "mp3", {"muxer": "mp3", "codec": "libmp3lame"}),
    "m4a": ("mp4", "aac", {"muxer": "ipod", "codec": "aac"}),
    "alac.m4a": ("mp4", "alac", {"muxer": "ipod", "codec": "alac"}),
    "surround.m4a": ("mp4", "aac", {"muxer": "ipod", "codec": "aac", "layout": "5.1"}),
    "opus.ogg": ("ogg", "opus", {"muxer": "ogg", "codec": "libopus", "rate": 48_000}),
    "vorbis.ogg": ("ogg", "vorbis", {"muxer": "ogg", "codec": "vorbis", "options": {"strict": "-2"}}),
    "flac": ("flac", "flac", {"muxer": "flac", "codec": "flac"}),
    "16.wav": ("wav", "pcm_s16le", {"muxer": "wav", "codec": "pcm_s16le"}),
    "24.wav": ("wav", "pcm_s24le", {"muxer": "wav", "codec": "pcm_s24le", "rate": 96_000}),
    "float.wav": ("wav", "pcm_f32le", {"muxer": "wav", "codec": "pcm_f32le", "rate": 22_050}),
    "aiff": ("aiff", "pcm_s16be", {"muxer": "aiff", "codec": "pcm_s16be"}),
    "aac": ("aac", "aac", {"muxer": "adts", "codec": "aac"}),
    "webm": ("matroska", "opus", {"muxer": "webm", "codec": "libopus", "rate": 48_000}),
    "mka": ("matroska", "flac", {"muxer": "matroska", "codec": "flac"}),
    "mp4": ("mp4", "aac", {"muxer": "mp4", "codec": "aac", "with_video": True}),
    "mkv": ("matroska", "aac", {"muxer": "matroska", "codec": "aac", "with_video": True}),
}


def decoded(source: Path, max_seconds: float = 60) -> tuple[RecordingFacts, Samples]:
    into = source.with_name("decoded.f32")
    facts = decode(source, into, max_seconds=max_seconds)
    return facts, np.fromfile(into, "<f4").reshape(-1, 2)


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_files(tmp_path: Path, kind: str) -> None:
    container, codec, how = KINDS[kind]
    source = write_audio(tmp_path / "file", tone(SECONDS), **how)
    facts, samples = decoded(source)
    assert (facts.container, facts.codec.removesuffix("float")) == (container, codec)
    assert facts.samples == len(samples)
    assert facts.seconds == pytest.approx(SECONDS, abs=0.1)
    assert facts.rms_dbfs == pytest.approx(rms_db(samples), abs=0.01)
    assert rms_db(samples[8192:-8192]) == pytest.approx(-12, abs=0.5)
    assert facts.bad_packets == 0
    assert len(facts.peaks) == pytest.approx(300, abs=10)


def test_amr_from_old_phones(tmp_path: Path) -> None:
    source = write_audio(
        tmp_path / "file",
        tone(SECONDS),
        muxer="amr",
        codec="libopencore_amrnb",
        rate=8000,
        layout="mono",
        bit_rate=12_200,
    )
    facts, samples = decoded(source)
    assert facts.container == "amr"
    assert len(samples) == pytest.approx(SECONDS * 44_100, abs=4_410)


@pytest.mark.parametrize("rate", [44_100, 16_000])
def test_mono_keeps_its_level(tmp_path: Path, rate: int) -> None:
    source = write_audio(
        tmp_path / "a.wav", tone(SECONDS), muxer="wav", codec="pcm_s16le", rate=rate, layout="mono"
    )
    facts, samples = decoded(source)
    assert np.array_equal(samples[:, 0], samples[:, 1])
    assert rms_db(samples[4410:-4410]) == pytest.approx(-12, abs=0.05)
    assert facts.loudness_lufs == pytest.approx(decoded(stereo_of(source))[0].loudness_lufs, abs=0.1)


def stereo_of(mono: Path) -> Path:
    left = np.repeat(tone(SECONDS)[:, :1], 2, axis=1)
    return write_audio(mono.with_name("b.wav"), left, muxer="wav", codec="pcm_s16le")


def test_wav_is_decoded_bit_by_bit(tmp_path: Path) -> None:
    original = tone(1.2345)
    source = write_audio(tmp_path / "a", original, muxer="wav", codec="pcm_f32le")
    assert np.array_equal(decoded(source)[1], original)


TAGS = {"cp1251": ("Группа крови", "Кино"), "gbk": ("月亮代表我的心", "邓丽君")}


@pytest.mark.parametrize("charset", TAGS)
def test_tags_of_undeclared_charsets_in_a_wav(tmp_path: Path, charset: str) -> None:
    title, artist = TAGS[charset]
    source = write_audio(
        tmp_path / "a",
        tone(1),
        muxer="wav",
        codec="pcm_s16le",
        metadata={"title": title, "artist": artist},
        metadata_encoding=charset,
    )
    tags = decoded(source)[0].tags
    assert (tags.title, tags.artist) == (title, artist)


@pytest.mark.parametrize("charset", TAGS)
def test_tags_of_undeclared_charsets_in_id3_version_1(tmp_path: Path, charset: str) -> None:
    title, artist = TAGS[charset]
    source = write_audio(
        tmp_path / "a", tone(1), muxer="mp3", codec="libmp3lame", muxer_options={"id3v2_version": "0"}
    )
    fields = [text.encode(charset).ljust(30, b"\0") for text in (title, artist, "")]
    with source.open("ab") as file:
        file.write(b"TAG" + b"".join(fields) + b"1988".ljust(34, b"\0") + b"\x11")
    tags = decoded(source)[0].tags
    assert (tags.title, tags.artist, tags.year) == (title, artist, 1988)


def test_tags_of_an_ogg_stream(tmp_path: Path) -> None:
    source = write_audio(
        tmp_path / "a",
        tone(1),
        muxer="ogg",
        codec="libopus",
        rate=48_000,
        metadata={"title": "तुम ही हो", "date": "2013"},
    )
    tags = decoded(source)[0].tags
    assert (tags.title, tags.year) == ("तुम ही हो", 2013)


@pytest.mark.parametrize("format", list(AudioFormat))
def test_a_cover_comes_out_small(tmp_path: Path, format: AudioFormat) -> None:
    buffer = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (900, 1200, 3), np.uint8)
    Image.fromarray(noise).save(buffer, "JPEG", quality=95)
    source = tmp_path / "a"
    with Encoder(source, format, Label("Song", cover=buffer.getvalue()), seconds=1) as encoder:
        encoder.write(tone(1))
    cover = decoded(source)[0].cover
    assert cover is not None
    assert len(cover) < 200_000
    with Image.open(io.BytesIO(cover)) as image:
        assert image.format == "JPEG"
        assert image.size == (320, 240)


def test_a_broken_cover_does_not_cost_the_song(tmp_path: Path) -> None:
    source = tmp_path / "a"
    buffer = io.BytesIO()
    Image.new("RGB", (100, 100)).save(buffer, "JPEG")
    with Encoder(source, AudioFormat.MP3, Label("Song", cover=buffer.getvalue()), seconds=1) as encoder:
        encoder.write(tone(1))
    content = source.read_bytes()
    start = content.index(b"\xff\xd8\xff")
    source.write_bytes(content[: start + 3] + bytes(100) + content[start + 103 :])
    facts, samples = decoded(source)
    assert facts.cover is None
    assert len(samples) > 40_000


def test_too_long_is_decided_by_the_sound(tmp_path: Path) -> None:
    source = write_audio(tmp_path / "a", tone(12), muxer="flac", codec="flac")
    with pytest.raises(TooLong) as caught:
        decode(source, tmp_path / "out", max_seconds=11.9)
    assert caught.value.params == {"limit_minutes": 1}
    assert not (tmp_path / "out").exists()
    assert decoded(source, max_seconds=12)[0].samples == 12 * 44_100


def test_too_short(tmp_path: Path) -> None:
    source = write_audio(tmp_path / "a", tone(0.4), muxer="wav", codec="pcm_s16le")
    with pytest.raises(TooShort):
        decode(source, tmp_path / "out", max_seconds=60)
    assert not (tmp_path / "out").exists()


def test_a_codec_we_do_not_take_is_named(tmp_path: Path) -> None:
    source = write_audio(tmp_path / "a", tone(1), muxer="matroska", codec="wavpack")
    with pytest.raises(UnsupportedFormat) as caught:
        decode(source, tmp_path / "out", max_seconds=60)
    assert caught.value.params == {"format": "wavpack"}


def test_truncated_sound_is_used_as_far_as_it_goes(tmp_path: Path) -> None:
    source = write_audio(tmp_path / "a", tone(10), muxer="mp3", codec="libmp3lame")
    source.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
    facts, _ = decoded(source)
    assert 4 < facts.seconds < 6


def test_a_change_of_rate_within_a_file(tmp_path: Path) -> None:
    """Spliced MP3s change their rate and channels; each part keeps its length and pitch."""
    parts = [
        write_audio(
            tmp_path / f"{rate}", tone(2), muxer="mp3", codec="libmp3lame", rate=rate, layout=layout,
            muxer_options={"write_xing": "0", "id3v2_version": "0"},
        ).read_bytes()
        for rate, layout in ((44_100, "stereo"), (22_050, "mono"))
    ]  # fmt: skip
    source = tmp_path / "spliced"
    source.write_bytes(b"".join(parts))
    facts, samples = decoded(source)
    assert facts.seconds == pytest.approx(4, abs=0.3)
    assert rms_db(samples[-60_000:-20_000]) == pytest.approx(-12, abs=0.5)


def test_cancelling_ends_the_child(tmp_path: Path) -> None:
    source = write_audio(tmp_path / "a", np.zeros((44_100 * 600, 2), np.float32), muxer="flac", codec="flac")
    asked = threading.Event()

    class CancelOnce:
        def progress(self, fraction: float) -> None: ...

        def raise_if_cancelled(self) -> None:
            asked.set()
            raise Cancelled

    with pytest.raises(Cancelled):
        decode(source, tmp_path / "out", max_seconds=900, control=CancelOnce())
    assert asked.is_set()
    assert not (tmp_path / "out").exists()


def test_the_file_is_only_read(tmp_path: Path) -> None:
    source = write_audio(tmp_path / "a", tone(1), muxer="wav", codec="pcm_s16le")
    before = source.read_bytes()
    decoded(source)
    assert source.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"a", "decoded.f32"}


def test_av_is_the_version_the_options_were_tested_with() -> None:
    """A newer FFmpeg needs the hostile cases looked at again before this number is raised."""
    assert av.__version__.startswith("18.")
