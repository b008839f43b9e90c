"""How often somebody may ask: whoever is signed in by their account, everybody by their address.

Counted in windows that move along. What costs work or money all processes count together, through Redis;
while Redis is away each counts alone, so the product goes on answering, and nobody gets more than a few times
as much. Reading costs little, and each process counts it for itself, in memory: that protects the process.
Each answer says what holds and what is left
(https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/). Messengers and media links are never
counted: nothing may be lost there, and their senders are known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from fastapi import Depends, Request, Response
from limits import RateLimitItem, RateLimitItemPerSecond

from api.deps import ShownPerson
from core.bootstrap import Services
from core.errors import TooManyRequests
from core.signin.access import Person
from core.signin.caps import network_of

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


def policy_of(method: str, path: str) -> Policy:
    """What holds for a route; `path` is its template."""
    return POLICIES.get((method, path)) or (READING if method in READS else WRITING)


class Paces:
    """Both ways to count."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._scale = services.settings.rate_limit_scale

    async def count(self, policy: Policy, whose: str) -> int:
        """Count once more; returns how many are left. Raises TooManyRequests."""
        services = self._services
        limiter = services.request_limiter if policy.is_shared else services.own_limiter
        limit = self._limit(policy)
        if not await limiter.hit(limit, whose):
            seconds = await limiter.seconds_left(limit, whose)
            raise TooManyRequests(retry_after=max(1, math.ceil(seconds)))
        return await limiter.left(limit, whose)

    def describe(self, policy: Policy) -> str:
        """For `RateLimit-Policy`."""
        return f'"{policy.name}";q={self._limit(policy).amount};w={policy.seconds}'

    def _limit(self, policy: Policy) -> RateLimitItem:
        amount = max(1, round(policy.amount * self._scale))
        return RateLimitItemPerSecond(amount, policy.seconds, namespace=policy.name)


async def keep_pace(request: Request, response: Response, shown: ShownPerson) -> None:
    """Count this request. Raises TooManyRequests."""
    paces: Paces = request.app.state.paces
    place = network_of(request.client.host) if request.client else NOWHERE
    await paces.count(EVERYBODY, place)
    policy = policy_of(request.method, request.scope["route"].path)
    left = await paces.count(policy, shown.user_id.hex if isinstance(shown, Person) else place)
    response.headers["RateLimit-Policy"] = paces.describe(policy)
    response.headers["RateLimit"] = f'"{policy.name}";r={left}'


PACED = Depends(keep_pace)
"""For all routes under `/api/v1`."""
