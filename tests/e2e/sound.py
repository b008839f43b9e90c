"""The shared song with its true instrumental, and how near to it something sounds."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.signal import correlate, correlation_lags

from core.media.encode import Encoder, Label
from core.ports import SAMPLE_RATE, AudioFormat, Samples
from tests.material import audio_dir


def lithium(stem: str) -> Samples:
    """A stem of the 30 s excerpt, (samples, 2)."""
    return decoded((audio_dir() / f"lithium_{stem}.flac").read_bytes())


def lithium_mix(folder: Path, title: str, artist: str) -> bytes:
    """The sum of both stems as an M4A with tags and a cover."""
    cover = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((300, 300)).save(cover, "JPEG")
    mix = lithium("vocals") + lithium("instrumental")
    path = folder / "lithium.m4a"
    label = Label(title, artist, cover=cover.getvalue())
    with Encoder(path, AudioFormat.M4A, label, seconds=len(mix) / SAMPLE_RATE) as encoder:
        encoder.write(mix)
    return path.read_bytes()


def decoded(data: bytes) -> Samples:
    """The sound of a file, (samples, 2) at 44,100 Hz."""
    with av.open(io.BytesIO(data), "r") as container:
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)
        blocks = [
            block.to_ndarray()
            for frame in [*container.decode(container.streams.audio[0]), None]
            for block in resampler.resample(frame)
        ]
    return np.asarray(np.concatenate(blocks, axis=1).T, np.float32)


def four_channels(data: bytes) -> NDArray[np.float32]:
    """The sound of a file to sing to as it is, (samples, 4): the music's two channels, then the voice's."""
    with av.open(io.BytesIO(data), "r") as container:
        assert container.streams.audio[0].codec_context.layout.name == "4.0"
        blocks = [frame.to_ndarray() for frame in container.decode(container.streams.audio[0])]
    return np.asarray(np.concatenate(blocks, axis=1).T, np.float32)


def sdr_db(truth: Samples, estimate: Samples) -> float:
    """How near an estimate is to the truth, delay and level aside: 10·log10(Σ t² / Σ (t − g·e)²).

    An encoder puts some silence in front, and a delivered song has another level. So e is the estimate moved
    by the lag at which the cross-correlation of both mono sums is largest, and g = Σ t·e / Σ e² the gain
    that brings it nearest (least squares). Both are cut to the stretch they share.
    """
    lags = correlation_lags(len(estimate), len(truth))
    lag = int(lags[np.argmax(correlate(estimate.sum(axis=1), truth.sum(axis=1), method="fft"))])
    e, t = (estimate[lag:], truth) if lag >= 0 else (estimate, truth[-lag:])
    length = min(len(e), len(t))
    e, t = e[:length].astype(np.float64), t[:length].astype(np.float64)
    gain = (t * e).sum() / (e * e).sum()
    return float(10 * np.log10((t * t).sum() / ((t - gain * e) ** 2).sum()))
