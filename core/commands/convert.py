"""`melody convert`: files in, one file a stem out, without any server."""

from __future__ import annotations

import contextlib
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from core.errors import (
    Cancelled,
    EmptyRecording,
    EngineAway,
    MelodyError,
    ModelUnavailable,
    NotAudio,
    TooLong,
    TooShort,
    UnsupportedFormat,
)
from core.machine import cores
from core.media.outputs import Output
from core.media.produce import produce
from core.ports import AudioFormat, Quality, Separator, Stem

if TYPE_CHECKING:
    from rich.progress import Progress

OK, SOME_FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
JOBS_AT_ONCE = 2
REFRESH_SECONDS = 0.1


@dataclass(eq=False)
class _Job:
    """One file on its way; `core.ports.Control` of its own work."""

    source: Path
    outputs: Sequence[Output]
    stop: threading.Event
    fraction: float = 0.0
    replaced: list[Path] = field(default_factory=list)
    remark: str | None = None

    def progress(self, fraction: float) -> None:
        self.fraction = fraction

    def raise_if_cancelled(self) -> None:
        if self.stop.is_set():
            raise Cancelled


def convert(
    files: list[Path],
    out: Path,
    stems: list[Stem],
    quality: Quality,
    format: AudioFormat,
    separator: Separator,
    max_seconds: float,
    stand_by: Separator | None = None,
) -> int:
    """Take every file apart into `out`, named `<name> (Instrumental).m4a`; returns the exit code.

    0: all done; 1: some failed, each with a line on standard error; 2: nothing asked for; 130: interrupted.
    A file of the same name from an earlier run is replaced, and said to be; two files of one name in one
    run get numbers. Where the separator is away, `stand_by` steps in, which is said on standard error.
    """
    if not files or not stems:
        print("Name at least one file and one stem.", file=sys.stderr)
        return WRONG_USAGE
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        print(f"{out}: {_system_reason(error)}", file=sys.stderr)
        return WRONG_USAGE

    stop = threading.Event()
    jobs = [_Job(*plan, stop) for plan in plan_outputs(files, out, stems, format)]
    at_once = min(JOBS_AT_ONCE, len(jobs), cores())
    with (
        _one_interrupt(),
        tempfile.TemporaryDirectory(prefix="melody-convert-") as work,
        ThreadPoolExecutor(at_once, thread_name_prefix="convert") as pool,
    ):

        def run(job: _Job) -> None:
            job.replaced = [output.path for output in job.outputs if output.path.exists()]
            try:
                run_by(separator, job)
            except EngineAway as away:
                if stand_by is None:
                    raise
                job.remark = f"{away.detail}: made by {stand_by.engine}"
                run_by(stand_by, job)

        def run_by(engine: Separator, job: _Job) -> None:
            produce(
                job.source,
                job.outputs,
                separator=engine,
                quality=quality,
                threads=cores() // at_once,
                max_seconds=max_seconds,
                work_dir=Path(work),
                control=job,
                fallback_title=job.source.stem,
            )

        running = {pool.submit(run, job): job for job in jobs}
        try:
            failed = _watch(running, separator)
        except KeyboardInterrupt:
            stop.set()
            for future in running:
                future.cancel()
            print("Interrupted.", file=sys.stderr)
            return INTERRUPTED
    return SOME_FAILED if failed else OK


@contextlib.contextmanager
def _one_interrupt() -> Iterator[None]:
    """SIGTERM ends the work like Ctrl-C, and while it is cleaned up a second one of either changes nothing.

    Only the main thread may ask for that.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    interrupted = False

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal interrupted
        if not interrupted:
            interrupted = True
            raise KeyboardInterrupt

    previous = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def plan_outputs(
    files: Sequence[Path], out: Path, stems: Sequence[Stem], format: AudioFormat
) -> list[tuple[Path, list[Output]]]:
    """Which files each source makes. No two get the same name, and no source is written over."""
    taken = {file.resolve() for file in files}
    plans = []
    for source in dict.fromkeys(files):
        outputs = []
        for stem in dict.fromkeys(stems):
            number = 1
            while (path := out / _file_name(source, stem, format, number)).resolve() in taken:
                number += 1
            taken.add(path.resolve())
            outputs.append(Output(stem, format, path))
        plans.append((source, outputs))
    return plans


def _file_name(source: Path, stem: Stem, format: AudioFormat, number: int) -> str:
    counted = f" {number}" if number > 1 else ""
    return f"{source.stem} ({stem.capitalize()}){counted}.{format.value}"


def _watch(running: dict[Future[None], _Job], separator: Separator) -> int:
    """Show progress until all jobs are done; a line for each as it ends. Returns how many failed."""
    # The jobs are under way; only now is there time to import what draws.
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    failed = 0
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        _prepare(separator, progress)
        tasks = {
            future: progress.add_task(_short(job.source.name), total=1.0, visible=False)
            for future, job in running.items()
        }
        waiting = set(running)
        while waiting:
            done, waiting = wait(waiting, timeout=REFRESH_SECONDS, return_when=FIRST_COMPLETED)
            for future in waiting:
                if future.running():
                    progress.update(tasks[future], completed=running[future].fraction, visible=True)
            for future in done:
                progress.remove_task(tasks[future])
                failed += not _report(future, running[future], progress)
    return failed


def _prepare(separator: Separator, progress: Progress) -> None:
    """Make the engine ready, telling about long waits; if it can't be, every job will say so."""
    try:
        separator.prepare(progress.console.print)
    except ModelUnavailable:
        return


def _report(future: Future[None], job: _Job, progress: Progress) -> bool:
    """One line about a finished job; False when it failed."""
    try:
        future.result()
    except Exception as error:  # noqa: BLE001 - one line a file, never a traceback
        line = f"{job.source.name}: {reason(error)}"
        progress.console.print(line, style="red", markup=False, highlight=False, soft_wrap=True)
        return False
    if job.remark is not None:
        line = f"{job.source.name}: {job.remark}"
        progress.console.print(line, markup=False, highlight=False, soft_wrap=True)
    for output in job.outputs:
        note = " (replaced)" if output.path in job.replaced else ""
        # Standard output carries nothing but what was made.
        print(f"{output.path}{note}", flush=True)
    return True


def reason(error: Exception) -> str:
    """Why a file failed, in a few plain words."""
    match error:
        case EmptyRecording():
            return "the file is empty"
        case TooLong():
            return f"longer than {error.params['limit_minutes']} minutes"
        case TooShort():
            return "less than half a second of sound"
        case UnsupportedFormat():
            return f"{error.params['format']} is not supported"
        case NotAudio():
            return "not an audio file"
        case ModelUnavailable() | EngineAway():
            return error.detail
        case MelodyError():
            return "damaged, or no sound inside"
        case OSError():
            return _system_reason(error)
        case _:
            return f"an error of ours ({type(error).__name__})"


def _system_reason(error: OSError) -> str:
    return (error.strerror or "not readable").lower()


def _short(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:39]}…"
