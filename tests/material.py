"""Material that tests read: shared audio with known stems, published API descriptions, the model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[1]


def models_dir(configured: str | None = None) -> Path:
    """Where the tests keep the separation model: fetched once, used by all runs."""
    return Path(configured) if configured else ROOT / ".cache" / "models"


def audio_dir() -> Path:
    """The folder of audio with known stems; where it is missing, CI fails and others skip."""
    return _shared("MELODY_TEST_AUDIO_DIR", "audio")


def specs_dir() -> Path:
    """The folder of published API descriptions; where it is missing, CI fails and others skip."""
    return _shared("MELODY_SPECS_DIR", "specs")


def _shared(variable: str, name: str) -> Path:
    folder = Path(os.environ.get(variable, ROOT.parent / "shared" / name))
    if not folder.is_dir():
        cannot_run(f"{variable}: there is no folder with the shared {name}")
    return folder


def cannot_run(reason: str) -> NoReturn:
    """This machine lacks what the test needs: in CI that is a failure, elsewhere it is skipped."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
