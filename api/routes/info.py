"""What a player has to know about this installation before anybody signs in."""

from __future__ import annotations

import asyncio
import logging
import time

from fastapi import APIRouter, Request, Response

from api.deps import UsesKeys, UsesServices
from api.errors import problems
from api.routes.embed import embedded_sources
from api.schemas.info import Language, SourceInfo, StudioInfo
from api.uploads import UPLOAD_BYTES
from core.bootstrap import Services
from core.chat.language_names import own_name
from core.chat.texts import languages
from core.errors import MelodyError
from core.signin.sending import SMS

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/api/v1/system", tags=["system"])

NAME_SECONDS = 2.0
NAME_AGAIN_AFTER = 60.0
"""Seconds after which a messenger that did not tell our name is asked again."""
FRESH = "public, max-age=60"


class TelegramName:
    """Our name there, asked for once; callers who come meanwhile share the answer."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._asking: asyncio.Task[str | None] | None = None
        self._again_at = 0.0

    async def get(self) -> str | None:
        """None where Telegram is not set up, or does not tell within NAME_SECONDS."""
        if self._services.telegram is None:
            return None
        if self._asking is None or (self._is_in_vain(self._asking) and time.monotonic() >= self._again_at):
            self._asking = asyncio.create_task(self._ask())
            self._again_at = time.monotonic() + NAME_AGAIN_AFTER
        return await asyncio.shield(self._asking)

    @staticmethod
    def _is_in_vain(asking: asyncio.Task[str | None]) -> bool:
        return asking.done() and asking.result() is None

    async def _ask(self) -> str | None:
        assert self._services.telegram is not None
        try:
            async with asyncio.timeout(NAME_SECONDS):
                return await self._services.telegram.username()
        except (MelodyError, TimeoutError) as error:
            logger.info("Telegram does not tell our name", extra={"reason": type(error).__name__})
            return None


@router.get("/info", summary="Public configuration", responses=problems(503))
async def info(request: Request, response: Response, services: UsesServices, keys: UsesKeys) -> StudioInfo:
    """What a player shows and offers here: ways to sign in, links to the chats, languages, limits."""
    telegram_name: TelegramName = request.app.state.telegram_name
    settings = services.settings
    telegram = await telegram_name.get()
    whatsapp = settings.twilio_whatsapp_from if settings.whatsapp_is_on else None
    chats = [name for name in ("telegram", "whatsapp") if name in services.channels]
    has_phones = services.otp_sender is not None
    response.headers["Cache-Control"] = FRESH
    return StudioInfo(
        phone_sign_in=has_phones,
        code_channels=[SMS, *chats] if has_phones else [],
        telegram=telegram,
        whatsapp=whatsapp and whatsapp.removeprefix("whatsapp:"),
        languages=[Language(code=code, name=own_name(code)) for code in languages()],
        default_language=settings.default_language,
        vapid_public_key=None if services.push_service is None else await keys.vapid_public_key(),
        max_song_seconds=settings.max_song_seconds,
        max_upload_bytes=UPLOAD_BYTES,
        public_url=settings.public_url,
        sources=[SourceInfo(source=one.name, label=one.label) for one in services.sources.values()],
        engines=services.engines.choices,
        embeds=embedded_sources(services),
    )
