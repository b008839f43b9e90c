"""The real model, prepared once for all quality tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.adapters.separators.spleeter.local import LocalSeparator


@pytest.fixture(scope="session")
def separator(_environment: None) -> LocalSeparator:
    """On onnxruntime, so that the figures do not depend on what a machine has besides."""
    separator = LocalSeparator(Path(os.environ["MELODY_MODELS_DIR"]), "onnxruntime")
    separator.prepare()
    return separator
