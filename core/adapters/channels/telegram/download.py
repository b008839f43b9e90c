"""What python-telegram-bot would hold in memory or read into objects: files' bytes, and raw updates."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
from pathlib import Path
from typing import Any

import httpx

from core.adapters.channels.keeping import keep_body
from core.adapters.channels.telegram.client import UPDATES_WANTED, hide_tokens
from core.adapters.channels.telegram.outcome import WRONG_TOKEN, FloodWait
from core.errors import ConfigurationError, NotFound, ServiceUnavailable, TooLarge

logger = logging.getLogger(__name__)

DOWNLOAD_TIMEOUT = 180.0
POLL_MARGIN = 15.0
"""Seconds a poll's answer may be late."""


class Downloader:
    """Streams files to disk, and polls for updates."""

    def __init__(self, token: str, api_url: str) -> None:
        hide_tokens()
        self._updates_url = f"{api_url}/bot{token}/getUpdates"
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(20.0, connect=5.0, pool=5.0))

    async def close(self) -> None:
        await self._client.aclose()

    async def download(self, url: str, into: Path, max_bytes: int) -> None:
        """The bytes at an address that getFile gave, in `into`; nothing stays there after a failure.

        Raises TooLarge, NotFound, ServiceUnavailable.
        """
        try:
            async with asyncio.timeout(DOWNLOAD_TIMEOUT):
                await self._stream(url, into, max_bytes)
        except BaseException as error:
            await asyncio.to_thread(into.unlink, missing_ok=True)
            if isinstance(error, httpx.HTTPError | TimeoutError):
                raise ServiceUnavailable(f"the download broke off: {type(error).__name__}") from None
            raise

    async def copy(self, path: Path, into: Path, max_bytes: int) -> None:
        """The bytes of a file that the Bot API server keeps on a disk that we read too; nothing stays in
        `into` after a failure. Raises TooLarge, ServiceUnavailable."""
        try:
            await asyncio.to_thread(_copy, path, into, max_bytes)
        except OSError as error:
            await asyncio.to_thread(into.unlink, missing_ok=True)
            logger.warning("what the Bot API server has fetched can't be read here: %s", type(error).__name__)
            raise ServiceUnavailable("the Bot API server's files can't be read here") from None

    async def _stream(self, url: str, into: Path, max_bytes: int) -> None:
        async with self._client.stream("GET", url) as answer:
            if answer.status_code in {400, 404, 410}:
                raise NotFound("the file's address has expired")
            if answer.status_code != 200:
                raise ServiceUnavailable(f"the download was answered with HTTP {answer.status_code}")
            await keep_body(answer, into, max_bytes)

    async def get_updates(self, offset: int | None, timeout: float) -> list[dict[str, Any]]:
        """See `TelegramChannel.get_updates`."""
        form = {"timeout": str(round(timeout)), "allowed_updates": json.dumps(UPDATES_WANTED)}
        if offset is not None:
            form["offset"] = str(offset)
        try:
            async with asyncio.timeout(timeout + POLL_MARGIN):
                answer = await self._client.post(
                    self._updates_url, data=form, timeout=httpx.Timeout(timeout + POLL_MARGIN, connect=5.0)
                )
        except (httpx.HTTPError, TimeoutError) as error:
            raise ServiceUnavailable(f"Telegram does not answer: {type(error).__name__}") from None
        return _updates(answer)


def _copy(path: Path, into: Path, max_bytes: int) -> None:
    if not path.is_file():
        raise FileNotFoundError
    if path.stat().st_size > max_bytes:
        raise TooLarge(limit_mb=max_bytes // 1_000_000)
    shutil.copyfile(path, into)


def _updates(answer: httpx.Response) -> list[dict[str, Any]]:
    match answer.status_code:
        case 200:
            try:
                result = answer.json()["result"]
                return [update for update in result if isinstance(update, dict)]
            except (ValueError, KeyError, TypeError):
                raise ServiceUnavailable("Telegram's answer is no list of updates") from None
        case 401 | 404:
            raise ConfigurationError(WRONG_TOKEN)
        case 409:
            raise ServiceUnavailable("another process polls this bot, or it has a webhook")
        case 429:
            wait = FloodWait.read(answer.content).seconds
            raise ServiceUnavailable("Telegram asks to wait", retry_after=wait)
        case status:
            raise ServiceUnavailable(f"Telegram answers with HTTP {status}")
