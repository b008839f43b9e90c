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


@dataclass(frozen=True)
class AgedObject:
    """An object, and the seconds since it was last put, or set aside."""

    sha256: str
    age: float


COPY_PREFIX = "copy-"
"""How folders begin in which stores keep copies for as long as they are read; the sweep clears away what
killed processes left of them."""


class ObjectStore(Protocol):
    """Content-addressed objects: the key is the SHA-256 (hex) of the bytes."""

    async def put(self, path: Path) -> StoredObject:
        """Keep the file's bytes; keeping the same bytes twice is one object, which is young again."""

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

    async def aged(self, after: str, most: int) -> list[AgedObject]:
        """Some of the objects whose names come next after `after`, in order; none where none is left."""

    async def set_aside(self, sha256: str) -> None:
        """Hide the object from all who ask for it, until it is brought back; no error when it is not there.
        Who puts the same bytes meanwhile finds nothing of it, and makes the object anew."""

    async def aside(self, most: int) -> list[AgedObject]:
        """Some of what was set aside."""

    async def bring_back(self, sha256: str) -> None:
        """Undo `set_aside`; an object that was put anew meanwhile stays."""

    async def discard(self, sha256: str) -> None:
        """Forget what was set aside, for good."""

    async def sweep_temporary(self, older_than: float) -> int:
        """Remove what killed processes left unfinished more than so many seconds ago; returns how much."""

    async def close(self) -> None: ...
