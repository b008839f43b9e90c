"""`WS /api/v1/ws`: how a person's jobs stand and that their library changed, as it happens (docs/live.md)."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Any

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from api.errors import problem
from api.live.hub import Hub
from api.live.messages import PONG, Auth, Closing, Code, Incoming, Ping, error, parse, ready
from api.live.peer import Peer
from api.xsrf import check_origin
from core.errors import AccountBlocked, Forbidden, ServiceUnavailable, SignInNeeded, TokenExpired
from core.signin.access import Access, Person

router = APIRouter()

AUTH_SECONDS = 5.0
CLOSE_SECONDS = 1.0
MOST_MESSAGES, PER_SECONDS = 60, 60.0
"""That a client may send; a ping every few seconds is plenty."""


@router.websocket("/api/v1/ws")
async def live(socket: WebSocket) -> None:
    hub: Hub = socket.app.state.hub
    services = socket.app.state.services
    try:
        check_origin(socket, services.settings.own_origins)
    except Forbidden as refusal:
        await socket.send_denial_response(problem(refusal.status, refusal.code))
        return
    if hub.is_full:
        await socket.send_denial_response(problem(503, "unavailable"))
        return
    with hub.counted():
        await socket.accept()
        await _Talk(socket, hub, services.access).hold()


class _Talk:
    """What is said on one socket, from the first message to the last."""

    def __init__(self, socket: WebSocket, hub: Hub, access: Access) -> None:
        self._socket = socket
        self._hub = hub
        self._access = access
        self._came: deque[float] = deque(maxlen=MOST_MESSAGES)
        self._leaving: asyncio.TimerHandle | None = None

    async def hold(self) -> None:
        try:
            await self._talk()
        except Closing as closing:
            await self._close(closing)
        except WebSocketDisconnect:
            return
        finally:
            if self._leaving is not None:
                self._leaving.cancel()

    async def _talk(self) -> None:
        try:
            async with asyncio.timeout(AUTH_SECONDS):
                first = await self._receive()
        except TimeoutError:
            raise Closing(Code.NOT_SIGNED_IN, "nobody signed in") from None
        if not isinstance(first, Auth):
            raise Closing(Code.NOT_SIGNED_IN, "sign in first")
        person, seconds = await self._visit(first.token)
        peer = Peer(person)
        self._let_in(peer, seconds)
        async with self._hub.joined(peer):
            await self._until_one_ends(peer)

    async def _until_one_ends(self, peer: Peer) -> None:
        reading = asyncio.create_task(self._read(peer))
        writing = asyncio.create_task(peer.send(self._socket.send_text))
        try:
            ends: list[asyncio.Future[Any]] = [reading, writing, peer.closing]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (reading, writing):
                task.cancel()
            ended = await asyncio.gather(reading, writing, return_exceptions=True)
        if peer.closing.done():
            raise peer.closing.result()
        for end in ended:
            if isinstance(end, Exception):
                raise end

    # --- what the client says ---------------------------------------------------------------------------

    async def _read(self, peer: Peer) -> None:
        while True:
            message = await self._receive()
            if isinstance(message, Ping):
                peer.say(PONG)
            elif isinstance(message, Auth):
                person, seconds = await self._visit(message.token)
                if person.session_id != peer.session_id:
                    raise Closing(Code.NOT_SIGNED_IN, "this socket is somebody else's")
                self._let_in(peer, seconds)

    async def _receive(self) -> Incoming:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"])
        self._count()
        try:
            return parse(message.get("text") or "")
        except ValueError:
            await self._tell_of(error("invalid", "This message can't be understood."))
            raise Closing(Code.MALFORMED, "not a message of ours") from None

    def _count(self) -> None:
        now = time.monotonic()
        if len(self._came) == MOST_MESSAGES and now - self._came[0] < PER_SECONDS:
            raise Closing(Code.TOO_MANY, "too many messages")
        self._came.append(now)

    async def _visit(self, token: str) -> tuple[Person, float]:
        try:
            person, seconds = await self._access.visit(token)
        except (SignInNeeded, TokenExpired) as refusal:
            raise Closing(Code.NOT_SIGNED_IN, refusal.code) from None
        except AccountBlocked as refusal:
            raise Closing(Code.BLOCKED, refusal.code) from None
        except ServiceUnavailable:
            raise Closing(Code.TRY_LATER, "try again later") from None
        if person.is_blocked:
            raise Closing(Code.BLOCKED, AccountBlocked.code)
        return person, seconds

    def _let_in(self, peer: Peer, seconds: float) -> None:
        """Until the token expires; a fresh one prolongs it."""
        if self._leaving is not None:
            self._leaving.cancel()
        loop = asyncio.get_running_loop()
        self._leaving = loop.call_later(seconds, peer.close, Code.NOT_SIGNED_IN, TokenExpired.code)
        peer.say(ready(seconds))

    async def _tell_of(self, mistake: str) -> None:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._socket.send_text(mistake)
        except TimeoutError:
            raise Closing(Code.TOO_SLOW, "too slow") from None

    async def _close(self, closing: Closing) -> None:
        """A peer that does not even read this is cut off when we return."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._socket.close(closing.code, closing.reason)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            return
