"""Downloading audio from a service's storage, wherever its redirects lead, but nowhere else.

A service's addresses redirect to hosts of its storage. Each step is checked anew: scheme, host, port, and the
address that the name stands for. The connection is then made to the very address that was checked, so a name
that changes its mind between check and connection (DNS rebinding) gains nothing. Proxies of the environment
are not used: they would resolve names themselves.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import TypeAlias
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import httpcore
import httpx

from core.adapters.sources.http import USER_AGENT, Answer
from core.errors import Forbidden, NotFound, TooLarge
from core.music import SourceUnavailable

TOTAL_SECONDS = 60.0
CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
MOST_REDIRECTS = 5
MOST_ADDRESSES = 3
"""Of one name that are tried."""
AT_ONCE = 2
"""Downloads from one service, as its keepers ask for."""
BLOCK = 256 * 1024
PORTS = {"https": 443, "http": 80}

IPAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver: TypeAlias = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a host name, best first. Raises OSError."""

_BROKEN_OFF = (TimeoutError, httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)
_REDIRECTS = {301, 302, 303, 307, 308}
_HEADERS: list[tuple[bytes | str, bytes | str]] = [
    ("User-Agent", USER_AGENT),
    ("Accept", "*/*"),
    ("Accept-Encoding", "identity"),
]
_TIMEOUTS = {"timeout": {"connect": CONNECT_SECONDS, "read": READ_SECONDS, "write": READ_SECONDS}}
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:]+")
"""A name as DNS has it, or an IPv6 address without its brackets."""
_SAFE = "%/:@!$&'()*+,;=~?"
"""What a path or query may hold beside letters and digits (RFC 3986, section 3.3)."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""RFC 6052: an IPv4 address in the last 32 bits."""


