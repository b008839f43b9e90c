"""What a person wants changed about a rendition: another key, tempo or guide vocal, or the voice alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from core.conversion.recipe import FASTEST, LARGEST_GUIDE, LARGEST_KEY, SLOWEST, Recipe
from core.ports import Stem

KEY_STEP, TEMPO_STEP, GUIDE_STEP = 1, 5, 20
CODE = re.compile(r"k[+-]\d|t\d{2,3}|g\d{1,2}|[vi]", re.ASCII)


@dataclass(frozen=True)
class Wish:
    """What shall be different; None: as it was."""

    key: int | None = None
    """Semitones from the song's own."""
    tempo: int | None = None
    """Per cent of the song's own."""
    guide: int | None = None
    """Per cent of the voice."""
    stem: Stem | None = None

    def code(self) -> str:
        """`k+2`, `t95`, `g20`, `v`, `i`: what a button carries."""
        if self.key is not None:
            return f"k{self.key:+d}"
        if self.tempo is not None:
            return f"t{self.tempo}"
        if self.guide is not None:
            return f"g{self.guide}"
        return "v" if self.stem is Stem.VOCALS else "i"

    def changed(self, recipe: Recipe, engine: str) -> Recipe:
        """The recipe as wished, by this engine. Raises ValueError for what is out of range.

        Of a song as it is, or to sing to in the player, an instrumental is made, and so it is where more of
        the voice is wished for.
        """
        stem = self.stem or recipe.stem
        if stem in {Stem.MIX, Stem.SING} or self.guide is not None:
            stem = Stem.INSTRUMENTAL
        guide = recipe.guide if self.guide is None else self.guide
        return replace(
            recipe,
            engine=engine,
            stem=stem,
            guide=guide if stem is Stem.INSTRUMENTAL else 0,
            key=recipe.key if self.key is None else self.key,
            tempo=recipe.tempo if self.tempo is None else self.tempo,
        )


def parse_code(code: str) -> Wish:
    """The inverse of `Wish.code`. Raises ValueError."""
    if not CODE.fullmatch(code):
        raise ValueError(code)
    match code[0]:
        case "k":
            return Wish(key=int(code[1:]))
        case "t":
            return Wish(tempo=int(code[1:]))
        case "g":
            return Wish(guide=int(code[1:]))
        case "v":
            return Wish(stem=Stem.VOCALS)
        case _:
            return Wish(stem=Stem.INSTRUMENTAL)


def key_steps(recipe: Recipe) -> tuple[Wish | None, Wish | None]:
    """A semitone lower and higher; None at the end of the range."""
    down, up = recipe.key - KEY_STEP, recipe.key + KEY_STEP
    return (
        Wish(key=down) if down >= -LARGEST_KEY else None,
        Wish(key=up) if up <= LARGEST_KEY else None,
    )


def tempo_steps(recipe: Recipe) -> tuple[Wish | None, Wish | None]:
    """Slower and faster; None at the end of the range."""
    down, up = recipe.tempo - TEMPO_STEP, recipe.tempo + TEMPO_STEP
    return Wish(tempo=down) if down >= SLOWEST else None, Wish(tempo=up) if up <= FASTEST else None


def next_guide(recipe: Recipe) -> Wish:
    """More of the voice, and after the most none of it."""
    more = recipe.guide + GUIDE_STEP
    return Wish(guide=more if more <= LARGEST_GUIDE else 0)
