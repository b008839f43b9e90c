"""`melody dev --mocks` as a developer has it: a talk, a file saved with a mistake, and mended; Ctrl-C."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from tests.fixtures.foreground import READY, Foreground, get, living
from tests.integration.embedded import end_servers
from tests.material import ROOT, models_dir

pytestmark = [pytest.mark.slow, pytest.mark.broad, pytest.mark.timeout(300)]

START = 180.0
RELOAD = 60.0
END = 15.0
PHONES = "Stand-ins of all services; the phones of two people: "
NOT_COPIED = shutil.ignore_patterns("node_modules", "dist", ".build", ".angular", "spec_cache")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The programs and their stand-ins, to be changed."""
    folder = tmp_path / "tree"
    for package in ("api", "bot", "core", "tasks", "tests"):
        shutil.copytree(ROOT / package, folder / package, ignore=NOT_COPIED)
    return folder


def surroundings(tree: Path) -> dict[str, str]:
    """An account of somebody's in the environment, which no stand-in may hear of; no Node."""
    specs = os.environ.get("MELODY_SPECS_DIR", str(ROOT.parent / "shared" / "specs"))
    return {
        "HOME": str(tree),
        "PATH": str(Path(sys.executable).parent),
        "PYTHONPATH": str(tree),
        "MELODY_SPECS_DIR": specs,
        "MELODY_MODELS_DIR": str(models_dir(os.environ.get("MELODY_MODELS_DIR"))),
        "MELODY_TELEGRAM_TOKEN": "1:of-somebody",
        "MELODY_TELEGRAM_API_URL": "http://127.0.0.1:9",
    }


def post(url: str, path: str, told: Any) -> int:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("POST", path, json.dumps(told), {"Content-Type": "application/json"})
        return connection.getresponse().status
    finally:
        connection.close()


def heard(phones: str, chat: str) -> list[str]:
    """What the studio has written to Asha there, once it has."""
    deadline = time.monotonic() + RELOAD
    while time.monotonic() < deadline:
        seen = json.loads(get(phones, "/phones/Asha")[1])
        assert seen["complaints"] == []
        texts = [message["text"] for message in seen["chats"][chat]["messages"] if not message["mine"]]
        if texts:
            return texts
        time.sleep(0.1)  # the page looks again and again, too
    pytest.fail(f"no answer on {chat}")


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """Where the database's own user may go, too."""
    path = Path(tempfile.mkdtemp(prefix="melody-dev-"))
    yield path
    end_servers(path)
    shutil.rmtree(path)


def test_a_day_of_a_developer(tree: Path, data_dir: Path) -> None:
    arguments = ("dev", "--mocks", "--port", "0", "--data-dir", str(data_dir))
    with Foreground(*arguments, env=surroundings(tree), folder=tree) as dev:
        url = dev.wait_for(READY, START).removeprefix(READY)
        phones = dev.wait_for(PHONES, RELOAD).removeprefix(PHONES)
        dev.wait_for("Without the player's dev server", RELOAD)
        for chat in ("Telegram", "WhatsApp"):
            assert post(phones, f"/phones/Asha/{quote(chat)}/says", {"text": "hello"}) == 204
        for chat in ("Telegram", "WhatsApp"):
            assert heard(phones, chat)

        about = tree / "api" / "about.py"
        right = about.read_text()
        about.write_text(right + "\ndef (:\n")
        dev.wait_for("api/about.py changed: api", RELOAD)
        dev.wait_for("api     | SyntaxError", RELOAD)
        dev.wait_for("api     | supervisor: ended with exit code 1, waiting for a change", RELOAD)
        about.write_text(right + '\nABOUT = "Changed while it runs."\n')
        dev.wait_for("Ready again", RELOAD)
        assert json.loads(get(url, "/openapi.json")[1])["info"]["description"] == "Changed while it runs."

        everything = dev.tree()
        names = [" ".join(process.cmdline()) for process in everything]
        for part in ("tests.fakes.serve", "moto.server", "watch_sources", "api.main", "postgres"):
            assert any(part in name for name in names), part
        dev.process.send_signal(signal.SIGINT)
        assert dev.process.wait(END) == 0
        assert living(everything) == []
