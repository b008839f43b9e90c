"""The child process that opens a recording nobody vouches for; run by `safe_decode` and by nothing else.

    python -I decode_child.py JOB        JOB: JSON with source, into, demuxers, max_seconds, cpu_seconds

It takes away its own means first (memory, processor time, file size, open files), then decodes the first
audio stream to raw interleaved float32 stereo at 44,100 Hz, measures it on the way, and prints one line of
JSON: either `error`, a code that `safe_decode` knows, or what it found. What the file claims about its own
length is never used.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import resource
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import av
    import numpy as np
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

SAMPLE_RATE = 44_100
BYTES_PER_SAMPLE = 8
MIN_SECONDS = 0.5

MEMORY_BYTES = 1 << 30
OPEN_FILES = 64
PROCESSES = 64

CODECS = {
    *("mp3", "mp3float", "aac", "alac", "opus", "libopus", "vorbis", "flac", "ac3", "eac3"),
    *("amrnb", "amrwb", "libopencore_amrnb", "libopencore_amrwb"),
    *("pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le"),
    *("pcm_s8", "pcm_s16be", "pcm_s24be", "pcm_s32be", "pcm_f32be", "pcm_alaw", "pcm_mulaw"),
}
CHANNELS = range(1, 9)
RATES = range(4_000, 192_001)
MAX_BAD_PACKETS = 200
MAX_CHANGES = 50

BLOCK_SAMPLES = 44_100
BLOCKS_AHEAD = 8

TAG_NAMES = ("title", "artist", "album_artist", "album", "date", "year", "genre")
MAX_TAG_CHARACTERS = 1_000
MAX_COVER_BYTES = 10_000_000
MAX_COVER_PIXELS = 40_000_000
COVER_SIDE = 320
COVER_BYTES = 200_000


class Refused(Exception):
    """Ends the work; the message is the code for the parent, `code:parameter`."""


def main() -> None:
    job = json.loads(sys.argv[1])
    limit_means(job["max_seconds"], job["cpu_seconds"])
    # Started with -I, so the package is found only when we say where it is.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    try:
        answer = decode(job["source"], job["into"], job["demuxers"], job["max_seconds"])
    except Refused as refusal:
        answer = {"error": str(refusal)}
    except MemoryError:
        answer = {"error": "memory"}
    except Exception as error:  # noqa: BLE001 - whatever a hostile file provokes, the parent gets an answer
        answer = {"error": "damaged", "reason": type(error).__name__}
    print(json.dumps(answer), flush=True)  # noqa: T201 - standard output is the way to the parent
    os._exit(0)  # nothing of a broken decoder's state is worth an orderly end


def limit_means(max_seconds: float, cpu_seconds: int) -> None:
    """Rather die than take the machine along."""
    os.nice(5)
    file_size = int(max_seconds * SAMPLE_RATE * BYTES_PER_SAMPLE) + (1 << 20)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # other systems accept no limit on address space
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def decode(source: str, into: str, demuxers: str, max_seconds: float) -> dict[str, Any]:
    """Decode and measure the whole file. Raises Refused, and whatever FFmpeg comes up with."""
    from dataclasses import asdict

    with open_container(source, demuxers) as container:
        stream = first_audio_stream(container)
        recording = Recording(container, stream)
        with Path(into).open("wb", buffering=0) as file:
            sink = Sink(file, int(max_seconds * SAMPLE_RATE))
            try:
                for block in recording.blocks():
                    sink.put(block)
            finally:
                measures = sink.finish()
        if measures.samples < MIN_SECONDS * SAMPLE_RATE:
            is_whole = measures.samples and not recording.bad_packets
            raise Refused("too-short" if is_whole else "damaged")
        return {
            "codec": stream.codec_context.name,
            "bad_packets": recording.bad_packets,
            "tags": tags(container, stream),
            "cover": small_cover(recording.cover),
            **asdict(measures),
        }


def open_container(source: str, demuxers: str) -> InputContainer:
    """Open with nothing but the demuxers named, and no protocol but plain files. Raises Refused."""
    import av

    try:
        return av.open(
            source,  # the path, not a file object: with those FFmpeg follows links to the network
            options={
                "protocol_whitelist": "file",
                "format_whitelist": demuxers,
                "max_streams": "16",
                "probesize": "2000000",
                "analyzeduration": "5000000",
            },
            timeout=(10, 10),
            metadata_errors="surrogateescape",
        )
    except av.error.ArgumentError:  # what FFmpeg makes of it is not on the list
        raise Refused("not-audio") from None


def first_audio_stream(container: InputContainer) -> AudioStream:
    """The stream to decode, all others switched off but a cover picture. Raises Refused."""
    from av.stream import Discard, Disposition

    if not container.streams.audio:
        raise Refused("no-sound")
    stream = container.streams.audio[0]
    for other in container.streams:
        if other is not stream and not other.disposition & Disposition.attached_pic:
            other.discard = Discard.all
    context = stream.codec_context
    if context.name not in CODECS:
        raise Refused(f"codec:{context.name[:20]}")
    if context.channels not in CHANNELS or context.sample_rate not in RATES:
        raise Refused("damaged")
    return stream


class Recording:
    """The sound of a stream as blocks of 44,100 Hz stereo; keeps the cover it meets on the way."""

    def __init__(self, container: InputContainer, stream: AudioStream) -> None:
        self._container = container
        self._stream = stream
        self._resampler: av.AudioResampler | None = None
        self._mono = False
        self._setup: tuple[int, str, str] | None = None
        self._changes = 0
        self.bad_packets = 0
        self.cover: bytes | None = None

    def blocks(self) -> Iterator[Samples]:
        """Blocks (n, 2) in order. Raises Refused when too little of the file makes sense."""
        for frame in self._frames():
            setup = (frame.sample_rate, frame.layout.name, frame.format.name)
            if setup != self._setup:
                yield from self._flush()
                if not self._set_up(frame):
                    continue
                self._setup = setup
            frame.pts = None
            yield from self._resampled(frame)
        yield from self._flush()

    def _frames(self) -> Iterator[av.AudioFrame]:
        import av

        # A container's own decode() stops at the first damaged packet; packet by packet the rest is kept.
        for packet in self._container.demux():
            if packet.stream is self._stream:
                try:
                    yield from packet.decode()  # type: ignore[misc]
                except av.error.InvalidDataError:
                    self._count_bad_packet()
            elif self.cover is None and packet.size <= MAX_COVER_BYTES:
                self.cover = bytes(packet) or None

    def _set_up(self, frame: av.AudioFrame) -> bool:
        """Make a resampler for frames like this one, which may change within a damaged or spliced file."""
        import av

        self._changes += 1
        if self._changes > MAX_CHANGES:
            raise Refused("damaged")
        if frame.layout.nb_channels not in CHANNELS or frame.sample_rate not in RATES:
            self._count_bad_packet()
            return False
        # Mono stays mono until we double it ourselves: FFmpeg's upmix would take 3 dB off.
        self._mono = frame.layout.nb_channels == 1
        self._resampler = av.AudioResampler(
            format="flt",
            layout="mono" if self._mono else "stereo",
            rate=SAMPLE_RATE,
            frame_size=BLOCK_SAMPLES,
        )
        return True

    def _flush(self) -> Iterator[Samples]:
        if self._resampler is not None:
            yield from self._resampled(None)
            self._resampler = None
            self._setup = None

    def _resampled(self, frame: av.AudioFrame | None) -> Iterator[Samples]:
        import numpy as np

        assert self._resampler is not None
        for resampled in self._resampler.resample(frame):
            values = resampled.to_ndarray().reshape(-1).astype(np.float32, copy=False)
            if len(values):
                yield np.repeat(values, 2).reshape(-1, 2) if self._mono else values.reshape(-1, 2)

    def _count_bad_packet(self) -> None:
        self.bad_packets += 1
        if self.bad_packets > MAX_BAD_PACKETS:
            raise Refused("damaged")


class Sink:
    """Measures and writes blocks in a second thread, while the first goes on decoding."""

    def __init__(self, file: IO[bytes], max_samples: int) -> None:
        from core.media.measure import Meter

        self._file = file
        self._left = max_samples
        self._meter = Meter()
        self._blocks: queue.Queue[Samples | None] = queue.Queue(BLOCKS_AHEAD)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="sink", daemon=True)
        self._thread.start()

    def put(self, block: Samples) -> None:
        """Raises Refused once there is more sound than allowed."""
        if len(block) > self._left:
            raise Refused("too-long")
        if self._error is not None:
            raise self._error
        self._left -= len(block)
        self._blocks.put(block)

    def finish(self) -> Any:
        """The measures of all blocks, once they are written."""
        self._blocks.put(None)
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._meter.finish()

    def _work(self) -> None:
        while (block := self._blocks.get()) is not None:
            if self._error is not None:
                continue  # only drain, so that put() never waits for us
            try:
                unwritten = self._meter.add(block).tobytes()
                while unwritten:
                    unwritten = unwritten[self._file.write(unwritten) :]
            except BaseException as error:  # noqa: BLE001 - raised again in the main thread
                self._error = error


def tags(container: InputContainer, stream: AudioStream) -> dict[str, str]:
    """Tags as they are, bytes of unknown charsets as surrogate escapes; the parent makes sense of them."""
    found: dict[str, str] = {}
    for metadata in (container.metadata, stream.metadata):
        for key, value in metadata.items():
            name = key.lower()
            if name in TAG_NAMES and name not in found and value:
                found[name] = value[:MAX_TAG_CHARACTERS]
    return found


def small_cover(picture: bytes | None) -> str | None:
    """The picture as base64 of a small JPEG; None when it is none, or not one of the usual kinds."""
    if picture is None:
        return None
    import io

    from PIL import Image

    try:
        with Image.open(io.BytesIO(picture), formats=("JPEG", "PNG", "WEBP", "GIF", "BMP")) as image:
            if image.width * image.height > MAX_COVER_PIXELS:
                return None
            image.draft("RGB", (2 * COVER_SIDE, 2 * COVER_SIDE))
            small = image.convert("RGB")
            small.thumbnail((COVER_SIDE, COVER_SIDE))
    except Exception:  # noqa: BLE001 - a broken cover is no reason to refuse the song
        return None
    for quality in (85, 70, 50):
        encoded = io.BytesIO()
        small.save(encoded, "JPEG", quality=quality, optimize=True)
        if encoded.tell() <= COVER_BYTES:
            return base64.b64encode(encoded.getvalue()).decode()
    return None


if __name__ == "__main__":
    main()
