"""Sound as core knows it: samples, stems, qualities and formats."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # at run time only the audio work needs numpy
    import numpy as np
    from numpy.typing import NDArray

Samples: TypeAlias = "NDArray[np.float32]"
"""float32 in [-1, 1], shaped (samples, 2), 44,100 Hz."""
SAMPLE_RATE = 44_100


class Stem(StrEnum):
    INSTRUMENTAL = "instrumental"
    VOCALS = "vocals"
    MIX = "mix"
    """The whole recording as it is: nothing is separated."""
    SING = "sing"
    """Music and voice beside each other in one file of four channels, for the player
    (`core.media.sing_file`): never sent to a chat, where both would sound at once."""


SEPARATED = (Stem.INSTRUMENTAL, Stem.VOCALS)
"""What a separator makes of a mix; the two sum to it."""


class Quality(StrEnum):
    """`fast`: the vocals net alone, half the work. `best`: both nets."""

    FAST = "fast"
    BEST = "best"


class AudioFormat(StrEnum):
    """Formats a rendition is made in; the value is also the file's extension."""

    M4A = "m4a"
    MP3 = "mp3"

    @property
    def media_type(self) -> str:
        return {"m4a": "audio/mp4", "mp3": "audio/mpeg"}[self.value]
