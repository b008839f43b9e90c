"""Runs the stand-in: in a thread of a test, or in the foreground as a process."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

import uvicorn
from fastapi import Request
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tests.fakes.telegram.app import Desk, build_app
from tests.fakes.telegram.faults import Fault, Flood
from tests.fakes.telegram.model import Chat, ChatMessage, Json, Limits, StoredFile, User
from tests.fakes.telegram.people import Person
from tests.fakes.telegram.spec import description_path, read_description
from tests.fakes.telegram.wire import Received
from tests.fakes.telegram.world import Callback, InlineQuestion, World

T = TypeVar("T")


class TelegramStandIn:
    """A Bot API server on this machine, for one bot.

        with TelegramStandIn() as tg:
            asha = tg.person("Asha")
            asha.says("/start")
            asha.wait_for(lambda chat: chat[-1].from_bot)
            assert tg.violations == []

    `tg.url` is the origin, `tg.token` the bot's token.
    """

    def __init__(
        self,
        *,
        token: str = "4200000001:stand-in-token-of-no-worth",
        host: str = "127.0.0.1",
        port: int = 0,
        limits: Limits | None = None,
    ) -> None:
        path = description_path()
        self._checked = path.is_file()
        self.token = token
        self.world = World(limits or Limits())
        description = read_description(path) if self._checked else None
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}
        self._desk = Desk(self.world, token, description, self._cut)
        self._socket = socket.create_server((host, port), backlog=256)
        # asyncio switches Nagle's delay of 40 ms off for sockets of its own making only.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.url = f"http://{host}:{self._socket.getsockname()[1]}"
        self._started = threading.Event()
        self._server = uvicorn.Server(
            uvicorn.Config(
                build_app(self._desk, self._started.set),
                http=self._protocol(),
                ws="none",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._thread: threading.Thread | None = None

    # --- running ------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.run, name="telegram-stand-in", daemon=True)
        self._thread.start()
        if not self._started.wait(20):
            raise RuntimeError("the Telegram stand-in does not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.world.close()
        self._server.should_exit = True
        if self._thread:
            self._thread.join(20)
        self._socket.close()

    def run(self) -> None:
        """Serve until told to end; as a process, until SIGINT or SIGTERM."""
        asyncio.run(self._server.serve(sockets=[self._socket]))

    def _protocol(self) -> type[asyncio.Protocol]:
        """uvicorn's protocol, remembering each connection so that it can be cut."""
        transports = self._transports

        class Cuttable(HttpToolsProtocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                self.access_log = False  # its lines hold the token, and no setting keeps all of them away
                if self.client:
                    transports[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                if self.client:
                    transports.pop(self.client, None)
                super().connection_lost(exc)

        return Cuttable

    def _cut(self, request: Request) -> None:
        if request.client:
            self._transports[(request.client.host, request.client.port)].abort()

    # --- what is there ------------------------------------------------------------------------------------

    @property
    def violations(self) -> list[str]:
        """What broke the published description so far. Raises RuntimeError where there is none."""
        if not self._checked:
            raise RuntimeError("no published description to check by; call require_description() first")
        with self.world.lock:
            return list(self.world.violations)

    @property
    def requests(self) -> list[Received]:
        """Every request received, oldest first."""
        with self.world.lock:
            return list(self.world.requests)

    def calls(self, method: str, chat: int | None = None) -> list[Received]:
        """The requests of one method, and of one chat where it is given."""
        return [r for r in self.requests if r.method == method and chat in {None, r.chat}]

    @property
    def updates(self) -> list[Json]:
        """Every raw update there ever was, confirmed or not."""
        with self.world.lock:
            return list(self.world.updates)

    @property
    def pending(self) -> list[Json]:
        """The updates the bot has not confirmed yet."""
        with self.world.lock:
            return list(self.world.pending)

    @property
    def callbacks(self) -> dict[str, Callback]:
        """Taps by callback id, with their answers."""
        with self.world.lock:
            return dict(self.world.callbacks)

    @property
    def inline(self) -> dict[str, InlineQuestion]:
        """Inline queries by their id, with their answers."""
        with self.world.lock:
            return dict(self.world.inline)

    @property
    def commands(self) -> dict[tuple[str, str], list[Json]]:
        """The bot's commands by scope and language code; the empty code is the default."""
        with self.world.lock:
            return dict(self.world.commands)

    @property
    def menu_button(self) -> Json:
        """What stands beside the line of private chats."""
        with self.world.lock:
            return dict(self.world.menu_button)

    def chat(self, chat_id: int) -> list[ChatMessage]:
        """A chat as it stands, oldest message first."""
        return self.world.transcript(chat_id)

    def wait_for(self, predicate: Callable[[], T | None], timeout: float = 10.0) -> T:
        """Block until the predicate is true; it runs under the stand-in's lock. Raises TimeoutError."""
        return self.world.wait_for(predicate, timeout)

    async def wait_for_async(self, predicate: Callable[[], T | None], timeout: float = 10.0) -> T:
        return await self.world.wait_for_async(predicate, timeout)

    # --- making things happen -----------------------------------------------------------------------------

    def person(
        self, first_name: str = "Asha", *, id: int | None = None, language: str | None = "en"
    ) -> Person:
        """Somebody who has opened a chat with the bot."""
        with self.world.lock:
            number = 700_100_200 + len(self.world.chats) if id is None else id
            return Person(self.world, User(number, first_name, language))

    def group(self, title: str = "Singers") -> int:
        """A group that the bot is in; returns its chat id for `Person.says(…, chat=…)`."""
        with self.world.lock:
            chat_id = -1_002_000_000_000 - len(self.world.chats)
            self.world.chats[chat_id] = Chat(chat_id, title=title)
            return chat_id

    def leave(self, group: int) -> None:
        """Throw the bot out of a group."""
        with self.world.lock:
            self.world.chats[group].blocked = True

    def goes_wrong(self, method: str, **how: Any) -> Fault:
        """Let the next calls of a method go wrong; `how` are the fields of Fault."""
        with self.world.lock:
            fault = Fault(method, **how)
            self._desk.faults.append(fault)
            return fault

    @contextmanager
    def holding(self, method: str, *, takes_effect: bool = True) -> Iterator[Fault]:
        """Keep the answers of a method back until the block ends; `fault.arrived` counts the calls held."""
        fault = self.goes_wrong(method, times=1_000_000, takes_effect=takes_effect, held=True)
        try:
            yield fault
        finally:
            with self.world.lock:
                fault.times = 0
                fault.held = False
                self.world.changed()

    def limit_flood(self, flood: Flood | None) -> None:
        """Switch the flood limits on, or off with None."""
        with self.world.lock:
            self._desk.flood.flood = flood

    def expire(self, file_id: str) -> None:
        """Let a file_id and its links go bad."""
        with self.world.lock:
            self.world.files[file_id].expired = True

    def age_callbacks(self) -> None:
        """Make every open tap too old to be answered."""
        with self.world.lock:
            for callback in self.world.callbacks.values():
                callback.tapped -= 3600

    def age_inline_queries(self) -> None:
        """Make every inline query too old to be answered."""
        with self.world.lock:
            for question in self.world.inline.values():
                question.asked -= 3600

    def redeliver(self, update: Json) -> None:
        """Queue an update once more, as Telegram does when it missed the confirmation."""
        with self.world.lock:
            self.world.pending.append(update)
            self.world.changed()

    def file(self, file_id: str) -> StoredFile:
        with self.world.lock:
            return self.world.files[file_id]
