"""How python-telegram-bot's calls go out: uploads by its own httpx, everything else by aiohttp.

Nearly all calls are a few hundred bytes each way, and httpx needs six times as much of the processor for one
as aiohttp, whose parser is written in C. Each call is made once.
"""

from __future__ import annotations

import ssl
from typing import Any

import aiohttp
import certifi
from aiohttp.helpers import get_env_proxy_for_url
from telegram.error import NetworkError, TimedOut
from telegram.request import HTTPXRequest, RequestData
from yarl import URL

from core.adapters.channels.telegram.outcome import EntityTooLarge, FloodWait, ServerFailed

CONNECTIONS = 32
CONNECT_SECONDS, READ_SECONDS, UPLOAD_SECONDS = 5.0, 20.0, 30.0


class BotRequest(HTTPXRequest):
    """Keeps apart the statuses that the library folds into one error, and reads no proxy's HTML as JSON.

    Belongs to the event loop that makes the first call.
    """

    def __init__(self) -> None:
        super().__init__(
            connection_pool_size=CONNECTIONS,
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            write_timeout=READ_SECONDS,
            pool_timeout=CONNECT_SECONDS,
            media_write_timeout=UPLOAD_SECONDS,
        )
        self._session: aiohttp.ClientSession | None = None
        self._proxies: dict[str, dict[str, Any]] = {}
        """By a server's origin what there is to say of its proxy."""

    async def shutdown(self) -> None:
        await super().shutdown()
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = HTTPXRequest.DEFAULT_NONE,
        *args: Any,
        **kwargs: Any,
    ) -> tuple[int, bytes]:
        if request_data is not None and request_data.contains_files:
            status, body = await super().do_request(url, method, request_data, read_timeout, *args, **kwargs)
        else:
            form = {} if request_data is None else request_data.json_parameters
            seconds = read_timeout if isinstance(read_timeout, int | float) else READ_SECONDS
            status, body = await self._call(url, method, form, seconds)
        if status == 429:
            raise FloodWait.read(body)
        if status == 413:
            raise EntityTooLarge("Request Entity Too Large")
        if status >= 500:
            raise ServerFailed(f"HTTP {status}")
        return status, body

    async def _call(self, url: str, method: str, form: dict[str, str], seconds: float) -> tuple[int, bytes]:
        """Status and body; `seconds` is the longest silence. Raises TimedOut, NetworkError from the cause."""
        if self._session is None:
            self._session = _session()
        timeout = aiohttp.ClientTimeout(
            connect=2 * CONNECT_SECONDS, sock_connect=CONNECT_SECONDS, sock_read=seconds
        )
        try:
            async with self._session.request(
                method, url, data=form or None, timeout=timeout, allow_redirects=False, **self._proxy_to(url)
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NetworkError(type(error).__name__) from error  # never its text, which may hold the token

    def _proxy_to(self, url: str) -> dict[str, Any]:
        """What the environment says of the way to a server, looked up once: aiohttp's own `trust_env` reads
        it, and ~/.netrc from the disk, for every call."""
        origin = "/".join(url.split("/", 3)[:3])
        if origin not in self._proxies:
            try:
                proxy, sign_in = get_env_proxy_for_url(URL(origin))
            except LookupError:
                self._proxies[origin] = {}
            else:
                self._proxies[origin] = {"proxy": proxy, "proxy_auth": sign_in}
        return self._proxies[origin]


def _session() -> aiohttp.ClientSession:
    trusted = ssl.create_default_context(cafile=certifi.where())
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=CONNECTIONS, ssl=trusted),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": HTTPXRequest.USER_AGENT},
    )
