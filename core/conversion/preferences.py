"""How a person wants their songs: once for all, in `users.preferences`, or for one song."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.accounts.models import User
from core.conversion.recipe import FASTEST, LARGEST_GUIDE, LARGEST_KEY, SLOWEST, Recipe
from core.ports import AudioFormat, Quality, Stem

CODE = re.compile(r"([bf])([ivd])g(\d{1,2})k([+-]\d)t(\d{2,3})([m3c])", re.ASCII)


class Stems(StrEnum):
    """What comes back of a song."""

    INSTRUMENTAL = "instrumental"
    VOCALS = "vocals"
    BOTH = "both"


_STEMS = {
    Stems.INSTRUMENTAL: (Stem.INSTRUMENTAL,),
    Stems.VOCALS: (Stem.VOCALS,),
    Stems.BOTH: (Stem.INSTRUMENTAL, Stem.VOCALS),
}
_STEM_CODES = {"i": Stems.INSTRUMENTAL, "v": Stems.VOCALS, "d": Stems.BOTH}
_FORMAT_CODES = {"m": AudioFormat.M4A, "3": AudioFormat.MP3, "c": None}


@dataclass(frozen=True)
class Preferences:
    """Raises ValueError for what is out of range."""

    quality: Quality = Quality.BEST
    stems: Stems = Stems.INSTRUMENTAL
    guide: int = 0
    """Per cent of the voice in the instrumental."""
    key: int = 0
    """Semitones."""
    tempo: int = 100
    """Per cent."""
    format: AudioFormat | None = None
    """None: what suits the channel."""

    def __post_init__(self) -> None:
        in_range = (
            0 <= self.guide <= LARGEST_GUIDE
            and abs(self.key) <= LARGEST_KEY
            and SLOWEST <= self.tempo <= FASTEST
        )
        if not in_range:
            raise ValueError(f"no such wish: guide {self.guide}, key {self.key}, tempo {self.tempo}")

    def recipes(self, engine: str, suits: AudioFormat) -> tuple[Recipe, ...]:
        """What is to be made, each an audio of its own; `suits` is the channel's own format."""
        return tuple(
            Recipe(
                engine,
                self.quality,
                stem,
                self.format or suits,
                guide=self.guide if stem is Stem.INSTRUMENTAL else 0,
                key=self.key,
                tempo=self.tempo,
            )
            for stem in _STEMS[self.stems]
        )

    def code(self) -> str:
        """`big20k+1t95m`: what a button carries, at most 17 characters."""
        stems = next(code for code, stems in _STEM_CODES.items() if stems is self.stems)
        suffix = next(code for code, kind in _FORMAT_CODES.items() if kind is self.format)
        return f"{self.quality[0]}{stems}g{self.guide}k{self.key:+d}t{self.tempo}{suffix}"


def parse_code(code: str) -> Preferences:
    """The inverse of `Preferences.code`. Raises ValueError."""
    found = CODE.fullmatch(code)
    if found is None:
        raise ValueError(code)
    quality, stems, guide, key, tempo, suffix = found.groups()
    return Preferences(
        Quality.BEST if quality == "b" else Quality.FAST,
        _STEM_CODES[stems],
        int(guide),
        int(key),
        int(tempo),
        _FORMAT_CODES[suffix],
    )


def preferences_of(user: User) -> Preferences:
    """The person's saved choices; what is missing, or of another version, is as nobody had chosen it."""
    saved = user.preferences
    found: dict[str, Any] = {}
    for name in Preferences.__dataclass_fields__:
        try:
            value = read(name, saved.get(name))
            Preferences(**{name: value})
        except (ValueError, TypeError):
            continue
        found[name] = value
    return Preferences(**found)


def choose(user: User, name: str, value: str | int | None) -> None:
    """Save one choice; None takes it back. Raises ValueError for what can't be chosen."""
    if value is not None:
        Preferences(**{name: read(name, value)})
    kept = {key: chosen for key, chosen in user.preferences.items() if key != name}
    user.preferences = kept if value is None else {**kept, name: value}


def read(name: str, value: object) -> Any:
    """A choice as it is written in the database. Raises ValueError."""
    match name, value:
        case "quality", str():
            return Quality(value)
        case "stems", str():
            return Stems(value)
        case "format", str():
            return AudioFormat(value)
        case (("guide" | "key" | "tempo"), int()) if not isinstance(value, bool):
            return value
    raise ValueError(f"no choice {name}")