class Downloader:
    """Downloads from one service: from its `origin`, and from hosts whose names end in `allowed_suffixes`.

    Plain http is taken only where the origin itself is http. Where the origin is on this machine (both mark a
    stand-in), so may be where it leads to; another private address only where it is the origin itself.
    """

    def __init__(
        self,
        origin: str,
        allowed_suffixes: tuple[str, ...],
        *,
        total_seconds: float = TOTAL_SECONDS,
        resolve: Resolver | None = None,
        backend: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        """`resolve` and `backend` are the network; without them, the machine's own."""
        self._origin = urlsplit(origin)
        self._suffixes = allowed_suffixes
        self._total_seconds = total_seconds
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._network = GuardedNetwork(
            resolve or _resolve, backend or httpcore.AnyIOBackend(), str(self._origin.hostname)
        )

    async def download(self, url: str, into: Path, max_bytes: int) -> None:
        """The bytes at an address, in `into`; nothing stays there after a failure.

        Raises TooLarge, NotFound, Forbidden, SourceUnavailable.
        """
        try:
            async with asyncio.timeout(self._total_seconds), self._turns:
                await self._follow(url, into, max_bytes)
        except BaseException as error:
            await asyncio.to_thread(into.unlink, missing_ok=True)
            if isinstance(error, _BROKEN_OFF):
                raise SourceUnavailable(f"the download broke off: {type(error).__name__}") from None
            raise

    def goes_to(self, url: str) -> bool:
        """Whether this is an address that we would download from."""
        try:
            return self._is_allowed(urlsplit(url))
        except ValueError:
            return False

    async def close(self) -> None:
        if "_pool" in vars(self):
            await self._pool.aclose()

    @cached_property
    def _pool(self) -> httpcore.AsyncConnectionPool:
        """Made for the first download: reading the certificates of all authorities takes its time."""
        return httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=AT_ONCE,
            max_keepalive_connections=0,
            network_backend=self._network,
        )

    async def _follow(self, url: str, into: Path, max_bytes: int) -> None:
        for _ in range(MOST_REDIRECTS + 1):
            elsewhere = await self._take(self._checked(url), into, max_bytes)
            if elsewhere is None:
                return
            url = elsewhere
        raise SourceUnavailable("the download is redirected in circles")

    async def _take(self, url: str, into: Path, max_bytes: int) -> str | None:
        """Take what is at an address, or say where it is instead."""
        async with self._pool.stream("GET", url, headers=_HEADERS, extensions=_TIMEOUTS) as response:
            answer = Answer(response.status, httpx.Headers(response.headers), "")
            if answer.status in _REDIRECTS:
                return _joined(url, answer.headers.get("location", ""))
            _raise_unless_ok(answer)
            limit_mb = max_bytes // 1_000_000
            if _announced(answer) > max_bytes:
                raise TooLarge(limit_mb=limit_mb)
            received = 0
            with await asyncio.to_thread(into.open, "wb", BLOCK) as file:
                async for block in response.aiter_stream():
                    received += len(block)
                    if received > max_bytes:
                        raise TooLarge(limit_mb=limit_mb)
                    await asyncio.to_thread(file.write, block)
        return None

    def _checked(self, url: str) -> str:
        """The address as it can be sent, when it is one that we go to. Raises SourceUnavailable."""
        if not self.goes_to(url):
            raise SourceUnavailable("the download is redirected to where we do not go")
        parts = urlsplit(url)
        path, query = (quote(part, safe=_SAFE) for part in (parts.path, parts.query))
        return parts._replace(path=path, query=query, fragment="").geturl()

    def _is_allowed(self, parts: SplitResult) -> bool:
        host, origin = parts.hostname or "", self._origin
        if parts.scheme not in {"https", origin.scheme} or "@" in parts.netloc or not _HOST.fullmatch(host):
            return False
        if _is_loopback(host):
            return _is_loopback(str(origin.hostname))
        if host == origin.hostname:
            return _port(parts) == _port(origin)
        return host.endswith(self._suffixes) and _port(parts) == PORTS[parts.scheme]


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Resolves names itself and connects to addresses that are public, and to those of the origin."""

    def __init__(self, resolve: Resolver, network: httpcore.AsyncNetworkBackend, origin_host: str) -> None:
        self._resolve = resolve
        self._network = network
        self._origin_host = origin_host

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that is fit and answers. Raises SourceUnavailable when none is fit,
        httpcore's errors when none answers."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolve(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"no address: {type(error).__name__}") from None
        fit = [address for address in addresses if self._is_fit(host, address)][:MOST_ADDRESSES]
        if not fit:
            raise SourceUnavailable("the download leads to a private address")
        for address in fit[:-1]:
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._network.connect_tcp(fit[-1], port, timeout, local_address, socket_options)

    def _is_fit(self, host: str, address: str) -> bool:
        try:
            ip = _plain(ipaddress.ip_address(address))
        except ValueError:
            return False
        if ip.is_loopback:
            return _is_loopback(host) and _is_loopback(self._origin_host)
        return _is_public(ip) or address == host == self._origin_host


def _is_public(ip: IPAddress) -> bool:
    """An address of the open Internet: not private, reserved, link-local, multicast or unspecified."""
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _plain(ip: IPAddress) -> IPAddress:
    """The IPv4 address inside an IPv6 one that only carries it, else the address itself."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    carried = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
    if carried is None and ip in _NAT64:
        carried = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return carried or ip


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _port(parts: SplitResult) -> int:
    return PORTS[parts.scheme] if parts.port is None else parts.port


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return ""


def _announced(answer: Answer) -> int:
    """The size that the answer says it has; 0 when it does not tell."""
    length = answer.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0


def _raise_unless_ok(answer: Answer) -> None:
    if answer.status in {401, 403}:
        raise Forbidden("the source does not hand this audio out")
    if answer.status in {404, 410}:
        raise NotFound("the source has this audio no more")
    if answer.status != 200:
        raise SourceUnavailable(
            f"the download was answered with HTTP {answer.status}", retry_after=answer.retry_after
        )
    if answer.headers.get("content-encoding", "identity").casefold() != "identity":
        raise SourceUnavailable("the download comes in an encoding that nobody asked for")


async def _resolve(host: str, port: int) -> list[str]:
    """What this machine's resolver says, in the order of RFC 6724."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for _, _, _, _, address in found))
