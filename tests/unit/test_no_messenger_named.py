"""Flows know no messenger: another one is an adapter, and nothing in the conversation has to change."""

from __future__ import annotations

import ast
import pkgutil
import re
from pathlib import Path

from core import chat
from core.adapters import channels

HOUSES = {"twilio", "meta"}
"""Who stand behind messengers."""
PLACES = Path(chat.__file__).parent


def test_no_messengers_name_stands_in_the_conversation() -> None:
    messengers = {module.name for module in pkgutil.iter_modules(channels.__path__)}
    assert {"telegram", "whatsapp", "console"} <= messengers
    name = re.compile("|".join(messengers | HOUSES), re.IGNORECASE)
    files = sorted(PLACES.rglob("*.py"))
    assert len(files) > 30
    named = [
        f"{file.relative_to(PLACES)}: {word}"
        for file in files
        for word in _names(file)
        if name.fullmatch(word)
    ]
    assert named == []


def _names(file: Path) -> list[str]:
    """All words of the code: names, attributes, imports, and the words of its strings and comments."""
    source = file.read_text("utf-8")
    ast.parse(source)
    return [*re.findall(r"[A-Za-z]+", f"{file.stem} {source}")]
