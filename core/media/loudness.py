"""How loud a song is delivered: one linear gain, the same for all its stems, so that they still sum."""

from __future__ import annotations

TARGET_LUFS = -14.0
"""What the large streaming services play at."""
CEILING_DBTP = -1.0
"""Lossy coding overshoots; a decibel of room keeps it from clipping."""
MAX_GAIN_DB = 12.0
SILENT_LUFS = -60.0


def delivery_gain_db(loudness_lufs: float, true_peak_db: float) -> float:
    """The gain for a mix of this loudness and true peak; none for what is as good as silent."""
    if loudness_lufs <= SILENT_LUFS:
        return 0.0
    return min(TARGET_LUFS - loudness_lufs, CEILING_DBTP - true_peak_db, MAX_GAIN_DB)
