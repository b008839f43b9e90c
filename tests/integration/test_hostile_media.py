"""Files made to harm: none opens another file or a connection, eats the machine, or kills the parent."""

from __future__ import annotations

import random
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from core.errors import DamagedRecording, EmptyRecording, NotAudio, RecordingRefused, TooLong
from core.media.safe_decode import decode
from core.ports import RecordingFacts
from tests.quality.sounds import tone, write_audio

pytestmark = pytest.mark.broad

LIMIT = 900


class Listener:
    """A server on loopback that only counts who comes."""

    def __init__(self) -> None:
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self.tcp.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.port))

    def hits(self) -> int:
        count = 0
        for server in (self.tcp, self.udp):
            server.setblocking(False)
            try:
                if server is self.tcp:
                    server.accept()[0].close()
                else:
                    server.recv(1)
                count += 1
            except BlockingIOError:
                continue
        return count

    def close(self) -> None:
        self.tcp.close()
        self.udp.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


def attempt(source: Path) -> RecordingFacts:
    """Decode, and check that a refusal leaves nothing behind."""
    into = source.with_name("out.f32")
    try:
        facts = decode(source, into, max_seconds=LIMIT)
    except RecordingRefused:
        assert not into.exists()
        raise
    into.unlink()
    return facts


def refused(source: Path, content: bytes | str) -> type[Exception]:
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(RecordingRefused) as caught:
        attempt(source)
    assert str(source) not in f"{caught.value} {caught.value.params}"
    return caught.type


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A sound of the server's own that no upload may reach."""
    return write_audio(tmp_path / "secret.wav", tone(2), muxer="wav", codec="pcm_s16le")


@pytest.mark.parametrize("name", ["song.mp3", "song.m3u8", "song.m4a"])
def test_scripts_that_name_files_and_addresses(
    tmp_path: Path, secret: Path, listener: Listener, name: str
) -> None:
    remote = f"http://127.0.0.1:{listener.port}/song.wav"
    source = tmp_path / name
    hls = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{}\n#EXT-X-ENDLIST\n"
    sdp = f"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio {listener.port} RTP/AVP 0\n"
    dash = f'<?xml version="1.0"?><MPD><Period><BaseURL>{remote}</BaseURL></Period></MPD>'
    for script in (
        *(hls.format(target) for target in (secret, secret.name, f"file:{secret}", remote)),
        *(f"ffconcat version 1.0\nfile '{target}'\n" for target in (secret, secret.name, remote)),
        sdp,
        dash,
        f"[playlist]\nFile1={remote}\n",
        "just a text",
    ):
        assert refused(source, script) is NotAudio
    assert listener.hits() == 0


def test_scripts_behind_honest_first_bytes(tmp_path: Path, secret: Path, listener: Listener) -> None:
    """The gate is passed, the decoder still knows no demuxer that would follow them."""
    hls = f"#EXTM3U\n#EXTINF:2,\n{secret}\n#EXTINF:2,\nhttp://127.0.0.1:{listener.port}/a\n".encode()
    empty_id3 = b"ID3\x03\x00\x00\x00\x00\x00\x00"
    for head in (empty_id3, b"\xff\xfb\x90\x64", b"OggS", b"#!AMR\n", b"RIFF\x00\x00\x00\x00WAVE"):
        assert issubclass(refused(tmp_path / "song.mp3", head + hls * 50), RecordingRefused)
    assert listener.hits() == 0


def test_an_empty_file(tmp_path: Path) -> None:
    assert refused(tmp_path / "song.mp3", b"") is EmptyRecording


