"""What browsers can play of the recordings we take, and by which name they know it."""

from __future__ import annotations

from core.media.formats import Container

EXTENSIONS = {
    "mp3": "mp3",
    "aac": "aac",
    "ogg": "ogg",
    "flac": "flac",
    "wav": "wav",
    "mp4": "m4a",
    "matroska": "webm",
}


def extension_of(container: Container) -> str | None:
    """The extension that a browser's player is to be told; None for what none plays: AIFF, AMR."""
    return EXTENSIONS.get(container.name)
