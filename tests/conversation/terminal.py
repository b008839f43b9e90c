"""Somebody at the terminal of `melody chat`, in the test's own process."""

from __future__ import annotations

from bot.console.screen import TerminalScreen
from bot.console.session import ConsoleSession
from bot.console.talk import take_line
from core.chat.texts import texts_in
from tests.conversation.studio import SmallStudio


class AtTerminal:
    """Types lines, and reads what the screen shows after each."""

    def __init__(self, studio: SmallStudio, screen: TerminalScreen, shown: list[str]) -> None:
        self._studio = studio
        self._screen = screen
        self._shown = shown
        services = studio.services
        self._session = ConsoleSession(services, services.status_texts)
        self._texts = texts_in(services.settings.default_language)

    async def enters(self, line: str) -> list[str]:
        """The lines that come in answer, when all that is asked for is done."""
        before = len(self._shown)
        await take_line(self._session, self._screen, self._texts, line)
        await self._studio.hear()
        await self._session.collect_now()
        await self._studio.work()
        await self._session.collect_now()
        return self._lines_since(before)

    async def waits(self) -> list[str]:
        """The lines that come by themselves."""
        before = len(self._shown)
        await self._session.collect_now()
        return self._lines_since(before)

    async def is_done(self) -> bool:
        """Whether piped input may end."""
        return await self._session.is_idle()

    def _lines_since(self, before: int) -> list[str]:
        blocks = self._shown[before:]
        return [line.removeprefix("  ") for block in blocks for line in block.splitlines()]
