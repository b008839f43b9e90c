"""How long messengers wait for our answers."""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.bootstrap import Services
from core.tally import WEBHOOK_SECONDS

WEBHOOKS = {
    "/webhooks/telegram": "telegram",
    "/webhooks/whatsapp": "whatsapp",
    "/webhooks/whatsapp/status": "whatsapp-status",
}


class TimedWebhooks:
    """Notes when the answer to a webhook begins, with the class of its status (`2xx`)."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        webhook = WEBHOOKS.get(scope["path"]) if scope["type"] == "http" else None
        if webhook is None:
            await self._app(scope, receive, send)
            return
        began = time.monotonic()

        async def send_timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                status = f"{message['status'] // 100}xx"
                self._services.tally.time(WEBHOOK_SECONDS, time.monotonic() - began, webhook, status)
            await send(message)

        await self._app(scope, receive, send_timed)
