"""Encodes one stem to a finished audio file with tags and cover, while the samples stream in.

M4A holds AAC-LC with its index in front (it plays while it downloads) and the brand `M4A `, without which
some take it for a video. MP3 is constant bitrate with ID3v2.3, which every player reads.
"""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import av
import numpy as np

from core.ports import SAMPLE_RATE, AudioFormat, Samples

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer

MAX_BYTES = {AudioFormat.MP3: 15_500_000, AudioFormat.M4A: 48_000_000}
"""WhatsApp takes 16 MB, Telegram 50."""
BITRATES = {
    AudioFormat.MP3: (192_000, 160_000, 128_000, 112_000, 96_000, 80_000, 64_000),
    AudioFormat.M4A: (160_000, 128_000, 96_000, 64_000),
}
AAC_OVERSHOOT = 1.06
"""The AAC encoder's 160 kbit/s are 168 on the average."""


TIME_BASE = Fraction(1, SAMPLE_RATE)


@dataclass(frozen=True)
class Label:
    """What a player shows."""

    title: str
    artist: str | None = None
    album: str | None = None
    year: int | None = None
    genre: str | None = None
    cover: bytes | None = None
    """JPEG, at most 320x320 and 200 kB."""


def fitted_bitrate(format: AudioFormat, seconds: float, extra_bytes: int = 0) -> int:
    """The highest of the format's bitrates (bit/s) with which the file stays below its limit.

    The lowest where none does: then the channel has to refuse the file.
    """
    overshoot = AAC_OVERSHOOT if format is AudioFormat.M4A else 1.0
    room = (MAX_BYTES[format] - extra_bytes) * 8 / overshoot / max(seconds, 1.0)
    return next((rate for rate in BITRATES[format] if rate <= room), BITRATES[format][-1])


class Encoder:
    """Writes a file that appears under its name when it is complete, and not at all otherwise.

    A context manager: leaving it normally finishes the file, leaving it by an error removes what there is.
    """

    def __init__(self, path: Path, format: AudioFormat, label: Label, *, seconds: float) -> None:
        self._path = path
        self._temporary = path.with_name(f".{secrets.token_hex(8)}.part")
        self._position = 0
        try:
            self._container = self._open(format)
            self._container.metadata.update(_metadata(label))
            self._stream = self._add_audio(format, fitted_bitrate(format, seconds, len(label.cover or b"")))
            if label.cover is not None:
                self._write_cover(label.cover)
        except BaseException:
            self._temporary.unlink(missing_ok=True)
            raise

    def _open(self, format: AudioFormat) -> OutputContainer:
        if format is AudioFormat.MP3:
            options = {"id3v2_version": "3", "write_xing": "1"}
            return av.open(self._temporary, "w", format="mp3", options=options)
        # The muxer named for M4A files would refuse the cover; as MP4 with the brand it is the same file.
        options = {"movflags": "+faststart", "brand": "M4A "}
        return av.open(self._temporary, "w", format="mp4", options=options)

    def _add_audio(self, format: AudioFormat, bitrate: int) -> AudioStream:
        if format is AudioFormat.MP3:
            codec, options = "libmp3lame", {"compression_level": "7"}
        else:
            codec, options = "aac", {"aac_coder": "fast"}
        stream = self._container.add_stream(codec, rate=SAMPLE_RATE, layout="stereo", options=options)
        assert isinstance(stream, av.AudioStream)
        stream.bit_rate = bitrate
        stream.codec_context.open()
        return stream

    def _write_cover(self, jpeg: bytes) -> None:
        with av.open(io.BytesIO(jpeg), "r", format="jpeg_pipe") as picture:
            source = picture.streams.video[0]
            stream = self._container.add_stream_from_template(source)
            stream.disposition = av.stream.Disposition.attached_pic
            for packet in picture.demux(source):
                if packet.size:
                    packet.stream = stream
                    packet.pts = packet.dts = 0
                    self._container.mux(packet)

    def write(self, block: Samples) -> None:
        """Append a block (n, 2), n > 0; PyAV cuts it into the codec's frames."""
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block.T), format="fltp", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.time_base = TIME_BASE
        frame.pts = self._position
        self._position += len(block)
        self._container.mux(self._stream.encode(frame))

    def __enter__(self) -> Encoder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._container.mux(self._stream.encode(None))
            self._container.close()
            if error is None:
                self._temporary.replace(self._path)
        finally:
            self._temporary.unlink(missing_ok=True)


def _metadata(label: Label) -> dict[str, str]:
    fields = {
        "title": label.title,
        "artist": label.artist,
        "album": label.album,
        "date": str(label.year) if label.year else None,
        "genre": label.genre,
    }
    return {name: value for name, value in fields.items() if value}
