"""Brings updates to a studio as both messengers do, over connections that stay open; no client of a library
is as light.
"""

from __future__ import annotations

import asyncio
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

from bench.people import Deed
from tests.fakes.twilio.signing import sign

CONNECTIONS = 40
TOKEN = "of-no-worth"
"""Of the account at Twilio, with which it signs."""
PUBLIC_URL = "http://127.0.0.1"
_Pipe: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Gateway:
    """`url` is the studio's, `secret` that of Telegram's webhook."""

    def __init__(self, url: str, secret: str) -> None:
        address = urlsplit(url)
        self._host, self._port = address.hostname or "", address.port or 80
        self._secret = secret
        self._free: asyncio.LifoQueue[_Pipe | None] = asyncio.LifoQueue()
        for _ in range(CONNECTIONS):
            self._free.put_nowait(None)

    async def close(self) -> None:
        while not self._free.empty():
            if (pipe := self._free.get_nowait()) is not None:
                pipe[1].close()

    async def bring(self, deed: Deed) -> int:
        """The status that the webhook answers with."""
        path, headers = "/webhooks/telegram", {"X-Telegram-Bot-Api-Secret-Token": self._secret}
        kind = "application/json"
        if deed.chat.startswith("whatsapp:"):
            path, kind = "/webhooks/whatsapp", "application/x-www-form-urlencoded"
            form = dict(parse_qsl(deed.body.decode(), keep_blank_values=True))
            headers = {"X-Twilio-Signature": sign(TOKEN, PUBLIC_URL + path, form)}
        lines = [f"POST {path} HTTP/1.1", f"Host: {self._host}:{self._port}", f"Content-Type: {kind}"]
        lines += [
            f"Content-Length: {len(deed.body)}",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        pipe = await self._free.get()
        try:
            if pipe is None or pipe[0].at_eof():  # the gateway closes what was not used for some seconds
                pipe = await asyncio.open_connection(self._host, self._port)
            reader, writer = pipe
            writer.write("\r\n".join([*lines, "", ""]).encode() + deed.body)
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = head.partition("content-length:")[2].partition("\r\n")[0]
            await reader.readexactly(int(length or 0))
        finally:
            self._free.put_nowait(pipe)
        return int(head.split(" ", 2)[1])
