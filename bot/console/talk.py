"""The terminal chat: reads what is typed, shows what comes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path

from bot.console.screen import TerminalScreen
from bot.console.session import ConsoleSession
from core.bootstrap import Services
from core.chat.texts import Texts, texts_in
from core.db.notify import CONSOLE, Wakeups
from core.loops import forever
from core.ports import Reply

LEAVE = {"quit", "exit", "/quit"}
SHOW_PROGRESS_EVERY = 0.5


async def talk(services: Services, screen: TerminalScreen) -> None:
    """Until the person leaves; where input is a file or a pipe, until all that was asked for is done."""
    session = ConsoleSession(services, services.status_texts)
    texts = texts_in(services.settings.default_language)
    screen.say(texts.say("console-hello"))
    progress = ProgressLine(session, screen)
    is_terminal = sys.stdin.isatty()
    async with Wakeups(services.database.url, CONSOLE) as wakeups, asyncio.TaskGroup() as group:
        loops = [
            group.create_task(forever("console", lambda: session.collect(wakeups))),
            group.create_task(forever("progress", progress.refresh)),
        ]
        async with aclosing(_typed(progress.toolbar) if is_terminal else _piped()) as lines:
            async for line in lines:
                if line.strip().casefold() in LEAVE:
                    break
                await _do(session, screen, texts, line.strip())
        if not is_terminal:
            await _until_done(session)
        for loop in loops:
            loop.cancel()


async def _do(session: ConsoleSession, screen: TerminalScreen, texts: Texts, line: str) -> None:
    """`send PATH` sends a file, a number chooses, everything else is said."""
    word, _, rest = line.partition(" ")
    if word.casefold() == "send" and rest:
        path = _path(rest)
        try:
            await session.send(path)
        except OSError:
            screen.say(texts.say("console-no-file", path=path))
    elif line.isdecimal() and (button := screen.choice(int(line))) is not None:
        await session.tap(button.action)
    elif line:
        await session.say(line)


def _path(typed: str) -> Path:
    """The file that was meant, whether dragged in with quotes or typed with `~`."""
    return Path(typed.strip().strip("'\"")).expanduser().absolute()


async def _until_done(session: ConsoleSession) -> None:
    while not await session.is_idle():  # noqa: ASYNC110 (the rows change in other processes)
        await asyncio.sleep(SHOW_PROGRESS_EVERY)
    await session.collect_now()


class ProgressLine:
    """How the jobs stand: in the toolbar of a terminal, line by line where output is a file or a pipe."""

    def __init__(self, session: ConsoleSession, screen: TerminalScreen) -> None:
        self._session = session
        self._screen = screen
        self._shown: list[Reply] = []

    async def refresh(self) -> None:
        now = await self._session.progress()
        for reply in now:
            if reply not in self._shown and (not sys.stdin.isatty() or not reply.buttons):
                self._screen.show(reply)
        self._shown = now
        await asyncio.sleep(SHOW_PROGRESS_EVERY)

    def toolbar(self) -> str:
        return "\n".join(" · ".join(reply.text.splitlines()) for reply in self._shown if reply.buttons)


async def _typed(toolbar: Callable[[], str]) -> AsyncGenerator[str]:
    """Lines typed at a terminal, while messages arrive above."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.patch_stdout import patch_stdout

    prompt: PromptSession[str] = PromptSession("» ", bottom_toolbar=toolbar, refresh_interval=0.5)
    with patch_stdout(raw=True):
        while True:
            try:
                yield await prompt.prompt_async()
            except (EOFError, KeyboardInterrupt):
                return


async def _piped() -> AsyncGenerator[str]:
    """Lines of a file or a pipe."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield line
