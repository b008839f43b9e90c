"""How fast this installation works, learnt from what it has made."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversion.models import Rendition
from core.conversion.recipe import Recipe
from core.ports import Quality, Stem

FIRST_GUESS = {Quality.BEST: 0.03, Quality.FAST: 0.018}
"""Seconds of work for a second of sound, until this machine has measured itself."""
FIRST_GUESS_OF_ENGINE = {"lalal.": 0.4, "audio-separator.": 1.2}
"""The same for engines whose name begins so."""
NO_SEPARATION = 0.01
"""The same where nothing has to be separated: decoding and encoding."""
RESHAPING = 0.02
"""The same for another key or tempo, on top."""
SINGING = 0.007
"""The same for four channels instead of two, on top."""
OVERHEAD_SECONDS = 1.5
"""Fetching, decoding and sending, beside the separation."""
LEARN_FROM = 20
"""The newest renditions that the speed is learnt from."""


class Speeds:
    """Seconds of work for a second of sound, each kind of recipe read once."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._known: dict[str, float] = {}

    async def of(self, recipe: str, *, is_separated: bool = False) -> float:
        """With `is_separated` the vocals were found before."""
        parsed = Recipe.parse(recipe)
        on_top = RESHAPING if parsed.is_reshaped else SINGING if parsed.stem is Stem.SING else 0.0
        if is_separated or not parsed.separates:
            return NO_SEPARATION + on_top
        if parsed.effort not in self._known:
            measured = await self._measured(parsed.effort)
            self._known[parsed.effort] = _first_guess(parsed) if measured is None else measured
        return self._known[parsed.effort] + on_top

    async def _measured(self, effort: str) -> float | None:
        """The median over the newest renditions of equal effort."""
        newest = (
            select((Rendition.work_seconds / Rendition.seconds).label("speed"))
            .where(
                Rendition.status == "completed",
                Rendition.recipe.startswith(effort, autoescape=True),
                Rendition.work_seconds.is_not(None),
                Rendition.seconds > 0,
            )
            .order_by(Rendition.completed_at.desc())
            .limit(LEARN_FROM)
            .subquery()
        )
        median = select(func.percentile_cont(0.5).within_group(newest.c.speed))
        return (await self._session.execute(median)).scalar_one_or_none()


def _first_guess(recipe: Recipe) -> float:
    known = (guess for name, guess in FIRST_GUESS_OF_ENGINE.items() if recipe.engine.startswith(name))
    return next(known, FIRST_GUESS[recipe.quality])
