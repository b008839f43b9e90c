"""A zip archive that is written while it is sent: nothing of it stands on a disk, and little in memory.

The sizes of files are written behind them (APPNOTE.TXT section 4.3.9), so none has to be known before.
"""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from core.errors import NotFound
from core.ports import ObjectStore
from core.takeout.export import Export

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

MISSING = "not-there-any-more.txt"


class _Outlet(io.RawIOBase):
    """Takes what is written until somebody takes it on; it can't be rewound."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer) -> int:
        before = len(self._waiting)
        self._waiting += data
        return len(self._waiting) - before

    def take(self) -> bytes:
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken


async def zipped(export: Export, store: ObjectStore) -> AsyncIterator[bytes]:
    """The archive, in order; audio is stored as it is, for it would not get smaller.

    A file that went away meanwhile is named in the archive instead.
    """
    outlet = _Outlet()
    missing: dict[str, None] = {}
    with zipfile.ZipFile(outlet, "w") as archive:
        for name, content in export.documents.items():
            archive.writestr(_entry(name, zipfile.ZIP_DEFLATED), content)
            yield outlet.take()
        for file in export.files:
            try:
                await store.size(file.sha256)
            except NotFound:
                missing[file.name] = None
                continue
            with archive.open(_entry(file.name, zipfile.ZIP_STORED), "w", force_zip64=True) as writing:
                async for chunk in store.read(file.sha256):
                    writing.write(chunk)
                    yield outlet.take()
        if missing:
            archive.writestr(_entry(MISSING, zipfile.ZIP_DEFLATED), "\n".join(missing))
    yield outlet.take()


def _entry(name: str, compression: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, time.gmtime()[:6])
    entry.compress_type = compression
    return entry
