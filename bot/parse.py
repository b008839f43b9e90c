"""From a stored update to an Incoming, each channel in its own way."""

from __future__ import annotations

from dataclasses import replace

from bot.console import wire
from bot.telegram.parse import parse as parse_telegram
from bot.whatsapp.parse import parse as parse_whatsapp
from core.bootstrap import Services
from core.chat.messages import FOREIGN, Happening, Incoming
from core.chat.models import InboxItem


async def parse(services: Services, item: InboxItem) -> list[Happening]:
    """What happened, in order; nothing for updates that need no answer."""
    if item.channel == wire.CHANNEL:
        return [wire.from_json(item.payload)]
    if services.telegram is not None and item.channel == services.telegram.name:
        happening = parse_telegram(item.payload, await services.telegram.username())
        if isinstance(happening, Incoming) and happening.action is not None:
            action = services.telegram.action_in(happening.chat, happening.action)
            return [replace(happening, action=action or FOREIGN)]
        return [] if happening is None else [happening]
    if services.whatsapp is not None and item.channel == services.whatsapp.name:
        return [*parse_whatsapp(item.payload, item.chat, item.received_at)]
    return []
