"""`python -m core.commands.build_player`: build the player in `webapp/` when its sources have changed.

The build happens in a folder beside, under a lock, and then takes the place of the old one: whoever serves
that one meanwhile never sees half of the new. Without Node.js nothing is built, and that is no failure.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import MelodyError, ServiceUnavailable

WEBAPP = Path(__file__).resolve().parents[2] / "webapp"
NOT_SOURCES = {"node_modules", "dist", "out-tsc", ".angular", ".build"}
NODE_WANTED = "Node.js 20.19, 22.12, 24 or later"
INSTALL_SECONDS = 600.0
BUILD_SECONDS = 600.0
LOCK_SECONDS = 900.0
LOOK_EVERY = 0.5

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_TELLING = re.compile(r"^(npm error(?! code)|.*\[ERROR\]|✘|Error:)\s*(?P<said>.+)")


class Builder:
    """Builds one `webapp` folder."""

    def __init__(self, webapp: Path = WEBAPP) -> None:
        self._webapp = webapp
        self._built = webapp / "dist"
        self._work = webapp / ".build"

    def is_current(self) -> bool:
        """What is built was made of just these sources."""
        return _read(self._built / ".built-from") == self._sources()

    def build(self) -> bool:
        """Build where that is needed and can be done; whether a current player is there afterwards.

        Raises ServiceUnavailable when it should have worked and did not.
        """
        if self.is_current():
            return True
        if (node := find_node()) is None:
            _say(f"The player is not built: that takes {NODE_WANTED}. Everything else runs without.")
            return False
        with self._alone():
            if not self.is_current():  # else another process has built it meanwhile
                self._build(node)
        return True

    def _build(self, node: str) -> None:
        _say("Building the player (once, and again when it changes) …")
        sources = self._sources()
        self.install()
        fresh = self._work / "next"
        shutil.rmtree(fresh, ignore_errors=True)
        angular = str(self._webapp / "node_modules" / "@angular" / "cli" / "bin" / "ng.js")
        self._run([node, angular, "build", f"--output-path={fresh}", "--progress=false"], BUILD_SECONDS)
        pages = fresh / "browser"
        self._run([node, "tools/finish.mjs", str(pages)], BUILD_SECONDS)
        (pages / ".built-from").write_text(sources)
        old = self._work / "old"
        shutil.rmtree(old, ignore_errors=True)
        if self._built.exists():
            self._built.rename(old)
        pages.rename(self._built)
        shutil.rmtree(old, ignore_errors=True)

    def install_alone(self) -> None:
        """The same as `install`, while no build goes on. Raises ServiceUnavailable."""
        with self._alone():
            self.install()

    def install(self) -> None:
        """Bring `node_modules` to what the lock file says. Raises ServiceUnavailable."""
        stamp = self._webapp / "node_modules" / ".installed-from"
        wanted = hashlib.sha256((self._webapp / "package-lock.json").read_bytes()).hexdigest()
        if _read(stamp) != wanted:
            npm = shutil.which("npm") or "npm"
            self._run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], INSTALL_SECONDS)
            stamp.write_text(wanted)

    def _run(self, command: list[str], seconds: float) -> None:
        log = self._work / "build.log"
        quiet = {"NG_CLI_ANALYTICS": "false", "NO_COLOR": "1", "npm_config_update_notifier": "false"}
        try:
            done = subprocess.run(
                command,
                cwd=self._webapp,
                env={**os.environ, **quiet},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ServiceUnavailable(f"the player took longer than {seconds:.0f} seconds to build") from None
        log.write_bytes(done.stdout)
        if done.returncode:
            said = _reason(done.stdout.decode(errors="replace"))
            raise ServiceUnavailable(f"the player could not be built: {said} (more in {log})")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One build at a time; the lock ends with the process that holds it, however that ends."""
        self._work.mkdir(exist_ok=True)
        with (self._work / "lock").open("w") as lock:
            deadline = time.monotonic() + LOCK_SECONDS
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise ServiceUnavailable("another process builds the player for too long") from None
                    time.sleep(LOOK_EVERY)
            yield

    def _sources(self) -> str:
        """One word for the contents of all files that the build reads."""
        digest = hashlib.sha256()
        for folder, folders, files in os.walk(self._webapp):
            folders[:] = sorted(name for name in folders if name not in NOT_SOURCES)
            for name in sorted(files):
                if not name.endswith((".spec.ts", ".md")):
                    path = Path(folder, name)
                    digest.update(f"{path.relative_to(self._webapp)}\0".encode())
                    digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()


def find_node() -> str | None:
    """Node.js in a version that Angular runs on, with npm beside it."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    try:
        said = subprocess.run(
            [node, "--version"], capture_output=True, text=True, timeout=20, check=True
        ).stdout
        major, minor = (int(part) for part in said.strip().lstrip("v").split(".")[:2])
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    fits = (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major >= 24
    return node if fits else None


def _reason(output: str) -> str:
    """The first line that tells what is wrong, else the last one."""
    lines = [_ANSI.sub("", line).strip() for line in output.splitlines() if line.strip()]
    told = next((match for line in lines if (match := _TELLING.match(line))), None)
    if told is not None:
        return told["said"]
    return lines[-1] if lines else "it said nothing"


def _read(path: Path) -> str | None:
    try:
        return path.read_text()
    except OSError:
        return None


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    try:
        Builder().build()
    except (MelodyError, OSError) as error:
        print(getattr(error, "detail", "") or error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
