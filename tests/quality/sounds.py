"""Small sounds made by numpy, and files of every kind made from them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from core.ports import SAMPLE_RATE, Samples


def tone(
    seconds: float, *, frequency: float = 440.0, level_db: float = -12.0, rate: int = SAMPLE_RATE
) -> Samples:
    """A sine of this RMS level (n, 2), on the right a fifth higher."""
    time = np.arange(int(seconds * rate)) / rate
    both = [np.sin(2 * np.pi * f * time) for f in (frequency, 1.5 * frequency)]
    return np.ascontiguousarray(np.stack(both, axis=1) * np.sqrt(2) * 10 ** (level_db / 20), np.float32)


def noise(seconds: float, *, level_db: float = -20.0, seed: int = 0) -> Samples:
    """White noise of this RMS level (n, 2)."""
    values = np.random.default_rng(seed).standard_normal((int(seconds * SAMPLE_RATE), 2))
    return np.asarray(values * 10 ** (level_db / 20), np.float32)


def rms_db(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64))))


def write_audio(
    path: Path,
    samples: Samples,
    *,
    muxer: str,
    codec: str,
    rate: int = SAMPLE_RATE,
    layout: str = "stereo",
    bit_rate: int | None = None,
    options: Mapping[str, str] | None = None,
    metadata: Mapping[str, str] | None = None,
    metadata_encoding: str = "utf-8",
    muxer_options: Mapping[str, str] | None = None,
    with_video: bool = False,
) -> Path:
    """Encode samples (n, 2) at 44,100 Hz into a file of any kind FFmpeg can write."""
    with av.open(
        path, "w", format=muxer, options=dict(muxer_options or {}), metadata_encoding=metadata_encoding
    ) as out:
        out.metadata.update(metadata or {})
        video = _video_stream(out) if with_video else None
        stream = out.add_stream(codec, rate=rate, layout=layout, options=dict(options or {}))
        assert isinstance(stream, av.AudioStream)
        if bit_rate:
            stream.bit_rate = bit_rate
        stream.codec_context.open()
        if video is not None:
            _write_video(out, video, len(samples) / SAMPLE_RATE)
        resampler = av.AudioResampler(
            format=stream.codec_context.format.name,
            layout=layout,
            rate=rate,
            frame_size=stream.codec_context.frame_size or 4096,
        )
        channels = samples if layout != "mono" else samples[:, :1]
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(channels.T), format="fltp", layout="mono" if layout == "mono" else "stereo"
        )
        frame.sample_rate, frame.time_base, frame.pts = SAMPLE_RATE, Fraction(1, SAMPLE_RATE), 0
        for resampled in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(stream.encode(resampled))
        out.mux(stream.encode(None))
    return path


def _video_stream(out: av.container.OutputContainer) -> av.VideoStream:
    stream = out.add_stream("mpeg4", rate=5)
    assert isinstance(stream, av.VideoStream)
    stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
    return stream


def _write_video(out: av.container.OutputContainer, stream: av.VideoStream, seconds: float) -> None:
    for number in range(max(1, int(5 * seconds))):
        grey = np.full((64, 64, 3), 40 * number % 255, np.uint8)
        picture = av.VideoFrame.from_ndarray(grey, format="rgb24")
        picture.pts, picture.time_base = number, Fraction(1, 5)
        out.mux(stream.encode(picture))
    out.mux(stream.encode(None))


def read_audio(path: Path) -> Samples:
    """The samples (n, 2) of a file we trust."""
    resampler = av.AudioResampler(format="flt", layout="stereo", rate=SAMPLE_RATE)
    blocks = []
    with av.open(path) as container:
        for frame in container.decode(audio=0):
            frame.pts = None
            blocks += [resampled.to_ndarray().reshape(-1, 2) for resampled in resampler.resample(frame)]
        blocks += [resampled.to_ndarray().reshape(-1, 2) for resampled in resampler.resample(None)]
    return np.concatenate(blocks).astype(np.float32)


class ArrayReader:
    """An array (n, 2) as `core.ports.SampleReader`."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self._position = 0
        self.samples = len(samples)
        self.rms_dbfs = rms_db(samples) if len(samples) and samples.any() else -120.0

    def read(self, count: int) -> Samples:
        block = self._samples[self._position : self._position + count]
        self._position += len(block)
        return block


class Watched:
    """A `core.ports.Control` that remembers what it is told and cancels when it is asked for the nth time."""

    def __init__(self, cancel_at: float | None = None) -> None:
        self.fractions: list[float] = []
        self._cancel_at = cancel_at

    def progress(self, fraction: float) -> None:
        self.fractions.append(fraction)

    def raise_if_cancelled(self) -> None:
        from core.errors import Cancelled

        if self._cancel_at is not None and self.fractions and self.fractions[-1] >= self._cancel_at:
            raise Cancelled
