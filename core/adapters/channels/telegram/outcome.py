"""What is known after a call to the Bot API failed.

The question that matters is whether the call may have taken effect. Telegram's own refusals say no, and so
does a connection that never came about; an answer that got lost, or a server that failed, leaves it open.
"""

from __future__ import annotations

import json

import aiohttp
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)

from core.adapters.channels.never_sent import NEVER_SENT
from core.errors import ConfigurationError, MelodyError, ServiceUnavailable
from core.ports import Outcome, SendResult

DEFAULT_RETRY_AFTER = 5.0
WRONG_TOKEN = "MELODY_TELEGRAM_TOKEN: Telegram does not know this token"

_NEVER_SENT = (
    *NEVER_SENT,
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)

# The server's words (tdlib/telegram-bot-api, TDLib), lower case, and what they mean to callers.
_REFUSALS = (
    ("message to edit not found", "message-gone"),
    ("message can't be edited", "message-gone"),
    ("message_id_invalid", "message-gone"),
    ("there is no text in the message", "not-text"),
    ("wrong file identifier", "media-ref-stale"),
    ("wrong remote file identifier", "media-ref-stale"),
    ("wrong file_id", "media-ref-stale"),
    ("invalid file_id", "media-ref-stale"),
    ("file_reference_", "media-ref-stale"),
    ("can't use file of type", "media-ref-stale"),
    ("chat not found", "chat-not-found"),
    ("message is too long", "too-long"),
    ("file is too big", "too-large"),
)


class FloodWait(TelegramError):
    """429: nothing happened; try again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Too many requests: retry after {seconds:g} s")
        self.seconds = seconds

    @classmethod
    def read(cls, body: bytes) -> FloodWait:
        """From the answer's body, `{"parameters": {"retry_after": seconds}}`."""
        try:
            return cls(float(json.loads(body)["parameters"]["retry_after"]))
        except (ValueError, KeyError, TypeError):
            return cls(DEFAULT_RETRY_AFTER)


class EntityTooLarge(TelegramError):
    """413: the server does not read an upload of this size."""


class ServerFailed(TelegramError):
    """5xx: nobody knows what happened."""


def result_of(error: Exception, chat: str) -> SendResult:
    """The outcome of a send to `chat` that raised a TelegramError or TimeoutError."""
    match error:
        case FloodWait():
            return SendResult(Outcome.RETRY, retry_after=error.seconds, error="flood")
        case Forbidden():
            # Out of a group we may be thrown by others than the person we answer.
            return SendResult(Outcome.REFUSED, blocked=not is_group(chat), error="blocked")
        case InvalidToken():
            return SendResult(Outcome.RETRY, error="wrong-token")  # the operator will mend it
        case EntityTooLarge():
            return SendResult(Outcome.REFUSED, error="too-large")
        case ChatMigrated():
            return SendResult(Outcome.REFUSED, error="chat-migrated")
        case BadRequest():
            return SendResult(Outcome.REFUSED, error=refusal(error))
        case NetworkError() if isinstance(error.__cause__, _NEVER_SENT):
            return SendResult(Outcome.RETRY, error="unreachable")
        case _:
            return SendResult(Outcome.UNCERTAIN, error=f"no-answer: {_cause(error)}")


def is_group(chat: str) -> bool:
    """Chat ids of groups and channels are negative, those of private chats the person's own."""
    return chat.startswith("-")


def refusal(error: BadRequest) -> str:
    """A word for why Telegram refuses, or its own text where we have none."""
    text = error.message.casefold()
    return next((word for start, word in _REFUSALS if text.startswith(start)), f"refused: {text[:150]}")


def is_not_modified(error: Exception) -> bool:
    """Whether an edit was refused because the message already is as wanted."""
    return isinstance(error, BadRequest) and error.message.casefold().startswith("message is not modified")


def melody_error(error: Exception) -> MelodyError:
    """The same failures where no send is at stake, for `check` and the bot's own calls."""
    match error:
        case InvalidToken():
            return ConfigurationError(WRONG_TOKEN)
        case FloodWait():
            return ServiceUnavailable("Telegram asks to wait", retry_after=error.seconds)
        case BadRequest() | Forbidden():
            return ConfigurationError(f"Telegram refuses: {error.message[:150]}")
        case _:
            return ServiceUnavailable(f"Telegram does not answer: {_cause(error)}")


def _cause(error: Exception) -> str:
    """The kind of failure. Never its text, which may hold an address and with it the token."""
    return type(error.__cause__ or error).__name__
