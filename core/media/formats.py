"""Which files are taken, told by their first bytes and never by their name.

The list is the gate against files that make a decoder open other files or connections (playlists, scripts,
session descriptions): what is not on it is refused before any decoder sees it, and the decoder is told to use
no other demuxer than the ones that belong to what was recognised.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.errors import EmptyRecording, NotAudio, UnsupportedFormat

HEAD_BYTES = 16


@dataclass(frozen=True)
class Container:
    """A kind of file we take."""

    name: str
    demuxers: str
    """FFmpeg's names of the demuxers that may read it, by comma."""


MPEG = Container("mp3", "mp3,aac,flac")  # an ID3 tag may precede any of them
ADTS = Container("aac", "aac")
OGG = Container("ogg", "ogg")
FLAC = Container("flac", "flac")
WAV = Container("wav", "wav")
AIFF = Container("aiff", "aiff")
AMR = Container("amr", "amr")
MP4 = Container("mp4", "mov,mp4,m4a,3gp,3g2,mj2")
MATROSKA = Container("matroska", "matroska,webm")

KNOWN_BUT_NOT_TAKEN = {
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11": "WMA",
    b"wvpk": "WavPack",
    b"caff": "CAF",
    b"MAC ": "Monkey's Audio",
    b"MThd": "MIDI",
    b"DSD ": "DSF",
    b"FRM8": "DSDIFF",
    b".RMF": "RealMedia",
    b"TTA1": "TTA",
    b"MPCK": "Musepack",
    b"MP+": "Musepack",
    b".snd": "AU",
    b"FLV\x01": "FLV",
    b"\x00\x00\x01\xba": "MPEG-PS",
}


def sniff(path: Path) -> Container:
    """What the file is. Raises EmptyRecording, UnsupportedFormat for audio of a kind not taken, NotAudio."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise EmptyRecording("no bytes")
    container = recognise(head)
    if container is not None:
        return container
    for magic, name in KNOWN_BUT_NOT_TAKEN.items():
        if head.startswith(magic):
            raise UnsupportedFormat(f"{name} file", format=name)
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        raise UnsupportedFormat("AVI file", format="AVI")
    raise NotAudio("unknown first bytes")


def recognise(head: bytes) -> Container | None:
    """What a file with these first HEAD_BYTES is, of the kinds we take."""
    match head[:4]:
        case b"OggS":
            return OGG
        case b"fLaC":
            return FLAC
        case b"\x1aE\xdf\xa3":
            return MATROSKA
        case b"RIFF" if head[8:12] == b"WAVE":
            return WAV
        case b"FORM" if head[8:12] in {b"AIFF", b"AIFC"}:
            return AIFF
    if head[4:8] == b"ftyp":
        return MP4
    if head.startswith(b"#!AMR"):
        return AMR
    if head.startswith(b"ID3"):
        return MPEG
    return _recognise_sync_word(head)


def _recognise_sync_word(head: bytes) -> Container | None:
    """MPEG audio and ADTS begin every frame with eleven, respectively twelve, ones."""
    if len(head) < 4 or head[0] != 0xFF:
        return None
    if head[1] & 0xF6 == 0xF0:  # layer bits 00
        return ADTS
    is_layer_3 = head[1] & 0xE6 == 0xE2
    version_valid = head[1] & 0x18 != 0x08
    bitrate_and_rate_valid = head[2] >> 4 != 0xF and head[2] >> 2 & 3 != 3
    return MPEG if is_layer_3 and version_valid and bitrate_and_rate_valid else None
