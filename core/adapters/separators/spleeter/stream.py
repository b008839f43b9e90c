"""Cuts a mix into windows of a spectrogram, lets the vocals in them be found, and joins what they are.

Short-time Fourier transform as in Spleeter: periodic Hann window of 4096 samples, hop 1024, 4096 zeros in
front. The network sees the lowest 1024 bins (up to 11 kHz) of 512 frames; of these the middle 448 are used,
so that neighbouring windows share 32 frames of context on each side and no seam is heard. The vocals are
made from these bins; the instrumental is what remains of the mix, so everything above 11 kHz stays in it and
the two sum to the mix.

Levels: the network is not indifferent to loudness (its normalisation works on linear magnitudes), and does
best near -16 dBFS RMS. So the magnitudes it sees are brought there; its answer is applied to the untouched
spectrum.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from core.ports import Control, SampleReader, Samples, Stem, StemWriter

FRAME = 4096
HOP = 1024
NET_BINS = 1024
WINDOW_FRAMES = 512
CONTEXT_FRAMES = 32
STEP_FRAMES = WINDOW_FRAMES - 2 * CONTEXT_FRAMES
CHUNK_FRAMES = 64
"""Transforms run, and stems are written, this many frames at a time: a second and a half, which fits a
processor's cache."""

NET_LEVEL_DBFS = -16.0
MAX_NET_GAIN_DB = 60.0
SILENCE_DBFS = -75.0
FULL_SCALE_MAGNITUDE = FRAME / 4
"""Magnitude of a full-scale sine under a Hann window."""

HANN = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / FRAME)).astype(np.float32)
SYNTHESIS = HANN * np.float32(2 / 3)
"""Four overlapping squared Hann windows add up to 3/2."""

Spectrum = NDArray[np.complex64]
Magnitudes = NDArray[np.float32]


class PendingShare(Protocol):
    """The vocals' share of a window, on its way."""

    def result(self) -> Magnitudes:
        """Shares 0..1 of each magnitude, (2, WINDOW_FRAMES, NET_BINS). Raises Cancelled."""


FindVocals = Callable[[Magnitudes], PendingShare]
"""Starts to find the vocals in magnitudes (1, 2, WINDOW_FRAMES, NET_BINS) and returns at once."""


@dataclass
class _Window:
    """The frames between two steps, while the network is at work."""

    spectrum: Spectrum
    """(2, frames, NET_BINS): the middle frames only."""
    share: PendingShare | None
    """None for silence, which has no vocals."""


def separate_stream(
    mix: SampleReader, write: StemWriter, find_vocals: FindVocals, *, ahead: int, control: Control
) -> None:
    """Separate the mix from front to back, while the network is given up to `ahead` windows in advance.

    Raises Cancelled, at the latest one window after it is asked for.
    """
    analysis = _Analysis(mix)
    synthesis = _Synthesis()
    pending: deque[_Window] = deque()
    written = 0

    def finish_oldest() -> None:
        nonlocal written
        control.raise_if_cancelled()
        window = pending.popleft()
        frames = window.spectrum.shape[1]
        if window.share is None:
            window.spectrum[:] = 0
        else:
            share = window.share.result()
            window.spectrum *= share[:, CONTEXT_FRAMES : CONTEXT_FRAMES + frames]
        for first in range(0, frames, CHUNK_FRAMES):
            vocals = analysis.trim(synthesis.add(window.spectrum[:, first : first + CHUNK_FRAMES]))
            if len(vocals):
                original = analysis.take_mix(len(vocals))
                write({Stem.INSTRUMENTAL: original - vocals, Stem.VOCALS: vocals})
                written += len(vocals)
        control.progress(min(1.0, written / max(1, mix.samples)))

    for spectrum, magnitudes in analysis.windows():
        control.raise_if_cancelled()
        pending.append(_Window(spectrum, None if magnitudes is None else find_vocals(magnitudes)))
        if len(pending) > ahead:
            finish_oldest()
    while pending:
        finish_oldest()


