"""Where people find the player, if it is built on this machine."""

from __future__ import annotations

from pathlib import Path

from core.config import Settings

BUILT = Path(__file__).parent.parent / "webapp" / "dist"
ROOT_ELEMENT = b"<app-root"


def player_url(settings: Settings, built: Path | None = None) -> str | None:
    """The origin that serves the player, without a slash at the end; None where there is none."""
    if settings.player_url is not None:
        return settings.player_url
    pages = (page for page in (built or BUILT).rglob("index.html") if ROOT_ELEMENT in page.read_bytes())
    return settings.public_origin if next(pages, None) is not None else None
