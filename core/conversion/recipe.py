"""How a rendition is made: everything that changes its bytes, so that equal recipes share one file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.ports import AudioFormat, Quality, Stem

LARGEST_GUIDE = 40
LARGEST_KEY = 6
SLOWEST, FASTEST = 70, 130


@dataclass(frozen=True)
class Recipe:
    """Raises ValueError for what is out of range."""

    engine: str
    """Name and version of engine and model: another engine's results are never mixed in."""
    quality: Quality
    stem: Stem
    format: AudioFormat
    guide: int = 0
    """Per cent of the voice that stays in the instrumental, 0 to 40."""
    key: int = 0
    """Semitones, -6 to 6."""
    tempo: int = 100
    """Per cent, 70 to 130; 90 is slower."""

    def __post_init__(self) -> None:
        if not (
            0 <= self.guide <= LARGEST_GUIDE
            and abs(self.key) <= LARGEST_KEY
            and SLOWEST <= self.tempo <= FASTEST
        ):
            raise ValueError(f"no such rendition: guide {self.guide}, key {self.key}, tempo {self.tempo}")
        if self.stem is Stem.SING and (self.guide or self.is_reshaped or self.format is not AudioFormat.M4A):
            raise ValueError("voice, key and tempo are chosen while singing")

    def __str__(self) -> str:
        return "/".join([self.engine, self.quality, self.stem, self.format, *self._particulars()])

    @property
    def separates(self) -> bool:
        """Whether voice and music are taken apart; else the recording is only put into another format."""
        return self.stem is not Stem.MIX

    @property
    def is_reshaped(self) -> bool:
        return self.key != 0 or self.tempo != 100

    @property
    def effort(self) -> str:
        """What the time of the making depends on: the recipe's common beginning."""
        return f"{self.engine}/{self.quality}/"

    @classmethod
    def parse(cls, text: str) -> Recipe:
        """The inverse of `str`. Raises ValueError."""
        engine, quality, stem, audio_format, *particulars = text.split("/")
        values: dict[str, int] = {}
        for particular in particulars:
            values[_NAMES[particular[:1]]] = int(particular[1:])
        return cls(engine, Quality(quality), Stem(stem), AudioFormat(audio_format), **values)

    def _particulars(self) -> Iterator[str]:
        if self.guide:
            yield f"g{self.guide}"
        if self.key:
            yield f"k{self.key:+d}"
        if self.tempo != 100:
            yield f"t{self.tempo}"


_NAMES = {"g": "guide", "k": "key", "t": "tempo"}


def for_singing(engine: str, quality: Quality) -> Recipe:
    """Music and voice for the player, where voice, key and tempo are chosen while it plays."""
    return Recipe(engine, quality, Stem.SING, AudioFormat.M4A)


def as_it_is(audio_format: AudioFormat) -> Recipe:
    """The recording itself, in a format that the channel can play."""
    return Recipe("as-is.1", Quality.BEST, Stem.MIX, audio_format)
