"""What people send, from Twilio: asked for with our credentials, and from wherever it is then kept without.

A media link leads to Twilio and from there, by a redirect, to where the bytes lie. The credentials go to
Twilio's origin alone. A redirect is followed only to public addresses, and to the very address that was
checked, so that no name can lead into our own network (loopback is allowed in development, for stand-ins).
"""

from __future__ import annotations

import asyncio
import ipaddress
import random
import socket
from pathlib import Path

import httpx

from core.adapters.channels.keeping import keep_body
from core.errors import Forbidden, NotFound, ServiceUnavailable, TooLarge

DOWNLOAD_SECONDS = 120.0
MOST_REDIRECTS = 5
NOT_THERE_YET = (0.5, 1.0, 2.0)
"""Seconds to wait for media that Twilio announces a moment before it has it."""
_REDIRECTS = {301, 302, 303, 307, 308}


class MediaFetcher:
    def __init__(self, account_sid: str, auth_token: str, api_url: str, *, allow_loopback: bool) -> None:
        """`api_url` is Twilio's origin."""
        self._origin = _origin(httpx.URL(api_url))
        self._auth = httpx.BasicAuth(account_sid, auth_token)
        self._allow_loopback = allow_loopback
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(20.0, connect=5.0, pool=5.0), follow_redirects=False, trust_env=False
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def fetch(self, url: str, into: Path, max_bytes: int) -> None:
        """The bytes behind a media link, in `into`; nothing stays there after a failure.

        Raises TooLarge, NotFound, Forbidden (a link that leads elsewhere), ServiceUnavailable.
        """
        try:
            async with asyncio.timeout(DOWNLOAD_SECONDS):
                await self._fetch_patiently(url, into, max_bytes)
        except BaseException as error:
            await asyncio.to_thread(into.unlink, missing_ok=True)
            if isinstance(error, httpx.HTTPError | httpx.InvalidURL | TimeoutError):
                raise ServiceUnavailable(f"the download broke off: {type(error).__name__}") from None
            raise

    async def _fetch_patiently(self, url: str, into: Path, max_bytes: int) -> None:
        for pause in NOT_THERE_YET:
            try:
                return await self._fetch(url, into, max_bytes)
            except NotFound:
                await asyncio.sleep(pause * random.uniform(1.0, 1.25))
        return await self._fetch(url, into, max_bytes)

    async def _fetch(self, url: str, into: Path, max_bytes: int) -> None:
        target = httpx.URL(url)
        if _origin(target) != self._origin:
            raise Forbidden("a media link that does not lead to Twilio")
        request = self._http.build_request("GET", target)
        auth: httpx.Auth | None = self._auth
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self._http.send(request, auth=auth, stream=True)
            try:
                if answer.status_code not in _REDIRECTS:
                    await _keep(answer, into, max_bytes)
                    return
                target = target.join(answer.headers.get("location", ""))
            finally:
                await answer.aclose()
            request, auth = await self._elsewhere(target), None
        raise ServiceUnavailable("media are redirected without end")

    async def _elsewhere(self, target: httpx.URL) -> httpx.Request:
        """The request for where the bytes lie, at the one address of its host that was checked."""
        if target.scheme != "https" and not (self._allow_loopback and target.scheme == "http"):
            raise Forbidden("media are redirected to an address that is not https")
        address = await self._checked_address(target)
        literal = f"[{address}]" if ":" in address else address
        return self._http.build_request(
            "GET",
            target.copy_with(host=literal),
            headers={"Host": target.netloc.decode("ascii")},
            extensions={"sni_hostname": target.host},
        )

    async def _checked_address(self, target: httpx.URL) -> str:
        port = target.port or (443 if target.scheme == "https" else 80)
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(target.host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise ServiceUnavailable("media are redirected to a host that is not known") from None
        addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
        if not addresses or not all(self._may_be_asked(address) for address in addresses):
            raise Forbidden("media are redirected to a private address")
        return addresses[0]

    def _may_be_asked(self, address: str) -> bool:
        ip = ipaddress.ip_address(address)
        if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        return (ip.is_global and not ip.is_multicast) or (ip.is_loopback and self._allow_loopback)


async def _keep(answer: httpx.Response, into: Path, max_bytes: int) -> None:
    if answer.status_code in {404, 410}:
        raise NotFound("the media are not there")
    if answer.status_code in {401, 403}:
        raise ServiceUnavailable("Twilio does not hand the media out to us")
    if answer.status_code != 200:
        raise ServiceUnavailable(f"the download was answered with HTTP {answer.status_code}")
    announced = answer.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced) > max_bytes:
        raise TooLarge(limit_mb=max_bytes // 1_000_000)
    await keep_body(answer, into, max_bytes)


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    port = url.port or (443 if url.scheme == "https" else 80)
    return url.scheme, url.host.casefold(), port