def test_random_bytes(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(500_000)
    for head in (b"ID3\x04\x00\x00", b"\xff\xfb\x90\x64", b"OggS\x00", b"fLaC", b"\x00\x00\x00\x20ftypM4A "):
        refused(tmp_path / "song", head + noise)


def test_a_truncated_m4a(tmp_path: Path) -> None:
    source = write_audio(tmp_path / "a", tone(5), muxer="ipod", codec="aac")
    content = source.read_bytes()
    assert refused(source, content[: len(content) // 2]) is DamagedRecording


def test_ten_hours_of_silence_in_a_small_file(tmp_path: Path) -> None:
    """One FLAC frame of silence, 4096 samples in 14 bytes, written anew with each frame's own number."""
    source = write_audio(
        tmp_path / "a", np.zeros((44_100, 2), np.float32), muxer="flac", codec="flac",
        options={"frame_size": "4096"},
    )  # fmt: skip
    second = source.read_bytes()
    # FFmpeg takes frames whose numbers repeat, so the same second 36,000 times will do.
    start = second.index(b"\xff\xf8")
    source.write_bytes(second[:start] + second[start:] * 36_000)
    assert source.stat().st_size < 10_000_000
    with pytest.raises(TooLong) as caught:
        attempt(source)
    assert caught.value.params == {"limit_minutes": 15}


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


SELF_CONTAINED = box(b"url ", struct.pack(">I", 1))
AAC_STEREO = box(
    b"mp4a",
    struct.pack(">6xHIIHHII", 1, 0, 0, 2, 16, 0, 44_100 << 16),
    box(b"esds", bytes.fromhex("00000000 03150002 0004 0d 4015 000000 00000000 00000000 0502 1210 0601 02")),
)
PCM_STEREO = box(b"sowt", struct.pack(">6xHIIHHII", 1, 0, 0, 2, 16, 0, 44_100 << 16))


def movie(
    codec: bytes,
    *,
    samples: int,
    ticks: int,
    sample_bytes: int,
    offset: int,
    reference: bytes = SELF_CONTAINED,
) -> bytes:
    """A QuickTime file of one sound track, whose tables say what they are told to."""
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    mvhd = struct.pack(">5I", 0, 0, 0, 1000, 1000) + struct.pack(">IH10x", 0x10000, 0x100) + matrix
    mvhd += bytes(24) + struct.pack(">I", 2)
    tkhd = struct.pack(">6I8xHHH2x", 7, 0, 0, 1, 0, 1000, 0, 0, 0x100) + matrix + bytes(8)
    mdhd = struct.pack(">5IHH", 0, 0, 0, 44_100, 44_100, 0x55C4, 0)
    hdlr = struct.pack(">II4s12x", 0, 0, b"soun") + b"\0"
    stbl = box(
        b"stbl",
        box(b"stsd", struct.pack(">II", 0, 1), codec),
        box(b"stts", struct.pack(">4I", 0, 1, samples, ticks)),
        box(b"stsc", struct.pack(">5I", 0, 1, 1, samples, 1)),
        box(b"stsz", struct.pack(">3I", 0, sample_bytes, samples)),
        box(b"stco", struct.pack(">3I", 0, 1, offset)),
    )
    dinf = box(b"dinf", box(b"dref", struct.pack(">II", 0, 1), reference))
    minf = box(b"minf", box(b"smhd", bytes(8)), dinf, stbl)
    mdia = box(b"mdia", box(b"mdhd", mdhd), box(b"hdlr", hdlr), minf)
    moov = box(b"moov", box(b"mvhd", mvhd), box(b"trak", box(b"tkhd", tkhd), mdia))
    return box(b"ftyp", b"M4A \x00\x00\x00\x00M4A mp42isom") + moov + box(b"mdat", bytes(200_000))


def test_a_forged_sample_table_dies_in_the_child(tmp_path: Path) -> None:
    """To open it takes two gigabytes; the child may not have them."""
    forged = movie(AAC_STEREO, samples=60_000_000, ticks=1024, sample_bytes=1, offset=1000)
    assert refused(tmp_path / "a.m4a", forged) is DamagedRecording


def test_a_movie_whose_sound_lies_in_another_file(tmp_path: Path, secret: Path) -> None:
    """QuickTime allows it, by an alias with an absolute path; FFmpeg only when it is asked to."""
    path = str(secret).encode() + b"\0" * (len(str(secret)) % 2)
    alias = (
        bytes(4 + 10 + 28 + 12 + 64 + 16 + 4 + 16) + struct.pack(">HH", 2, len(path)) + path + b"\xff\xff\0\0"
    )
    source = tmp_path / "a.mov"
    source.write_bytes(
        movie(PCM_STEREO, samples=80_000, ticks=1, sample_bytes=4, offset=44, reference=box(b"alis", alias))
    )
    with av.open(source, options={"enable_drefs": "1", "use_absolute_path": "1"}) as willing:
        leaked = sum(frame.samples for frame in willing.decode(audio=0))
    assert leaked > 40_000, "the file does what it is made for"
    assert refused(source, source.read_bytes()) is DamagedRecording


def wav(*, channels: int = 2, rate: int = 44_100, bits: int = 16, data: bytes = bytes(400_000)) -> bytes:
    block = channels * bits // 8
    fmt = struct.pack("<HHIIHH", 1, channels, rate, rate * block & 0xFFFFFFFF, block & 0xFFFF, bits)
    body = b"WAVEfmt " + struct.pack("<I", len(fmt)) + fmt + b"data" + struct.pack("<I", 0xFFFFFFF0) + data
    return b"RIFF" + struct.pack("<I", 0xFFFFFFFF) + body


@pytest.mark.parametrize(
    "content",
    [
        wav(rate=1),
        wav(rate=0),
        wav(rate=4_000_000_000),
        wav(channels=0),
        wav(channels=65_535),
        wav(bits=0),
        wav(data=b""),
    ],
    ids=["1 Hz", "0 Hz", "4 GHz", "no channels", "65535 channels", "no bits", "no data"],
)
def test_absurd_headers(tmp_path: Path, content: bytes) -> None:
    refused(tmp_path / "a.wav", content)


def test_a_wav_that_promises_more_than_it_holds(tmp_path: Path) -> None:
    source = tmp_path / "a.wav"
    source.write_bytes(wav())
    assert attempt(source).samples == 100_000


def test_a_forged_length_is_not_believed(tmp_path: Path) -> None:
    source = write_audio(tmp_path / "a", tone(3), muxer="flac", codec="flac")
    content = bytearray(source.read_bytes())
    # STREAMINFO: the low 36 bits of eight bytes at offset 18 count the samples.
    (packed,) = struct.unpack_from(">Q", content, 18)
    struct.pack_into(">Q", content, 18, packed | (1 << 36) - 1)
    source.write_bytes(content)
    assert attempt(source).seconds == pytest.approx(3, abs=0.01)


def test_mutated_files_are_refused_or_decoded(tmp_path: Path) -> None:
    """Flips, cuts, inserts: each ends as facts or as one of our refusals, in bounded memory and time."""
    chance = random.Random(20_26)
    originals = [
        write_audio(tmp_path / muxer, tone(1), muxer=muxer, codec=codec, rate=rate).read_bytes()
        for muxer, codec, rate in (
            ("mp3", "libmp3lame", 44_100),
            ("ipod", "aac", 44_100),
            ("ogg", "libopus", 48_000),
            ("flac", "flac", 44_100),
            ("wav", "pcm_s16le", 44_100),
            ("matroska", "aac", 44_100),
        )
    ]
    source = tmp_path / "mutated"
    outcomes = set()
    for number in range(60):
        content = bytearray(originals[number % len(originals)])
        for _ in range(chance.choice((1, 5, 50))):
            content[chance.randrange(min(len(content), chance.choice((64, 1024, len(content)))))] = (
                chance.randrange(256)
            )
        cut = chance.randrange(len(content))
        match chance.randrange(4):
            case 0:
                del content[cut:]
            case 1:
                content[cut:cut] = chance.randbytes(chance.randrange(1, 2000))
        source.write_bytes(content)
        try:
            facts = attempt(source)
            assert 0.5 <= facts.seconds <= LIMIT
            outcomes.add("decoded")
        except RecordingRefused:
            outcomes.add("refused")
    assert outcomes == {"decoded", "refused"}


def test_many_at_once(tmp_path: Path) -> None:
    """Decoding from several threads: no child gets in another's way."""
    errors: list[BaseException] = []

    def work(number: int) -> None:
        source = write_audio(tmp_path / f"{number}.wav", tone(1 + number), muxer="wav", codec="pcm_s16le")
        try:
            facts = decode(source, tmp_path / f"{number}.f32", max_seconds=LIMIT)
            assert facts.samples == 44_100 * (1 + number)
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert errors == []
