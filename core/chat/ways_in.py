"""Addresses that open our chats on other messengers, where those have such."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from core.errors import MelodyError
from core.ports import Channel, OpenedByLink

logger = logging.getLogger(__name__)

PATIENCE = 1.0
"""Seconds that a messenger may take to tell our name there."""


class WaysIn:
    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._channels = channels

    async def besides(self, channel: str, *, words: str, start: str) -> dict[str, str]:
        """The address of our chat on each other messenger, where it begins with `words` or, on those that
        hand over a parameter instead, with `start`. Without those that can't tell it now."""
        found = {}
        for name, other in self._channels.items():
            if name == channel or not isinstance(other, OpenedByLink):
                continue
            try:
                async with asyncio.timeout(PATIENCE):
                    found[name] = await other.address(words, start)
            except (MelodyError, TimeoutError) as error:
                logger.info("a chat's address is not at hand: %s", type(error).__name__)
        return found
