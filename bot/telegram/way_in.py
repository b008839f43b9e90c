"""How Telegram's updates reach the inbox: by webhook where there is a public https URL, else by polling."""

from __future__ import annotations

import asyncio
import logging
import random
import zlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.bootstrap import Services
from core.chat.texts import FALLBACK, languages, texts_in
from core.chat.vocabulary import Word
from core.db.session import DATABASE_ERRORS
from core.errors import ConfigurationError, ServiceUnavailable
from core.loops import forever
from core.signing import webhook_secret
from core.telegram.inbox import store_telegram_update

logger = logging.getLogger(__name__)

POLLING_LOCK = 0x74656C65
"""The advisory lock of the one process that polls."""
POLL_SECONDS = 25.0
ELECTION_SECONDS = 5.0
WEBHOOK_PATH = "/webhooks/telegram"
COMMANDS = (
    "start",
    "song",
    "library",
    "playlist",
    "history",
    "queue",
    "settings",
    "language",
    "open",
    "link",
    "privacy",
    "delete",
    "help",
)


GROUP_COMMANDS = ("song", "help")
"""What is answered among many people; all else is for the private chat."""


class TelegramBot(Protocol):
    """What the way in needs of the Telegram channel."""

    account: str

    async def get_updates(self, offset: int | None, timeout: float) -> list[dict[str, Any]]: ...
    async def set_webhook(self, url: str, secret: str) -> None: ...
    async def delete_webhook(self) -> None: ...
    async def learn_limits(self) -> None: ...
    async def set_commands(
        self, commands: Mapping[str, str], language: str | None = None, *, in_groups: bool = False
    ) -> None: ...
    async def set_menu_button(self, label: str | None, url: str | None) -> None: ...


class TelegramWayIn:
    def __init__(self, services: Services, bot: TelegramBot) -> None:
        self._services = services
        self._bot = bot

    async def run(self) -> None:
        """Bring updates in until cancelled, and tell Telegram which commands there are."""
        if self._services.settings.telegram_by_webhook:
            updates = self._until_done("webhook", self._set_webhook)
        else:
            updates = forever("Telegram polling", self._poll_if_elected)
        await asyncio.gather(
            updates,
            self._until_done("commands", self._set_commands),
            self._until_done("menu button", self._set_menu_button),
            self._until_done("limits", self._bot.learn_limits),
        )
        await asyncio.Event().wait()  # from here on the updates come by themselves

    async def _until_done(self, name: str, step: Callable[[], Awaitable[None]]) -> None:
        """Once, as soon as Telegram and the database are there."""
        pause = 1.0
        while True:
            try:
                await step()
            except (ServiceUnavailable, *DATABASE_ERRORS) as error:
                logger.warning("Telegram's %s: %s, trying again", name, type(error).__name__)
                await asyncio.sleep(pause * random.uniform(1.0, 1.5))
                pause = min(60.0, pause * 2)
            else:
                return

    def _has(self, command: str) -> bool:
        return command != Word.OPEN or self._services.player_url is not None

    async def _set_commands(self) -> None:
        for language in languages():
            say = texts_in(language).say
            shown_to = None if language == FALLBACK else language
            for names, in_groups in ((COMMANDS, False), (GROUP_COMMANDS, True)):
                commands = {name: say(f"command-{name}") for name in names if self._has(name)}
                try:
                    await self._bot.set_commands(commands, shown_to, in_groups=in_groups)
                except ConfigurationError as error:
                    logger.warning("Telegram does not take the commands: %s", error.detail)

    async def _set_menu_button(self) -> None:
        """The player opens inside Telegram by https alone. One button serves everybody."""
        url = self._services.player_url
        is_app = url is not None and url.startswith("https://")
        label = texts_in(self._services.settings.default_language).say("button-open-player")
        try:
            await self._bot.set_menu_button(*((label, url) if is_app else (None, None)))
        except ConfigurationError as error:
            logger.warning("Telegram does not take the menu button: %s", error.detail)

    async def _set_webhook(self) -> None:
        settings = self._services.settings
        if settings.public_url is None:
            logger.warning("MELODY_PUBLIC_URL is not set: Telegram has to be told the webhook by hand")
            return
        async with self._services.database.transaction() as session:
            secret = await webhook_secret(session, settings)
        try:
            await self._bot.set_webhook(f"{settings.public_url}{WEBHOOK_PATH}", secret)
        except ConfigurationError as error:
            logger.error("Telegram does not take the webhook: %s", error.detail)

    # --- polling --------------------------------------------------------------------------------------

    async def _poll_if_elected(self) -> None:
        """One process polls; it stays elected while its connection to the database lives."""
        async with self._services.database.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            if not await self._is_elected(connection):
                await asyncio.sleep(ELECTION_SECONDS * random.uniform(0.8, 1.2))
                return
            await self._until_done("webhook", self._delete_webhook)
            offset: int | None = None
            while True:
                offset = await self._poll_once(offset)
                await connection.execute(text("SELECT 1"))

    async def _delete_webhook(self) -> None:
        """Without it Telegram refuses to be polled; a wrong token shows when we do poll."""
        try:
            await self._bot.delete_webhook()
        except ConfigurationError as error:
            logger.warning("Telegram does not give up its webhook: %s", error.detail)

    async def _is_elected(self, connection: AsyncConnection) -> bool:
        key = {"lock": POLLING_LOCK, "bot": zlib.crc32(self._bot.account.encode()) >> 1}
        taken = await connection.execute(text("SELECT pg_try_advisory_lock(:lock, :bot)"), key)
        return bool(taken.scalar_one())

    async def _poll_once(self, offset: int | None) -> int | None:
        """Store what has come; only the next call, with the offset returned, confirms it to Telegram."""
        try:
            updates = await self._bot.get_updates(offset, POLL_SECONDS)
        except ServiceUnavailable as error:
            logger.warning("Telegram does not answer: %s", error.detail)
            await asyncio.sleep(float(error.params.get("retry_after", 1.0)) * random.uniform(1.0, 1.5))
            return offset
        if not updates:
            return offset
        async with self._services.database.transaction() as session:
            for update in updates:
                await store_telegram_update(session, update)
        return max(int(update["update_id"]) for update in updates) + 1
