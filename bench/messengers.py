"""Telegram and Twilio as light as can be: they take what is sent, and note when. A stand-in that checks every
request would need more of the machine than what is measured, and so would a web server: this is a bare
protocol, which knows the few requests that the studio makes.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import parse_qs

Heard = Callable[[str, str, str], None]
"""heard(chat, text, buttons): a message for a chat; its text, and its buttons as JSON."""

BOT = {"id": 4_200_000_001, "is_bot": True, "first_name": "Bench", "username": "melody_bench_bot"}
HEAD_ENDS = b"\r\n\r\n"


class Messengers:
    """`url` is the origin of both, while they are `serving`."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._serial = 0
        self._open: set[asyncio.Transport] = set()
        self.url = ""
        self.tapped: set[str] = set()
        """Taps that were acknowledged, by callback id."""
        self.requests = 0

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        running = asyncio.get_running_loop()
        server = await running.create_server(lambda: _Talk(self), "127.0.0.1", 0, backlog=512)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield
        finally:
            server.close()
            for transport in list(self._open):
                transport.close()
            await server.wait_closed()

    def opened(self, transport: asyncio.Transport) -> None:
        self._open.add(transport)

    def closed(self, transport: asyncio.Transport) -> None:
        self._open.discard(transport)

    def answer(self, method: str, path: str, body: bytes) -> tuple[HTTPStatus, dict[str, Any]]:
        """What is answered to a request, as JSON."""
        self.requests += 1
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if path.endswith("/Messages.json"):
            if method == "POST":
                return HTTPStatus.CREATED, self._twilio(form)
            return HTTPStatus.OK, {"messages": [], "next_page_uri": None}
        result: object = True
        match path.rpartition("/")[2]:
            case "getMe":
                result = BOT
            case "sendMessage":
                result = self._telegram(form)
            case "answerCallbackQuery":
                self.tapped.add(form["callback_query_id"])
        return HTTPStatus.OK, {"ok": True, "result": result}

    def _telegram(self, form: dict[str, str]) -> dict[str, object]:
        self._heard(f"telegram:{form['chat_id']}", form["text"], form.get("reply_markup", ""))
        self._serial += 1
        chat = {"id": int(form["chat_id"]), "type": "private", "first_name": "Bench"}
        sent = {"message_id": self._serial, "date": int(time.time()), "chat": chat, "from": BOT}
        return {**sent, "text": form["text"]}

    def _twilio(self, form: dict[str, str]) -> dict[str, object]:
        self._heard(form["To"], form.get("Body", ""), form.get("Body", ""))
        self._serial += 1
        return {"sid": f"SM{self._serial:032x}", "status": "queued"}


class _Talk(asyncio.Protocol):
    """A connection that stays open, over which requests come one after the other."""

    def __init__(self, messengers: Messengers) -> None:
        self._messengers = messengers
        self._came = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none of its subclasses
        self._messengers.opened(self._transport)

    def connection_lost(self, error: Exception | None) -> None:
        assert self._transport is not None
        self._messengers.closed(self._transport)

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        self._came += data
        while (end := self._came.find(HEAD_ENDS)) >= 0:
            head, begin = self._came[:end].decode("latin-1"), end + len(HEAD_ENDS)
            length = int(head.lower().partition("content-length:")[2].partition("\r\n")[0] or 0)
            if len(self._came) < begin + length:
                return
            body, self._came = self._came[begin : begin + length], self._came[begin + length :]
            method, address, _ = head.split(" ", 2)
            self._transport.write(_written(*self._messengers.answer(method, address.partition("?")[0], body)))


def _written(status: HTTPStatus, answer: dict[str, Any]) -> bytes:
    content = json.dumps(answer).encode()
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content
