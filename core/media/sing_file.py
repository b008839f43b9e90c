"""Music and voice of a song in one file for singing: four channels through one decoder never drift apart.

AAC-LC in FFmpeg's layout `4.0`: front left and right carry the instrumental, centre and back centre the
vocals. (`quad` would need a description of its channels that no Media Source takes.) One encoder from the
first sample to the last, so that segments join without a seam; `aac_coder=fast`, several times as quick;
without noise substitution, which no two decoders fill alike. The bytes depend on the sound alone, not on how
it comes in blocks.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import av
import numpy as np

from core.media.fmp4 import PRIMING_SAMPLES, Packet, header, index, packets_of, segment, segment_sizes
from core.ports import SAMPLE_RATE, Samples

if TYPE_CHECKING:
    from av.audio.codeccontext import AudioCodecContext
    from av.audio.stream import AudioStream

LAYOUT = "4.0"
CHANNELS = 4
BIT_RATE = 320_000
OPTIONS = {"aac_coder": "fast", "aac_pns": "0"}
TIME_BASE = Fraction(1, SAMPLE_RATE)


class SingWriter:
    """Writes a file that appears under its name when it is complete, and not at all otherwise.

    A context manager: leaving it normally finishes the file, leaving it by an error removes what there is.
    Holds one segment in memory.
    """

    def __init__(self, path: Path, *, samples: int) -> None:
        """`samples` is the length of the song: what is written has to be as long."""
        self._path = path
        self._temporary = path.with_name(f".{secrets.token_hex(8)}.part")
        self._samples = samples
        self._position = 0
        self._codec = _encoder()
        self._sizes = segment_sizes(packets_of(samples))
        self._size = next(self._sizes)
        self._waiting: list[Packet] = []
        self._segments: list[tuple[int, int]] = []
        self._file = self._temporary.open("wb")
        try:
            total = samples + PRIMING_SAMPLES
            config = bytes(self._codec.extradata or b"")
            self._file.write(header(config, channels=CHANNELS, bit_rate=BIT_RATE, samples=total))
            self._index_at = self._file.tell()
            segments = sum(1 for _ in segment_sizes(packets_of(samples)))
            self._file.write(index([(0, 0)] * segments))  # room for it: the sizes are known in the end
        except BaseException:
            self._abandon()
            raise

    def write(self, block: Samples) -> None:
        """Append a block (n, 4), n > 0: instrumental left and right, vocals left and right."""
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block.T), format="fltp", layout=LAYOUT)
        frame.sample_rate = SAMPLE_RATE
        frame.time_base = TIME_BASE
        frame.pts = self._position
        self._position += len(block)
        self._take(self._codec.encode(frame))

    def __enter__(self) -> SingWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._finish()
        finally:
            self._abandon()

    def _take(self, packets: Sequence[av.Packet[AudioStream]]) -> None:
        """Write every segment that is whole."""
        for packet in packets:
            self._waiting.append(Packet(bytes(packet), int(packet.duration or 0)))
            if len(self._waiting) == self._size:
                self._write_segment()

    def _write_segment(self) -> None:
        start = sum(samples for _, samples in self._segments)
        content = segment(len(self._segments) + 1, start, self._waiting)
        self._segments.append((len(content), sum(packet.samples for packet in self._waiting)))
        self._file.write(content)
        self._waiting = []
        self._size = next(self._sizes, 0)

    def _finish(self) -> None:
        self._take(self._codec.encode(None))
        written = sum(samples for _, samples in self._segments)
        if self._waiting or written != self._samples + PRIMING_SAMPLES:
            raise ValueError(f"{self._position} samples came instead of {self._samples}")
        self._file.seek(self._index_at)
        self._file.write(index(self._segments))
        self._file.close()
        self._temporary.replace(self._path)

    def _abandon(self) -> None:
        self._file.close()
        self._temporary.unlink(missing_ok=True)


def _encoder() -> AudioCodecContext:
    codec = av.CodecContext.create("aac", "w")
    assert isinstance(codec, av.AudioCodecContext)
    codec.sample_rate = SAMPLE_RATE
    codec.layout = LAYOUT
    codec.format = av.AudioFormat("fltp")
    codec.bit_rate = BIT_RATE
    codec.time_base = TIME_BASE
    codec.options = OPTIONS
    codec.open()
    return codec
