"""The stand-in's HTTP side: the Bot API, file downloads, and the controls under /control."""

from __future__ import annotations

import asyncio
import base64
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from tests.fakes.telegram.faults import Fault, Flood, FloodControl
from tests.fakes.telegram.methods import Methods
from tests.fakes.telegram.model import Json, Refusal, User, bad_request
from tests.fakes.telegram.people import Person
from tests.fakes.telegram.spec import Description
from tests.fakes.telegram.webhooks import Travel, WebhookDelivery
from tests.fakes.telegram.wire import Form, received
from tests.fakes.telegram.world import World

HOLD_TIMEOUT = 120.0
DOWNLOAD = "download"


class Desk:
    """Takes each request through log, check, faults, flood limits and the method itself."""

    def __init__(
        self, world: World, token: str, description: Description | None, cut: Callable[[Request], None]
    ) -> None:
        self.world = world
        self.token = token
        self.faults: list[Fault] = []
        self.flood = FloodControl()
        self._description = description
        self._cut = cut
        self._methods = Methods(world)
        self._travel = Travel(world)

    async def serve(self, token: str, method: str, request: Request) -> Response:
        body = await request.body()
        if token != self.token:
            return _failure(Refusal(401, "Unauthorized"))
        try:
            form = Form.read(request.headers.get("content-type", ""), request.url.query, body)
        except ValueError as error:
            with self.world.lock:
                self.world.violations.append(f"{method}: {error}")
            return _failure(bad_request("can't parse request"))
        fault = self._receive(method, form)
        if fault and not fault.takes_effect:
            return await self._go_wrong(fault, request) or await self._carry_out(method, form)
        answer = await self._carry_out(method, form)
        return (fault and await self._go_wrong(fault, request)) or answer

    async def download(self, path: str, request: Request) -> Response:
        """A file's bytes; in log and faults the method is called `download`."""
        fault = self._receive(DOWNLOAD, Form())
        if fault and (wrong := await self._go_wrong(fault, request)):
            return wrong
        file = self.world.links.get(path)
        if file is None or file.expired:
            return _failure(Refusal(404, "Not Found"))
        return Response(file.data, media_type="application/octet-stream")

    def _receive(self, method: str, form: Form) -> Fault | None:
        """Log and check a request, and find what is to go wrong with it."""
        with self.world.lock:
            self.world.requests.append(received(len(self.world.requests) + 1, method, form))
            if self._description and method != DOWNLOAD:
                self.world.violations.extend(self._description.violations(method, form))
            fault = next((fault for fault in self.faults if fault.meets(method)), None)
            if fault:
                fault.times -= 1
            self.world.changed()
            return fault

    async def _go_wrong(self, fault: Fault, request: Request) -> Response | None:
        with self.world.lock:
            fault.arrived += 1
            self.world.changed()
        if fault.held:
            await self.world.wait_for_async(lambda: not fault.held or self.world.closing, HOLD_TIMEOUT)
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.reset:
            self._cut(request)
            return Response(status_code=500)
        if fault.status and fault.body is not None:
            return Response(fault.body, fault.status, media_type="text/html")
        refusal = fault.refusal()
        return _failure(refusal) if refusal else None

    async def _carry_out(self, method: str, form: Form) -> Response:
        try:
            if method in Travel.NAMES:
                return _success(await self._travel.call(method, form))
            if method not in self._methods:
                with self.world.lock:
                    self.world.violations.append(f"{method}: unknown to the stand-in")
                raise Refusal(404, "Not Found")
            with self.world.lock:
                if form.fields.get("chat_id", "").lstrip("-").isdigit():
                    self.flood.admit(method, int(form.fields["chat_id"]))
                return _success(self._methods.call(method, form))
        except Refusal as refusal:
            return _failure(refusal)


