"""`./melody bench`: runs the benchmarks of this checkout."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from core.errors import ConfigurationError

ROOT = Path(__file__).resolve().parents[2]


def names() -> list[str]:
    """The benchmarks there are: the modules of `bench/` that can be run."""
    return sorted(path.stem for path in (ROOT / "bench").glob("[a-z]*.py") if "__main__" in path.read_text())


def bench(name: str | None, arguments: Sequence[str] = ()) -> int:
    """Run one benchmark with its own arguments, or all; exit code 1 when one missed its bound or failed.

    Raises ConfigurationError where there is none of this name.
    """
    if not (known := names()):
        raise ConfigurationError("there are no benchmarks in this installation; use a checkout")
    if name is not None and name not in known:
        raise ConfigurationError(f"there is no benchmark {name}; there are: {', '.join(known)}")
    codes = [
        subprocess.call([sys.executable, "-m", f"bench.{each}", *arguments], cwd=ROOT)
        for each in ([name] if name else known)
    ]
    return int(any(codes))
