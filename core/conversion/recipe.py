"""How a rendition is made: everything that changes its bytes, so that equal recipes share one file."""

from __future__ import annotations

from dataclasses import dataclass

from core.ports import AudioFormat, Quality, Stem


@dataclass(frozen=True)
class Recipe:
    engine: str
    """Name and version of engine and model: another engine's results are never mixed in."""
    quality: Quality
    stem: Stem
    format: AudioFormat

    def __str__(self) -> str:
        return f"{self.engine}/{self.quality}/{self.stem}/{self.format}"

    @property
    def separates(self) -> bool:
        """Whether voice and music are taken apart; else the recording is only put into another format."""
        return self.stem is not Stem.MIX

    @property
    def effort(self) -> str:
        """What the time of the making depends on: the recipe's common beginning."""
        return f"{self.engine}/{self.quality}/"

    @classmethod
    def parse(cls, text: str) -> Recipe:
        """The inverse of `str`. Raises ValueError."""
        engine, quality, stem, audio_format = text.split("/")
        return cls(engine, Quality(quality), Stem(stem), AudioFormat(audio_format))


def as_it_is(audio_format: AudioFormat) -> Recipe:
    """The recording itself, in a format that the channel can play."""
    return Recipe("as-is.1", Quality.BEST, Stem.MIX, audio_format)
