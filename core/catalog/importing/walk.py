"""Finds the audio files of a folder: what is there, what can't be taken, what could not be looked at."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.catalog.importing.listed_song import can_be_id
from core.errors import ServiceUnavailable

TAKEN = {
    *("mp3", "m4a", "m4b", "aac", "ogg", "oga", "opus", "flac", "wav", "aif", "aiff", "aifc", "amr", "mka"),
    *("mp4", "m4v", "mov", "3gp", "3g2", "mkv", "webm"),
}
NOT_TAKEN = {"wma", "wv", "ape", "caf", "dsf", "dff", "tta", "mpc", "au", "ra", "mid", "midi", "mp2", "asf"}
"""Audio all the same: opened to tell why it is refused."""
PASSED_OVER = {"@eadir", "#recycle", "$recycle.bin", "__macosx", "system volume information", "lost+found"}
"""Folders that systems make for themselves; hidden ones are passed over too."""
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class FoundFile:
    path: str
    """Absolute, without symbolic links."""
    size: int
    mtime_ns: int


@dataclass
class Walk:
    """What a folder holds; nothing outside it, since symbolic links are not followed."""

    root: str
    files: dict[str, FoundFile] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)
    """Path as it can be shown, and why."""
    unread: list[str] = field(default_factory=list)
    """Paths that could not be looked at: nobody knows what is there."""
    links: int = 0

    @property
    def prefix(self) -> str:
        """What every path in it begins with."""
        return f"{self.root.rstrip('/')}/"

    def knows(self, path: str) -> bool:
        """Whether this path was looked at, so that a file that was not found there is gone."""
        return not any(path == each or path.startswith(f"{each}/") for each in self.unread)


def walk(root: Path) -> Walk:
    """Look through the folder; `root` itself may be a symbolic link. Blocking.

    Raises ServiceUnavailable when it is not there or can't be listed.
    """
    found = Walk(os.path.realpath(root))
    folders = [found.root]
    while folders:
        folder = folders.pop()
        try:
            entries = sorted(_entries(folder), key=lambda entry: entry.name)
        except OSError as error:
            reason = (error.strerror or "can't be listed").lower()
            if folder == found.root:
                raise ServiceUnavailable(f"the folder {root} can't be read: {reason}") from None
            found.unread.append(folder)
            found.refused.append((shown(folder), reason))
            continue
        folders += [entry.path for entry in reversed(entries) if _look_at(entry, found)]
    return found


def shown(path: str) -> str:
    """The path as text that can be printed and stored, whatever bytes its name is made of."""
    return CONTROLS.sub("\ufffd", os.fsencode(path).decode("utf-8", "replace"))


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        yield from entries


def _look_at(entry: os.DirEntry[str], found: Walk) -> bool:
    """Note the entry if it is a file to take; True when it is a folder to look into."""
    name = entry.name
    if name.startswith(".") or name.lower() in PASSED_OVER:
        return False
    _, dot, extension = name.lower().rpartition(".")
    claims_audio = bool(dot) and (extension in TAKEN or extension in NOT_TAKEN)
    try:
        facts = entry.stat(follow_symlinks=False)
    except OSError as error:
        found.unread.append(entry.path)
        if claims_audio:
            found.refused.append((shown(entry.path), (error.strerror or "not readable").lower()))
        return False
    if stat.S_ISLNK(facts.st_mode):
        found.links += 1
        return False
    if stat.S_ISDIR(facts.st_mode):
        return True
    if not claims_audio:
        return False
    if (reason := _unusable(entry.path, facts)) is not None:
        found.refused.append((shown(entry.path), reason))
    else:
        found.files[entry.path] = FoundFile(entry.path, facts.st_size, facts.st_mtime_ns)
    return False


def _unusable(path: str, facts: os.stat_result) -> str | None:
    if not stat.S_ISREG(facts.st_mode):
        return "not a regular file"
    try:
        path.encode()
    except UnicodeEncodeError:
        return "its name is not UTF-8"
    return None if can_be_id(path) else "its path is too long"
