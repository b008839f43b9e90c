"""Telegram and Twilio as light as can be: they take what is sent, and note when. A stand-in that checks every
request would need more of the machine than what is measured.

Raw ASGI, so that it costs little beside the studio on the same cores.
"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

import uvicorn

Heard = Callable[[str, str, str], None]
"""heard(chat, text, buttons): a message for a chat; its text, and its buttons as JSON."""
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

BOT = {"id": 4_200_000_001, "is_bot": True, "first_name": "Bench", "username": "melody_bench_bot"}


class Messengers:
    """`url` is the origin of both."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._serial = 0
        self.tapped: set[str] = set()
        """Taps that were acknowledged, by callback id."""
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        server = uvicorn.Server(
            uvicorn.Config(
                self._serve,
                interface="asgi3",
                http="httptools",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
            )
        )
        task = asyncio.create_task(server.serve(sockets=[self._socket]))
        try:
            yield
        finally:
            server.should_exit = True
            await task

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        status, answer = self._answer(scope["path"], body, scope["method"])
        content = json.dumps(answer).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _answer(self, path: str, body: bytes, method: str) -> tuple[int, dict[str, Any]]:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if path.endswith("/Messages.json"):
            return self._twilio(form) if method == "POST" else (200, {"messages": [], "next_page_uri": None})
        result: object = True
        match path.rpartition("/")[2]:
            case "getMe":
                result = BOT
            case "sendMessage":
                self._heard(f"telegram:{form['chat_id']}", form["text"], form.get("reply_markup", ""))
                self._serial += 1
                chat = {"id": int(form["chat_id"]), "type": "private", "first_name": "Bench"}
                sent = {"message_id": self._serial, "date": int(time.time()), "chat": chat, "from": BOT}
                result = {**sent, "text": form["text"]}
            case "answerCallbackQuery":
                self.tapped.add(form["callback_query_id"])
        return 200, {"ok": True, "result": result}

    def _twilio(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self._heard(form["To"], form.get("Body", ""), form.get("Body", ""))
        self._serial += 1
        return 201, {"sid": f"SM{self._serial:032x}", "status": "queued"}
