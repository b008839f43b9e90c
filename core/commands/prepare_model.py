"""`python -m core.commands.prepare_model`: fetch and convert the separation models, once."""

from __future__ import annotations

import sys

from core.bootstrap import build
from core.config import Settings
from core.errors import MelodyError


def main() -> int:
    try:
        for separator in build(Settings.load()).engines.all:
            separator.prepare(lambda line: print(line, flush=True))
    except MelodyError as error:
        print(f"melody: {error.detail or error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
