"""Whether people took turns: how long each waited beyond that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Start:
    """A job was begun."""

    owner: Hashable
    at: float
    """Seconds, of any beginning."""


@dataclass(frozen=True)
class Beyond:
    """A wait beyond a fair turn."""

    jobs: int
    seconds: float


def worst_wait(starts: Sequence[Start]) -> Beyond:
    """Of jobs that all waited from the beginning, in the order in which they were begun.

    Where people take turns, somebody's n-th job is begun before anybody's later ones: at the latest when all
    others had their first n, or as many as they have. What comes after that place is beyond a fair turn.
    """
    of_owner = Counter(start.owner for start in starts)
    turns: Counter[Hashable] = Counter()
    worst = Beyond(0, 0.0)
    for place, start in enumerate(starts, 1):
        turns[start.owner] += 1
        latest = sum(min(songs, turns[start.owner]) for songs in of_owner.values())
        if place - latest > worst.jobs:
            worst = Beyond(place - latest, start.at - starts[latest - 1].at)
    return worst
