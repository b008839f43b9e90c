"""A small HTTP stand-in, run in a thread of a test or as a process.

A subclass answers requests (`answer`) and may complain about them (`complaints`); everything else is here:
the log of requests, the faults, start and stop, and the controls for tests in other processes.

    class Stars(HttpStandIn):
        def answer(self, request: Received) -> Response:
            return JSONResponse({"stars": 5})

    with Stars() as stars:
        stars.goes_wrong("/stars", status=503, times=2)
        ...
        assert stars.violations == []
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tests.fakes.sources.faults import Fault

START_SECONDS = 20.0
HOLD_SECONDS = 60.0
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

__all__ = ["Fault", "HttpStandIn", "Received", "run_as_process"]


@dataclass(frozen=True)
class Received:
    """One request in the stand-in's log."""

    method: str
    path: str
    """Percent-decoded."""
    raw_path: str
    """As it came, without the query."""
    query_list: tuple[tuple[str, str], ...]
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def query(self) -> dict[str, str]:
        """The last value of each parameter."""
        return dict(self.query_list)

    @property
    def form(self) -> dict[str, str]:
        """The body as an urlencoded form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


class HttpStandIn:
    """A service on this machine; `url` is its origin. Its state belongs to `lock`."""

    title = "A stand-in"

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.lock = threading.RLock()
        self.requests: list[Received] = []
        """Every request received, oldest first; the controls' own are not among them."""
        self.violations: list[str] = []
        """What the service would not have understood, one line each."""
        self._faults: list[Fault] = []
        self._closing = False
        self._changed = threading.Condition(self.lock)
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}
        self._socket = socket.create_server((host, port), backlog=256)
        # asyncio switches Nagle's delay of 40 ms off for sockets of its own making only.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.url = f"http://{host}:{self._socket.getsockname()[1]}"
        self._started = threading.Event()
        self._server = uvicorn.Server(
            uvicorn.Config(
                self._app(),
                http=self._protocol(),
                ws="none",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    # --- what a service fills in ----------------------------------------------------------------------------

    def answer(self, request: Received) -> Response:
        """The service's answer; runs under the lock."""
        raise LookupError(f"{self.title} has no {request.path}")

    def complaints(self, request: Received) -> Iterable[str]:
        """What is wrong with a request, by the service's description; runs under the lock."""
        return ()

    def reset(self) -> None:
        """Forget requests, faults and violations; a service forgets its own state too."""
        with self.lock:
            self._release(self._faults)
            self._faults.clear()
            self.requests.clear()
            self.violations.clear()

    # --- what tests do --------------------------------------------------------------------------------------

    def goes_wrong(self, path: str = "*", **how: Any) -> Fault:
        """Let the next requests on a path go wrong; `how` are the fields of Fault."""
        with self.lock:
            fault = Fault(path, **how)
            self._faults.append(fault)
            return fault

    @contextmanager
    def holding(self, path: str = "*", *, after: int | None = None) -> Iterator[Fault]:
        """Keep the answers on a path back until the block ends; `fault.arrived` counts the requests held."""
        fault = self.goes_wrong(path, times=1_000_000, held=True, after=after)
        try:
            yield fault
        finally:
            self.release(fault)

    def release(self, fault: Fault) -> None:
        """Let go what a fault holds; it meets no further request."""
        with self.lock:
            self._release([fault])

    def calls(self, path: str) -> list[Received]:
        """The requests whose path matches a pattern as of `fnmatch`."""
        pattern = Fault(path)
        with self.lock:
            return [request for request in self.requests if pattern.meets(request.path)]

    async def until(self, predicate: Callable[[], bool], timeout: float = 10.0) -> None:
        """Wait until something is true of the stand-in. Raises TimeoutError."""

        def wait() -> bool:
            with self.lock:
                return self._changed.wait_for(predicate, timeout)

        if not await asyncio.to_thread(wait):
            raise TimeoutError(f"not within {timeout} s")

    # --- running --------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.run, name=self.title, daemon=True)
        self._thread.start()
        if not self._started.wait(START_SECONDS):
            raise RuntimeError(f"{self.title} does not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self.lock:
            self._closing = True
            self._release(self._faults)
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(START_SECONDS)
        self._socket.close()

    def run(self) -> None:
        """Serve until told to end; as a process, until SIGINT or SIGTERM."""
        asyncio.run(self._server.serve(sockets=[self._socket]))

    def _app(self) -> Starlette:
        @asynccontextmanager
        async def lifespan(app: Starlette) -> AsyncIterator[None]:
            self._loop = asyncio.get_running_loop()
            self._started.set()
            yield

        controls = [
            Route("/control/requests", self._control_requests),
            Route("/control/violations", self._control_violations),
            Route("/control/faults", self._control_faults, methods=["POST", "DELETE"]),
        ]
        return Starlette(
            routes=[*controls, Route("/{path:path}", self._serve, methods=METHODS)], lifespan=lifespan
        )

    def _protocol(self) -> type[asyncio.Protocol]:
        """uvicorn's protocol, remembering each connection so that it can be cut."""
        transports = self._transports

        class Cuttable(HttpToolsProtocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                self.access_log = False
                if self.client:
                    transports[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                if self.client:
                    transports.pop(self.client, None)
                super().connection_lost(exc)

        return Cuttable

    # --- serving --------------------------------------------------------------------------------------------

    async def _serve(self, request: Request) -> Response:
        received = Received(
            request.method,
            request.scope["path"],
            request.scope["raw_path"].decode("ascii", "replace"),
            tuple(parse_qsl(request.url.query, keep_blank_values=True)),
            {name.lower(): value for name, value in request.headers.items()},
            await request.body(),
        )
        with self.lock:
            fault = self._receive(received)
        if fault is None:
            return self._carry_out(received)
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.after is None and fault.held:
            await self._while_held(fault)
        if fault.after is None and fault.cut:
            self._cut(request.scope)
            return Response(status_code=500)
        if fault.status is not None:
            body, media_type = fault.encoded_body()
            return Response(body, fault.status, {"content-type": media_type, **fault.headers})
        answer = self._carry_out(received)
        answer.headers.update(fault.headers)
        if fault.edit is not None:
            edited = json.dumps(fault.edit(json.loads(bytes(answer.body))))  # ASCII, whatever is in it
            answer = Response(edited, answer.status_code, media_type="application/json")
        return answer if fault.after is None else _Interrupted(self, answer, fault)

    def _receive(self, received: Received) -> Fault | None:
        """Log and check a request, and find what is to go wrong with it."""
        self.requests.append(received)
        self.violations.extend(self.complaints(received))
        fault = next((fault for fault in self._faults if fault.meets(received.path)), None)
        if fault is not None:
            fault.times -= 1
            fault.arrived += 1
        self._changed.notify_all()
        return fault

    def _carry_out(self, received: Received) -> Response:
        with self.lock:
            try:
                return self.answer(received)
            except LookupError as error:
                self.violations.append(str(error.args[0] if error.args else error))
                return JSONResponse({"error": "Not found"}, 404)

    def _release(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            fault.times, fault.held = 0, False
        self._changed.notify_all()

    async def _while_held(self, fault: Fault) -> None:
        def wait() -> None:
            with self.lock:
                self._changed.wait_for(lambda: not fault.held or self._closing, HOLD_SECONDS)

        await asyncio.to_thread(wait)

    def _cut(self, scope: Scope) -> None:
        transport = self._transports.get(scope["client"])
        if transport is not None:
            transport.abort()

    # --- controls for tests in other processes --------------------------------------------------------------

    async def _control_requests(self, request: Request) -> Response:
        with self.lock:
            log = [
                {"method": seen.method, "path": seen.path, "query": seen.query, "form": seen.form}
                for seen in self.requests
            ]
        return JSONResponse(log)

    async def _control_violations(self, request: Request) -> Response:
        with self.lock:
            return JSONResponse(list(self.violations))

    async def _control_faults(self, request: Request) -> Response:
        """POST adds one (the fields of Fault as JSON), DELETE takes all away."""
        if request.method == "DELETE":
            with self.lock:
                self._release(self._faults)
                self._faults.clear()
            return Response(status_code=204)
        try:
            fields = await request.json()
            self.goes_wrong(**fields)
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return Response(status_code=204)


class _Interrupted(Response):
    """An answer of which only the beginning comes."""

    def __init__(self, stand_in: HttpStandIn, answer: Response, fault: Fault) -> None:
        self._stand_in, self._answer, self._fault = stand_in, answer, fault
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left = self._fault.after or 0
        interrupted = False

        async def partly(message: Message) -> None:
            nonlocal left, interrupted
            if message["type"] != "http.response.body" or interrupted:
                await send(message)
                return
            body = bytes(message.get("body", b""))
            if len(body) < left:
                left -= len(body)
                await send(message)
                return
            interrupted = True
            await send({"type": "http.response.body", "body": body[:left], "more_body": True})
            if self._fault.held:
                await self._stand_in._while_held(self._fault)
            if self._fault.cut:
                await asyncio.sleep(0)  # what is written leaves first
                self._stand_in._cut(scope)
                await asyncio.sleep(0)  # and the server notices the cut before it misses the rest
                return
            await send({**message, "body": body[left:]})

        with contextlib.suppress(OSError):
            await self._answer(scope, receive, partly)


def run_as_process(make: Callable[[str, int], HttpStandIn], name: str) -> None:
    """`python -m tests.fakes.sources.<name> --port N`: the stand-in until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.fakes.sources.{name}")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    options = parser.parse_args()
    stand_in = make(options.host, options.port)
    print(f"{stand_in.title} (a stand-in, not the real service) at {stand_in.url}", flush=True)
    stand_in.run()
