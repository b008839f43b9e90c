"""What is asked of a bucket, call by call: blocking, for threads. `S3Store` makes an object store of it.

Objects above PART go up in parts, which the service puts together at the end: an upload that is killed leaves
no object, only parts, which `sweep` has thrown away.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.adapters.storage.s3_client import connect, errors_in_our_words
from core.errors import ConfigurationError, NotFound, ServiceUnavailable
from core.media.formats import HEAD_BYTES, recognise
from core.ports import StoredObject
from core.storage_url import S3Place

PART = 8 * 1024 * 1024
"""Objects above this go up in parts of this size; grows with the object, as there may be 10,000."""
MOST_PARTS = 10_000
PAGE = 1_000
"""Keys that S3 lists at once."""
ASIDE = "tmp/aside/"
"""Where objects are that were set aside; by its name behind all objects."""
WINDOW_SECONDS = 30.0
YOUNG = 12 * 3600.0
"""Seconds for which an object that is there need not go up again; well below what the sweep takes for old."""

OBJECT_NAME = re.compile(r"[0-9a-f]{64}")
_BYTES = "application/octet-stream"
_TYPES = {"mp3": "audio/mpeg", "mp4": "audio/mp4", "matroska": "audio/webm"}
"""Of containers whose media type is not `audio/` and their name."""


class Broken(Exception):
    """An answer that broke off; asking again may help."""


class Bucket:
    """Connects when first used; for many threads. Errors are boto3's where a method names none."""

    def __init__(self, place: S3Place, connections: int) -> None:
        self.place = place
        self._connections = connections
        self._client: Any = None
        self._connecting = threading.Lock()

    @property
    def client(self) -> Any:
        with self._connecting:
            if self._client is None:
                self._client = connect(self.place, connections=self._connections)
        return self._client

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def key(self, sha256: str) -> str:
        if not OBJECT_NAME.fullmatch(sha256):
            raise NotFound("not the name of an object")
        return f"{self.place.prefix}{sha256[:2]}/{sha256[2:4]}/{sha256}"

    def key_aside(self, sha256: str) -> str:
        return f"{self.place.prefix}{ASIDE}{self.key(sha256).rpartition('/')[2]}"

    def put(self, path: Path) -> StoredObject:
        kept = _name_of(path)
        key = self.key(kept.sha256)
        with suppress(NotFound):
            there = self._head(key)
            if there["ContentLength"] == kept.size and age_of(there) < YOUNG:
                return kept
        self._upload(path, key, kept.size)
        if self.size(key) != kept.size:
            raise ServiceUnavailable(f"storage: object {kept.sha256} arrived in part")
        return kept

    def _upload(self, path: Path, key: str, size: int) -> None:
        from boto3.s3.transfer import TransferConfig

        self.client.upload_file(
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

    def size(self, key: str) -> int:
        return int(self._head(key)["ContentLength"])

    def _head(self, key: str) -> dict[str, Any]:
        with errors_in_our_words():
            found: dict[str, Any] = self.client.head_object(Bucket=self.place.bucket, Key=key)
            return found

    def move(self, key: str, to: str) -> None:
        """Killed half way, both are there."""
        source = {"Bucket": self.place.bucket, "Key": key}
        self.client.copy_object(Bucket=self.place.bucket, Key=to, CopySource=source)
        self.delete(key)

    def get(self, key: str, start: int, end: int) -> bytes:
        """Raises Broken when the answer breaks off, or takes too long."""
        from botocore.exceptions import ConnectionError as AnswerBroken
        from botocore.exceptions import HTTPClientError, IncompleteReadError
        from urllib3.exceptions import HTTPError

        asked = self.client.get_object(Bucket=self.place.bucket, Key=key, Range=f"bytes={start}-{end - 1}")
        deadline = time.monotonic() + WINDOW_SECONDS
        data = bytearray()
        body = asked["Body"]
        try:
            while len(data) < end - start and (chunk := body.read(64 * 1024)):
                data += chunk
                if time.monotonic() > deadline:
                    raise Broken("the S3 service is too slow")
        except (AnswerBroken, HTTPClientError, IncompleteReadError, HTTPError, OSError) as error:
            raise Broken(f"the S3 service broke off ({type(error).__name__})") from error
        finally:
            body.close()
        if len(data) != end - start:
            raise Broken("the S3 service sent another part than was asked for")
        return bytes(data)

    def delete(self, key: str) -> None:
        self.client.delete_object(Bucket=self.place.bucket, Key=key)

    def listed(self, after: str, most: int = PAGE, below: str = "") -> list[dict[str, Any]]:
        listed = self.client.list_objects_v2(
            Bucket=self.place.bucket, Prefix=self.place.prefix + below, StartAfter=after, MaxKeys=most
        )
        page: list[dict[str, Any]] = listed.get("Contents", [])
        return page

    def probe(self) -> None:
        # Under a name that no object has: killed here, we leave nothing that looks like one.
        key = f"{self.place.prefix}tmp/{secrets.token_hex(8)}"
        bucket = {"Bucket": self.place.bucket}
        probe = secrets.token_bytes(32)
        self.client.put_object(**bucket, Key=key, Body=probe, ContentType=_BYTES)
        try:
            if self.get(key, 0, len(probe)) != probe:
                raise ServiceUnavailable("storage gives back other bytes than it was given")
        except Broken as broken:
            raise ServiceUnavailable(f"storage: {broken}") from broken
        finally:
            self.client.delete_object(**bucket, Key=key)
        try:
            self.size(key)
        except NotFound:
            return
        except ConfigurationError:
            # Without the right to list, a service says "forbidden" of all that is not there.
            raise ConfigurationError(
                "MELODY_STORAGE_URL: the keys need the right to list the bucket (s3:ListBucket)"
            ) from None
        raise ServiceUnavailable("storage: what is deleted stays")

    def sweep(self, older_than: float) -> int:
        limit = datetime.now(UTC).timestamp() - older_than
        removed = 0
        pages = self.client.get_paginator("list_multipart_uploads")
        for page in pages.paginate(Bucket=self.place.bucket, Prefix=self.place.prefix):
            for upload in page.get("Uploads", []):
                if self.is_ours(upload["Key"]) and upload["Initiated"].timestamp() < limit:
                    self.client.abort_multipart_upload(
                        Bucket=self.place.bucket, Key=upload["Key"], UploadId=upload["UploadId"]
                    )
                    removed += 1
        return removed

    def is_ours(self, key: str) -> bool:
        """Whether it is an object's; others may keep things in the same bucket."""
        name = key.rpartition("/")[2]
        return bool(OBJECT_NAME.fullmatch(name)) and key == self.key(name)


def age_of(item: dict[str, Any]) -> float:
    """In seconds."""
    return float((datetime.now(UTC) - item["LastModified"]).total_seconds())


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
