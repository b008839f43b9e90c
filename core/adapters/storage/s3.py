"""Objects in a bucket of any service that speaks S3, each named by the SHA-256 of its bytes.

The layout is that of the files driver: `prefix/ab/cd/abcd…`. Objects come down in windows, so that no
connection waits for a slow listener, and one that breaks costs a window.

boto3 blocks: its calls run in threads of the store's own, a bounded number, for each of which one waits a
bounded time.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO, Any, ParamSpec, TypeVar

from core.adapters.storage.s3_bucket import ASIDE, OBJECT_NAME, PAGE, PART, Broken, Bucket, age_of
from core.adapters.storage.s3_client import errors_in_our_words
from core.errors import ConfigurationError, NotFound, ServiceUnavailable
from core.ports import COPY_PREFIX, AgedObject, StoredObject
from core.storage_url import S3Place

READ_BLOCK = 256 * 1024
WINDOW = 1024 * 1024
"""Bytes asked for at once, and held for each reader; the first window is one block, to begin soon."""
MOST_PAGES = 100
"""Looked through for one of our objects, where others keep things in the same bucket."""
THREADS = 16
WAIT_SECONDS = 30.0
"""How long one waits for a thread."""
TRIES = 4
"""Of a window whose connection breaks; boto3 itself repeats only what has not begun to answer."""
CHECK_AGAIN = 30.0
"""Seconds for which a bucket that answered is not asked again: checks cost money there."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


