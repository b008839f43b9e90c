"""`./melody admin broadcast` and `broadcasts`: words to many, and how far they are."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

from core.bootstrap import Services
from core.commands.operator_work import carry_out
from core.config import Settings
from core.errors import ConfigurationError
from core.operating.broadcasts import OTHERS, PER_SECOND, Progress


def broadcast(
    settings: Settings,
    text: str | None,
    file: Path | None,
    *,
    channel: str | None,
    language: str | None,
    is_dry: bool,
) -> int:
    """Begin to tell everybody, or say how many that would be; the exit code. Raises ConfigurationError."""
    says_nothing = text is None and file is None
    texts = {} if is_dry and says_nothing else texts_of(text, file, settings.default_language)

    async def work(services: Services) -> list[str]:
        async with services.database.transaction() as session:
            reach = await services.broadcasts.reach(session, channel, language)
            lines = [f"{count:>9,}  {name}" for name, count in sorted(reach.items())]
            people = sum(reach.values())
            lines.append(f"{people:>9,}  people, in {people / PER_SECOND / 60:,.0f} minutes at least")
            left_out = await services.broadcasts.out_of_reach(session, channel, language)
            lines += [
                f"{count:>9,}  left out: {name} is closed to us until they write again"
                for name, count in sorted(left_out.items())
            ]
            if not is_dry:
                begun = await services.broadcasts.begin(session, texts, channel, language)
                lines.append(f"begun: {begun.id}")
        return lines

    return carry_out(settings, work)


def broadcasts(settings: Settings, cancel: uuid.UUID | None) -> int:
    """How far they are, after one of them was cancelled where that is wanted; the exit code."""

    async def work(services: Services) -> list[str]:
        async with services.database.transaction() as session:
            lines = []
            if cancel is not None:
                stopped = await services.broadcasts.cancel(session, cancel)
                lines = [f"{cancel} {'cancelled' if stopped else 'is over already'}"]
            found = await services.broadcasts.progress(session)
        return [*lines, *(_line(one) for one in found)] or ["none"]

    return carry_out(settings, work)


def texts_of(text: str | None, file: Path | None, default_language: str) -> dict[str, str]:
    """The text for everybody, or by language from a JSON file like `{"en": "…", "hi": "…", "*": "…"}`; any
    other file is one text. Raises ConfigurationError."""
    if (text is None) == (file is None):
        raise ConfigurationError("give either a text or --file")
    if file is None:
        return {OTHERS: text or ""}
    try:
        written = file.read_text(encoding="utf-8")
        texts = json.loads(written) if file.suffix == ".json" else {OTHERS: written.strip()}
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{file.name} can't be read: {type(error).__name__}") from None
    if not isinstance(texts, dict) or not all(isinstance(one, str) for one in texts.values()):
        raise ConfigurationError(f"{file.name} has to hold one text a language")
    if OTHERS not in texts and default_language in texts:
        texts[OTHERS] = texts[default_language]
    return texts


def _line(one: Progress) -> str:
    outcomes = ", ".join(f"{count:,} {status}" for status, count in sorted(one.outcomes.items()))
    facts = f"{one.broadcast_id}  {one.begun_at:%Y-%m-%d %H:%M}  {one.status:<9}  {one.told:>9,} told"
    left_out = f"{one.left_out:,} left out (closed to us until they write)" if one.left_out else ""
    return "  ".join(part for part in (facts, outcomes, left_out) if part)
