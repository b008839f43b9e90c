"""`./melody test`: everything that must be green."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.commands.build_player import NODE_WANTED, WEBAPP, Builder, find_node
from core.errors import ConfigurationError

ROOT = Path(__file__).resolve().parents[2]
CHECKS = (
    ("style", ["-m", "ruff", "check", "."]),
    ("format", ["-m", "ruff", "format", "--check", "."]),
    ("types", ["-m", "mypy"]),
    ("rules of the house", ["-c", "from importlinter.cli import lint_imports_command as run; run()"]),
)
OLDEST_POSTGRES = Path("/usr/lib/postgresql/15/bin")
PARALLEL = ["-m", "pytest", "-n", str((os.cpu_count() or 1) + 1), "--dist", "worksteal", "-m"]
"""One more than there are cores: a third of its time a test waits."""
FAST = [*PARALLEL, "not slow and not broad"]
QUICK = [*PARALLEL, "not slow"]
SLOW = ["-m", "pytest", "-n", "2", "--dist", "loadfile", "-m", "slow", "--durations=30"]
"""Two files side by side: each starts whole studios, kills their processes, and mostly waits."""
COMPATIBILITY = [*FAST, "tests/integration", "tests/conversation"]
FLEET = ["-m", "tests.fleet", "--durations=20"]
PICTURES = ROOT / "build" / "pictures"
"""Where the pictures of all screens stay, unless `MELODY_TEST_PICTURES_DIR` names a folder."""
OF_A_FLEET = ["tests/e2e/test_telegram_conversation.py", "-k", "by_webhook"]


def test(what: str | None) -> int:
    """Run the checks and the suite; `fast` leaves out the slow and the broad tests and the compatibility run.
    `fleet`: only the tests of whole studios, on PostgreSQL 15, Redis and S3 by URL.

    Raises ConfigurationError for another argument.
    """
    if what not in {None, "fast", "fleet"}:
        raise ConfigurationError(f"melody test takes nothing, `fast` or `fleet`, not {what!r}")
    if what == "fleet":
        return _run("on the servers of a fleet", [*FLEET, "tests/e2e"])
    for name, arguments in CHECKS:
        if code := _run(name, arguments):
            return code
    if what == "fast":
        return _run("fast tests", FAST)
    return (
        _run("quick tests", QUICK) or _player() or _run("slow tests", SLOW, _pictures()) or _compatibility()
    )


def _player() -> int:
    """Build the player, which the browser tests open, and run its own checks. Raises ServiceUnavailable."""
    if find_node() is None:
        print(f"── player: left out, it takes {NODE_WANTED}", flush=True)
        return 1 if os.environ.get("CI") == "true" else 0
    Builder().build()
    quiet = {"NG_CLI_ANALYTICS": "false"}
    for script in ("lint", "test"):
        if code := _call(f"player: {script}", ["npm", "run", "--silent", script], WEBAPP, quiet):
            return code
    return 0


def _pictures() -> dict[str, str]:
    folder = Path(os.environ.get("MELODY_TEST_PICTURES_DIR") or PICTURES)
    folder.mkdir(parents=True, exist_ok=True)
    return {"MELODY_TEST_PICTURES_DIR": str(folder)}


def _compatibility() -> int:
    """The same code on the oldest servers it promises to run on: PostgreSQL 15 and Debian's Redis."""
    redis_server = shutil.which("redis-server")
    if redis_server is None or not OLDEST_POSTGRES.is_dir():
        print("── compatibility: left out, PostgreSQL 15 and redis-server are not installed", flush=True)
        return 1 if os.environ.get("CI") == "true" else 0
    with debians_redis(redis_server) as redis_url:
        env = {"MELODY_TEST_PG_BIN": str(OLDEST_POSTGRES), "MELODY_TEST_REDIS_URL": redis_url}
        code = _run("compatibility with PostgreSQL 15 and Redis", COMPATIBILITY, env)
    return code or _run("one studio on the servers of a fleet", [*FLEET, *OF_A_FLEET])


@contextmanager
def debians_redis(program: str, databases: int = 16) -> Iterator[str]:
    """Debian's Redis on a free port, with nothing kept; its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        arguments += ["--databases", str(databases)]
        server = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL)
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(10)


def _run(name: str, arguments: list[str], env: dict[str, str] | None = None) -> int:
    return _call(name, [sys.executable, *arguments], ROOT, env or {})


def _call(name: str, command: list[str], folder: Path, env: dict[str, str]) -> int:
    began = time.monotonic()
    print(f"── {name}", flush=True)
    code = subprocess.call(command, cwd=folder, env={**os.environ, **env})
    print(f"── {name}: {'ok' if code == 0 else 'failed'} in {time.monotonic() - began:.1f} s", flush=True)
    return code
