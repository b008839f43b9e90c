"""The Telegram channel: every call waits for its turn at the flood gate and is made once.

python-telegram-bot and Redis cost a second to import: making a channel imports them, this module does not.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.adapters.channels.telegram.seal import Seal
from core.errors import MelodyError, ServiceUnavailable
from core.ports import (
    Attempt,
    AudioFormat,
    AudioMessage,
    Capabilities,
    InlineAnswer,
    Outcome,
    Reply,
    SendResult,
)

if TYPE_CHECKING:
    from core.adapters.channels.telegram.client import BotClient
    from core.adapters.channels.telegram.download import Downloader
    from core.adapters.channels.telegram.limits import FloodGate

log = logging.getLogger(__name__)

PATIENCE = 30.0
"""Seconds a message may wait for its turn before the caller is told to come back."""
EDIT_PATIENCE = 5.0
"""The same for an edited text: progress that is older than this is no news."""
PUBLIC_SERVER = "https://api.telegram.org"
MOST_BYTES = 2_000_000_000
"""What a server of one's own sends and hands out at most, where it runs with --local."""
CAPABILITIES = Capabilities(
    max_text=4096,
    edits_text=True,
    audio_replaces_text=True,
    buttons=True,
    audio_format=AudioFormat.M4A,
    max_audio_bytes=50_000_000,
    max_fetch_bytes=20 * 1024 * 1024,
    shares_contact=True,
    audio_buttons=True,
)
OWN_SERVER = replace(CAPABILITIES, perhaps_audio_bytes=MOST_BYTES, perhaps_fetch_bytes=MOST_BYTES)
"""Of a server of one's own, which may run with --local."""
LOCAL_SERVER = replace(OWN_SERVER, max_audio_bytes=MOST_BYTES, max_fetch_bytes=MOST_BYTES)


