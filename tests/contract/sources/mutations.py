"""JSON as services in trouble send it: the true answer with one value at a time replaced by a wrong one."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

WRONG_VALUES: tuple[Any, ...] = (None, "\x00\ud800 \u202e", [], {}, [None, 7], -1.5, 10**30)
Path = tuple[str | int, ...]


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """The places of all values in a JSON document; of a list the first stands for all."""
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value[:1]):
            yield from paths(item, (*path, index))


def mutations(content: Any) -> Iterator[tuple[Path, Any]]:
    """Each place with each wrong value."""
    for path in paths(content):
        for wrong in WRONG_VALUES:
            yield path, wrong


def replaced(content: Any, path: Path, wrong: Any) -> Any:
    """A copy of the document with another value in one place, where it has that place."""
    if not path:
        return wrong
    changed = copy.deepcopy(content)
    holder = changed
    try:
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = wrong
    except (KeyError, IndexError, TypeError):
        return changed
    return changed
