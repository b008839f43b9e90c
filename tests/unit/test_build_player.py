"""When the player is built, and what stays when that fails. Small scripts stand in for Node and npm."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.commands.build_player import Builder, find_node
from core.errors import ServiceUnavailable

pytestmark = pytest.mark.broad

NODE = """#!/bin/sh
case "$1" in
  --version) echo {version}; exit ;;
  *ng.js) echo ng >>.build/calls; {trouble}
    for argument; do case $argument in --output-path=*) out=${{argument#--output-path=}}/browser ;; esac; done
    mkdir -p "$out" && cat src/main.ts >"$out/index.html" ;;
  tools/finish.mjs) echo finish >>.build/calls ;;
esac
"""
NPM = """#!/bin/sh
echo npm "$1" >>.build/calls
mkdir -p node_modules
"""


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")
    write_program(folder / "npm", NPM)
    set_node(folder)
    return folder


def set_node(tools: Path, version: str = "v22.12.0", trouble: str = "") -> None:
    write_program(tools / "node", NODE.format(version=version, trouble=trouble))


def write_program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def webapp(tmp_path: Path, tools: Path) -> Path:
    folder = tmp_path / "webapp"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "main.ts").write_text("one")
    (folder / "package-lock.json").write_text("{}")
    return folder


def calls(webapp: Path) -> list[str]:
    """What was called since one asked last."""
    path = webapp / ".build" / "calls"
    told = path.read_text().splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return told


def built(webapp: Path) -> str:
    return (webapp / "dist" / "index.html").read_text()


def test_built_once_and_again_when_a_source_changes(webapp: Path) -> None:
    assert Builder(webapp).build()
    assert calls(webapp) == ["npm ci", "ng", "finish"]
    assert built(webapp) == "one"

    assert Builder(webapp).build()
    (webapp / "README.md").write_text("no source")
    (webapp / "src" / "main.spec.ts").write_text("no source either")
    assert Builder(webapp).build()
    assert calls(webapp) == []

    (webapp / "src" / "main.ts").write_text("two")
    assert Builder(webapp).build()
    assert calls(webapp) == ["ng", "finish"]
    assert built(webapp) == "two"

    (webapp / "package-lock.json").write_text('{"name": "other"}')
    assert Builder(webapp).build()
    assert calls(webapp) == ["npm ci", "ng", "finish"]


def test_a_failure_says_why_and_leaves_the_old_one(webapp: Path, tools: Path) -> None:
    Builder(webapp).build()
    (webapp / "src" / "main.ts").write_text("two")
    set_node(tools, trouble="echo '✘ [ERROR] TS2304: no such name'; exit 1")
    with pytest.raises(ServiceUnavailable, match="TS2304: no such name"):
        Builder(webapp).build()
    assert built(webapp) == "one"
    set_node(tools)
    assert Builder(webapp).build()
    assert built(webapp) == "two"


@pytest.mark.parametrize("version", ["v18.20.0", "v20.18.9", "v21.7.0", "v22.11.0", "v23.1.0", "odd"])
def test_without_a_node_that_fits_nothing_is_built(
    webapp: Path, tools: Path, version: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_node(tools, version)
    assert find_node() is None
    assert not Builder(webapp).build()
    assert "Node.js 20.19" in capsys.readouterr().out
    assert not (webapp / "dist").exists()


def test_of_many_that_want_it_at_once_one_builds(webapp: Path) -> None:
    threads = [threading.Thread(target=Builder(webapp).build) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert calls(webapp).count("ng") == 1
    assert built(webapp) == "one"


def test_as_a_command_it_fails_with_one_line(webapp: Path, tools: Path) -> None:
    set_node(tools, trouble="exit 1")
    code = (
        "import sys; from pathlib import Path; import core.commands.build_player as b; "
        f"b.Builder.__init__.__defaults__ = (Path({str(webapp)!r}),); sys.exit(b.main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        env=dict(os.environ),
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("the player could not be built")
    assert len(done.stderr.splitlines()) == 1
