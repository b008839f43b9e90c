"""Which questions of inline mode are answered when people type faster than we search."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from bot import inline
from bot.inline import InlineAnswers
from core.bootstrap import Services
from core.chat.messages import InlineQuery


class Held:
    """Answers questions one after the other, when the test says so."""

    def __init__(self) -> None:
        self.answered: list[str] = []
        self.open = asyncio.Event()
        self._begun: list[asyncio.Task[None]] = []
        self.answers = InlineAnswers(cast(Services, SimpleNamespace(inline=self)), self._start)

    async def answer(self, query: InlineQuery) -> None:
        await self.open.wait()
        self.answered.append(f"{query.person}: {query.text}")

    def asks(self, person: str, text: str, received_at: datetime | None = None) -> None:
        self.answers.answer(
            InlineQuery("telegram", text, person, None, text, ""), received_at or datetime.now(UTC)
        )

    async def all_done(self) -> None:
        await asyncio.gather(*self._begun)

    def _start(self, work: Awaitable[None]) -> None:
        async def run() -> None:
            await work

        self._begun.append(asyncio.create_task(run()))


async def turns() -> None:
    """Let everything go on as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_who_types_on_has_no_use_for_earlier_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inline, "MOST_AT_ONCE", 1)
    studio = Held()
    studio.asks("Ravi", "kesariya")
    await turns()
    for text in ("jai", "jai h", "jai ho"):
        studio.asks("Asha", text)
    studio.open.set()
    await studio.all_done()
    assert studio.answered == ["Ravi: kesariya", "Asha: jai ho"]


async def test_what_can_not_be_answered_in_time_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inline, "PATIENCE", 0.01)
    studio = Held()
    studio.asks("Asha", "jai ho")
    await studio.all_done()
    assert studio.answered == []


async def test_what_waited_while_we_were_away_is_let_go() -> None:
    studio = Held()
    studio.open.set()
    studio.asks("Asha", "jai ho", datetime.now(UTC) - timedelta(minutes=1))
    await studio.all_done()
    assert studio.answered == []


async def test_later_questions_are_answered_too() -> None:
    studio = Held()
    studio.open.set()
    for text in ("jai", "jai ho"):
        studio.asks("Asha", text)
        await studio.all_done()
    assert studio.answered == ["Asha: jai", "Asha: jai ho"]
