"""What a person sees in the terminal."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

from core.chat.texts import Texts
from core.ports import AudioMessage, Button, Reply

INDENT = "  "
NARROWEST = 30


class TerminalScreen:
    """Prints what comes, numbers the choices, and saves finished songs to a folder.

    A number stands for the same choice as long as the terminal is open: of two songs in the making, each can
    be cancelled.
    """

    def __init__(self, out: Path, texts: Texts, write: Callable[[str], None] | None = None) -> None:
        self._out = out
        self._texts = texts
        self._write = write or _write_line
        self._numbers: dict[Button, int] = {}
        self.last_shown: Reply | None = None

    def show(self, reply: Reply) -> None:
        """A text with its choices by number."""
        self.last_shown = reply
        buttons = [button for row in reply.buttons for button in row]
        self.say("\n".join([reply.text_with_link, *map(self.labelled, buttons)]))

    def show_audio(self, audio: AudioMessage) -> None:
        """Save the file, under a free name, and say where it is. Raises OSError, and says so."""
        assert audio.file is not None, "the terminal gets bytes, not references"
        try:
            saved = self._save(audio.file, audio.file_name, audio.size)
        except OSError:
            self.say(self._texts.say("console-not-saved", folder=self._out.absolute()))
            raise
        # A path is there to be copied, and so are the links of a caption: each stays in one piece.
        choices = [self.labelled(button) for row in audio.buttons for button in row]
        lines = [f"♫ {audio.title}", str(saved), *(audio.caption or "").splitlines(), *choices]
        self._write("\n".join(INDENT + line for line in lines))

    def _save(self, file: Path, name: str, size: int) -> Path:
        self._out.mkdir(parents=True, exist_ok=True)
        target = _free_name(self._out / name, size)
        part = target.with_name(f"{target.name}.part")
        shutil.copyfile(file, part)
        return part.replace(target)

    def say(self, text: str) -> None:
        self._write("\n".join(_indented(line) for line in text.splitlines()))

    def labelled(self, button: Button) -> str:
        """`[2] Cancel`: a choice with its number."""
        number = self._numbers.setdefault(button, len(self._numbers) + 1)
        return f"[{number}] {button.label}"

    def choice(self, number: int) -> Button | None:
        """The button shown with this number."""
        return next((button for button, shown in self._numbers.items() if shown == number), None)


def _indented(line: str) -> str:
    """The line, wrapped to the terminal where there is one."""
    if not sys.stdout.isatty():
        return INDENT + line
    width = max(NARROWEST, shutil.get_terminal_size().columns - 1)
    return textwrap.fill(line, width, initial_indent=INDENT, subsequent_indent=INDENT)


def _free_name(wanted: Path, size: int) -> Path:
    """The wanted name; the same song made before is replaced, another one is not."""
    number, name = 1, wanted
    while name.exists() and name.stat().st_size != size:
        number += 1
        name = wanted.with_stem(f"{wanted.stem} {number}")
    return name


def _write_line(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
