"""`./melody storage migrate FROM TO`: every object from one store to another; the first is left as it is."""

from __future__ import annotations

import asyncio
import hashlib
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from core.config import Settings
from core.errors import ConfigurationError, NotFound, ServiceUnavailable
from core.outside import store_in
from core.ports import ObjectStore, StoredObject
from core.storage_url import StoragePlace, parse_storage_url

OK, SOME_MISSING, INTERRUPTED = 0, 1, 130
AT_ONCE = 4
MOST_REMARKS = 20
GIVE_UP_AFTER = 20
"""Objects in a row for which a store does not answer."""
SAY_EVERY = 5.0
"""Seconds between lines of progress."""


@dataclass
class Moved:
    """What became of the objects so far."""

    copied: int = 0
    copied_bytes: int = 0
    there: int = 0
    """Were in the other store already, with the same size."""
    gone: int = 0
    """Deleted while we were at it: nobody wants them any more."""
    failed: int = 0
    failed_in_a_row: int = 0
    remarks: list[str] = field(default_factory=list)

    def fail(self, sha256: str, reason: str) -> None:
        self.failed += 1
        if len(self.remarks) < MOST_REMARKS:
            self.remarks.append(f"{sha256}: {reason}")

    def __str__(self) -> str:
        counts = f"{self.copied:,} copied ({self.copied_bytes / 1e6:,.1f} MB), {self.there:,} there already"
        gone = f", {self.gone:,} deleted meanwhile" if self.gone else ""
        return f"{counts}{gone}, {self.failed:,} failed"


def migrate(settings: Settings, source: str, target: str, *, reread: bool = False) -> int:
    """Copy what the other store lacks; repeating it goes on where it ended.

    `reread`: read everything back from the other store afterwards and compare it with its name. The exit
    code: 0 all is there; 1 some objects could not be copied, each told; 130 interrupted. Raises
    ConfigurationError, ServiceUnavailable.
    """
    places = _place("FROM", source), _place("TO", target)
    if places[0] == places[1]:
        raise ConfigurationError("FROM and TO are the same place")
    started = time.monotonic()
    try:
        moved = asyncio.run(_migrate(settings.work_path, *places, reread=reread))
    except asyncio.CancelledError:
        print("Interrupted. What was copied stays; the same command goes on from there.", file=sys.stderr)
        return INTERRUPTED
    for remark in moved.remarks:
        print(remark, file=sys.stderr)
    print(f"{moved} in {time.monotonic() - started:.1f} s: {places[0]} → {places[1]}")
    return SOME_MISSING if moved.failed else OK


def _place(name: str, url: str) -> StoragePlace:
    try:
        return parse_storage_url(url)
    except ValueError as error:
        raise ConfigurationError(f"{name}: {error}") from None


async def _migrate(work_dir: Path, source: StoragePlace, target: StoragePlace, *, reread: bool) -> Moved:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    stores = store_in(source), store_in(target)
    try:
        await stores[1].check()
        await asyncio.to_thread(work_dir.mkdir, mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=work_dir) as folder:
            return await copy_all(*stores, Path(folder), reread=reread)
    finally:
        for store in stores:
            await store.close()


async def copy_all(
    source: ObjectStore, target: ObjectStore, work_dir: Path, *, reread: bool = False
) -> Moved:
    """Copy what the target lacks, AT_ONCE objects at a time, each compared with its name on the way.

    Raises ServiceUnavailable where the source can't be listed, or a store seems to be away.
    """
    moved = Moved()
    objects = source.objects()
    progress = _Progress(moved)

    async def work() -> None:
        async for found in _each(objects, turn):
            try:
                await _copy(source, target, found, work_dir, moved)
                if reread:
                    await _compare(target, found.sha256)
                moved.failed_in_a_row = 0
            except ServiceUnavailable as error:
                moved.fail(found.sha256, error.detail)
                moved.failed_in_a_row += 1
                if moved.failed_in_a_row >= GIVE_UP_AFTER:
                    raise
            progress.show()

    turn = asyncio.Lock()
    workers = [asyncio.create_task(work()) for _ in range(AT_ONCE)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return moved


async def _each(objects: AsyncIterator[StoredObject], turn: asyncio.Lock) -> AsyncIterator[StoredObject]:
    """Several take from one list."""
    while True:
        async with turn:
            found = await anext(objects, None)
        if found is None:
            return
        yield found


async def _copy(
    source: ObjectStore, target: ObjectStore, found: StoredObject, work_dir: Path, moved: Moved
) -> None:
    try:
        if await target.size(found.sha256) == found.size:
            moved.there += 1
            return
    except NotFound:
        pass
    try:
        async with source.local_copy(found.sha256, work_dir) as path:
            if await asyncio.to_thread(_digest, path) != found.sha256:
                moved.fail(found.sha256, "is damaged where it is")
                return
            await target.put(path)
    except (NotFound, FileNotFoundError):
        moved.gone += 1
        return
    if await target.size(found.sha256) != found.size:
        moved.fail(found.sha256, "arrived in part")
        return
    moved.copied += 1
    moved.copied_bytes += found.size


async def _compare(store: ObjectStore, sha256: str) -> None:
    """Raises ServiceUnavailable where the object's bytes are not those it is named for."""
    digest = hashlib.sha256()
    try:
        async for block in store.read(sha256):
            digest.update(block)
    except NotFound:
        return  # told already
    if digest.hexdigest() != sha256:
        raise ServiceUnavailable("is damaged where it was copied to")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Progress:
    def __init__(self, moved: Moved) -> None:
        self._moved = moved
        self._said = time.monotonic()

    def show(self) -> None:
        now = time.monotonic()
        if now - self._said >= SAY_EVERY:
            self._said = now
            print(f"{self._moved} …", file=sys.stderr, flush=True)
