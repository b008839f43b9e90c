"""How many codes are sent: to one number, from one address, and altogether.

A text message costs the operator money, and there are people who earn by having many sent to numbers of their
own ("SMS pumping"), mostly abroad. So numbers outside India, where our people are, have narrower limits, for
each country and for all of them.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Callable, Iterator

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerSecond

from core.accounts.phone import calling_code
from core.errors import CodeTooOften
from core.limiter import Limiter

HOME = "+91"
RESEND_SECONDS = 60
MOST_SECONDS_TOLD = 86_400

A_MINUTE, AN_HOUR, A_DAY = (
    (RateLimitItemPerSecond, RESEND_SECONDS),
    (RateLimitItemPerHour, 1),
    (RateLimitItemPerDay, 1),
)
AT_HOME = {
    "number": ((1, A_MINUTE), (5, AN_HOUR), (10, A_DAY)),
    "address": ((30, AN_HOUR), (100, A_DAY)),
    "all": ((5000, A_DAY),),
}
ABROAD = {
    "number": ((1, A_MINUTE), (3, AN_HOUR), (5, A_DAY)),
    "address-abroad": ((5, AN_HOUR), (10, A_DAY)),
    "country": ((100, A_DAY),),
    "all-abroad": ((300, A_DAY),),
    "address": AT_HOME["address"],
    "all": AT_HOME["all"],
}
"""What is counted -> (how many, how long), in windows that move along."""


class CodeCaps:
    """`scale` multiplies each limit."""

    def __init__(self, limiter: Limiter, scale: float = 1.0) -> None:
        self._limiter = limiter
        self._scale = scale

    async def take(self, hide: Callable[[str], str], phone_number: str, address: str | None) -> None:
        """Count one more code. Raises CodeTooOften, which counts nothing but at the very edge of a limit.

        `phone_number` is E.164; `address` the IP address of whoever asks, None where there is none. What is
        counted is kept under the names that `hide` gives it.
        """
        counted = [
            (limit, hide(what))
            for name, what in _counted(phone_number, address)
            for limit in self._limits(name, phone_number)
        ]
        for limit, hidden in counted:
            if not await self._limiter.test(limit, hidden):
                raise await self._too_often(limit, hidden)
        for limit, hidden in counted:
            if not await self._limiter.hit(limit, hidden):
                raise await self._too_often(limit, hidden)

    def _limits(self, name: str, phone_number: str) -> Iterator[RateLimitItem]:
        table = AT_HOME if calling_code(phone_number) == HOME else ABROAD
        for amount, (kind, multiples) in table.get(name, ()):
            yield kind(max(1, round(amount * self._scale)), multiples, namespace=f"codes-{name}")

    async def _too_often(self, limit: RateLimitItem, hidden: str) -> CodeTooOften:
        left = await self._limiter.seconds_left(limit, hidden)
        return CodeTooOften(retry_after=min(MOST_SECONDS_TOLD, max(1, math.ceil(left))))


def _counted(phone_number: str, address: str | None) -> Iterator[tuple[str, str]]:
    """What this code counts for: (which limits, whose)."""
    yield "number", phone_number
    if address is not None:
        yield "address-abroad", network_of(address)
        yield "address", network_of(address)
    yield "country", calling_code(phone_number)
    yield "all-abroad", ""
    yield "all", ""


def network_of(address: str) -> str:
    """What one subscriber has: an IPv4 address, or the /64 around an IPv6 one."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