def build_app(desk: Desk, started: Callable[[], None]) -> FastAPI:
    world = desk.world

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        delivery = asyncio.create_task(WebhookDelivery(world).run())
        started()
        yield
        delivery.cancel()
        await asyncio.gather(delivery, return_exceptions=True)

    app = FastAPI(title="Telegram stand-in", lifespan=lifespan)

    @app.api_route("/bot{token}/{method}", methods=["GET", "POST"])
    async def call(token: str, method: str, request: Request) -> Response:
        return await desk.serve(token, method, request)

    @app.get("/file/bot{token}/{path:path}")
    async def download(token: str, path: str, request: Request) -> Response:
        if token != desk.token:
            return _failure(Refusal(401, "Unauthorized"))
        return await desk.download(path, request)

    _add_controls(app, desk)
    return app


def _add_controls(app: FastAPI, desk: Desk) -> None:
    """What tests in other processes need; those in this one use the Python methods."""
    world = desk.world

    def person(chat_id: int) -> Person:
        if chat_id not in world.chats:
            raise HTTPException(404, "no such person")
        return Person(world, User(chat_id, world.chats[chat_id].first_name or "Somebody"))

    @app.put("/control/people/{chat_id}")
    async def meet(chat_id: int, first_name: str = "Somebody") -> Json:
        return Person(world, User(chat_id, first_name)).user.as_json()

    @app.post("/control/people/{chat_id}/says")
    async def says(chat_id: int, text: str) -> Json:
        return person(chat_id).says(text)

    @app.post("/control/people/{chat_id}/sends/{kind}")
    async def sends(chat_id: int, kind: str, request: Request) -> Json:
        """The body is the file; what is said about it stands in the query."""
        about: Json = dict(request.query_params)
        if "duration" in about:
            about["duration"] = math.ceil(float(about["duration"]))
        return person(chat_id).sends(kind, await request.body(), **about)

    @app.post("/control/people/{chat_id}/taps")
    async def taps(chat_id: int, label: str, message_id: int | None = None) -> Json:
        try:
            return person(chat_id).taps(label, message_id=message_id)
        except LookupError as error:
            raise HTTPException(404, str(error)) from None

    @app.post("/control/people/{chat_id}/blocks")
    async def blocks(chat_id: int) -> Json:
        return person(chat_id).blocks()

    @app.post("/control/people/{chat_id}/unblocks")
    async def unblocks(chat_id: int) -> Json:
        return person(chat_id).unblocks()

    @app.delete("/control/people/{chat_id}/messages/{message_id}")
    async def deletes(chat_id: int, message_id: int) -> None:
        try:
            person(chat_id).deletes(message_id)
        except Refusal as refusal:
            raise HTTPException(404, refusal.description) from None

    @app.get("/control/chats/{chat_id}")
    async def transcript(chat_id: int) -> list[Json]:
        return [message.as_json() for message in world.transcript(chat_id)]

    @app.get("/control/chats/{chat_id}/messages/{message_id}/file")
    async def file(chat_id: int, message_id: int) -> Json:
        for message in world.transcript(chat_id):
            if message.message_id == message_id and message.file:
                return message.file.as_json() | {"data": base64.b64encode(message.file.data).decode()}
        raise HTTPException(404, "no file")

    @app.get("/control/requests")
    async def requests(after: int = 0, timeout: float = 0.0) -> list[Json]:
        """The log after request number `after`; waits up to `timeout` seconds for something new."""
        try:
            await world.wait_for_async(lambda: len(world.requests) > after or world.closing, timeout)
        except TimeoutError:
            return []
        with world.lock:
            return [request.as_json() for request in world.requests[after:]]

    @app.get("/control/violations")
    async def violations() -> list[str]:
        return world.violations

    @app.post("/control/faults")
    async def add_fault(fault: Fault) -> None:
        with world.lock:
            desk.faults.append(fault)

    @app.delete("/control/faults")
    async def clear_faults() -> None:
        with world.lock:
            for fault in desk.faults:
                fault.held = False
            desk.faults.clear()
            world.changed()

    @app.put("/control/flood")
    async def set_flood(flood: Flood | None = None) -> None:
        with world.lock:
            desk.flood.flood = flood


def _success(result: Any) -> Response:
    return JSONResponse({"ok": True, "result": result})


def _failure(refusal: Refusal) -> Response:
    content: Json = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.retry_after is not None:
        content["parameters"] = {"retry_after": refusal.retry_after}
    return JSONResponse(content, refusal.status)
