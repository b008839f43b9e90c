"""Objects as files on this machine, each named by the SHA-256 of its bytes.

An object lives at `root/ab/cd/abcd…`. It appears there by a rename, after its bytes are on the disk, so a
process that is killed leaves either the whole object or a stray file in `root/tmp`, never half an object.
Two processes that keep the same bytes at once rename twice onto the same name: one object.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import re
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import IO, ParamSpec, TypeVar

from core.errors import NotFound, ServiceUnavailable
from core.ports import AgedObject, StoredObject

READ_BLOCK = 256 * 1024
"""Bytes held in memory for each reader."""

_COPY_BLOCK = 1024 * 1024
_THREADS = 4
_OBJECT_NAME = re.compile(r"[0-9a-f]{64}")

_P = ParamSpec("_P")
_T = TypeVar("_T")


class FileStore:
    """`core.ports.ObjectStore` in a directory that this user alone can read. Opens nothing until used."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._temporary = root / "tmp"
        self._aside = root / "aside"
        # The event loop's thread pool also resolves host names: storage never takes all of it.
        self._threads = asyncio.Semaphore(_THREADS)

    async def put(self, path: Path) -> StoredObject:
        """Keep the file's bytes; the same bytes twice are one object. Raises ServiceUnavailable.

        A file that is not there to be read is the caller's mistake: FileNotFoundError.
        """
        return await self._in_thread(self._keep_file, path)

    async def size(self, sha256: str) -> int:
        """Size in bytes. Raises NotFound."""
        return await self._in_thread(self._size, sha256)

    @asynccontextmanager
    async def local_copy(self, sha256: str, work_dir: Path) -> AsyncIterator[Path]:
        """The object's own path, for reading only; nothing is copied. Raises NotFound."""
        await self.size(sha256)
        yield self._path(sha256)

    async def read(self, sha256: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from start up to, not including, end, in blocks of READ_BLOCK. Raises NotFound.

        Each block opens the file anew: no descriptor outlives a cancelled reader, and an object that is
        deleted stops being served at once.
        """
        size = await self.size(sha256)
        end = size if end is None else min(end, size)
        while start < end:
            block = await self._in_thread(self._block, sha256, start, min(READ_BLOCK, end - start))
            start += len(block)
            yield block

    async def delete(self, sha256: str) -> None:
        """Forget the object, aside or not; no error when it is not there."""
        await self._in_thread(self._path(sha256).unlink, missing_ok=True)
        await self.discard(sha256)

    async def check(self) -> None:
        """Write, read and delete a probe object. Raises ServiceUnavailable."""
        await self._in_thread(self._probe)

    async def objects(self) -> AsyncIterator[StoredObject]:
        """All objects, in the order of their names."""
        for first in range(256):
            for found in await self._in_thread(self._list, f"{first:02x}"):
                yield found

    async def aged(self, after: str, most: int) -> list[AgedObject]:
        """The objects whose names come next after `after`, in their order."""
        return await self._in_thread(self._list_aged, after, most)

    async def set_aside(self, sha256: str) -> None:
        """Hide the object until it is brought back; no error when it is not there."""
        await self._in_thread(self._set_aside, sha256)

    async def aside(self, most: int) -> list[AgedObject]:
        """Some of what was set aside."""
        return await self._in_thread(self._list_aside, most)

    async def bring_back(self, sha256: str) -> None:
        """Undo `set_aside`; an object that was put anew meanwhile is the same."""
        await self._in_thread(self._bring_back, sha256)

    async def discard(self, sha256: str) -> None:
        """Forget what was set aside, for good."""
        await self._in_thread((self._aside / self._path(sha256).name).unlink, missing_ok=True)

    async def sweep_temporary(self, older_than: float) -> int:
        """Remove what killed processes left behind; returns how many files.

        `older_than` is in seconds and must be longer than any put() may take.
        """
        return await self._in_thread(self._sweep, older_than)

    async def close(self) -> None:
        """Nothing is open."""

    async def _in_thread(self, work: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        async with self._threads:
            return await asyncio.to_thread(work, *args, **kwargs)

    # --- what runs in the threads ---------------------------------------------------------------------

    def _path(self, sha256: str) -> Path:
        if not _OBJECT_NAME.fullmatch(sha256):
            raise NotFound("not the name of an object")
        return self._root / sha256[:2] / sha256[2:4] / sha256

    def _size(self, sha256: str) -> int:
        with _not_found(sha256):
            return self._path(sha256).stat().st_size

    def _block(self, sha256: str, start: int, count: int) -> bytes:
        with _not_found(sha256), self._path(sha256).open("rb", buffering=0) as file:
            block = os.pread(file.fileno(), count, start)
        if not block:
            raise ServiceUnavailable(f"object {sha256} is shorter than it was")
        return block

    def _keep_file(self, path: Path) -> StoredObject:
        with path.open("rb") as source, self._new_file() as temporary:
            kept = _copy(source, temporary)
            target = self._path(kept.sha256)
            _make_private(target.parent.parent)
            _make_private(target.parent)
            # Also when the object is there already: the bytes are the same, and a damaged one heals.
            temporary.replace(target)
            _sync_directory(target.parent)
        return kept

    def _probe(self) -> None:
        # Stays among the temporary files: killed here, we leave nothing that looks like an object.
        probe = secrets.token_bytes(32)
        with self._new_file() as temporary:
            _copy(io.BytesIO(probe), temporary)
            if temporary.read_bytes() != probe:
                raise ServiceUnavailable("storage gives back other bytes than it was given")

    @contextmanager
    def _new_file(self) -> Iterator[Path]:
        """A name for a temporary file, gone afterwards. A disk that is full, read-only or gone is a
        service that does not answer.
        """
        try:
            _make_private(self._root)
            _make_private(self._temporary)
            temporary = self._temporary / f"{os.getpid()}-{secrets.token_hex(8)}"
            try:
                yield temporary
            finally:
                temporary.unlink(missing_ok=True)
        except OSError as error:
            raise ServiceUnavailable(f"storage: {error.strerror}") from error

    def _list(self, first: str) -> list[StoredObject]:
        """The objects whose names begin so: a 256th of all."""
        found = []
        for path in sorted((self._root / first).glob("??/*")):
            if _OBJECT_NAME.fullmatch(path.name) and path == self._path(path.name):
                with suppress(FileNotFoundError):  # deleted meanwhile
                    found.append(StoredObject(path.name, path.stat().st_size))
        return found

    def _list_aged(self, after: str, most: int) -> list[AgedObject]:
        found: list[AgedObject] = []
        for first in range(int(after[:2] or "0", 16), 256):
            for path in sorted((self._root / f"{first:02x}").glob("??/*")):
                if path.name > after and _OBJECT_NAME.fullmatch(path.name) and path == self._path(path.name):
                    found += _aged(path)
                if len(found) >= most:
                    return found
        return found

    def _set_aside(self, sha256: str) -> None:
        _make_private(self._aside)
        with suppress(FileNotFoundError):
            os.utime(self._path(sha256))  # its time is from now on when it was set aside
            self._path(sha256).replace(self._aside / sha256)

    def _list_aside(self, most: int) -> list[AgedObject]:
        names = sorted(self._aside.glob("*"))[:most]
        return [aged for path in names if _OBJECT_NAME.fullmatch(path.name) for aged in _aged(path)]

    def _bring_back(self, sha256: str) -> None:
        target = self._path(sha256)
        _make_private(target.parent.parent)
        _make_private(target.parent)
        with suppress(FileNotFoundError):
            (self._aside / sha256).replace(target)
            _sync_directory(target.parent)

    def _sweep(self, older_than: float) -> int:
        limit = time.time() - older_than
        removed = 0
        try:
            strays = list(self._temporary.iterdir())
        except FileNotFoundError:
            return 0
        for stray in strays:
            try:
                if stray.stat().st_mtime < limit:
                    stray.unlink()
                    removed += 1
            except FileNotFoundError:
                continue  # its put() has just ended, or another process sweeps too
        return removed


def _aged(path: Path) -> list[AgedObject]:
    """None where it was deleted meanwhile."""
    try:
        return [AgedObject(path.name, time.time() - path.stat().st_mtime)]
    except FileNotFoundError:
        return []


@contextmanager
def _not_found(sha256: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise NotFound(f"no object {sha256}") from None


def _copy(source: IO[bytes], target: Path) -> StoredObject:
    """Write the source's bytes to a new file, down to the disk, and name them."""
    digest = hashlib.sha256()
    size = 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as copy:
        while block := source.read(_COPY_BLOCK):
            digest.update(block)
            copy.write(block)
            size += len(block)
        copy.flush()
        os.fsync(descriptor)
    return StoredObject(digest.hexdigest(), size)


def _make_private(directory: Path) -> None:
    """Make the directory if it is missing, and make sure that its name outlives a power cut."""
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        return
    except FileNotFoundError:
        directory.parent.mkdir(parents=True, exist_ok=True)
        directory.mkdir(mode=0o700, exist_ok=True)
    _sync_directory(directory.parent)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
