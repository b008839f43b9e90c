"""`/`: the player, where it is built; else a page that says what this is, how to begin, and how to get it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from api.deps import UsesServices
from api.player import Player

router = APIRouter(include_in_schema=False)

STATIC = Path(__file__).parent.parent / "static"

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_WITH_BOT = "A Telegram bot is connected here: send it a recording, or talk to it in this terminal:"
_WITHOUT_BOT = "Talk to the bot in a terminal on this machine, no account needed:"


@router.api_route("/", methods=["GET", "HEAD"])
async def home(request: Request, services: UsesServices) -> Response:
    """The player, or what this is and how to begin: static, from this server alone, without scripts."""
    player: Player | None = request.app.state.player
    if player is not None and player.is_built:
        return await player.page(request)
    invitation = _WITHOUT_BOT if services.settings.telegram_token is None else _WITH_BOT
    page = _asset("home.html").replace("{{invitation}}", invitation)
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"})


@router.api_route("/home.css", methods=["GET", "HEAD"])
async def style() -> Response:
    return Response(_asset("home.css"), media_type="text/css", headers={"Cache-Control": "max-age=3600"})


@router.api_route("/icon.svg", methods=["GET", "HEAD"])
async def icon() -> Response:
    return Response(
        _asset("icon.svg"), media_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"}
    )


@cache
def _asset(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")
