"""`./melody`, the script: when it sets .venv up, what it hands on, and how it says what is wrong.

Python and uv are small stand-ins that write down how they were called, so no package index is needed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.broad

ROOT = Path(__file__).resolve().parents[2]

SYSTEM_TOOLS = [
    *("sh", "dirname", "readlink", "cksum", "tr", "mkdir", "ln", "rm", "rmdir", "sleep", "grep", "head"),
    *("cp", "chmod"),
]

PYTHON = """#!/bin/sh
echo "python $*" >>"$CALLS"
case "$*" in
    "-m venv "*)
        shift 2
        mkdir -p "$1/bin" && cp "$0" "$1/bin/python" ;;
    *"pip install"*) exit "${PIP_CODE:-0}" ;;
esac
"""
UV = """#!/bin/sh
echo "uv $*" >>"$CALLS"
case "$*" in
    *"-e ."*)
        printf '#!/bin/sh\\npwd\\nfor each in "$@"; do echo "[$each]"; done\\nexit 7\\n' >.venv/bin/melody
        chmod +x .venv/bin/melody ;;
    *--require-hashes*)
        if [ -n "${UV_FAILS-}" ]; then exit 1; fi ;;
esac
"""


class Project:
    def __init__(self, folder: Path) -> None:
        self.root = folder / "my project"
        self.root.mkdir()
        self.elsewhere = folder / "some where"
        self.elsewhere.mkdir()
        self.tools = folder / "tools"
        self.tools.mkdir()
        self.calls_file = folder / "calls"
        shutil.copy(ROOT / "melody", self.root)
        for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
            (self.root / name).write_text(name)
        for tool in SYSTEM_TOOLS:
            found = shutil.which(tool)
            assert found
            (self.tools / tool).symlink_to(found)
        self.tool("python3", PYTHON)
        self.tool("uv", UV)

    def tool(self, name: str, script: str) -> None:
        (self.tools / name).write_text(script)
        (self.tools / name).chmod(0o755)

    def start(self, *arguments: str, script: Path | None = None, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [script or self.root / "melody", *arguments],
            cwd=self.elsewhere,
            env={"PATH": str(self.tools), "CALLS": str(self.calls_file), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, script: Path | None = None, **environment: str) -> tuple[int, str, str]:
        process = self.start(*arguments, script=script, **environment)
        out, errors = process.communicate(timeout=30)
        return process.returncode, out, errors

    def calls(self) -> list[str]:
        """How the tools were called since the last look."""
        if not self.calls_file.exists():
            return []
        lines = self.calls_file.read_text().splitlines()
        self.calls_file.unlink()
        return lines

    def installed(self) -> list[str]:
        """What uv was asked to install since the last look."""
        return [call for call in self.calls() if call.startswith("uv pip install")]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_the_first_run_sets_up_and_hands_everything_on(project: Project) -> None:
    code, out, errors = project.run("convert", "a song.mp3", "*", "")
    assert code == 7
    assert out.splitlines() == [str(project.elsewhere), "[convert]", "[a song.mp3]", "[*]", "[]"]
    assert errors == "melody: setting up .venv, this takes a minute …\n"
    calls = project.calls()
    assert any(call.endswith(f"-m venv {project.root}/.venv") for call in calls)
    assert not (project.root / ".venv" / ".setup-lock").is_symlink()


def test_later_runs_do_nothing_and_say_nothing(project: Project) -> None:
    project.run("up")
    project.calls()
    assert project.run("up")[0::2] == (7, "")
    assert project.calls() == []


def test_what_changed_is_installed_again(project: Project) -> None:
    project.run("up")
    project.calls()
    (project.root / "pyproject.toml").write_text("changed")
    project.run("up")
    (only,) = project.installed()
    assert only.endswith("--no-deps -e .")
    (project.root / ".venv" / ".lock").touch()  # uv's own, which it leaves there
    (project.root / "requirements.lock").write_text("changed")
    project.run("up")
    assert project.installed()[0].endswith("--require-hashes -r requirements.lock")
    project.run("up")
    assert project.calls() == []


def test_tests_get_the_tools_for_them(project: Project) -> None:
    project.run("up")
    project.calls()
    project.run("test", "fast")
    assert any("--require-hashes -r requirements-dev.lock" in call for call in project.calls())
    project.run("test")
    project.run("up")  # the same packages and more
    assert project.calls() == []


def test_two_starts_at_once_set_up_once(project: Project) -> None:
    both = [project.start("up", str(number)) for number in range(2)]
    for number, process in enumerate(both):
        out, _ = process.communicate(timeout=30)
        assert out.splitlines()[1:] == ["[up]", f"[{number}]"]
    assert sum("-e ." in call for call in project.calls()) == 1


def test_the_lock_of_a_dead_start_is_no_obstacle(project: Project) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    (project.root / ".venv").mkdir()
    (project.root / ".venv" / ".setup-lock").symlink_to(str(dead.pid))
    assert project.run("up")[0] == 7


def test_the_lock_of_a_living_start_is_waited_for(project: Project) -> None:
    (project.root / ".venv").mkdir()
    lock = project.root / ".venv" / ".setup-lock"
    lock.symlink_to(str(os.getpid()))
    process = project.start("up")
    assert process.stderr is not None
    assert f"waiting for process {os.getpid()}" in process.stderr.readline()
    assert project.calls() == ["python -I -c import sys; sys.exit(sys.version_info < (3, 11))"]
    lock.unlink()
    process.communicate(timeout=30)
    assert process.returncode == 7


def test_a_link_to_the_script_works_from_anywhere(project: Project, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(project.root / "melody")
    (project.elsewhere / "melody").symlink_to("../link")
    code, out, _ = project.run("up", script=project.elsewhere / "melody")
    assert (code, out.splitlines()[0]) == (7, str(project.elsewhere))


def test_without_python_one_line_says_so(project: Project) -> None:
    (project.tools / "python3").unlink()
    code, _, errors = project.run("up")
    assert code == 2
    assert errors == "melody: Python 3.11 or later is needed, and there is none on the PATH\n"
    assert not (project.root / ".venv").exists()


def test_without_a_network_one_line_says_so(project: Project) -> None:
    (project.tools / "uv").unlink()
    offline = PYTHON.replace('exit "${PIP_CODE:-0}"', "echo Failed to establish a new connection; exit 1")
    project.tool("python3", offline)
    code, _, errors = project.run("up")
    assert code == 2
    assert errors.splitlines()[-1] == (
        "melody: the packages could not be installed: no connection to the package index "
        f"(more in {project.root}/.venv/setup.log)"
    )
    project.tool("uv", UV)
    assert project.run("up")[0] == 7  # nothing of the failure is left


def test_pip_steps_in_where_uv_fails(project: Project) -> None:
    code, _, errors = project.run("up", UV_FAILS="1")
    assert code == 7
    assert "trying pip" in errors
    assert any("pip install" in call and "--require-hashes" in call for call in project.calls())


def test_a_missing_lock_file_is_named(project: Project) -> None:
    (project.root / "requirements.lock").unlink()
    code, _, errors = project.run("up")
    assert (code, errors) == (2, f"melody: {project.root}/requirements.lock is missing\n")
