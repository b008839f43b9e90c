"""From a stored update to an Incoming, each channel in its own way."""

from __future__ import annotations

from bot.console import wire
from bot.telegram.parse import parse as parse_telegram
from core.bootstrap import Services
from core.chat.messages import Incoming
from core.chat.models import InboxItem


async def parse(services: Services, item: InboxItem) -> Incoming | None:
    """What the person did; None for updates that need no answer."""
    if item.channel == wire.CHANNEL:
        return wire.from_json(item.payload)
    if services.telegram is not None and item.channel == services.telegram.name:
        return parse_telegram(item.payload, await services.telegram.username())
    return None
