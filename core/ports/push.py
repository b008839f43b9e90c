"""Messages to browsers that are not open."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Pushed(StrEnum):
    """What became of a push message. `uncertain` is never repeated."""

    SENT = "sent"
    GONE = "gone"
    """The browser does not want any more; its subscription is worth nothing."""
    RETRY = "retry"
    REFUSED = "refused"
    CONFIGURATION = "configuration"
    """The service does not believe that it is us; the browser still wants."""
    UNCERTAIN = "uncertain"


@dataclass(frozen=True)
class PushResult:
    outcome: Pushed
    error: str | None = None
    retry_after: float | None = None
    """Seconds to wait, with RETRY."""


class PushTarget(Protocol):
    """A browser, as it named itself."""

    @property
    def endpoint(self) -> str: ...
    @property
    def p256dh(self) -> bytes: ...
    @property
    def auth(self) -> bytes: ...


class PushService(Protocol):
    async def ready(self) -> None:
        """Get what sending needs from ourselves, so that `send` can't fail for it."""

    async def send(self, browser: PushTarget, message: bytes, *, topic: str) -> PushResult:
        """Leave a message for a browser; of several with the same topic it is shown the last. Never raises
        for what the other side does."""

    async def close(self) -> None: ...
