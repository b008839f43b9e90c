"""What this installation offers: the first thing a client asks."""

from __future__ import annotations

import asyncio
import logging

from fastapi import APIRouter, Response

from api.deps import UsesServices
from api.routes.embed import embedded_sources
from api.schemas.info import SourceInfo, StudioInfo
from core.bootstrap import Services
from core.errors import MelodyError, ServiceUnavailable

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/api/v1/system", tags=["system"])

TELEGRAM_SECONDS = 2.0
FRESH = "public, max-age=300"
UNFINISHED = "no-store"


@router.get("/info")
async def info(services: UsesServices, response: Response) -> StudioInfo:
    """The chats, the sources and the players of this studio. Nothing in it is secret.

    While Telegram does not answer, its chat is missing, and the answer is none to keep.
    """
    settings = services.settings
    response.headers["Cache-Control"] = FRESH
    try:
        telegram = await _telegram_name(services)
    except MelodyError as error:
        logger.info("the bot's name is not known: %s", error.code)
        response.headers["Cache-Control"] = UNFINISHED
        telegram = None
    return StudioInfo(
        public_url=settings.public_url,
        default_language=settings.default_language,
        telegram=telegram,
        whatsapp=_whatsapp_number(services),
        sources=[SourceInfo(source=one.name, label=one.label) for one in services.sources.values()],
        embeds=embedded_sources(services),
    )


async def _telegram_name(services: Services) -> str | None:
    """Asked for once in a process. Raises MelodyError."""
    if services.telegram is None:
        return None
    try:
        async with asyncio.timeout(TELEGRAM_SECONDS):
            return await services.telegram.username()
    except TimeoutError as error:
        raise ServiceUnavailable("telegram") from error


def _whatsapp_number(services: Services) -> str | None:
    sender = services.settings.twilio_whatsapp_from
    return None if services.whatsapp is None or sender is None else sender.removeprefix("whatsapp:")
