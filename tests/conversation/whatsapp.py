"""A small studio on WhatsApp: the gateway really listens, since Twilio comes to it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import uvicorn
from pydantic import SecretStr
from sqlalchemy import func, update

from api.main import create_app
from bot.answering import Answering
from core.bootstrap import Services, build
from core.config import Settings
from core.conversion.models import Asker
from core.db.lease import seconds_from_now
from core.delivery.models import STATUS, Delivery
from core.whatsapp.models import WhatsAppContact
from tests.conversation.studio import PassThrough, SmallStudio
from tests.fakes.telegram import TelegramStandIn
from tests.fakes.twilio import Person, TwilioStandIn

START_SECONDS = 10.0


class WhatsAppStudio(SmallStudio):
    """Does what the processes would do; messages come by the webhook."""

    def __init__(self, services: Services, twilio: TwilioStandIn, separator: PassThrough) -> None:
        super().__init__(services, _no_telegram(), separator)
        self.twilio = twilio

    async def hear(self) -> None:
        """The bot: answer what was brought to the webhook, and wait until the answers are there."""
        async with Answering(self.services) as answering:
            await answering.answer_all()
            await answering.said_all()
        await self.twilio.settled()

    async def work(self) -> None:
        await self.it_gets_quiet()
        await super().work()
        await self.twilio.settled()

    async def set_up(self) -> None:
        """`./melody whatsapp setup`."""
        assert self.services.whatsapp is not None
        async for found in self.services.whatsapp.templates.run():
            assert found.problem is None, found

    async def serve(self) -> None:
        await self.hear()
        await self.work()
        await self.work()  # what the work of the couriers gave rise to is due a moment later

    async def it_gets_quiet(self) -> None:
        """The seconds pass in which one more file could come that was sent together with the last one."""
        waits = (
            (Delivery.kind == STATUS)
            & Delivery.batch_id.is_not(None)
            & (Delivery.attempts == 0)
            & (Delivery.not_before > func.now())
        )
        past = seconds_from_now(-60)
        await self.change(update(Delivery).where(waits).values(not_before=past, created_at=past))

    async def a_minute_passes(self) -> None:
        """Since the person sent a file: the next one is another matter."""
        await self.change(update(Asker).values(asked_at=Asker.asked_at - timedelta(minutes=1)))

    async def pauses_are_over(self) -> None:
        """Time passes: what was to be tried later, and what its sender left behind, is due."""
        past = seconds_from_now(-60)
        await self.change(
            update(Delivery).where(Delivery.status == "pending").values(not_before=None, dispatched_at=None)
        )
        await self.change(update(Delivery).where(Delivery.lease_until.is_not(None)).values(lease_until=past))

    async def texts_are_due(self) -> None:
        """The seconds are over in which the bot sends texts itself: the relay tells couriers about them."""
        await self.change(update(Delivery).values(created_at=seconds_from_now(-60)))

    async def all_is_said(self) -> None:
        """Couriers go on until the texts that were left to them are there too."""
        for _ in range(6):
            await self.texts_are_due()
            await self.work()

    async def day_passes(self, person: Person) -> None:
        """A day without a word from this person, by everybody's clock."""
        self.twilio.day_passes(person)
        await self.change(
            update(WhatsAppContact)
            .where(WhatsAppContact.address == person.address)
            .values(last_message_at=seconds_from_now(-25 * 3600))
        )


def whatsapp_settings(twilio: TwilioStandIn, public_url: str) -> dict[str, Any]:
    return {
        "twilio_account_sid": twilio.account_sid,
        "twilio_auth_token": SecretStr(twilio.auth_token),
        "twilio_whatsapp_from": twilio.sender,
        "twilio_api_url": twilio.url,
        "twilio_content_url": twilio.url,
        "public_url": public_url,
    }


@asynccontextmanager
async def whatsapp_studio(
    settings: Settings, twilio: TwilioStandIn, **chosen: Any
) -> AsyncIterator[WhatsAppStudio]:
    """A studio whose gateway serves on this event loop, with Twilio's webhook set to it; `chosen` are further
    settings."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        public_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        separator = PassThrough()
        services = build(
            settings.model_copy(update=whatsapp_settings(twilio, public_url) | chosen), separator=separator
        )
        twilio.webhook_url = f"{public_url}/webhooks/whatsapp"
        try:
            async with _serving(services, listener):
                yield WhatsAppStudio(services, twilio, separator)
        finally:
            separator.release()
            await services.close()


@asynccontextmanager
async def _serving(services: Services, listener: socket.socket) -> AsyncIterator[None]:
    server = _Gateway(
        uvicorn.Config(create_app(services), ws="none", log_config=None, access_log=False, lifespan="off")
    )
    task = asyncio.create_task(server.serve(sockets=[listener]))
    async with asyncio.timeout(START_SECONDS):
        await server.ready.wait()
    try:
        yield
    finally:
        server.should_exit = True
        await task


class _Gateway(uvicorn.Server):
    """Says when it listens; the tests keep their own signal handlers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


def _no_telegram() -> TelegramStandIn:
    stand_in: TelegramStandIn = None  # type: ignore[assignment]
    return stand_in
