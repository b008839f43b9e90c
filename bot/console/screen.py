"""What a person sees in the terminal."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from core.ports import AudioMessage, Button, Reply

INDENT = "  "


class TerminalScreen:
    """Prints what comes, numbers the choices, and saves finished songs to a folder."""

    def __init__(self, out: Path, write: Callable[[str], None] | None = None) -> None:
        self._out = out
        self._write = write or _write_line
        self._choices: list[Button] = []

    def show(self, reply: Reply) -> None:
        """A text with its choices by number."""
        self._choices = [button for row in reply.buttons for button in row]
        lines = reply.text.splitlines()
        lines += [f"[{number}] {button.label}" for number, button in enumerate(self._choices, 1)]
        self.say("\n".join(lines))

    def show_audio(self, audio: AudioMessage) -> None:
        """Save the file, under a free name, and say where it is. Raises OSError."""
        assert audio.file is not None, "the terminal gets bytes, not references"
        self._out.mkdir(parents=True, exist_ok=True)
        target = _free_name(self._out / audio.file_name, audio.size)
        part = target.with_name(f"{target.name}.part")
        shutil.copyfile(audio.file, part)
        part.replace(target)
        self.say(f"♫ {audio.title}\n{target}")

    def say(self, text: str) -> None:
        self._write("\n".join(INDENT + line for line in text.splitlines()))

    def choice(self, number: int) -> Button | None:
        """The button shown with this number, if the last text had one."""
        return self._choices[number - 1] if 1 <= number <= len(self._choices) else None


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