class S3Store:
    """`core.ports.ObjectStore` in a bucket. Connects when first used; belongs to one event loop."""

    def __init__(self, place: S3Place) -> None:
        self.bucket = Bucket(place, connections=THREADS)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="s3")
        self._free = asyncio.Semaphore(THREADS)
        self._checking: asyncio.Task[None] | None = None
        self._well_until = 0.0

    async def put(self, path: Path) -> StoredObject:
        """Keep the file's bytes; the same bytes twice are one object. Raises ServiceUnavailable.

        A file that is not there to be read is the caller's mistake: FileNotFoundError.
        """
        return await self._call(self.bucket.put, path)

    async def size(self, sha256: str) -> int:
        """Size in bytes. Raises NotFound, ServiceUnavailable."""
        return await self._call(self.bucket.size, self.bucket.key(sha256))

    @asynccontextmanager
    async def local_copy(self, sha256: str, work_dir: Path) -> AsyncIterator[Path]:
        """The object in a file of its own, checked against its name, which is gone with the block.

        Raises NotFound, ServiceUnavailable.
        """
        size = await self.size(sha256)
        folder = await asyncio.to_thread(_new_folder, work_dir)
        try:
            path = folder / sha256
            await self._download(sha256, size, path)
            yield path
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    async def read(self, sha256: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from start up to, not including, end, in blocks of READ_BLOCK. Raises NotFound.

        An object that is deleted stops being served at the next window.
        """
        size = await self.size(sha256)
        end = size if end is None else min(end, size)
        window = READ_BLOCK
        while start < end:
            data = await self._window(sha256, start, min(start + window, end))
            for at in range(0, len(data), READ_BLOCK):
                yield data[at : at + READ_BLOCK]
            start += len(data)
            window = WINDOW

    async def delete(self, sha256: str) -> None:
        """Forget the object, aside or not; no error when it is not there."""
        await self._call(self.bucket.delete, self.bucket.key(sha256))
        await self.discard(sha256)

    async def check(self) -> None:
        """Write, read and delete a probe. Raises ServiceUnavailable, ConfigurationError.

        Those who ask at the same time share the answer, and a good one is good for CHECK_AGAIN seconds.
        """
        if time.monotonic() < self._well_until:
            return
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self._check())
        await asyncio.shield(self._checking)

    async def objects(self) -> AsyncIterator[StoredObject]:
        """All objects, in the order of their names. Raises ServiceUnavailable."""
        after = ""
        while True:
            page: list[dict[str, Any]] = await self._call(self.bucket.listed, after)
            for item in page:
                if self.bucket.is_ours(item["Key"]):
                    yield StoredObject(item["Key"].rpartition("/")[2], item["Size"])
            if not page:
                return
            after = page[-1]["Key"]

    async def aged(self, after: str, most: int) -> list[AgedObject]:
        """The objects whose names come next after `after`, in their order. Raises ServiceUnavailable."""
        key = self.bucket.key(after) if after else ""
        for _ in range(MOST_PAGES):
            page = await self._call(self.bucket.listed, key, min(most, PAGE))
            found = [
                aged for item in page for aged in _aged(item) if item["Key"] == self.bucket.key(aged.sha256)
            ]
            if found or not page:
                return found
            key = page[-1]["Key"]
        return []

    async def set_aside(self, sha256: str) -> None:
        """Hide the object until it is brought back; no error when it is not there."""
        with suppress(NotFound):
            await self._call(self.bucket.move, self.bucket.key(sha256), self.bucket.key_aside(sha256))

    async def aside(self, most: int) -> list[AgedObject]:
        """Some of what was set aside."""
        page = await self._call(self.bucket.listed, "", min(most, PAGE), ASIDE)
        return [aged for item in page for aged in _aged(item)]

    async def bring_back(self, sha256: str) -> None:
        """Undo `set_aside`; an object that was put anew meanwhile is the same."""
        with suppress(NotFound):
            await self._call(self.bucket.move, self.bucket.key_aside(sha256), self.bucket.key(sha256))

    async def discard(self, sha256: str) -> None:
        """Forget what was set aside, for good."""
        await self._call(self.bucket.delete, self.bucket.key_aside(sha256))

    async def sweep_temporary(self, older_than: float) -> int:
        """Throw away the parts of uploads that nobody will finish; returns how many uploads.

        `older_than` is in seconds and must be longer than any put() may take.
        """
        return await self._call(self.bucket.sweep, older_than)

    async def close(self) -> None:
        if self._checking is not None:
            self._checking.cancel()
            await asyncio.gather(self._checking, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)
        self.bucket.close()

    # --- between the event loop and the threads -------------------------------------------------------

    async def _call(self, work: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """What has to be mended by the operator will be: to the rest of us it is a service that is away."""
        try:
            return await self._in_thread(work, *args, **kwargs)
        except ConfigurationError as error:
            raise ServiceUnavailable(error.detail) from error

    async def _in_thread(self, work: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """A call that is cancelled goes on in its thread, which is free when it ends and not before."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._free.acquire()
        except TimeoutError:
            raise ServiceUnavailable("storage: too many wait for it") from None
        work_done = asyncio.get_running_loop().run_in_executor(
            self._threads, partial(_worded, work, *args, **kwargs)
        )
        work_done.add_done_callback(self._release)
        return await asyncio.shield(work_done)

    def _release(self, done: asyncio.Future[Any]) -> None:
        self._free.release()
        if not done.cancelled():
            done.exception()  # whoever asked may be gone

    async def _window(self, sha256: str, start: int, end: int) -> bytes:
        """These bytes. Where the connection breaks in the middle, they are asked for again."""
        key = self.bucket.key(sha256)
        for left in reversed(range(TRIES)):
            try:
                return await self._call(self.bucket.get, key, start, end)
            except Broken as broken:
                if not left:
                    raise ServiceUnavailable(f"storage: {broken}") from broken
            await asyncio.sleep(random.uniform(0.05, 0.2) * 2 ** (TRIES - left))
        raise AssertionError

    async def _download(self, sha256: str, size: int, path: Path) -> None:
        digest = hashlib.sha256()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            for start in range(0, size, PART):
                data = await self._window(sha256, start, min(start + PART, size))
                await asyncio.to_thread(_append, file, digest, data)
        if digest.hexdigest() != sha256:
            raise ServiceUnavailable(f"storage: object {sha256} is damaged")

    async def _check(self) -> None:
        await self._in_thread(self.bucket.probe)
        self._well_until = time.monotonic() + CHECK_AGAIN


def _aged(item: dict[str, Any]) -> list[AgedObject]:
    """Of what is listed; none of what is no object."""
    name = item["Key"].rpartition("/")[2]
    return [AgedObject(name, age_of(item))] if OBJECT_NAME.fullmatch(name) else []


def _new_folder(work_dir: Path) -> Path:
    try:
        work_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=COPY_PREFIX, dir=work_dir))
    except OSError as error:
        raise ServiceUnavailable(f"storage: {error.strerror}") from error


def _append(file: IO[bytes], digest: Any, data: bytes) -> None:
    digest.update(data)
    try:
        file.write(data)
        file.flush()
    except OSError as error:
        raise ServiceUnavailable(f"storage: {error.strerror}") from error


def _worded(work: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
    with errors_in_our_words():
        return work(*args, **kwargs)
