"""Addresses of YouTube's videos."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{11}")
LONGEST_LINK = 2_000
_SITES = {"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "gaming.youtube.com"}
_EMBEDDING_SITES = {"youtube-nocookie.com", "www.youtube-nocookie.com"}
_SHORT_SITES = {"youtu.be", "www.youtu.be"}
_FOLDERS = {"shorts", "embed", "live", "v", "e"}


def is_video_id(text: str) -> bool:
    return VIDEO_ID.fullmatch(text) is not None


def video_id_in(link: str) -> str | None:
    """The video's id in any of the addresses under which YouTube shows it; None for all others."""
    link = link.strip()
    if len(link) > LONGEST_LINK:
        return None
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        host = (parts.hostname or "").casefold().rstrip(".")
        values = parse_qs(parts.query, max_num_fields=50).get("v", [""])
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"}:
        return None
    folder, _, rest = parts.path.lstrip("/").partition("/")
    found = ""
    if host in _SHORT_SITES:
        found = folder
    elif host in _SITES and folder == "watch":
        found = values[0] or rest.partition("/")[0]
    elif host in _SITES | _EMBEDDING_SITES and folder in _FOLDERS:
        found = rest.partition("/")[0]
    return found if is_video_id(found) else None
