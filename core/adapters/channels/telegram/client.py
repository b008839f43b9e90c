"""python-telegram-bot for our purposes: one call a method, results for exceptions, no token in a log."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    InputFile,
    InputMediaAudio,
    MenuButtonCommands,
    MenuButtonWebApp,
    Message,
    User,
    WebAppInfo,
)
from telegram.constants import ChatAction
from telegram.error import BadRequest, TelegramError

from core.adapters.channels.telegram.inline import result, way_in
from core.adapters.channels.telegram.outcome import (
    is_not_modified,
    melody_error,
    refusal,
    result_of,
)
from core.adapters.channels.telegram.render import (
    MAX_CALLBACK_ANSWER,
    MAX_CAPTION,
    asking,
    fit,
    keyboard,
    preview,
    replying,
    words,
)
from core.adapters.channels.telegram.request import BotRequest
from core.adapters.channels.telegram.seal import Seal
from core.errors import NotFound, TooLarge
from core.ports import AudioMessage, InlineAnswer, Outcome, Reply, SendResult

log = logging.getLogger(__name__)
T = TypeVar("T")

CALL_TIMEOUT = 30.0
UPLOAD_TIMEOUT = 300.0
FILE_TIMEOUT = 300.0
CALLBACK_TIMEOUT = 10.0
INLINE_TIMEOUT = 5.0
MAX_TEXT = 4096
DOWNLOAD_LIMIT_MB = 20
"""What Telegram's own server hands out at most."""
UPDATES_WANTED = (
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "chosen_inline_result",
    "my_chat_member",
)


