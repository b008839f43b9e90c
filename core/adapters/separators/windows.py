"""Cuts a mix into windows for engines that want sound whole, and joins what they find without a seam.

Each window has its neighbours' sound on both sides, which is thrown away again, and shares half a second with
the next one, over which one fades into the other.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.ports import SAMPLE_RATE, Control, SampleReader, Samples, Stem, StemWriter

CORE = 30 * SAMPLE_RATE
"""Samples of a window that are used: what progress, cancelling and memory go by."""
CONTEXT = 2 * SAMPLE_RATE
FADE = SAMPLE_RATE // 2
SHORTEST = 12 * SAMPLE_RATE
"""Some models work worse on less: what is shorter gets silence behind it."""
SILENCE = 1e-4
"""A window without any larger magnitude (-80 dBFS) has no voice."""

FindVocals = Callable[[Samples], Samples]
"""The vocals in a window (n, 2) whose largest magnitude is 1; as long as it."""


def separate_windows(
    mix: SampleReader, write: StemWriter, find_vocals: FindVocals, control: Control, core: int = CORE
) -> None:
    """Separate the mix from front to back, in memory that does not grow with it.

    Raises Cancelled, at the latest one window after it is asked for.
    """
    held = np.zeros((0, 2), np.float32)
    before = 0  # samples of `held` that lie before the core
    tail: Samples | None = None
    done = 0
    while done < mix.samples:
        control.raise_if_cancelled()
        held = _with_more(held, mix, before + core + FADE + CONTEXT)
        vocals = _scaled(held, find_vocals)[before:]
        if tail is not None:
            _fade_in(vocals, tail)
        length = min(core, len(held) - before)
        tail = vocals[length : length + FADE].copy()
        original, found = held[before : before + length], vocals[:length]
        write({Stem.INSTRUMENTAL: original - found, Stem.VOCALS: found})
        done += length
        control.progress(done / mix.samples)
        if length < core:
            return
        kept = max(0, before + core - CONTEXT)
        held, before = held[kept:].copy(), before + core - kept


def _with_more(held: Samples, mix: SampleReader, wanted: int) -> Samples:
    parts = [held]
    missing = wanted - len(held)
    while missing > 0 and len(block := mix.read(missing)):
        parts.append(block)
        missing -= len(block)
    return np.concatenate(parts)


def _scaled(window: Samples, find_vocals: FindVocals) -> Samples:
    peak = float(np.abs(window).max(initial=0.0))
    if peak < SILENCE:
        return np.zeros_like(window)
    padded = np.pad(window, ((0, max(0, SHORTEST - len(window))), (0, 0)))
    found = find_vocals(np.asarray(padded / np.float32(peak), np.float32))
    return np.asarray(found[: len(window)] * np.float32(peak), np.float32)


def _fade_in(vocals: Samples, tail: Samples) -> None:
    """Let what the window before found at its end go over into what this one found, in place."""
    shared = min(len(tail), len(vocals))
    rising = np.linspace(0.0, 1.0, shared, dtype=np.float32)[:, None]
    vocals[:shared] = vocals[:shared] * rising + tail[:shared] * (1 - rising)
