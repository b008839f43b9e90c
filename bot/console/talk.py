"""The terminal chat: reads what is typed, shows what comes."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import shlex
import sys
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path

from bot.console.screen import TerminalScreen
from bot.console.session import ConsoleSession
from bot.console.typing import typed
from core.bootstrap import Services
from core.chat.texts import Texts, texts_in
from core.chat.words import numbered
from core.db.notify import CONSOLE, Wakeups
from core.errors import ServiceUnavailable
from core.loops import forever
from core.ports import Reply

LEAVE = {"quit", "exit", "/quit", "/exit"}
PATH_BEGINS = ("/", "~", "./", "../", "'", '"')
LINES_AHEAD = 100
"""So many piped lines are read before they are worked on."""
LOOK_EVERY = 0.2
SHOW_PROGRESS_EVERY = 0.5
ANSWER_SECONDS = 60.0
"""How long a piped line waits for its answer."""
SONGS_SECONDS = 3600.0
"""How long the end of piped input waits for the songs."""


async def talk(services: Services, screen: TerminalScreen) -> None:
    """Until the person leaves; where input is a file or a pipe, until all that was asked for is done."""
    session = ConsoleSession(services, services.status_texts)
    texts = texts_in(services.settings.default_language)
    screen.say(texts.say("console-hello"))
    is_terminal = sys.stdin.isatty()
    progress = ProgressLine(session, screen, in_toolbar=is_terminal)
    async with Wakeups(services.database.url, CONSOLE) as wakeups, asyncio.TaskGroup() as group:
        loops = [
            group.create_task(forever("console", lambda: session.collect(wakeups))),
            group.create_task(forever("progress", progress.refresh)),
        ]
        async with aclosing(typed(progress.toolbar) if is_terminal else _piped(session)) as lines:
            async for line in lines:
                if line.strip().casefold() in LEAVE:
                    break
                await take_line(session, screen, texts, line.strip())
        if not is_terminal:
            await _until(session.is_idle, SONGS_SECONDS)
        for loop in loops:
            loop.cancel()


async def take_line(session: ConsoleSession, screen: TerminalScreen, texts: Texts, line: str) -> None:
    """`send FILE…` sends files, a number chooses, everything else is said."""
    word, _, rest = line.partition(" ")
    if word.casefold() in {"send", "/send"}:
        await _send(session, screen, texts, rest)
    elif line.isdecimal():
        button = screen.choice(int(line))
        if button is None:
            screen.say(texts.say("console-no-choice", number=line))
        else:
            await session.tap(button.action)
    elif line.startswith(PATH_BEGINS) and all(path.is_file() for path in _paths(line)):
        await _send(session, screen, texts, line)  # dragged into the terminal
    elif line:
        await session.say(line, _spoken_of(screen, line))


def _spoken_of(screen: TerminalScreen, line: str) -> str | None:
    """The choice on the screen that `save 3` is about; None where there is no number, or none has it."""
    said = numbered(line)
    button = screen.choice(said[1]) if said else None
    return None if button is None else button.action


async def _send(session: ConsoleSession, screen: TerminalScreen, texts: Texts, name: str) -> None:
    if not name.strip():
        screen.say(texts.say("console-send-what"))
        return
    paths = _paths(name)
    try:
        await session.send(*paths)
    except OSError as error:
        screen.say(texts.say("console-no-file", path=error.filename or paths[0]))


def _paths(line: str) -> list[Path]:
    """The files that were meant: one whose name may hold spaces, else several, written as for a shell."""
    one = _path(line)
    if one.exists():
        return [one]
    try:
        names = shlex.split(line)
    except ValueError:  # an apostrophe in a name
        names = [line]
    return [_path(name) for name in names] if len(names) > 1 else [one]


def _path(name: str) -> Path:
    """The file that was meant: typed with `~`, or dragged in with quotes or escaped spaces."""
    name = name.strip()
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1]
    written = Path(name).expanduser().absolute()
    return written if written.exists() else Path(name.replace("\\", "")).expanduser().absolute()


async def _until(is_so: Callable[[], Awaitable[bool]], seconds: float) -> None:
    """Raises ServiceUnavailable when it does not become so."""
    try:
        async with asyncio.timeout(seconds):
            while not await is_so():  # noqa: ASYNC110 (the rows change in other processes)
                await asyncio.sleep(LOOK_EVERY)
    except TimeoutError:
        raise ServiceUnavailable("the studio does not answer") from None


class ProgressLine:
    """How the jobs stand: in the toolbar of a terminal, line by line where input is a file or a pipe."""

    def __init__(self, session: ConsoleSession, screen: TerminalScreen, *, in_toolbar: bool) -> None:
        self._session = session
        self._screen = screen
        self._in_toolbar = in_toolbar
        self._shown: list[Reply] = []

    async def refresh(self) -> None:
        now = await self._session.progress()
        for reply in now:
            is_over = not reply.buttons
            is_news = reply not in (*self._shown, self._screen.last_shown)
            is_long = len(reply.buttons) > 1  # of many songs, each line again with each per cent
            if is_news and (is_over or not (self._in_toolbar or is_long)):
                self._screen.say(reply.text)
        self._shown = now
        await asyncio.sleep(SHOW_PROGRESS_EVERY)

    def toolbar(self) -> str:
        """One line for each song in the making, with the number that cancels it; of several that were sent
        at once their choices stand below them."""
        lines = []
        for reply in self._shown:
            choices = [self._screen.labelled(button) for row in reply.buttons for button in row]
            if len(choices) == 1:
                lines.append(" · ".join([*reply.text.splitlines(), *choices]))
            elif choices:
                lines += [*filter(None, reply.text.splitlines()), " · ".join(choices)]
        return "\n".join(lines)


async def _piped(session: ConsoleSession) -> AsyncGenerator[str]:
    """Lines of a file or a pipe, each when the one before has its answer, as in a conversation."""
    lines: asyncio.Queue[str] = asyncio.Queue()
    room = threading.Semaphore(LINES_AHEAD)
    loop = asyncio.get_running_loop()

    def read() -> None:
        with contextlib.suppress(RuntimeError):  # the chat is over, nobody wants the rest
            for line in itertools.chain(sys.stdin, [""]):
                room.acquire()
                loop.call_soon_threadsafe(lines.put_nowait, line)

    # A daemon, so that Ctrl-C need not wait for the other end of the pipe.
    threading.Thread(target=read, name="stdin", daemon=True).start()
    while line := await lines.get():
        room.release()
        yield line
        await _until(session.is_answered, ANSWER_SECONDS)
