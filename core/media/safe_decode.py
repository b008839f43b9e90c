"""Decodes recordings nobody vouches for, in a child process that can do little harm (`decode_child`)."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from core.errors import DamagedRecording, MelodyError, NotAudio, TooLong, TooShort, UnsupportedFormat
from core.media.formats import Container, sniff
from core.media.tags import clean_tags
from core.ports import SAMPLE_RATE, Control, RecordingFacts

CHILD = Path(__file__).with_name("decode_child.py")
CPU_SECONDS = 60
CANCEL_CHECK_SECONDS = 0.2
MAX_ANSWER_BYTES = 1 << 20
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LC_ALL": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    # Blocks of a second come and go; without these glibc maps and unmaps memory for each.
    "MALLOC_MMAP_THRESHOLD_": "268435456",
    "MALLOC_TRIM_THRESHOLD_": "268435456",
}


def decode(
    path: Path, into: Path, *, max_seconds: float, timeout: float = 90, control: Control | None = None
) -> RecordingFacts:
    """Decode `path` to raw float32 stereo at 44,100 Hz in the new file `into`, and tell what it is.

    Blocking; run it in a thread. `into` is removed again unless this returns. Raises EmptyRecording,
    NotAudio, UnsupportedFormat, DamagedRecording, TooLong, TooShort, and Cancelled within a moment of its
    being asked.
    """
    container = sniff(path)
    job = {
        "source": str(path.absolute()),
        "into": str(into.absolute()),
        "demuxers": container.demuxers,
        "max_seconds": max_seconds,
        "cpu_seconds": CPU_SECONDS,
    }
    try:
        answer = _run(job, timeout, control)
        if "error" in answer:
            raise refusal(str(answer["error"]), max_seconds)
        facts = _facts(container, answer)
        if into.stat().st_size != facts.samples * 8:
            raise DamagedRecording("the decoded file is not as long as reported")
    except BaseException:
        into.unlink(missing_ok=True)
        raise
    return facts


def _run(job: dict[str, Any], timeout: float, control: Control | None) -> dict[str, Any]:
    """The child's answer; whatever happens, the child is gone afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-I", str(CHILD), json.dumps(job)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )
    assert process.stdout is not None
    with process.stdout:
        try:
            output = b"".join(read_answer(process.stdout, time.monotonic() + timeout, control))
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)
    try:
        answer = json.loads(output)
    except ValueError:
        # Killed by one of its limits, or by us: the file asks for more than any sound needs.
        raise DamagedRecording(f"the decoder died (exit {process.returncode})") from None
    if not isinstance(answer, dict):
        raise DamagedRecording("the decoder gave no answer")
    return answer


def read_answer(pipe: IO[bytes], deadline: float, control: Control | None) -> Iterator[bytes]:
    """The child's output up to its line end. Raises Cancelled, DamagedRecording when it takes too long."""
    received = 0
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            if control is not None:
                control.raise_if_cancelled()
            if time.monotonic() > deadline:
                raise DamagedRecording("decoding took too long")
            if not selector.select(CANCEL_CHECK_SECONDS):
                continue
            chunk = os.read(pipe.fileno(), 1 << 16)
            received += len(chunk)
            if received > MAX_ANSWER_BYTES:
                raise DamagedRecording("the decoder said too much")
            yield chunk
            if not chunk or chunk.endswith(b"\n"):
                return


def refusal(code: str, max_seconds: float) -> MelodyError:
    """What the child's `error` means to a person."""
    name, _, parameter = code.partition(":")
    match name:
        case "too-long":
            return TooLong(f"more than {max_seconds:.0f} s", limit_minutes=max(1, round(max_seconds / 60)))
        case "too-short":
            return TooShort("less than half a second")
        case "codec":
            return UnsupportedFormat(f"codec {parameter}", format=parameter)
        case "not-audio":
            return NotAudio("the content is not what the first bytes say")
        case _:
            return DamagedRecording(name)


def _facts(container: Container, answer: dict[str, Any]) -> RecordingFacts:
    try:
        samples = int(answer["samples"])
        cover = answer["cover"]
        return RecordingFacts(
            container=container.name,
            codec=str(answer["codec"]),
            seconds=samples / SAMPLE_RATE,
            samples=samples,
            rms_dbfs=float(answer["rms_dbfs"]),
            loudness_lufs=float(answer["loudness_lufs"]),
            true_peak_db=float(answer["true_peak_db"]),
            tags=clean_tags(answer["tags"]),
            bad_packets=int(answer["bad_packets"]),
            peaks=[int(value) for value in answer["peaks"]],
            cover=None if cover is None else base64.b64decode(cover),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedRecording("the decoder's answer makes no sense") from error
