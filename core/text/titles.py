"""Titles of songs and of the files made of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

LONGEST_FILE_NAME = 120
"""Bytes of UTF-8, without the extension: every file system and messenger takes that."""
NUMBERED = re.compile(r"^\s*(?:\d{1,3}\s*[-.)]|0\d_)\s*(?=[^\s\d])")
"""A track number at the front: `03 - `, `3. `, `03_`; `7_rings` begins with none."""
SEPARATOR = re.compile(r"\s+[-–—]\s+")
FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')

_SITE = r"(?:www\.)?[\w-]+\.(?:com|net|org|info|in|pk|me|mobi|cc|co|io|se|nl|fm)(?:\.\w{2})?"
_BITRATE = r"\d{2,3}\s*kbps"
ADVERTISED = re.compile(
    rf"\s*[(\[](?:[^()\[\]]*\b(?:{_BITRATE}|{_SITE}))[^()\[\]]*[)\]]|\s+(?:[-–|~]\s*)?(?:{_BITRATE}|{_SITE})\s*$",
    re.IGNORECASE,
)
"""What download sites leave in names: `(128 kbps)`, `[SomeSite.com]`, ` - SomeSite.net`."""
NO_NAME = re.compile(
    r"<?unknown(?: (?:artist|album|title))?>?|untitled|none|null|"
    r"(?:audio|track|file|recording|new recording|voice(?: note| message)?|video|document|"
    r"videoplayback|output|download)(?:[ -]*\(?\d+\)?)*|song|music|"
    r"(?:aud|ptt|vid|img|pxl|mov|dsc|rec)[- ]?\d{3,}[\w .-]*|"
    r"whatsapp (?:audio|ptt|video) [\d .-]+ at [\d .-]+(?:[ap]m)?|"
    r"(?:audio|video|voice|photo|recording)[ @-]\d{2,4}[-. ]\d{2}[-. ]\d{2,4}[\d .-]*|"
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,}",
    re.IGNORECASE,
)
"""Names that recorders, messengers and players make up when they know none."""


def rendition_title(title: str | None, stem: str, details: Sequence[str] = ()) -> str:
    """`Tum Hi Ho` -> `Tum Hi Ho (Instrumental)`, with details `(Instrumental, +2, 90 %)`, said once.

    The whole mix keeps its title; without a title the stem is one.
    """
    if title and stem == "mix":
        return title
    inside = ", ".join([stem.capitalize(), *details])
    if not title:
        return inside
    if title.casefold().endswith(f"({stem})"):
        title = title[: -len(f"({stem})")].rstrip() if details else title
    suffix = f"({inside})"
    return title if title.casefold().endswith(suffix.casefold()) else f"{title} {suffix}"


def rendition_details(key: int, tempo: float, guide: float) -> list[str]:
    """What is particular about a rendition, in any language: `+2`, `90 %`, `♪ 20 %` for the guide vocal."""
    found = []
    if key:
        found.append(f"{key:+d}")
    if tempo != 1.0:
        found.append(f"{round(tempo * 100)} %")
    if guide:
        found.append(f"♪ {round(guide * 100)} %")
    return found


def known(name: str | None) -> str | None:
    """The name of a title or an artist; None when it is a placeholder like `<unknown>` or `Track 01`."""
    cleaned = " ".join((name or "").replace("\x00", " ").split())
    if not any(letter.isalnum() for letter in cleaned) or NO_NAME.fullmatch(cleaned):
        return None
    return cleaned


def names_from_file(file_name: str) -> tuple[str | None, str | None]:
    """(title, artist) as a file's name tells them: `Artist - Title.mp3`; each None when it does not."""
    stem = NUMBERED.sub("", PurePath(file_name.replace("\\", "/")).stem).replace("_", " ")
    stem = NUMBERED.sub("", ADVERTISED.sub("", stem).strip()).strip()
    if known(stem) is None:
        return None, None
    parts = SEPARATOR.split(stem, maxsplit=1)
    if len(parts) == 2 and (title := known(parts[1])):
        return title, known(parts[0])
    return known(parts[0]), None


def file_name(artist: str | None, title: str, extension: str) -> str:
    """A name for a file that every system can keep."""
    name = f"{artist} - {title}" if artist else title
    name = FORBIDDEN.sub(" ", name)
    name = " ".join(name.split()).strip(". ") or "song"
    shortened = name.encode()[:LONGEST_FILE_NAME].decode(errors="ignore").strip(". ")
    return f"{shortened}.{extension}"
