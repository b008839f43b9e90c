"""The separation engines of this installation: which one is taken without a choice, and which steps in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.conversion.recipe import Recipe
from core.errors import EngineUnknown
from core.ports import HasAccount, HasOneQuality, Quality, Separator


class Engines:
    """Separators by the names that people and operators choose them by: `local`, `lalal` …"""

    def __init__(
        self, by_choice: Mapping[str, Separator], *, chosen: str, stand_by: str | None = None
    ) -> None:
        """`chosen` makes what nobody named an engine for; `stand_by` steps in for those that are away."""
        self._by_choice = dict(by_choice)
        self._chosen = chosen
        self._stand_by = stand_by

    @property
    def choices(self) -> list[str]:
        """What can be chosen, the one first that is taken without a choice."""
        return sorted(self._by_choice, key=lambda name: (name != self._chosen, name))

    @property
    def all(self) -> list[Separator]:
        return [self._by_choice[name] for name in self.choices]

    @property
    def services(self) -> list[str]:
        """Whose machines songs may go to, as people know them."""
        return [one.service for one in self.all if isinstance(one, HasAccount)]

    def chosen(self, choice: str | None = None) -> Separator:
        """The engine of that name, or the one for all. Raises EngineUnknown."""
        try:
            return self._by_choice[self._chosen if choice is None else choice]
        except KeyError:
            raise EngineUnknown(known=", ".join(self.choices)) from None

    def of(self, engine: str) -> Separator | None:
        """The engine that recipes name so; None where it is not ours any more."""
        return next((one for one in self._by_choice.values() if one.engine == engine), None)

    def efforts(self, recipe: Recipe) -> list[str]:
        """By which the vocals may have been found that this recipe is made of, its own effort first."""
        own = [recipe.effort]
        if not isinstance(self.of(recipe.engine), HasOneQuality):
            return own
        others = [replace(recipe, quality=quality).effort for quality in Quality]
        return own + [effort for effort in others if effort not in own]

    def instead_of(self, engine: str) -> Separator | None:
        """Who steps in where an engine is away; None where nobody may."""
        if self._stand_by is None or self._by_choice[self._stand_by].engine == engine:
            return None
        return self._by_choice[self._stand_by]
