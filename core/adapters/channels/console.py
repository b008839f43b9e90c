"""The terminal as a chat channel: the same conversation with no messenger and no token.

Only the process that owns the terminal can show something there, so it collects its deliveries itself; every
other process knows the channel by its capabilities and fetches the files that were sent from this machine's
disk.
"""

from __future__ import annotations

import asyncio
import shutil
import uuid
from pathlib import Path
from typing import Protocol

from core.errors import NotFound, TooLarge
from core.ports import Attempt, AudioFormat, AudioMessage, Capabilities, Outcome, Reply, SendResult

CAPABILITIES = Capabilities(
    max_text=100_000,
    edits_text=True,
    audio_replaces_text=True,
    buttons=False,
    audio_format=AudioFormat.M4A,
    max_audio_bytes=2_000_000_000,
    max_fetch_bytes=50_000_000,
    collected=True,
    audio_buttons=True,
)


class Screen(Protocol):
    """Where a terminal shows what comes."""

    def show(self, reply: Reply) -> None: ...

    def show_audio(self, audio: AudioMessage) -> None:
        """Save the file and say where it is. Raises OSError when it can't be saved."""


class ConsoleChannel:
    name = "console"
    account = "terminal"
    capabilities = CAPABILITIES

    def __init__(self, screen: Screen | None = None) -> None:
        self._screen = screen

    async def send_text(self, chat: str, reply: Reply, attempt: Attempt | None = None) -> SendResult:
        self._here().show(reply)
        return SendResult(Outcome.SENT, message_ref=uuid.uuid4().hex)

    async def edit_text(self, chat: str, message_ref: str, reply: Reply) -> SendResult:
        self._here().show(reply)
        return SendResult(Outcome.SENT, message_ref=message_ref)

    async def send_audio(
        self, chat: str, audio: AudioMessage, replaces: str | None, attempt: Attempt | None = None
    ) -> SendResult:
        try:
            await asyncio.to_thread(self._here().show_audio, audio)
        except OSError as error:
            return SendResult(Outcome.RETRY, error=f"not saved ({type(error).__name__})")
        return SendResult(Outcome.SENT, message_ref=replaces or uuid.uuid4().hex)

    async def fetch(self, file_ref: str, into: Path, max_bytes: int) -> None:
        """Copy a file of this machine."""
        try:
            await asyncio.to_thread(_copy, Path(file_ref), into, max_bytes)
        except OSError as error:
            raise NotFound(f"the file can't be read ({type(error).__name__})") from None

    async def show_activity(self, chat: str) -> None:
        return None  # who sits at the terminal sees that it works

    async def acknowledge(self, callback_ref: str, text: str | None) -> None:
        return None

    async def check(self) -> str:
        return "terminal"

    async def close(self) -> None:
        return None

    def _here(self) -> Screen:
        assert self._screen is not None, "only the terminal's own process sends to it"
        return self._screen


def _copy(source: Path, into: Path, max_bytes: int) -> None:
    if source.stat().st_size > max_bytes:
        raise TooLarge(limit_mb=max_bytes // 1_000_000)
    shutil.copyfile(source, into)
