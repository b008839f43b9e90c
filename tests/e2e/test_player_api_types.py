"""The player's types of the API are those of the API as it is."""

from __future__ import annotations

import asyncio
import shutil
import subprocess

import pytest

from api.describe import describe
from core.commands.build_player import WEBAPP, Builder

pytestmark = pytest.mark.slow


def test_the_types_are_current() -> None:
    node = shutil.which("node")
    assert node is not None, "this test needs Node.js"
    Builder().install()
    done = subprocess.run(
        [node, "tools/api-types.mjs", "src/app/api/schema.ts", "--check"],
        cwd=WEBAPP,
        input=asyncio.run(describe()),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
