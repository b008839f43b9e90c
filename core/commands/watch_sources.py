"""`python -m core.commands.watch_sources`: which of the studio's files have changed, a line of JSON a time.

The first line is `[]`: from then on nothing is missed. watchfiles has threads, so it has a process of its own
beside the supervisor, which must have none (it forks).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from watchfiles import Change, DefaultFilter, watch

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("api", "bot", "core", "tasks")
DEV_SERVER = ("angular.json", "package-lock.json", "proxy.mjs")
"""What Angular's dev server reads at its start alone, in `webapp`."""
GRACE_MILLISECONDS = 300
"""Changes so close to each other are told together: an editor saves all, a branch is changed."""
FIRST_LOOK_MILLISECONDS = 500


class Sources(DefaultFilter):
    """What programs are made of; not what Python, editors and version control keep beside it."""

    suffixes = (".py", ".po", ".html", ".css", ".js", ".svg", ".mako", ".json", ".mjs")

    def __call__(self, change: Change, path: str) -> bool:
        return path.endswith(self.suffixes) and super().__call__(change, path)


def watched(root: Path) -> list[Path]:
    """The folders and files to look at, as far as they are there."""
    places = [*(root / name for name in PACKAGES), *(root / "webapp" / name for name in DEV_SERVER)]
    return [place for place in places if place.exists()]


def main(root: Path = ROOT) -> None:
    """Until the process is ended."""
    has_begun = False
    for changes in watch(
        *watched(root),
        watch_filter=Sources(),
        debounce=GRACE_MILLISECONDS,
        step=GRACE_MILLISECONDS,
        rust_timeout=FIRST_LOOK_MILLISECONDS,
        yield_on_timeout=True,
        raise_interrupt=False,
    ):
        if changes or not has_begun:
            has_begun = True
            _tell(Path(path).relative_to(root) for _, path in changes)


def _tell(paths: Iterable[Path]) -> None:
    print(json.dumps(sorted({path.as_posix() for path in paths})), flush=True)


if __name__ == "__main__":
    main()
