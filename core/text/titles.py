"""Titles of songs and of the files made of them."""

from __future__ import annotations

import re
from pathlib import PurePath

LONGEST_FILE_NAME = 120
"""Bytes of UTF-8, without the extension: every file system and messenger takes that."""
NUMBERED = re.compile(r"^\s*\d{1,3}\s*[-._)]\s*(?=\S)")
"""A track number at the front: `03 - `, `3. `, `12_`."""
SEPARATOR = re.compile(r"\s+[-–—]\s+")
FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


def rendition_title(title: str, stem: str) -> str:
    """`Tum Hi Ho` -> `Tum Hi Ho (Instrumental)`."""
    return f"{title} ({stem.capitalize()})"


def names_from_file(file_name: str) -> tuple[str | None, str | None]:
    """(title, artist) as a file's name tells them: `Artist - Title.mp3`; each None when it does not."""
    stem = PurePath(file_name.replace("\\", "/")).stem.replace("_", " ").strip()
    stem = NUMBERED.sub("", stem).strip()
    if not any(letter.isalnum() for letter in stem):
        return None, None
    parts = SEPARATOR.split(stem, maxsplit=1)
    if len(parts) == 2 and all(parts):
        return parts[1].strip(), parts[0].strip()
    return stem, None


def file_name(artist: str | None, title: str, extension: str) -> str:
    """A name for a file that every system can keep."""
    name = f"{artist} - {title}" if artist else title
    name = FORBIDDEN.sub(" ", name)
    name = " ".join(name.split()).strip(". ") or "song"
    shortened = name.encode()[:LONGEST_FILE_NAME].decode(errors="ignore").strip(". ")
    return f"{shortened}.{extension}"
