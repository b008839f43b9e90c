"""Between a client and an S3 service: passes everything on, and goes wrong where it is told to.

Errors look as Amazon describes them ("Error responses", "Amazon S3 errors"): XML with Code and Message.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus


@dataclass(frozen=True)
class Answers:
    """An error instead of an answer."""

    status: int
    code: str


@dataclass(frozen=True)
class Cuts:
    """The connection is reset after so many bytes of the answer's body."""

    after: int


@dataclass(frozen=True)
class Hangs:
    """Nothing more comes after so many bytes of the answer's body; None: not even its head."""

    after: int | None = None


Fault = Answers | Cuts | Hangs


class FaultyWay:
    """Its `url` leads to the service at `upstream` (host, port)."""

    def __init__(self, upstream: tuple[str, int]) -> None:
        self._upstream = upstream
        self._faults: deque[tuple[str, Fault]] = deque()
        self.asked: Counter[str] = Counter()
        """How often each method was used."""
        self.url = ""

    def next(self, method: str, *faults: Fault) -> None:
        """The next requests by this method go wrong so, one after the other."""
        self._faults.extend((method, fault) for fault in faults)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while await self._one(reader, writer):
                pass
        writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"100-continue" in head.lower():
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await reader.readexactly(_length(head))
        method = head.split(b" ", 1)[0].decode()
        self.asked[method] += 1
        fault = self._fault_for(method)
        if isinstance(fault, Answers):
            writer.write(_error(fault))
            await writer.drain()
            return True
        answer_head, answer = await self._ask(head, body)
        if isinstance(fault, Hangs) and fault.after is None:
            await reader.read()  # until the client has had enough
            return False
        writer.write(answer_head)
        if fault is None:
            writer.write(answer)
            await writer.drain()
            return True
        assert fault.after is not None
        writer.write(answer[: fault.after])
        await writer.drain()
        if isinstance(fault, Hangs):
            await reader.read()
        else:
            writer.transport.abort()
        return False

    def _fault_for(self, method: str) -> Fault | None:
        if self._faults and self._faults[0][0] == method:
            return self._faults.popleft()[1]
        return None

    async def _ask(self, head: bytes, body: bytes) -> tuple[bytes, bytes]:
        lines = [line for line in head.split(b"\r\n")[:-2] if not _hop(line)]
        reader, writer = await asyncio.open_connection(*self._upstream)
        writer.write(b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body)
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        answer_head, _, answer_body = answer.partition(b"\r\n\r\n")
        kept = [line for line in answer_head.split(b"\r\n") if not _hop(line)]
        return b"\r\n".join(kept) + b"\r\n\r\n", answer_body


def _hop(line: bytes) -> bool:
    return line.lower().startswith((b"connection:", b"expect:", b"keep-alive:"))


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def _error(fault: Answers) -> bytes:
    body = f"<?xml version='1.0'?><Error><Code>{fault.code}</Code><Message>no</Message></Error>".encode()
    status = f"HTTP/1.1 {fault.status} {HTTPStatus(fault.status).phrase}\r\n"
    headers = f"Content-Type: application/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return (status + headers).encode() + body


@asynccontextmanager
async def faulty_way(upstream: tuple[str, int]) -> AsyncIterator[FaultyWay]:
    way = FaultyWay(upstream)
    server = await asyncio.start_server(way.serve, "127.0.0.1", 0)
    way.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield way
    finally:
        server.close()
