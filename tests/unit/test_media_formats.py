"""Files are known by their first bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import EmptyRecording, NotAudio, UnsupportedFormat
from core.media.formats import sniff


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"ID3\x04\x00", "mp3"),
        (b"\xff\xfb\x90\x64", "mp3"),
        (b"\xff\xf3\x40\xc0", "mp3"),
        (b"\xff\xf1\x50\x80", "aac"),
        (b"OggS\x00\x02", "ogg"),
        (b"fLaC\x00\x00", "flac"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "wav"),
        (b"FORM\x00\x00\x00\x24AIFF", "aiff"),
        (b"FORM\x00\x00\x00\x24AIFC", "aiff"),
        (b"#!AMR\n", "amr"),
        (b"#!AMR-WB\n", "amr"),
        (b"\x00\x00\x00\x18ftypM4A ", "mp4"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81", "matroska"),
    ],
)
def test_known_kinds(tmp_path: Path, head: bytes, name: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(head.ljust(64, b"\0"))
    assert sniff(file).name == name


@pytest.mark.parametrize(
    "head",
    [
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"\xef\xbb\xbf#EXTM3U\n",
        b"ffconcat version 1.0\nfile song.wav\n",
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n",
        b'<?xml version="1.0"?><MPD>',
        b"[playlist]\nFile1=http://127.0.0.1/\n",
        b"hello, this is text\n",
        b"\x89PNG\r\n\x1a\n",
        b"PK\x03\x04",
        b"%PDF-1.7",
        b"\x00" * 64,
        b"\xff\xff\xff\xff",
        b"\xff\xfb",
        b"R",
    ],
)
def test_everything_else_is_no_audio(tmp_path: Path, head: bytes) -> None:
    file = tmp_path / "song.mp3"
    file.write_bytes(head)
    with pytest.raises(NotAudio):
        sniff(file)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "WMA"),
        (b"wvpk\x00\x00", "WavPack"),
        (b"MThd\x00\x00", "MIDI"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "AVI"),
    ],
)
def test_audio_of_kinds_not_taken_is_named(tmp_path: Path, head: bytes, name: str) -> None:
    file = tmp_path / "song"
    file.write_bytes(head)
    with pytest.raises(UnsupportedFormat) as caught:
        sniff(file)
    assert caught.value.params == {"format": name}


def test_an_empty_file(tmp_path: Path) -> None:
    file = tmp_path / "song.mp3"
    file.touch()
    with pytest.raises(EmptyRecording):
        sniff(file)
