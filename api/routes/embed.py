"""Players of other sites, each in a page of its own with a policy of its own.

The player's page at `/` lets in no other host, and its policy is the same on every installation: a browser
keeps it with the page for use offline. What a configured source needs is let in here alone.
"""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse, Response

from api.deps import UsesServices
from api.errors import problem
from core.bootstrap import Services

router = APIRouter(include_in_schema=False)

YOUTUBE = "https://www.youtube-nocookie.com"
YOUTUBE_SOURCES = {"youtube", "youtube_music"}
_VIDEO = r"[A-Za-z0-9_-]{11}"

_POLICY = (
    f"default-src 'none'; style-src 'self'; frame-src {YOUTUBE}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>YouTube</title>
<link rel="stylesheet" href="/embed/embed.css">
</head>
<body>
<iframe src="{address}" title="YouTube"
  allow="autoplay; encrypted-media; fullscreen; picture-in-picture"></iframe>
</body>
</html>
"""
_STYLE = "html, body, iframe { margin: 0; border: 0; width: 100%; height: 100%; background: #000; }\n"


def embedded_sources(services: Services) -> list[str]:
    """The sources whose players are shown: those that are set up here."""
    return ["youtube"] if YOUTUBE_SOURCES & services.sources.keys() else []


@router.get("/embed/youtube/{video}")
async def youtube(video: Annotated[str, Path(max_length=20)], services: UsesServices) -> Response:
    """YouTube's own player, from its host that sets no cookies before something is played."""
    if not embedded_sources(services) or re.fullmatch(_VIDEO, video) is None:
        return problem(404, "not-found")
    address = f"{YOUTUBE}/embed/{quote(video)}?autoplay=1&amp;playsinline=1&amp;rel=0"
    return HTMLResponse(
        _PAGE.format(address=address),
        headers={
            "Content-Security-Policy": _POLICY,
            "X-Frame-Options": "SAMEORIGIN",
            # YouTube's player refuses pages that do not say where they are.
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "Cache-Control": "public, max-age=3600",
        },
    )


@router.get("/embed/embed.css")
async def style() -> Response:
    return Response(_STYLE, media_type="text/css", headers={"Cache-Control": "max-age=86400"})
