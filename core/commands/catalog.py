"""`melody catalog import`: the operator's music into the catalogue, from a folder or a `.jsonl` file."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from core.catalog.importing.folder import FolderImport
from core.catalog.importing.jsonl import RowImport
from core.catalog.importing.keymaker import KeyMaker
from core.catalog.importing.tally import Tally, Watch
from core.catalog.importing.walk import shown
from core.catalog.importing.writing import CatalogWriter
from core.config import Settings
from core.db.session import DATABASE_ERRORS
from core.db.upgrade import upgrade
from core.embedded.servers import EmbeddedServers
from core.errors import ServiceUnavailable

if TYPE_CHECKING:
    from rich.progress import Progress

OK, SOME_REFUSED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
SAY_EVERY = 5.0
"""Seconds between lines where no terminal shows progress."""


def import_catalog(settings: Settings, path: Path) -> int:
    """Import a folder of audio or a `.jsonl` file of songs; repeating it adds nothing.

    The exit code: 0 all taken; 1 some lines or files were refused, each told; 2 nothing to import there;
    130 interrupted, which loses nothing that was written. Raises ConfigurationError, ServiceUnavailable.
    """
    if (problem := _problem(path)) is not None:
        print(f"{shown(str(path))}: {problem}", file=sys.stderr)
        return WRONG_USAGE
    is_folder = path.is_dir()
    with ExitStack() as stack:
        database_url = settings.database_url
        if database_url is None:
            database_url = stack.enter_context(EmbeddedServers(settings.data_dir)).start_postgres()
        upgrade(database_url)
        watch = stack.enter_context(_progress())
        started = time.monotonic()
        try:
            tally = asyncio.run(_run(path, is_folder, database_url, watch))
        except asyncio.CancelledError:
            print(
                "Interrupted. What was written stays; the same command goes on from there.", file=sys.stderr
            )
            return INTERRUPTED
        except DATABASE_ERRORS as error:
            raise ServiceUnavailable(
                f"the import broke off ({type(error).__name__}); the same command goes on from there"
            ) from None
        seconds = time.monotonic() - started
    _report(tally, "file" if is_folder else "line", seconds)
    return SOME_REFUSED if tally.refused else OK


def _problem(path: Path) -> str | None:
    """Why there is nothing to import, in plain words."""
    try:
        if path.is_dir():
            return None
        if not path.exists():
            return "there is no such file or folder"
        if path.suffix.lower() != ".jsonl" or not path.is_file():
            return "neither a folder nor a .jsonl file of songs"
        with path.open("rb"):
            return None
    except OSError as error:
        return (error.strerror or "not readable").lower()


async def _run(path: Path, is_folder: bool, database_url: str, watch: Watch) -> Tally:
    """Raises CancelledError when a signal ends it, and what the database raises."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    with KeyMaker() as keys:
        async with CatalogWriter.connected(database_url) as writer:
            if is_folder:
                return await FolderImport(keys, watch).run(writer, path)
            return await RowImport(writer, keys, watch).run(path)


@contextmanager
def _progress() -> Iterator[Watch]:
    """A bar on a terminal; elsewhere a line now and then."""
    if not sys.stderr.isatty():
        yield _Lines().show
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield _Bar(progress).show


class _Lines:
    def __init__(self) -> None:
        self._started = self._said = time.monotonic()

    def show(self, tally: Tally) -> None:
        now = time.monotonic()
        if now - self._said >= SAY_EVERY:
            self._said = now
            line = f"{tally.fraction:4.0%}  {_pace(tally, now - self._started)}"
            print(line, file=sys.stderr, flush=True)


class _Bar:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("looking …", total=1.0)
        self._started = time.monotonic()

    def show(self, tally: Tally) -> None:
        pace = _pace(tally, time.monotonic() - self._started)
        self._progress.update(self._task, completed=tally.fraction, description=pace)


def _pace(tally: Tally, seconds: float) -> str:
    done = tally.written + tally.unchanged
    return f"{done:,} songs, {done / max(seconds, 1e-3):,.0f} rows per second"


def _report(tally: Tally, unit: str, seconds: float) -> None:
    """What was done on standard output, what was not taken on standard error."""
    for remark in tally.remarks:
        print(remark, file=sys.stderr)
    if tally.unsaid:
        print(f"… and {tally.unsaid:,} more", file=sys.stderr)
    counts = {
        "new": tally.new,
        "changed": tally.changed,
        "unchanged": tally.unchanged,
        "repeated": tally.repeated,
        "gone": tally.gone,
        "refused": tally.refused,
    }
    said = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count or name in _ALWAYS_SAID)
    plural = "" if tally.seen == 1 else "s"
    pace = f"{seconds:.1f} s, {tally.seen / max(seconds, 1e-3):,.0f} rows per second"
    print(f"{tally.seen:,} {unit}{plural}: {said} ({pace})")


_ALWAYS_SAID = {"new", "changed", "unchanged", "refused"}
