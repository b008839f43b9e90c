"""How often somebody may ask: whoever is signed in by their account, everybody by their address.

Counted in windows that move along. What costs work or money all processes count together, through Redis;
while Redis is away each counts alone, so the product goes on answering, and nobody gets more than a few times
as much. Reading costs little, and each process counts it for itself, in memory: that protects the process.
Each answer says what holds and what is left
(https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/). Messengers and media links are never
counted: nothing may be lost there, and their senders are known.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from fastapi import Depends, Request
from limits import RateLimitItemPerSecond

from api.deps import Keys, shown_person
from api.middleware import say_along
from core.bootstrap import Services
from core.errors import TooManyRequests
from core.own_windows import OwnWindow
from core.signin.access import Person
from core.signin.caps import network_of

HIDDEN_LENGTH = 32
NOWHERE = "nowhere"
"""The address of those who come by a socket of this machine."""


@dataclass(frozen=True)
class Policy:
    """So many requests in so many seconds."""

    name: str
    amount: int
    seconds: int
    is_shared: bool = True
    """All processes count it together."""


EVERYBODY = Policy("address", 3000, 60, is_shared=False)
"""From one address, whatever is asked: thousands of phones share one at Indian networks."""
READING = Policy("reading", 600, 60, is_shared=False)
SEARCHING = Policy("searching", 120, 60)
"""As one types."""
WRITING = Policy("writing", 120, 60)
SIGNING_IN = Policy("signing-in", 120, 600)
CONVERTING = Policy("converting", 120, 3600)
UPLOADING = Policy("uploading", 60, 3600)
EXPORTING = Policy("exporting", 5, 3600)

POLICIES = {
    ("GET", "/api/v1/music/search"): SEARCHING,
    ("POST", "/api/v1/auth/request-otp"): SIGNING_IN,
    ("POST", "/api/v1/auth/verify-otp"): SIGNING_IN,
    ("POST", "/api/v1/auth/telegram"): SIGNING_IN,
    ("POST", "/api/v1/auth/link"): SIGNING_IN,
    ("POST", "/api/v1/audio/upload"): UPLOADING,
    ("POST", "/api/v1/audio/convert-to-instrumental"): CONVERTING,
    ("GET", "/api/v1/users/me/export"): EXPORTING,
}
"""Routes that are not counted as what their method says."""
READS = {"GET", "HEAD", "OPTIONS"}


@cache
def policy_of(method: str, path: str) -> Policy:
    """What holds for a route; `path` is its template."""
    return POLICIES.get((method, path)) or (READING if method in READS else WRITING)


class Pace:
    """What counts for one policy. `scale` multiplies what it allows."""

    def __init__(self, policy: Policy, services: Services, keys: Keys, scale: float) -> None:
        amount = max(1, round(policy.amount * scale))
        self.name = policy.name
        self.described = f'"{policy.name}";q={amount};w={policy.seconds}'
        """For `RateLimit-Policy`."""
        self._limit = RateLimitItemPerSecond(amount, policy.seconds, namespace=policy.name)
        self._own = None if policy.is_shared else OwnWindow(amount, policy.seconds)
        self._services = services
        self._keys = keys

    async def count(self, whose: str) -> int:
        """Count once more; returns how many are left. Raises TooManyRequests."""
        if self._own is not None:
            left = self._own.hit(whose)
            if left is None:
                raise _too_many(self._own.seconds_left(whose))
            return left
        whose = await self._hidden(whose)
        limiter = self._services.request_limiter
        if not await limiter.hit(self._limit, whose):
            raise _too_many(await limiter.seconds_left(self._limit, whose))
        return await limiter.left(self._limit, whose)

    async def _hidden(self, whose: str) -> str:
        """The name it is counted under in Redis, where nobody's address is to stand."""
        key = await self._keys.request_key()
        return hmac.new(key, whose.encode(), hashlib.sha256).hexdigest()[:HIDDEN_LENGTH]


def paces_of(services: Services, keys: Keys) -> Mapping[Policy, Pace]:
    """How every policy is counted on these services."""
    scale = services.settings.rate_limit_scale
    return {
        policy: Pace(policy, services, keys, scale)
        for policy in {EVERYBODY, READING, WRITING, *POLICIES.values()}
    }


async def keep_pace(request: Request) -> None:
    """Count this request. Raises TooManyRequests."""
    paces: Mapping[Policy, Pace] = request.app.state.paces
    place = _network_of(request.client.host) if request.client else NOWHERE
    await _count(request, paces[EVERYBODY], place)
    pace = paces[policy_of(request.method, request.scope["route"].path)]
    shown = await shown_person(request)
    await _count(request, pace, shown.user_id.hex if isinstance(shown, Person) else place)


async def _count(request: Request, pace: Pace, whose: str) -> None:
    """Count, and let the answer say so, whatever comes of the request. Raises TooManyRequests."""
    left = 0
    try:
        left = await pace.count(whose)
    finally:
        say_along(request.scope, {"RateLimit-Policy": pace.described, "RateLimit": f'"{pace.name}";r={left}'})


def _too_many(seconds: float) -> TooManyRequests:
    return TooManyRequests(retry_after=max(1, math.ceil(seconds)))


_network_of = lru_cache(maxsize=10_000)(network_of)

PACED = Depends(keep_pace)
"""For all routes under `/api/v1`."""
