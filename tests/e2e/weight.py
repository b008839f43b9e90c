"""What a first visit to the built player fetches, and what each further part of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

INITIAL_BYTES = 150_000
LAZY_BYTES = 40_000

_NAMED = re.compile(r'(?:src|href)="([\w-]+\.(?:js|css))"')
_AT_ONCE = re.compile(r'(?:from|import)"\./([\w-]+\.js)"')


@dataclass(frozen=True)
class Weight:
    """Bytes as they travel."""

    initial: int
    largest_lazy: int


def weigh(built_player: Path) -> Weight:
    """Scripts and style sheets of a built player.

    What a script imports at once belongs to it, whether the page names it or not.
    """
    sizes = {path.name: smallest(path) for path in built_player.glob("*-????????.*s")}
    initial: set[str] = set()
    waiting = set(_NAMED.findall((built_player / "index.html").read_text()))
    while waiting:
        name = waiting.pop()
        initial.add(name)
        waiting |= set(_AT_ONCE.findall((built_player / name).read_text())) - initial
    return Weight(
        initial=sum(sizes[name] for name in initial),
        largest_lazy=max(size for name, size in sizes.items() if name not in initial),
    )


def smallest(path: Path) -> int:
    """What travels: the brotli copy, where the file is worth one."""
    compressed = path.with_name(f"{path.name}.br")
    return (compressed if compressed.exists() else path).stat().st_size
