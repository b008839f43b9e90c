"""Fragmented MP4 with one AAC track, written box by box: a header, an index, then segments.

ISO/IEC 14496-12 (boxes; the clauses are named below) and 14496-14 (`mp4a`, `esds`), as CMAF wants them: every
offset in a segment counts from the segment itself, so header and segments are the same bytes wherever they
stand, and each segment can be fed to a player as it is.

FFmpeg's own muxer would do, but shows a fragment only when the next one begins, and cuts where it likes. The
index (`sidx`) lies between header and segments, where a Media Source passes over it; whoever wants a segment
by Range reads there where it begins. There is no edit list: the first packet is the encoder's priming and
counts as sound, 1,024 samples that the player takes off, since not every player heeds an edit list.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.ports import SAMPLE_RATE

PACKET_SAMPLES = 1024
"""Of every packet but the last."""
PRIMING_SAMPLES = 1024
"""What the encoder puts before the sound: one packet."""
FIRST_PACKETS = 86
"""Of the first segment, 1.997 s: it is there soon."""
REST_PACKETS = 215
"""Of the others, 4.992 s; the last one has what remains."""

TRACK = 1
SYNC_SAMPLE = 0x0200_0000
"""Depends on no other packet (8.8.3.1)."""
STARTS_WITH_SYNC_SAMPLE = 0x9000_0000
"""Of type 1 (8.16.3.3)."""
IDENTITY = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000)
"""The matrix that turns nothing (6.2.2)."""


@dataclass(frozen=True)
class Packet:
    content: bytes
    samples: int


def packets_of(samples: int) -> int:
    """The packets that this much sound becomes."""
    return -(-samples // PACKET_SAMPLES) + 1


def segment_sizes(packets: int) -> Iterator[int]:
    """How many packets each segment has."""
    size = FIRST_PACKETS
    while packets > 0:
        yield min(size, packets)
        packets -= size
        size = REST_PACKETS


# --- writing ------------------------------------------------------------------------------------------


def header(config: bytes, *, channels: int, bit_rate: int, samples: int) -> bytes:
    """`ftyp` and `moov`: what a player has to know before any segment; `samples` with the priming.

    `config` is the AudioSpecificConfig (ISO/IEC 14496-3) that the encoder made.
    """
    no_times = bytes(8)  # made and changed at no particular time: the same song gives the same bytes
    movie = _full(
        b"mvhd", 0, 0, no_times, struct.pack(">IIIH10x", SAMPLE_RATE, 0, 0x10000, 0x100), IDENTITY,
        bytes(24), struct.pack(">I", TRACK + 1),
    )  # fmt: skip
    track = _full(
        b"tkhd", 0, 3, no_times, struct.pack(">II12xHHH2x", TRACK, 0, 0, 1, 0x100), IDENTITY, bytes(8)
    )  # fmt: skip
    extends = _box(
        b"mvex",
        _full(b"mehd", 1, 0, struct.pack(">Q", samples)),
        _full(b"trex", 0, 0, struct.pack(">5I", TRACK, 1, PACKET_SAMPLES, 0, SYNC_SAMPLE)),
    )
    media = _box(
        b"mdia",
        _full(b"mdhd", 0, 0, no_times, struct.pack(">IIHH", SAMPLE_RATE, 0, _language("und"), 0)),
        _full(b"hdlr", 0, 0, bytes(4), b"soun", bytes(12), b"sound\0"),
        _box(
            b"minf",
            _full(b"smhd", 0, 0, bytes(4)),
            _box(b"dinf", _full(b"dref", 0, 0, struct.pack(">I", 1), _full(b"url ", 0, 1))),
            _box(
                b"stbl",
                _full(b"stsd", 0, 0, struct.pack(">I", 1), _sample_entry(config, channels, bit_rate)),
                _full(b"stts", 0, 0, bytes(4)),
                _full(b"stsc", 0, 0, bytes(4)),
                _full(b"stsz", 0, 0, bytes(8)),
                _full(b"stco", 0, 0, bytes(4)),
            ),
        ),
    )
    brands = _box(b"ftyp", b"iso6", bytes(4), b"iso6", b"cmfc", b"mp41")
    return brands + _box(b"moov", movie, _box(b"trak", track, media), extends)


def segment(number: int, start: int, packets: Sequence[Packet]) -> bytes:
    """`styp`, `moof` and `mdat` of the segment with this number, from 1; `start` in samples (8.8, 8.16.2)."""
    own_durations = any(packet.samples != PACKET_SAMPLES for packet in packets)
    flags = 0x201 | (0x100 if own_durations else 0)  # where the sound lies, the size of each packet
    rows = b"".join(
        struct.pack(">II", packet.samples, len(packet.content))
        if own_durations
        else struct.pack(">I", len(packet.content))
        for packet in packets
    )

    def fragment(sound: int) -> bytes:
        return _box(
            b"moof",
            _full(b"mfhd", 0, 0, struct.pack(">I", number)),
            _box(
                b"traf",
                # Offsets count from this box; the packets' usual length and kind.
                _full(b"tfhd", 0, 0x2_0028, struct.pack(">III", TRACK, PACKET_SAMPLES, SYNC_SAMPLE)),
                _full(b"tfdt", 1, 0, struct.pack(">Q", start)),
                _full(b"trun", 0, flags, struct.pack(">II", len(packets), sound), rows),
            ),
        )

    about = fragment(len(fragment(0)) + 8)
    kind = _box(b"styp", b"msdh", bytes(4), b"msdh", b"cmfs")
    return kind + about + _box(b"mdat", *(packet.content for packet in packets))


def index(segments: Sequence[tuple[int, int]]) -> bytes:
    """`sidx` (8.16.3), which stands right before the first segment; (bytes, samples) of each."""
    rows = (struct.pack(">III", size, samples, STARTS_WITH_SYNC_SAMPLE) for size, samples in segments)
    return _full(b"sidx", 0, 0, struct.pack(">IIIIHH", TRACK, SAMPLE_RATE, 0, 0, 0, len(segments)), *rows)


def _sample_entry(config: bytes, channels: int, bit_rate: int) -> bytes:
    """`mp4a` (14496-12, 12.2.3) with `esds` (14496-14, 3.1 and 5.6; descriptors in 14496-1, 7.2.6)."""
    audio = struct.pack(">BBBHII", 0x40, 0x15, 0, 0, bit_rate, bit_rate)  # MPEG-4 audio, no upstream
    decoder = _descriptor(4, audio + _descriptor(5, config))
    stream = _descriptor(3, struct.pack(">HB", TRACK, 0) + decoder + _descriptor(6, b"\x02"))
    return _box(
        b"mp4a",
        struct.pack(">6xH8xHH4xI", 1, channels, 16, SAMPLE_RATE << 16),
        _full(b"esds", 0, 0, stream),
    )


def _descriptor(tag: int, content: bytes) -> bytes:
    """Of less than 128 bytes."""
    return struct.pack(">BB", tag, len(content)) + content


def _language(code: str) -> int:
    """Three letters of five bits (8.4.2.3)."""
    first, second, third = (ord(letter) - 0x60 for letter in code)
    return first << 10 | second << 5 | third


def _box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def _full(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), *parts)


# --- reading ------------------------------------------------------------------------------------------

LARGEST_HEADER = 1024
"""Bytes of `ftyp` and `moov`, and more."""


@dataclass(frozen=True)
class Layout:
    """Where the segments of a file lie."""

    offsets: tuple[int, ...]
    """Where each begins, and at last the size of the file: segment i is offsets[i] to offsets[i + 1]."""
    samples: int
    """Of all segments, the priming among them."""

    @property
    def header_bytes(self) -> int:
        """What comes before the first segment: the header and the index."""
        return self.offsets[0]


def head_bytes(samples: int) -> int:
    """As many of the first bytes as `read_layout` needs, or more, for this much sound."""
    segments = sum(1 for _ in segment_sizes(packets_of(samples)))
    return LARGEST_HEADER + len(index([(0, 0)])) + 12 * segments


def read_layout(head: bytes) -> Layout:
    """Of a file whose first `head_bytes` these are. Raises ValueError where they hold no whole index."""
    position = 0
    while position + 8 <= len(head):
        size, kind = struct.unpack_from(">I4s", head, position)
        if kind == b"sidx" and position + size <= len(head):
            return _layout(head[position : position + size], position + size)
        position += max(size, 8)
    raise ValueError("no index of segments")


def _layout(index_box: bytes, first: int) -> Layout:
    offsets, samples = [first], 0
    for size, length, _ in struct.iter_unpack(">III", index_box[32:]):
        offsets.append(offsets[-1] + size)
        samples += length
    return Layout(tuple(offsets), samples)
