"""Where objects are kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class StoredObject:
    """An immutable object, named by what is in it."""

    sha256: str
    size: int


COPY_PREFIX = "copy-"
"""How folders begin in which stores keep copies for as long as they are read; the sweep clears away what
killed processes left of them."""


class ObjectStore(Protocol):
    """Content-addressed objects: the key is the SHA-256 (hex) of the bytes."""

    async def put(self, path: Path) -> StoredObject:
        """Keep the file's bytes; keeping the same bytes twice is one object."""

    async def size(self, sha256: str) -> int:
        """Size in bytes. Raises NotFound."""

    def local_copy(self, sha256: str, work_dir: Path) -> AbstractAsyncContextManager[Path]:
        """A path to read the object from (not to change). Raises NotFound."""

    def read(self, sha256: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from start up to, not including, end. Raises NotFound."""

    async def delete(self, sha256: str) -> None:
        """Forget the object; no error when it is not there."""

    async def check(self) -> None:
        """Write, read and delete a probe object. Raises ServiceUnavailable, ConfigurationError."""

    def objects(self) -> AsyncIterator[StoredObject]:
        """All objects there are."""

    async def sweep_temporary(self, older_than: float) -> int:
        """Remove what killed processes left unfinished more than so many seconds ago; returns how much."""

    async def close(self) -> None: ...
