"""uvicorn's WebSocket protocol, made to let go of peers that read nothing.

Closing a connection waits until what was written is read, for as long as the peer's machine answers at all:
a peer that stays connected and never reads would keep its memory here for good. A moment after we have
closed, or given up, the connection is cut.
"""

from __future__ import annotations

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

LAST_WORDS_SECONDS = 5.0
"""What a peer has left to read our reason for closing."""


class CuttingProtocol(WebSocketsSansIOProtocol):
    async def run_asgi(self) -> None:
        try:
            await super().run_asgi()
        finally:
            self._cut_soon()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._cut_soon()

    def _cut_soon(self) -> None:
        self.loop.call_later(LAST_WORDS_SECONDS, self.transport.abort)
