"""A stand-in for text messages where none are set up, in development only: codes appear in the log."""

from __future__ import annotations

import logging

from core.accounts.phone import hint
from core.ports import Outcome, SendResult

logger = logging.getLogger(__name__)


class ConsoleSender:
    """Sends nothing; it is the only place where a code may be logged."""

    name = "log"

    async def send(self, number: str, code: str, *, lifetime: float) -> SendResult:
        logger.warning("stand-in for a text message to %s: the sign-in code is %s", hint(number), code)
        return SendResult(Outcome.SENT)

    async def check(self) -> str:
        return "none are sent: codes are printed in the log, as this is development"

    async def close(self) -> None:
        return None
