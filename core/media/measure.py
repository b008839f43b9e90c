"""Measures a recording while it streams past: level, loudness, true peak and waveform.

Runs inside the decoding child (`decode_child`), on float32 stereo at 44,100 Hz.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.filter import Graph
from numpy.typing import NDArray

SAMPLE_RATE = 44_100
SILENT_LUFS = -70.0
SILENT_DB = -120.0
MAX_AMPLITUDE = 8.0

PEAK_SAMPLES = 441
MAX_PEAKS = 1000

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Measures:
    """Levels in dB relative to full scale, loudness in LUFS; peaks 0..255."""

    samples: int
    rms_dbfs: float
    loudness_lufs: float
    true_peak_db: float
    peaks: list[int]


class Meter:
    """Takes consecutive blocks and tells the measures at the end."""

    def __init__(self) -> None:
        self._samples = 0
        self._energy = 0.0
        self._loudness = _Loudness()
        self._true_peak = _TruePeak()
        self._waveform = _Waveform()

    def add(self, block: Samples) -> Samples:
        """Measure a block (n, 2) and return it, made safe: no NaN, no infinity, nothing absurdly loud."""
        flat = block.reshape(-1)
        with np.errstate(over="ignore", invalid="ignore"):
            energy = float(np.dot(flat, flat))
        if not math.isfinite(energy) or max(flat.max(), -flat.min()) > MAX_AMPLITUDE:
            block = np.clip(np.nan_to_num(block, posinf=0, neginf=0), -MAX_AMPLITUDE, MAX_AMPLITUDE)
            energy = float(np.square(block, dtype=np.float64).sum())
        self._samples += len(block)
        self._energy += energy
        self._loudness.add(block)
        self._true_peak.add(block)
        self._waveform.add(block)
        return block

    def finish(self) -> Measures:
        power = self._energy / max(1, 2 * self._samples)
        return Measures(
            samples=self._samples,
            rms_dbfs=max(SILENT_DB, 10 * math.log10(power)) if power > 0 else SILENT_DB,
            loudness_lufs=self._loudness.finish(),
            true_peak_db=_decibels(self._true_peak.finish()),
            peaks=self._waveform.finish(),
        )


class _Loudness:
    """Integrated loudness by EBU R 128, by FFmpeg's filter."""

    def __init__(self) -> None:
        self._graph = Graph()
        source = self._graph.add_abuffer(
            format="flt", sample_rate=SAMPLE_RATE, layout="stereo", time_base=Fraction(1, SAMPLE_RATE)
        )
        meter = self._graph.add("ebur128", "metadata=1")
        sink = self._graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        self._graph.configure()
        self._samples = 0
        self._last: av.AudioFrame | None = None

    def add(self, block: Samples) -> None:
        frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="flt", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.time_base = Fraction(1, SAMPLE_RATE)
        frame.pts = self._samples
        self._samples += len(block)
        self._graph.push(frame)
        self._drain()

    def finish(self) -> float:
        # The filter speaks every 100 ms, and can't tell anything about less than one block of 400 ms.
        loudness = float(self._last.metadata.get("lavfi.r128.I", "nan")) if self._last else math.nan
        return max(SILENT_LUFS, loudness) if math.isfinite(loudness) else SILENT_LUFS

    def _drain(self) -> None:
        while True:
            try:
                frame = self._graph.pull()
            except (BlockingIOError, EOFError):
                return
            assert isinstance(frame, av.AudioFrame)
            self._last = frame


class _TruePeak:
    """The largest magnitude between the samples too, by four-fold oversampling (ITU-R BS.1770, annex 2).

    The interpolation is a product with a banded matrix, which BLAS does at the speed of memory: a fifth of
    the time of FFmpeg's meter.
    """

    TAPS = 12
    ROW = 32

    def __init__(self) -> None:
        self._matrix = self._interpolator()
        self._tail = np.zeros((self.TAPS - 1, 2), np.float32)
        self._largest = 0.0

    @classmethod
    def _interpolator(cls) -> NDArray[np.float32]:
        """(ROW + TAPS - 1, 3 * ROW): the values a quarter, a half and three quarters after each sample."""
        half = cls.TAPS // 2
        taps = np.arange(cls.TAPS) - (half - 1)
        matrix = np.zeros((cls.ROW + cls.TAPS - 1, 3 * cls.ROW), np.float32)
        for phase in range(3):
            distance = taps - (phase + 1) / 4
            kernel = np.sinc(distance) * np.cos(np.pi * distance / cls.TAPS) ** 2
            kernel /= kernel.sum()
            for row in range(cls.ROW):
                matrix[row : row + cls.TAPS, phase * cls.ROW + row] = kernel
        return matrix

    def add(self, block: Samples) -> None:
        self._largest = max(self._largest, float(block.max()), float(-block.min()))
        joined = np.concatenate([self._tail, block])
        rows = (len(joined) - self.TAPS + 1) // self.ROW
        if rows:
            self._interpolate(joined[: rows * self.ROW + self.TAPS - 1])
        self._tail = joined[rows * self.ROW :].copy()

    def finish(self) -> float:
        """The largest of all, with silence behind the end."""
        self.add(np.zeros((self.ROW + self.TAPS, 2), np.float32))
        return self._largest

    def _interpolate(self, joined: Samples) -> None:
        """Look between the samples (rows * ROW + TAPS - 1, 2)."""
        for channel in np.ascontiguousarray(joined.T):
            overlapping = np.lib.stride_tricks.sliding_window_view(channel, len(self._matrix))[:: self.ROW]
            between = np.ascontiguousarray(overlapping) @ self._matrix
            self._largest = max(self._largest, float(between.max()), float(-between.min()))


class _Waveform:
    """Magnitudes for drawing: kept every 10 ms, reduced to a picture's width at the end."""

    def __init__(self) -> None:
        self._peaks: list[NDArray[np.float32]] = []
        self._rest = np.zeros((0, 2), np.float32)

    def add(self, block: Samples) -> None:
        joined = np.concatenate([self._rest, block]) if len(self._rest) else block
        whole = len(joined) // PEAK_SAMPLES * PEAK_SAMPLES
        self._rest = joined[whole:].copy()
        if whole:
            stretches = joined[:whole].reshape(-1, 2 * PEAK_SAMPLES)
            self._peaks.append(np.maximum(stretches.max(axis=1), -stretches.min(axis=1)))

    def finish(self) -> list[int]:
        if len(self._rest):
            self._peaks.append(np.abs(self._rest).max(keepdims=True).reshape(1))
        if not self._peaks:
            return []
        fine = np.concatenate(self._peaks)
        count = min(MAX_PEAKS, len(fine))
        starts = np.arange(count) * len(fine) // count
        values = np.maximum.reduceat(fine, starts)
        return [int(value) for value in np.rint(np.minimum(values, 1.0) * 255)]


def _decibels(amplitude: float) -> float:
    return max(SILENT_DB, 20 * math.log10(amplitude)) if amplitude > 0 else SILENT_DB