class TelegramChannel:
    """`core.ports.Channel` for one bot.

    `api_url` is the origin of a Bot API server. Of one that is not Telegram's own it is found out whether it
    runs with `--local` (`learn_limits`): then files may be larger both ways, and it hands out paths on its
    disk, which has to be readable here. https://github.com/tdlib/telegram-bot-api#usage

    Through Redis all processes of the bot share its limits;
    without it each keeps to them alone. `rate_scale` multiplies the limits.

    Errors in a `SendResult` that callers act upon: `message-gone` (the message to change is not there any
    more), `media-ref-stale` (send the bytes instead), `too-large`, `blocked`, `not-text` (the message to
    edit is no text any more).
    """

    name = "telegram"

    def __init__(self, token: str, api_url: str, *, redis_url: str | None, rate_scale: float = 1.0) -> None:
        from core.adapters.channels.telegram.client import BotClient
        from core.adapters.channels.telegram.download import Downloader
        from core.adapters.channels.telegram.limits import FloodGate

        self._seal = Seal(token)
        self._is_public = api_url == PUBLIC_SERVER
        self.capabilities = CAPABILITIES if self._is_public else OWN_SERVER
        self.account = account_of(token)
        self._username: str | None = None
        self._client: BotClient = BotClient(token, api_url, self._seal)
        self._downloader: Downloader = Downloader(token, api_url)
        self._gate: FloodGate = FloodGate(redis_url, f"melody:telegram:{self.account}", rate_scale)

    # --- what every channel does ------------------------------------------------------------------------

    async def send_text(self, chat: str, reply: Reply, attempt: Attempt | None = None) -> SendResult:
        return await self._in_turn(chat, PATIENCE, lambda: self._client.send_text(chat, reply))

    async def edit_text(self, chat: str, message_ref: str, reply: Reply) -> SendResult:
        return await self._in_turn(
            chat, EDIT_PATIENCE, lambda: self._client.edit_text(chat, message_ref, reply)
        )

    async def send_audio(
        self, chat: str, audio: AudioMessage, replaces: str | None, attempt: Attempt | None = None
    ) -> SendResult:
        """Raises ValueError for an audio with neither media_ref nor file, OSError for an unreadable file."""
        if audio.media_ref is None and audio.size > self.capabilities.max_audio_bytes:
            try:
                await self.learn_limits()
            except ServiceUnavailable:
                return SendResult(Outcome.RETRY, error="unreachable")
            if audio.size > self.capabilities.max_audio_bytes:
                return SendResult(Outcome.REFUSED, error="too-large")
        return await self._in_turn(chat, PATIENCE, lambda: self._client.send_audio(chat, audio, replaces))

    async def fetch(self, file_ref: str, into: Path, max_bytes: int) -> None:
        place = await self._client.file_place(file_ref, max_bytes)
        if isinstance(place, str):
            await self._downloader.download(place, into, max_bytes)
        elif self._is_public:
            raise ServiceUnavailable("Telegram's own server has no files on this machine")
        else:
            await self._downloader.copy(place, into, max_bytes)

    async def show_activity(self, chat: str) -> None:
        await self._client.send_typing(chat)

    async def acknowledge(self, callback_ref: str, text: str | None) -> None:
        await self._client.answer_callback(callback_ref, text)

    async def answer_inline(self, query_ref: str, answer: InlineAnswer) -> None:
        """See `core.ports.AnswersInline`. These calls belong to no chat, and no flood limit counts them."""
        try:
            username = await self.username()
        except MelodyError as error:
            log.info("an inline query was not answered: %s", error.code)
        else:
            await self._client.answer_inline(query_ref, answer, username)

    async def address(self, words: str, start: str) -> str:
        """See `core.ports.OpenedByLink`. https://core.telegram.org/bots/features#deep-linking"""
        return f"https://t.me/{await self.username()}?start={start}"

    async def check(self) -> str:
        me = await self._client.me()
        return f"Telegram bot @{me.username} ({me.first_name})"

    async def close(self) -> None:
        await self._client.close()
        await self._downloader.close()
        await self._gate.close()

    # --- what only the bot needs ------------------------------------------------------------------------

    async def username(self) -> str:
        """The bot's name without @, by which people address it in groups; asked for once.

        Raises as `check`.
        """
        if self._username is None:
            self._username = str((await self._client.me()).username)
        return self._username

    def action_in(self, chat: str, data: str) -> str | None:
        """The `Button.action` that callback data of a tap in this chat stands for; None for what we never
        sent there."""
        return self._seal.open(chat, data)

    async def get_updates(self, offset: int | None, timeout: float) -> list[dict[str, Any]]:
        """Wait up to `timeout` seconds for updates from `offset` on, which confirms all before it.

        Raises ConfigurationError for a wrong token, else ServiceUnavailable; also when another process
        polls or a webhook is set. Its param `retry_after` says how long to wait, where Telegram says it.
        """
        return await self._downloader.get_updates(offset, timeout)

    async def learn_limits(self) -> None:
        """Find out what a Bot API server of one's own takes: one that runs with `--local` names paths on its
        disk, of whatever file, and has no limit on what it hands out. Nothing is asked of Telegram's own.
        Raises ServiceUnavailable."""
        if self._is_public:
            return
        try:
            place = await self._client.file_place(await self._client.a_files_id(), MOST_BYTES)
        except ServiceUnavailable:
            raise
        except MelodyError as error:
            log.info("the Bot API server's limits are those of Telegram's own: %s", error.code)
            return
        if isinstance(place, Path):
            self.capabilities = LOCAL_SERVER

    async def set_webhook(self, url: str, secret: str) -> None:
        """Let updates come to `url` (https) with `secret` in X-Telegram-Bot-Api-Secret-Token.

        Raises ConfigurationError when Telegram does not take the address, else ServiceUnavailable.
        """
        await self._client.set_webhook(url, secret)

    async def delete_webhook(self) -> None:
        """Keep updates for get_updates. Raises ConfigurationError, ServiceUnavailable."""
        await self._client.delete_webhook()

    async def set_commands(
        self, commands: Mapping[str, str], language: str | None = None, *, in_groups: bool = False
    ) -> None:
        """Show these commands with their descriptions in private chats or in groups, for one two-letter
        language or for all that have none of their own. Raises ConfigurationError, ServiceUnavailable."""
        await self._client.set_commands(commands, language, in_groups=in_groups)

    async def set_menu_button(self, label: str | None, url: str | None) -> None:
        """Let the button beside the line of private chats open this page (https) inside Telegram; without one
        it shows the commands. Raises ConfigurationError, ServiceUnavailable."""
        await self._client.set_menu_button(label, url)

    async def _in_turn(
        self, chat: str, patience: float, call: Callable[[], Awaitable[SendResult]]
    ) -> SendResult:
        too_long = await self._gate.wait(chat, patience)
        if too_long is not None:
            return SendResult(Outcome.RETRY, retry_after=too_long, error="rate-limit")
        result = await call()
        if result.outcome is Outcome.RETRY and result.retry_after is not None:
            await self._gate.pause(chat, result.retry_after)
        return result


def account_of(token: str) -> str:
    """The bot's id, which a token begins with; of a token of another shape a digest."""
    bot_id, separator, _ = token.partition(":")
    if separator and bot_id.isascii() and bot_id.isdigit():
        return bot_id
    return hashlib.sha256(token.encode()).hexdigest()[:16]
