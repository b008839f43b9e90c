"""The subjects of the shared suite: every module beside this one that has a `SUBJECT`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.music import MusicSource
from tests.fakes.sources.base import HttpStandIn


@dataclass(frozen=True)
class Subject:
    """A music source with its stand-in, and what is to be found there."""

    name: str
    """The source's."""
    stand_in: Callable[[], HttpStandIn]
    """Not started yet."""
    source: Callable[[HttpStandIn, str, float], MusicSource]
    """`source(stand_in, origin, read_seconds)`: with the stand-in's keys, asking the given origin."""
    refused: Callable[[HttpStandIn], MusicSource] | None
    """A source whose key the stand-in does not take; None where there are no keys."""
    secrets: Callable[[HttpStandIn], tuple[str, ...]]
    """What may stand in no error."""
    search_paths: tuple[str, ...]
    """Patterns (fnmatch) of the paths that a search asks, in order."""
    track_path: str
    """The pattern of the path that `track` asks."""
    query: str
    """Finds `title` by `artist` first."""
    title: str
    artist: str
    plenty: str
    """Finds more than 25 songs."""
    unknown_id: str
    """Looks like an id, but there is no such song."""
    links: Mapping[str, str]
    """Addresses of songs' pages, with the ids in them."""
    other_links: tuple[str, ...]
    """Addresses of the same service that are no song's."""


def all_subjects() -> tuple[Subject, ...]:
    """One for each source that has a stand-in, by name."""
    names = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])]
    modules = [importlib.import_module(f"tests.contract.sources.{name}") for name in names]
    subjects: list[Subject] = [module.SUBJECT for module in modules if hasattr(module, "SUBJECT")]
    return tuple(sorted(subjects, key=lambda subject: subject.name))
