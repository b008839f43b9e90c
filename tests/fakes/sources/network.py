"""The open Internet, for tests: names and addresses as a test says, all of them leading to one stand-in."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field

import httpcore


@dataclass
class Internet(httpcore.AsyncNetworkBackend):
    """Every address leads to the stand-in at `port` of this machine."""

    port: int
    names: dict[str, list[list[str]]] = field(default_factory=dict)
    """What each name stands for, answer by answer; the last one lasts."""
    deaf: set[str] = field(default_factory=set)
    """Addresses that do not answer."""
    connections: list[tuple[str, int]] = field(default_factory=list)
    """The addresses and ports that were connected to."""
    greeted: list[str | None] = field(default_factory=list)
    """The host names that TLS was started for."""
    open: int = 0
    """Connections that are open."""
    most_open: int = 0

    async def resolve(self, host: str, port: int) -> list[str]:
        if host not in self.names:
            raise OSError("no such name")
        answers = self.names[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.connections.append((host, port))
        if host in self.deaf:
            raise httpcore.ConnectError("nobody there")
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        return Stream(self, await httpcore.AnyIOBackend().connect_tcp("127.0.0.1", self.port, timeout))


class Stream(httpcore.AsyncNetworkStream):
    """A connection whose TLS is only asked for."""

    def __init__(self, internet: Internet, plain: httpcore.AsyncNetworkStream) -> None:
        self._internet = internet
        self._plain = plain

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._plain.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._plain.write(buffer, timeout)

    async def aclose(self) -> None:
        self._internet.open -= 1
        await self._plain.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        assert ssl_context.check_hostname
        assert ssl_context.verify_mode is ssl.CERT_REQUIRED
        self._internet.greeted.append(server_hostname)
        return self

    def get_extra_info(self, info: str) -> object:
        return None if info == "ssl_object" else self._plain.get_extra_info(info)
