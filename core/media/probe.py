"""Looks at recordings nobody vouches for without decoding them: length, tags, language.

The work is done by a child process that can do little harm (`probe_child`). Starting one takes longer than
looking at a file, so that a child looks at many, one after the other.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from core.errors import DamagedRecording
from core.media.formats import sniff
from core.media.safe_decode import ENVIRONMENT, read_answer, refusal
from core.media.tags import clean_tags
from core.ports import Tags

CHILD = Path(__file__).with_name("probe_child.py")
FILE_SECONDS = 20.0
"""Network folders are slow; nothing that is music takes longer."""
FILES_PER_CHILD = 200
"""A fresh child now and then keeps what one file left behind from the others."""


@dataclass(frozen=True)
class Glance:
    """What a file says about itself."""

    container: str
    codec: str
    seconds: float | None
    """As its header claims; the truth is known once it is decoded."""
    tags: Tags
    language: str | None
    """As the tag spells it: usually ISO 639-2."""
    cover: bytes | None = None
    """JPEG, at most 320x320 and 200 kB; only where it was asked for."""


class Prober:
    """Looks at one file after the other; blocking, not thread-safe. Its child ends with the context."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._answered = 0

    def probe(self, path: Path, *, with_cover: bool = False) -> Glance:
        """Look at a file. Raises EmptyRecording, NotAudio, UnsupportedFormat, DamagedRecording, OSError."""
        container = sniff(path)
        request = {"source": str(path.absolute()), "demuxers": container.demuxers, "cover": with_cover}
        answer = self._ask(request)
        if "error" in answer:
            raise refusal(str(answer["error"]), 0)
        try:
            seconds, language, cover = answer["seconds"], answer["language"], answer["cover"]
            return Glance(
                container=container.name,
                codec=str(answer["codec"]),
                seconds=None if seconds is None else float(seconds),
                tags=clean_tags(answer["tags"]),
                language=None if language is None else str(language),
                cover=None if cover is None else base64.b64decode(cover),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DamagedRecording("the prober's answer makes no sense") from error

    def close(self) -> None:
        """End the child; the next file gets a new one."""
        child, self._child, self._answered = self._child, None, 0
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):  # what it did not read any more
                if pipe is not None:
                    pipe.close()
        child.wait(timeout=10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The child's answer. One that looked at others before may have died of those: ask a fresh one."""
        if self._answered >= FILES_PER_CHILD:
            self.close()
        is_fresh = self._answered == 0
        try:
            answer = self._ask_child(request)
        except DamagedRecording:
            self.close()
            if is_fresh:
                raise
            return self._ask(request)
        except BaseException:
            self.close()
            raise
        self._answered += 1
        return answer

    def _ask_child(self, request: dict[str, Any]) -> dict[str, Any]:
        child = self._child or self._start()
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.flush()
        except BrokenPipeError:
            raise DamagedRecording("the prober died") from None
        output = b"".join(read_answer(child.stdout, time.monotonic() + FILE_SECONDS, None))
        try:
            answer = json.loads(output)
        except ValueError:
            raise DamagedRecording("the prober died") from None
        if not isinstance(answer, dict):
            raise DamagedRecording("the prober gave no answer")
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        self._child = subprocess.Popen(
            [sys.executable, "-I", str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
        return self._child