class BotClient:
    """The calls to one bot's API. `api_url` is an origin."""

    def __init__(self, token: str, api_url: str, seal: Seal) -> None:
        hide_tokens()
        self._seal = seal
        self._request = BotRequest()
        self._bot = Bot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=self._request,
            get_updates_request=self._request,
        )

    async def close(self) -> None:
        await self._request.shutdown()

    # --- sends: always a SendResult -----------------------------------------------------------------------

    async def send_text(self, chat: str, reply: Reply) -> SendResult:
        call = self._bot.send_message(
            chat,
            fit(words(reply), MAX_TEXT),
            reply_markup=keyboard(reply, chat, self._seal) or asking(reply),
            reply_parameters=replying(reply),
            link_preview_options=preview(reply),
        )
        return await _outcome(call, CALL_TIMEOUT, chat)

    async def edit_text(self, chat: str, message_ref: str, reply: Reply) -> SendResult:
        call = self._bot.edit_message_text(
            fit(words(reply), MAX_TEXT),
            chat,
            int(message_ref),
            reply_markup=keyboard(reply, chat, self._seal),
            link_preview_options=preview(reply),
        )
        return await _outcome(call, CALL_TIMEOUT, chat, edits=message_ref)

    async def send_audio(self, chat: str, audio: AudioMessage, replaces: str | None) -> SendResult:
        async with _media(audio) as media:
            if replaces is None:
                return await _outcome(self._send_new(chat, audio, media), UPLOAD_TIMEOUT, chat)
            content = InputMediaAudio(media, caption=_caption(audio), **_about(audio))
            call = self._bot.edit_message_media(
                content,
                chat,
                int(replaces),
                reply_markup=keyboard(audio, chat, self._seal),
                read_timeout=UPLOAD_TIMEOUT,
            )
            result = await _outcome(call, UPLOAD_TIMEOUT, chat, edits=replaces)
            if result.outcome is Outcome.SENT and result.media_ref is None:
                return SendResult(Outcome.SENT, message_ref=replaces, media_ref=audio.media_ref)
            return result

    def _send_new(self, chat: str, audio: AudioMessage, media: InputFile | str) -> Awaitable[Message]:
        return self._bot.send_audio(
            chat,
            media,
            caption=_caption(audio),
            reply_markup=keyboard(audio, chat, self._seal),
            read_timeout=UPLOAD_TIMEOUT,
            **_about(audio),
        )

    async def answer_callback(self, callback_ref: str, text: str | None) -> None:
        """Too late or not at all: the person sees a spinner a little longer, nothing else."""
        short = None if text is None else fit(text, MAX_CALLBACK_ANSWER)
        try:
            async with asyncio.timeout(CALLBACK_TIMEOUT):
                await self._bot.answer_callback_query(callback_ref, short)
        except (TelegramError, TimeoutError) as error:
            log.debug("a tap was not acknowledged: %s", type(error).__name__)

    async def send_typing(self, chat: str) -> None:
        """Too late or not at all: nothing is shown, nothing else."""
        try:
            async with asyncio.timeout(CALLBACK_TIMEOUT):
                await self._bot.send_chat_action(chat, ChatAction.TYPING)
        except (TelegramError, TimeoutError) as error:
            log.debug("no activity was shown: %s", type(error).__name__)

    async def answer_inline(self, query_ref: str, answer: InlineAnswer, username: str) -> None:
        """Too late or not at all: the person has typed on, or types once more."""
        try:
            async with asyncio.timeout(INLINE_TIMEOUT):
                await self._bot.answer_inline_query(
                    query_ref,
                    [result(choice, username) for choice in answer.choices],
                    cache_time=answer.keep_seconds,
                    is_personal=True,  # the words are in the person's language
                    next_offset=answer.next_offset,
                    button=way_in(answer),
                )
        except (TelegramError, TimeoutError) as error:
            log.info("an inline query was not answered: %s", type(error).__name__)

    # --- everything else: raises MelodyError --------------------------------------------------------------

    async def me(self) -> User:
        return await _or_raise(self._bot.get_me())

    async def set_webhook(self, url: str, secret: str) -> None:
        await _or_raise(self._bot.set_webhook(url, secret_token=secret, allowed_updates=list(UPDATES_WANTED)))

    async def delete_webhook(self) -> None:
        await _or_raise(self._bot.delete_webhook())

    async def set_commands(
        self, commands: Mapping[str, str], language: str | None, *, in_groups: bool
    ) -> None:
        wanted = [BotCommand(name, description) for name, description in commands.items()]
        scope = BotCommandScopeAllGroupChats() if in_groups else BotCommandScopeAllPrivateChats()
        await _or_raise(self._bot.set_my_commands(wanted, scope=scope, language_code=language))

    async def set_menu_button(self, label: str | None, url: str | None) -> None:
        opening = MenuButtonWebApp(label, WebAppInfo(url)) if label and url else MenuButtonCommands()
        await _or_raise(self._bot.set_chat_menu_button(menu_button=opening))

    async def a_files_id(self) -> str:
        """A file that every bot may ask for. Raises NotFound, ConfigurationError, ServiceUnavailable."""
        try:
            icons = await _or_raise(self._bot.get_forum_topic_icon_stickers())
            return icons[0].file_id
        except (LookupError, TypeError):  # of a server that answers otherwise than is described
            raise NotFound("the server has no icons") from None

    async def file_place(self, file_ref: str, max_bytes: int) -> str | Path:
        """Where a file's bytes are: an address, good for an hour, or a path on the server's disk. A server of
        one's own fetches the file before it answers, which may take minutes. Raises TooLarge, NotFound,
        ServiceUnavailable."""
        try:
            async with asyncio.timeout(FILE_TIMEOUT):
                file = await self._bot.get_file(file_ref, read_timeout=FILE_TIMEOUT)
        except BadRequest as error:
            if refusal(error) == "too-large":
                raise TooLarge(limit_mb=DOWNLOAD_LIMIT_MB) from None
            raise NotFound(f"Telegram has no such file: {refusal(error)}") from None
        except (TelegramError, TimeoutError) as error:
            raise melody_error(error) from None
        if file.file_size is not None and file.file_size > max_bytes:
            raise TooLarge(limit_mb=max_bytes // 1_000_000)
        if file.file_path is None:
            raise NotFound("Telegram does not hand out this file")
        place = file.file_path.removeprefix(f"{self._bot.base_file_url}/")  # where the library has put it
        return Path(place) if place.startswith("/") else f"{self._bot.base_file_url}/{place}"


async def _outcome(
    call: Awaitable[Message | bool], seconds: float, chat: str, *, edits: str | None = None
) -> SendResult:
    """Make a call that sends or, with `edits`, changes a message."""
    try:
        async with asyncio.timeout(seconds):
            message = await call
    except (TelegramError, TimeoutError) as error:
        if edits is not None and is_not_modified(error):
            return SendResult(Outcome.SENT, message_ref=edits)
        return result_of(error, chat)
    if not isinstance(message, Message):
        return SendResult(Outcome.SENT, message_ref=edits)
    file = message.audio or message.document
    return SendResult(
        Outcome.SENT, message_ref=str(message.message_id), media_ref=None if file is None else file.file_id
    )


async def _or_raise(call: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(CALL_TIMEOUT):
            return await call
    except (TelegramError, TimeoutError) as error:
        raise melody_error(error) from None


@asynccontextmanager
async def _media(audio: AudioMessage) -> AsyncIterator[InputFile | str]:
    """The reference to what Telegram has already, or the file, read from disk while it is sent."""
    if audio.media_ref is not None:
        yield audio.media_ref
        return
    if audio.file is None:
        raise ValueError("an audio message needs a media_ref or a file")
    handle = await asyncio.to_thread(_open, audio.file)
    try:
        yield InputFile(handle, audio.file_name, attach=True, read_file_handle=False)
    finally:
        handle.close()


def _open(path: Path) -> IO[bytes]:
    return path.open("rb")


def _about(audio: AudioMessage) -> dict[str, Any]:
    """What is said about an upload; what Telegram has already keeps what was said about it then."""
    if audio.media_ref is not None:
        return {}
    cover = None if audio.cover is None else InputFile(audio.cover, "cover.jpg", attach=True)
    return {
        "duration": round(audio.duration),
        "title": audio.title,
        "performer": audio.performer,
        "thumbnail": cover,
    }


def _caption(audio: AudioMessage) -> str | None:
    return None if audio.caption is None else fit(audio.caption, MAX_CAPTION)


class _TokenFilter(logging.Filter):
    """httpx logs the address of every request, and the address holds the token."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = re.sub(r"/bot[^/\s\"']+/", "/bot[hidden]/", record.getMessage())
        record.args = None
        return True


_TOKEN_FILTER = _TokenFilter()


def hide_tokens() -> None:
    """Keep bot tokens out of the logs of the HTTP client, whatever its level; repeating it does nothing."""
    logging.getLogger("httpx").addFilter(_TOKEN_FILTER)
