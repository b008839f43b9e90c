"""Typing at a terminal while messages arrive above: history, and Tab for the names of files."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter, WordCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.styles import Style

PROMPT = "» "
REFRESH_SECONDS = 0.5
STYLE = Style.from_dict({"bottom-toolbar": "noreverse fg:#33d6c0"})
"""Teal is the music."""
WORDS = [
    "send ",
    "/help",
    "/library",
    "/playlist",
    "/history",
    "/queue",
    "/settings",
    "/language",
    "/link",
    "/privacy",
    "/delete",
    "/quality",
    "quit",
]


async def typed(toolbar: Callable[[], str]) -> AsyncGenerator[str]:
    """The lines a person enters, until Ctrl-D or Ctrl-C on an empty line; Ctrl-C else clears the line."""
    prompt: PromptSession[str] = PromptSession(
        PROMPT,
        completer=ChatCompleter(),
        complete_while_typing=False,
        bottom_toolbar=lambda: toolbar() or None,
        refresh_interval=REFRESH_SECONDS,
        style=STYLE,
    )
    with patch_stdout(raw=True):
        while True:
            try:
                yield await prompt.prompt_async()
            except KeyboardInterrupt:
                if not prompt.default_buffer.text:
                    return
            except EOFError:
                return


class ChatCompleter(Completer):
    """What can be typed first; after `send`, the names of files."""

    def __init__(self) -> None:
        self._words = WordCompleter(WORDS, sentence=True)
        self._paths = PathCompleter(expanduser=True, file_filter=_is_shown)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        line = document.text_before_cursor
        word, space, name = line.partition(" ")
        if not space:
            return self._words.get_completions(document, complete_event)
        if word.casefold() not in {"send", "/send"}:
            return []
        return self._files(Document(name.lstrip("'\" ")), complete_event)

    def _files(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Folders end in a slash, so that the next name can be typed at once."""
        for found in self._paths.get_completions(document, complete_event):
            slash = "/" if found.display_text.endswith("/") else ""
            yield Completion(found.text + slash, found.start_position, found.display)


def _is_shown(name: str) -> bool:
    return not Path(name).name.startswith(".")
