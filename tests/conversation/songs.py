"""Small songs, made in the test: chords with a wobble for a voice, each seed other bytes."""

from __future__ import annotations

import io
import wave
from fractions import Fraction

import av
import numpy as np
from PIL import Image

from core.ports import SAMPLE_RATE, Samples


def sound(seconds: float = 1.5, seed: int = 1) -> Samples:
    """Stereo sound, shaped (samples, 2)."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    rng = np.random.default_rng(seed)
    chord = sum(np.sin(2 * np.pi * pitch * time) for pitch in rng.uniform(110, 880, 3))
    voice = np.sin(2 * np.pi * 330 * time + 6 * np.sin(2 * np.pi * 5 * time))
    left, right = 0.1 * chord + 0.2 * voice, 0.12 * chord + 0.2 * voice
    return np.stack([left, right], axis=1).astype(np.float32)


def wav(seconds: float = 1.5, seed: int = 1) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((sound(seconds, seed) * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def m4a(seconds: float = 1.5, seed: int = 1, **tags: str) -> bytes:
    return encoded("ipod", "aac", sound(seconds, seed), tags)


def voice_note(seconds: float = 1.5, seed: int = 1) -> bytes:
    """Opus in Ogg, as messengers record it."""
    return encoded("ogg", "libopus", sound(seconds, seed), {}, rate=48_000)


def video(seconds: float = 1.5, seed: int = 1) -> bytes:
    """An MP4 with a picture that moves little, and sound."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        pictures = container.add_stream("mpeg4", rate=5)
        pictures.width = pictures.height = 64
        pictures.pix_fmt = "yuv420p"
        stream = container.add_stream("aac", rate=SAMPLE_RATE)
        for number in range(int(seconds * 5)):
            picture = av.VideoFrame.from_image(Image.new("RGB", (64, 64), (number * 8 % 256, 40, 90)))
            container.mux(pictures.encode(picture))
        container.mux(pictures.encode())
        _encode(container, stream, sound(seconds, seed), SAMPLE_RATE)
    return buffer.getvalue()


def encoded(
    format: str, codec: str, samples: Samples, tags: dict[str, str], rate: int = SAMPLE_RATE
) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=format) as container:
        container.metadata.update(tags)
        _encode(container, container.add_stream(codec, rate=rate, layout="stereo"), samples, rate)
    return buffer.getvalue()


def _encode(
    container: av.container.OutputContainer, stream: av.audio.AudioStream, samples: Samples, rate: int
) -> None:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), format="fltp", layout="stereo")
    frame.sample_rate, frame.time_base, frame.pts = SAMPLE_RATE, Fraction(1, SAMPLE_RATE), 0
    resampler = av.AudioResampler(format=stream.format.name, layout="stereo", rate=rate)
    fifo = av.AudioFifo()
    for resampled in [*resampler.resample(frame), *resampler.resample(None)]:
        fifo.write(resampled)
    while chunk := fifo.read(stream.codec_context.frame_size or 1024, partial=True):
        container.mux(stream.encode(chunk))
    container.mux(stream.encode(None))
