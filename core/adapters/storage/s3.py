"""Objects in a bucket of any service that speaks S3, each named by the SHA-256 of its bytes.

The layout is that of the files driver: `prefix/ab/cd/abcd…`. Large objects go up in parts, which the service
puts together at the end: an upload that is killed leaves no object, only parts, which `sweep_temporary` has
thrown away. Objects come down in windows, so that no connection waits for a slow listener, and one that
breaks costs a window.

boto3 blocks: its calls run in threads of the store's own, a bounded number, for each of which one waits a
bounded time.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, Any, ParamSpec, TypeVar

from core.adapters.storage.s3_client import connect, errors_in_our_words
from core.errors import ConfigurationError, NotFound, ServiceUnavailable
from core.media.formats import HEAD_BYTES, recognise
from core.ports import COPY_PREFIX, AgedObject, StoredObject
from core.storage_url import S3Place

READ_BLOCK = 256 * 1024
WINDOW = 1024 * 1024
"""Bytes asked for at once, and held for each reader; the first window is one block, to begin soon."""
PART = 8 * 1024 * 1024
"""Objects above this go up in parts of this size; grows with the object, as there may be 10,000."""
MOST_PARTS = 10_000
PAGE = 1_000
"""Keys that S3 lists at once."""
MOST_PAGES = 100
"""Looked through for one of our objects, where others keep things in the same bucket."""
ASIDE = "tmp/aside/"
"""Where objects are that were set aside; by its name behind all objects."""
THREADS = 16
WAIT_SECONDS = 30.0
"""How long one waits for a thread."""
WINDOW_SECONDS = 30.0
TRIES = 4
"""Of a window whose connection breaks; boto3 itself repeats only what has not begun to answer."""
CHECK_AGAIN = 30.0
"""Seconds for which a bucket that answered is not asked again: checks cost money there."""

YOUNG = 12 * 3600.0
"""Seconds for which an object that is there need not go up again; well below what the sweep takes for old."""

_OBJECT_NAME = re.compile(r"[0-9a-f]{64}")
_BYTES = "application/octet-stream"
_TYPES = {"mp3": "audio/mpeg", "mp4": "audio/mp4", "matroska": "audio/webm"}
"""Of containers whose media type is not `audio/` and their name."""
_P = ParamSpec("_P")
_T = TypeVar("_T")


class S3Store:
    """`core.ports.ObjectStore` in a bucket. Connects when first used; belongs to one event loop."""

    def __init__(self, place: S3Place) -> None:
        self.place = place
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="s3")
        self._free = asyncio.Semaphore(THREADS)
        self._client: Any = None
        self._connecting = threading.Lock()
        self._checking: asyncio.Task[None] | None = None
        self._well_until = 0.0

    async def put(self, path: Path) -> StoredObject:
        """Keep the file's bytes; the same bytes twice are one object. Raises ServiceUnavailable.

        A file that is not there to be read is the caller's mistake: FileNotFoundError.
        """
        return await self._call(self._put, path)

    async def size(self, sha256: str) -> int:
        """Size in bytes. Raises NotFound, ServiceUnavailable."""
        return await self._call(self._size, self._key(sha256))

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
        await self._call(self._delete, self._key(sha256))
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
            page: list[dict[str, Any]] = await self._call(self._list, after)
            for item in page:
                name = item["Key"].rpartition("/")[2]
                if _OBJECT_NAME.fullmatch(name) and item["Key"] == self._key(name):
                    yield StoredObject(name, item["Size"])
            if not page:
                return
            after = page[-1]["Key"]

    async def aged(self, after: str, most: int) -> list[AgedObject]:
        """The objects whose names come next after `after`, in their order. Raises ServiceUnavailable."""
        key = self._key(after) if after else ""
        for _ in range(MOST_PAGES):
            page = await self._call(self._list, key, min(most, PAGE))
            found = [aged for item in page for aged in _aged(item) if item["Key"] == self._key(aged.sha256)]
            if found or not page:
                return found
            key = page[-1]["Key"]
        return []

    async def set_aside(self, sha256: str) -> None:
        """Hide the object until it is brought back; no error when it is not there."""
        with suppress(NotFound):
            await self._call(self._move, self._key(sha256), self._key_aside(sha256))

    async def aside(self, most: int) -> list[AgedObject]:
        """Some of what was set aside."""
        page = await self._call(self._list, "", min(most, PAGE), ASIDE)
        return [aged for item in page for aged in _aged(item)]

    async def bring_back(self, sha256: str) -> None:
        """Undo `set_aside`; an object that was put anew meanwhile is the same."""
        with suppress(NotFound):
            await self._call(self._move, self._key_aside(sha256), self._key(sha256))

    async def discard(self, sha256: str) -> None:
        """Forget what was set aside, for good."""
        await self._call(self._delete, self._key_aside(sha256))

    async def sweep_temporary(self, older_than: float) -> int:
        """Throw away the parts of uploads that nobody will finish; returns how many uploads.

        `older_than` is in seconds and must be longer than any put() may take.
        """
        return await self._call(self._sweep, older_than)

    async def close(self) -> None:
        if self._checking is not None:
            self._checking.cancel()
            await asyncio.gather(self._checking, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._client is not None:
            self._client.close()

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
            self._threads, partial(self._with_client, work, *args, **kwargs)
        )
        work_done.add_done_callback(self._release)
        return await asyncio.shield(work_done)

    def _release(self, done: asyncio.Future[Any]) -> None:
        self._free.release()
        if not done.cancelled():
            done.exception()  # whoever asked may be gone

    async def _window(self, sha256: str, start: int, end: int) -> bytes:
        """These bytes. Where the connection breaks in the middle, they are asked for again."""
        key = self._key(sha256)
        for left in reversed(range(TRIES)):
            try:
                return await self._call(self._get, key, start, end)
            except _Broken as broken:
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
        await self._in_thread(self._probe)
        self._well_until = time.monotonic() + CHECK_AGAIN

    # --- what runs in the threads ---------------------------------------------------------------------

    def _with_client(self, work: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        with self._connecting:
            if self._client is None:
                self._client = connect(self.place, connections=THREADS)
        with errors_in_our_words():
            return work(*args, **kwargs)

    def _key(self, sha256: str) -> str:
        if not _OBJECT_NAME.fullmatch(sha256):
            raise NotFound("not the name of an object")
        return f"{self.place.prefix}{sha256[:2]}/{sha256[2:4]}/{sha256}"

    def _key_aside(self, sha256: str) -> str:
        return f"{self.place.prefix}{ASIDE}{self._key(sha256).rpartition('/')[2]}"

    def _put(self, path: Path) -> StoredObject:
        kept = _name_of(path)
        key = self._key(kept.sha256)
        with suppress(NotFound):
            there = self._head(key)
            if there["ContentLength"] == kept.size and _age(there) < YOUNG:
                return kept
        self._upload(path, key, kept.size)
        if self._size(key) != kept.size:
            raise ServiceUnavailable(f"storage: object {kept.sha256} arrived in part")
        return kept

    def _upload(self, path: Path, key: str, size: int) -> None:
        from boto3.s3.transfer import TransferConfig

        self._client.upload_file(
            str(path),
            self.place.bucket,
            key,
            ExtraArgs={"ContentType": _media_type(path)},
            Config=TransferConfig(
                multipart_threshold=PART + 1,
                multipart_chunksize=max(PART, -(-size // MOST_PARTS)),
                use_threads=False,  # we are in one, and one part in memory is enough
            ),
        )

    def _size(self, key: str) -> int:
        return int(self._head(key)["ContentLength"])

    def _head(self, key: str) -> dict[str, Any]:
        with errors_in_our_words():
            found: dict[str, Any] = self._client.head_object(Bucket=self.place.bucket, Key=key)
            return found

    def _move(self, key: str, to: str) -> None:
        """Killed half way, both are there."""
        source = {"Bucket": self.place.bucket, "Key": key}
        self._client.copy_object(Bucket=self.place.bucket, Key=to, CopySource=source)
        self._delete(key)

    def _get(self, key: str, start: int, end: int) -> bytes:
        """Raises _Broken when the answer breaks off, or takes too long."""
        from botocore.exceptions import ConnectionError as AnswerBroken
        from botocore.exceptions import HTTPClientError, IncompleteReadError
        from urllib3.exceptions import HTTPError

        asked = self._client.get_object(Bucket=self.place.bucket, Key=key, Range=f"bytes={start}-{end - 1}")
        deadline = time.monotonic() + WINDOW_SECONDS
        data = bytearray()
        body = asked["Body"]
        try:
            while len(data) < end - start and (chunk := body.read(64 * 1024)):
                data += chunk
                if time.monotonic() > deadline:
                    raise _Broken("the S3 service is too slow")
        except (AnswerBroken, HTTPClientError, IncompleteReadError, HTTPError, OSError) as error:
            raise _Broken(f"the S3 service broke off ({type(error).__name__})") from error
        finally:
            body.close()
        if len(data) != end - start:
            raise _Broken("the S3 service sent another part than was asked for")
        return bytes(data)

    def _delete(self, key: str) -> None:
        self._client.delete_object(Bucket=self.place.bucket, Key=key)

    def _list(self, after: str, most: int = PAGE, below: str = "") -> list[dict[str, Any]]:
        listed = self._client.list_objects_v2(
            Bucket=self.place.bucket, Prefix=self.place.prefix + below, StartAfter=after, MaxKeys=most
        )
        page: list[dict[str, Any]] = listed.get("Contents", [])
        return page

    def _probe(self) -> None:
        # Under a name that no object has: killed here, we leave nothing that looks like one.
        key = f"{self.place.prefix}tmp/{secrets.token_hex(8)}"
        bucket = {"Bucket": self.place.bucket}
        probe = secrets.token_bytes(32)
        self._client.put_object(**bucket, Key=key, Body=probe, ContentType=_BYTES)
        try:
            if self._get(key, 0, len(probe)) != probe:
                raise ServiceUnavailable("storage gives back other bytes than it was given")
        except _Broken as broken:
            raise ServiceUnavailable(f"storage: {broken}") from broken
        finally:
            self._client.delete_object(**bucket, Key=key)
        try:
            self._size(key)
        except NotFound:
            return
        except ConfigurationError:
            # Without the right to list, a service says "forbidden" of all that is not there.
            raise ConfigurationError(
                "MELODY_STORAGE_URL: the keys need the right to list the bucket (s3:ListBucket)"
            ) from None
        raise ServiceUnavailable("storage: what is deleted stays")

    def _sweep(self, older_than: float) -> int:
        limit = datetime.now(UTC).timestamp() - older_than
        removed = 0
        pages = self._client.get_paginator("list_multipart_uploads")
        for page in pages.paginate(Bucket=self.place.bucket, Prefix=self.place.prefix):
            for upload in page.get("Uploads", []):
                if self._is_ours(upload["Key"]) and upload["Initiated"].timestamp() < limit:
                    self._client.abort_multipart_upload(
                        Bucket=self.place.bucket, Key=upload["Key"], UploadId=upload["UploadId"]
                    )
                    removed += 1
        return removed

    def _is_ours(self, key: str) -> bool:
        name = key.rpartition("/")[2]
        return bool(_OBJECT_NAME.fullmatch(name)) and key == self._key(name)


def _aged(item: dict[str, Any]) -> list[AgedObject]:
    """Of what is listed; none of what is no object."""
    name = item["Key"].rpartition("/")[2]
    return [AgedObject(name, _age(item))] if _OBJECT_NAME.fullmatch(name) else []


def _age(item: dict[str, Any]) -> float:
    """In seconds."""
    return float((datetime.now(UTC) - item["LastModified"]).total_seconds())


class _Broken(Exception):
    """An answer that broke off; asking again may help."""


def _name_of(path: Path) -> StoredObject:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return StoredObject(digest.hexdigest(), file.tell())


def _media_type(path: Path) -> str:
    """For people and tools that look into the bucket; what we serve is typed by its signed link."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    container = recognise(head)
    return _BYTES if container is None else _TYPES.get(container.name, f"audio/{container.name}")


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
