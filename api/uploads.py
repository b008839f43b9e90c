"""An upload on its way to the disk: `multipart/form-data` (RFC 7578) with one file, taken as it arrives.

The parser is python-multipart, which Starlette's own forms are read with too; those would first keep the
whole file in the system's temporary folder, here it goes where jobs keep theirs, and no further than its
limit.
"""

from __future__ import annotations

import asyncio
import shutil
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException

from core.errors import TooBusy, TooLarge
from core.media.probe import Glance, Prober

FIELD = "file"
MEGABYTE = 1_000_000
IDLE_SECONDS = 30.0
"""The longest silence of a client that uploads."""
WHOLE_SECONDS = 1800.0
UPLOAD_BYTES = 200_000_000
"""The longest song that is taken, as an uncompressed file."""
OVERHEAD_BYTES = 65_536
"""Of the form around the file."""
MOST_AT_ONCE = 16
MOST_OF_ONE = 3
LOOKING_AT_ONCE = 2
"""Child processes that look at what has arrived."""
MOST_HEADER_BYTES = 8_192


@dataclass(frozen=True)
class Arrived:
    """A file that has arrived as a whole."""

    path: Path
    file_name: str
    """As the client calls it; nothing to be trusted."""


class Uploads:
    """The uploads of this process: bounded in number, for all and for each person."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: Counter[uuid.UUID] = Counter()
        self._looking = asyncio.Semaphore(LOOKING_AT_ONCE)

    @asynccontextmanager
    async def receive(self, request: Request, user_id: uuid.UUID, max_bytes: int) -> AsyncIterator[Arrived]:
        """The file that a request brings; gone when the block ends.

        Raises TooBusy, TooLarge, RequestValidationError for what is no form with one file, and 408 for a
        client that falls silent.
        """
        with self._turn(user_id):
            folder = self._folder / uuid.uuid4().hex
            await asyncio.to_thread(folder.mkdir, parents=True, mode=0o700)
            try:
                yield await _receive(request, folder / "recording", max_bytes)
            finally:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def look_at(self, path: Path) -> Glance:
        """What a file says about itself, read by a child that can do little harm; raises what
        `core.media.probe.Prober.probe` does."""

        def look() -> Glance:
            with Prober() as prober:
                return prober.probe(path, with_cover=True)

        async with self._looking:
            return await asyncio.to_thread(look)

    @contextmanager
    def _turn(self, user_id: uuid.UUID) -> Iterator[None]:
        if self._running.total() >= MOST_AT_ONCE:
            raise TooBusy(limit=MOST_AT_ONCE)
        if self._running[user_id] >= MOST_OF_ONE:
            raise TooBusy(limit=MOST_OF_ONE)
        self._running[user_id] += 1
        try:
            yield
        finally:
            self._running[user_id] -= 1
            if not self._running[user_id]:
                del self._running[user_id]


async def _receive(request: Request, path: Path, max_bytes: int) -> Arrived:
    boundary = _boundary(request.headers.get("content-type", ""))
    too_large = TooLarge("an upload", limit_mb=max_bytes // MEGABYTE)
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > max_bytes + OVERHEAD_BYTES:
        raise too_large
    with await asyncio.to_thread(path.open, "wb") as file:
        form = _Form(boundary, file, max_bytes, too_large)
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                await _feed(request, form)
        except TimeoutError:
            raise HTTPException(408) from None
        except MultipartParseError:
            _refuse("is no multipart/form-data")
    if form.file_name is None or not form.is_whole:
        _refuse("is missing or not whole")
    return Arrived(path, form.file_name)


async def _feed(request: Request, form: _Form) -> None:
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                block = await anext(stream)
        except StopAsyncIteration:
            return
        if block:
            await asyncio.to_thread(form.write, block)


class _Form:
    """What the parser tells, piece by piece; only the field `file` goes to the disk."""

    def __init__(self, boundary: bytes, file: IO[bytes], max_bytes: int, too_large: TooLarge) -> None:
        self.file_name: str | None = None
        self.is_whole = False
        self._file = file
        self._room = max_bytes
        self._other_room = OVERHEAD_BYTES
        self._too_large = too_large
        self._header, self._value = b"", b""
        self._disposition = b""
        self._is_file = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers_finished,
                "on_part_data": self._on_data,
                "on_part_end": self._on_part_end,
                "on_end": lambda: None,
            },
        )

    def write(self, block: bytes) -> None:
        """Raises MultipartParseError, TooLarge, RequestValidationError."""
        self._parser.write(block)

    def _begin(self) -> None:
        self._header, self._value, self._disposition = b"", b"", b""

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]
        self._bound(len(self._header))

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._bound(len(self._value))

    def _on_header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header, self._value = b"", b""

    def _on_headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._is_file = options.get(b"name") == FIELD.encode()
        if not self._is_file:
            return
        if self.file_name is not None:
            _refuse("is there more than once")
        self.file_name = _name(options.get(b"filename", b""))

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        size = end - start
        if not self._is_file:
            self._other_room -= size
            if self._other_room < 0:
                raise self._too_large
            return
        self._room -= size
        if self._room < 0:
            raise self._too_large
        self._file.write(memoryview(data)[start:end])

    def _on_part_end(self) -> None:
        if self._is_file:
            self.is_whole = True

    def _bound(self, size: int) -> None:
        if size > MOST_HEADER_BYTES:
            raise MultipartParseError("a header is too long")


def _boundary(content_type: str) -> bytes:
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary or len(boundary) > 200:
        _refuse("is no multipart/form-data")
    return boundary


def _name(raw: bytes) -> str:
    """Browsers send UTF-8 and escape quotes and line ends by percent."""
    name = raw.decode("utf-8", "replace")
    return name.replace("%22", '"').replace("%0D", " ").replace("%0A", " ")[:500]


def _refuse(reason: str) -> NoReturn:
    error = {"loc": ("body", FIELD), "msg": reason, "type": "upload"}
    raise RequestValidationError([error])
