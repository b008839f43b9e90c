"""Files that are no songs, or pretend to be some."""

from __future__ import annotations

import io
import struct

import av
import numpy as np

from tests.conversation import songs

HOURS = 3600


def named_mp3_but_text() -> bytes:
    return "यह गाना नहीं है, this is no song.\n".encode() * 50


def truncated() -> bytes:
    """An M4A cut in the middle: the index at its end is gone."""
    return songs.m4a(3.0)[:20_000]


def long_silence(seconds: int = 10 * HOURS) -> bytes:
    """Hours of silence in a FLAC of some ten kilobytes: each of its frames says 65,535 times the same."""
    rate, block = 8_000, 65_535
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=rate, layout="mono", options={"frame_size": str(block)})
        stream.codec_context.format = "s16"
        frame = av.AudioFrame.from_ndarray(np.zeros((1, block), np.int16), format="s16", layout="mono")
        frame.sample_rate = rate
        for number in range(seconds * rate // block + 1):
            frame.pts = number * block
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def playlist() -> bytes:
    """A playlist that would make a careless player read a file of this machine."""
    return b"#EXTM3U\n#EXTINF:10,song\nfile:///etc/passwd\n"


def forged_sample_table() -> bytes:
    """An M4A whose table of sample sizes promises four billion samples of a gigabyte each."""
    data = bytearray(songs.m4a(2.0))
    at = data.index(b"stsz")
    data[at + 8 : at + 16] = struct.pack(">II", 1 << 30, 0xFFFFFFFF)
    return bytes(data)


def unsupported() -> bytes:
    """The beginning of a WavPack file."""
    return b"wvpk" + struct.pack("<IHBBIII", 1000, 0x410, 0, 0, 44_100, 0, 44_100) + bytes(2000)


def picture_only() -> bytes:
    """An MP4 without a sound."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        container.mux(stream.encode(None))
    return buffer.getvalue()
