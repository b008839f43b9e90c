"""A song on its way out and back: as FLAC there, and as the two stems when its instrumental has come.

FLAC of the decoded sound, and not the recording itself: what comes back is in step with the mix to the
sample, whatever the recording's format, and no tags leave the house.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from core.media.pcm import PcmFile
from core.ports import SAMPLE_RATE, Control, SampleReader, Samples, Stem, StemWriter

BLOCK = 4 * SAMPLE_RATE
FULL_SCALE = 32767.0
MOST_DIFFERENCE = SAMPLE_RATE // 10
"""Samples by which the length of what comes back may differ; anything else is not this song."""


@dataclass(frozen=True)
class Mix:
    """A mix that can be read again: float32 in a file."""

    path: Path
    samples: int
    peak: float
    """Its largest magnitude."""
    sha256: str

    @property
    def gain(self) -> float:
        """What brings it below full scale, where it is above."""
        return 1.0 / max(1.0, self.peak)

    def open(self) -> PcmFile:
        return PcmFile(self.path, samples=self.samples, rms_dbfs=0.0)


def keep(mix: SampleReader, path: Path, control: Control) -> Mix:
    """Copy the mix, which can be read but once, into the new file `path`."""
    peak, samples, digest = 0.0, 0, hashlib.sha256()
    with path.open("wb") as file:
        while len(block := mix.read(BLOCK)):
            control.raise_if_cancelled()
            raw = np.ascontiguousarray(block, "<f4").tobytes()
            file.write(raw)
            digest.update(raw)
            samples += len(block)
            peak = max(peak, float(block.max()), float(-block.min()))
    return Mix(path, samples, peak, digest.hexdigest())


def write_flac(mix: Mix, path: Path, control: Control) -> None:
    """FLAC of 16 bits, stereo, 44,100 Hz, of the mix times its gain."""
    with mix.open() as sound, av.open(path, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        stream.codec_context.format = av.AudioFormat("s16")
        position = 0
        while len(block := sound.read(BLOCK)):
            control.raise_if_cancelled()
            rounded = np.rint(block * np.float32(mix.gain * FULL_SCALE)).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(rounded.reshape(1, -1), format="s16", layout="stereo")
            frame.sample_rate = SAMPLE_RATE
            frame.time_base = Fraction(1, SAMPLE_RATE)
            frame.pts = position
            position += len(block)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write_stems(mix: Mix, instrumental: PcmFile, write: StemWriter, control: Control) -> None:
    """Hand both stems on, the mix long: the voice is what the instrumental lacks of it. What is missing at
    the end of the instrumental is taken from the mix."""
    louder = np.float32(1 / mix.gain)
    with mix.open() as sound:
        done = 0
        while len(block := sound.read(BLOCK)):
            control.raise_if_cancelled()
            kept = block.copy()
            found = instrumental.read(len(block))
            kept[: len(found)] = found * louder
            write(_stems(block, kept))
            done += len(block)
            control.progress(done / mix.samples)


def _stems(mix: Samples, instrumental: Samples) -> dict[Stem, Samples]:
    return {Stem.INSTRUMENTAL: instrumental, Stem.VOCALS: mix - instrumental}
