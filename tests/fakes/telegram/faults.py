"""What can be made to go wrong on the stand-in: single calls, and the flood limits."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

from tests.fakes.telegram.model import Refusal


@dataclass
class Fault:
    """Something that goes wrong with the next calls of one method."""

    method: str
    """`*` stands for every method."""
    times: int = 1
    takes_effect: bool = False
    """The call does its work first, and only the answer goes wrong."""
    delay: float = 0.0
    """Seconds until the answer."""
    status: int | None = None
    description: str = ""
    retry_after: int | None = None
    body: bytes | None = None
    """With `status`: an answer that is no JSON, as a proxy gives."""
    reset: bool = False
    """The connection is cut instead of an answer."""
    held: bool = False
    """The answer waits until this is False."""
    arrived: int = 0
    """Calls this fault has met."""

    def meets(self, method: str) -> bool:
        return self.times > 0 and self.method in {method, "*"}

    def refusal(self) -> Refusal | None:
        return Refusal(self.status, self.description, self.retry_after) if self.status else None


@dataclass(frozen=True)
class Flood:
    """Flood limits as (messages, seconds); https://core.telegram.org/bots/faq#my-bot-is-hitting-limits.

    A little more than Telegram names, since messages arrive closer together than they were sent.
    """

    private: tuple[int, float] = (4, 3.0)
    """About one a second, with a burst tolerated."""
    group: tuple[int, float] = (22, 60.0)
    overall: tuple[int, float] = (33, 1.0)


COUNTED = frozenset(
    {
        "sendMessage",
        "sendAudio",
        "sendDocument",
        "editMessageText",
        "editMessageMedia",
        "editMessageCaption",
        "editMessageReplyMarkup",
    }
)


@dataclass
class FloodControl:
    """Refuses what comes faster than the limits allow; what was refused does not count."""

    flood: Flood | None = None
    _seen: dict[int | None, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def admit(self, method: str, chat_id: int) -> None:
        """Raises Refusal 429 for a message too many."""
        if self.flood is None or method not in COUNTED:
            return
        now = time.monotonic()
        per_chat = self.flood.private if chat_id > 0 else self.flood.group
        limits = [(self._seen[chat_id], per_chat), (self._seen[None], self.flood.overall)]
        for seen, (amount, seconds) in limits:
            while seen and seen[0] <= now - seconds:
                seen.popleft()
            if len(seen) >= amount:
                wait = max(1, math.ceil(seen[0] + seconds - now))
                raise Refusal(429, f"Too Many Requests: retry after {wait}", wait)
        for seen, _ in limits:
            seen.append(now)
