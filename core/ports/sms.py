"""Sign-in codes by text message."""

from __future__ import annotations

from typing import Protocol

from core.ports.sending import SendResult


class OtpSender(Protocol):
    """Sends codes by text message. Every method is one call outside and never repeats it by itself."""

    name: str

    async def send(self, number: str, code: str, *, lifetime: float) -> SendResult:
        """Send a code to an E.164 number; it is good for `lifetime` seconds. SENT means accepted.

        Raises ConfigurationError for what the operator has to mend, ServiceUnavailable.
        """

    async def check(self) -> str:
        """One line that says how codes are sent. Raises ServiceUnavailable, ConfigurationError."""

    async def close(self) -> None: ...
