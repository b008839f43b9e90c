"""The public configuration: what is set up is named, and a messenger that is away does not hold it up."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from api.routes import info
from api.routes.info import TelegramName
from core.errors import ServiceUnavailable

pytestmark = pytest.mark.broad


class Telegram:
    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)
        self.asked = 0

    async def username(self) -> str:
        self.asked += 1
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if answer is None:
            await asyncio.Event().wait()
        return str(answer)


class With:
    def __init__(self, telegram: Telegram | None) -> None:
        self.telegram = telegram


def name_at(telegram: Telegram | None) -> TelegramName:
    return TelegramName(With(telegram))  # type: ignore[arg-type]


async def test_no_name_without_telegram() -> None:
    assert await name_at(None).get() is None


async def test_the_name_is_asked_for_once_however_many_want_it() -> None:
    telegram = Telegram("melody_bot")
    name = name_at(telegram)
    assert set(await asyncio.gather(*(name.get() for _ in range(5)))) == {"melody_bot"}
    assert await name.get() == "melody_bot"
    assert telegram.asked == 1


async def test_a_messenger_that_is_away_is_asked_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    telegram = Telegram(ServiceUnavailable(), "melody_bot")
    name = name_at(telegram)
    assert await name.get() is None
    assert await name.get() is None
    assert telegram.asked == 1
    monkeypatch.setattr(name, "_again_at", 0.0)
    assert await name.get() == "melody_bot"


async def test_a_messenger_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(info, "NAME_SECONDS", 0.01)
    assert await name_at(Telegram(None)).get() is None