class _Analysis:
    """Turns the mix into spectra and keeps the samples until their stems are written."""

    def __init__(self, mix: SampleReader) -> None:
        self._mix = mix
        self._gain = np.float32(_net_gain(mix.rms_dbfs))
        self._unframed: Samples = np.zeros((FRAME, 2), np.float32)  # the zeros in front
        self._unwritten: deque[Samples] = deque()
        self._to_skip = FRAME
        self._read = 0
        self._ended = False

    def windows(self) -> Iterator[tuple[Spectrum, Magnitudes | None]]:
        """The middle spectrum of each window and the magnitudes the network shall see, None in silence."""
        spectra = np.zeros((2, WINDOW_FRAMES, NET_BINS), np.complex64)
        filled = CONTEXT_FRAMES  # before the start there is silence
        while True:
            filled += self._fill(spectra[:, filled:])
            spectra[:, filled:] = 0
            frames = STEP_FRAMES if filled == WINDOW_FRAMES else min(STEP_FRAMES, filled - CONTEXT_FRAMES)
            if frames <= 0:
                return
            middle = spectra[:, CONTEXT_FRAMES : CONTEXT_FRAMES + frames].copy()
            yield middle, self._magnitudes(spectra, frames)
            kept = WINDOW_FRAMES - frames
            spectra[:, :kept] = spectra[:, frames:].copy()
            filled -= frames
            if filled <= CONTEXT_FRAMES and self._ended:
                return

    def _magnitudes(self, spectra: Spectrum, frames: int) -> Magnitudes | None:
        magnitudes = np.empty((1, 2, WINDOW_FRAMES, NET_BINS), np.float32)
        np.abs(spectra, out=magnitudes[0])
        magnitudes *= self._gain
        loudest = magnitudes[0, :, CONTEXT_FRAMES : CONTEXT_FRAMES + frames].max()
        return magnitudes if loudest > 10 ** (SILENCE_DBFS / 20) * FULL_SCALE_MAGNITUDE else None

    def _fill(self, spectra: Spectrum) -> int:
        """Transform the next frames into `spectra` (2, n, NET_BINS) and return how many there were."""
        done = 0
        while done < spectra.shape[1]:
            chunk = min(CHUNK_FRAMES, spectra.shape[1] - done)
            samples = self._samples_for(chunk)
            frames = min(chunk, max(0, (len(samples) - FRAME) // HOP + 1))
            if frames:
                overlapping = np.lib.stride_tricks.sliding_window_view(samples, FRAME, axis=0)[::HOP]
                windowed = overlapping[:frames].transpose(1, 0, 2) * HANN
                transformed = scipy.fft.rfft(windowed, axis=-1, overwrite_x=True)
                spectra[:, done : done + frames] = transformed[:, :, :NET_BINS]
                self._unframed = samples[frames * HOP :]
            done += frames
            if frames < chunk:
                break
        return done

    def _samples_for(self, frames: int) -> Samples:
        """Unframed samples for up to `frames` frames, fewer at the end; the last one is padded with zeros."""
        wanted = (frames - 1) * HOP + FRAME - len(self._unframed)
        if self._ended or wanted <= 0:
            return self._unframed
        block = self._mix.read(wanted)
        parts = [self._unframed, block]
        if len(block):
            self._unwritten.append(block)
            self._read += len(block)
        if len(block) < wanted:
            self._ended = True
            # Every sample lies under four frames: one for each hop that begins within the sound.
            frames_in_all = -(-(FRAME + self._read) // HOP)
            parts.append(np.zeros(((frames_in_all - 1) * HOP - self._read, 2), np.float32))
        return np.concatenate(parts)

    def trim(self, joined: Samples) -> Samples:
        """Without the zeros in front, and without what lies behind the end."""
        skipped = min(self._to_skip, len(joined))
        self._to_skip -= skipped
        held = sum(len(block) for block in self._unwritten)
        return joined[skipped : skipped + held]

    def take_mix(self, count: int) -> Samples:
        """The next `count` samples of the mix, in step with what is written."""
        taken = []
        while count:
            block = self._unwritten.popleft()
            if len(block) > count:
                self._unwritten.appendleft(block[count:])
                block = block[:count]
            taken.append(block)
            count -= len(block)
        return np.concatenate(taken)


class _Synthesis:
    """Joins spectra back into sound by overlap-add."""

    def __init__(self) -> None:
        self._tail = np.zeros((2, FRAME // HOP - 1, HOP), np.float32)

    def add(self, spectrum: Spectrum) -> Samples:
        """The samples (frames * HOP, 2) that are complete once these frames are added."""
        frames = spectrum.shape[1]
        overlap = FRAME // HOP
        sound = scipy.fft.irfft(spectrum, FRAME, axis=-1)
        sound *= SYNTHESIS
        hops = np.zeros((2, frames + overlap - 1, HOP), np.float32)
        hops[:, : overlap - 1] = self._tail
        for part in range(overlap):
            hops[:, part : part + frames] += sound[:, :, part * HOP : (part + 1) * HOP]
        self._tail = hops[:, frames:].copy()
        return np.ascontiguousarray(hops[:, :frames].reshape(2, -1).T)


def _net_gain(rms_dbfs: float) -> float:
    return float(10 ** (min(NET_LEVEL_DBFS - rms_dbfs, MAX_NET_GAIN_DB) / 20))
