"""`./melody test`: everything that must be green."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from core.errors import ConfigurationError

ROOT = Path(__file__).resolve().parents[2]
CHECKS = (
    ("style", ["-m", "ruff", "check", "."]),
    ("format", ["-m", "ruff", "format", "--check", "."]),
    ("types", ["-m", "mypy"]),
    (
        "rules of the house",
        ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    ),
)


def test(what: str | None) -> int:
    """Run the checks and the suite. Raises ConfigurationError for an unknown argument."""
    if what not in {None, "fast"}:
        raise ConfigurationError(f"melody test takes nothing or `fast`, not {what!r}")
    for name, arguments in CHECKS:
        if code := _run(name, arguments):
            return code
    return _run("tests", ["-m", "pytest", *(["-m", "not slow"] if what == "fast" else [])])


def _run(name: str, arguments: list[str]) -> int:
    began = time.monotonic()
    print(f"── {name}", flush=True)
    code = subprocess.call([sys.executable, *arguments], cwd=ROOT)
    print(f"── {name}: {'ok' if code == 0 else 'failed'} in {time.monotonic() - began:.1f} s", flush=True)
    return code
