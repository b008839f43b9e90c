"""What integration tests share."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.embedded import end_servers


@pytest.fixture
def home() -> Iterator[Path]:
    """A directory that a server user can reach, unlike pytest's own under root; nothing survives it."""
    path = Path(tempfile.mkdtemp(prefix="melody-test-"))
    yield path
    end_servers(path)
    shutil.rmtree(path)
