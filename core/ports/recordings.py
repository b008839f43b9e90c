"""Where recordings come from, and what media finds out about them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class AudioOrigin:
    """Where recordings can be fetched from: a channel, the music folder, a source."""

    fetch: Callable[[str, Path, int], Awaitable[None]]
    """`fetch(file_ref, into, max_bytes)`. Raises TooLarge, NotFound, ServiceUnavailable."""
    max_bytes: int


@dataclass(frozen=True)
class Tags:
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    year: int | None = None
    genre: str | None = None


@dataclass(frozen=True)
class RecordingFacts:
    """What the safe child found in a recording. Everything is of decoded sound, not of headers."""

    container: str
    codec: str
    seconds: float
    samples: int
    rms_dbfs: float
    loudness_lufs: float
    """Integrated loudness (EBU R 128); -70 for silence."""
    true_peak_db: float
    tags: Tags
    bad_packets: int = 0
    peaks: list[int] = field(default_factory=list)
    """Waveform: up to 1,000 values 0..255, the largest magnitude in equal stretches."""
    cover: bytes | None = None
    """JPEG, at most 320x320 and 200 kB."""
