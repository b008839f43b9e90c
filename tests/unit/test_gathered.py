"""Questions asked together: fresh for everybody, and nobody's trouble but their own."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping

import pytest

from core import gathered
from core.gathered import Gathered


class Shop:
    """Answers when it is told to, with what is there by the time it was asked."""

    def __init__(self) -> None:
        self.goods = {"tea": 1, "rice": 1}
        self.asked: list[list[str]] = []
        self.open = asyncio.Event()

    async def ask(self, keys: Collection[str]) -> Mapping[str, int]:
        self.asked.append(list(keys))
        found = {key: self.goods[key] for key in keys if key in self.goods}
        await self.open.wait()
        return found


@pytest.fixture
def shop() -> Shop:
    return Shop()


async def asking(gathered: Gathered[str, int], *keys: str) -> list[asyncio.Task[int | None]]:
    tasks = [asyncio.create_task(gathered.get(key)) for key in keys]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_those_who_come_while_one_is_asked_for_are_answered_together(shop: Shop) -> None:
    desk = Gathered(shop.ask)
    first = await asking(desk, "tea")
    rest = await asking(desk, "tea", "rice", "gold", "tea")
    shop.goods["tea"] = 2  # after the first question, so it may not answer those who came later
    shop.open.set()
    assert await asyncio.gather(*first, *rest) == [1, 2, 1, None, 2]
    assert shop.asked == [["tea"], ["tea", "rice", "gold"]]


async def test_never_too_many_at_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathered, "MOST_AT_ONCE", 2)
    desk = Gathered(shop.ask)
    tasks = await asking(desk, "a", "b", "c", "d", "e")
    shop.open.set()
    await asyncio.gather(*tasks)
    assert shop.asked == [["a", "b"], ["c", "d"], ["e"]]


async def test_who_goes_away_takes_the_answer_from_nobody(shop: Shop) -> None:
    desk = Gathered(shop.ask)
    gone, stays = await asking(desk, "tea", "tea")
    gone.cancel()
    shop.open.set()
    assert await stays == 1
    assert gone.cancelled()


async def test_trouble_is_told_to_those_who_asked_and_is_over_then() -> None:
    troubles = [ConnectionError("away"), None]

    async def ask(keys: Collection[str]) -> Mapping[str, int]:
        trouble = troubles.pop(0)
        if trouble is not None:
            raise trouble
        return dict.fromkeys(keys, 1)

    desk = Gathered(ask)
    told = await asyncio.gather(desk.get("tea"), desk.get("rice"), return_exceptions=True)
    assert [type(each) for each in told] == [ConnectionError, ConnectionError]
    assert await desk.get("tea") == 1


async def test_closing_leaves_nobody_waiting(shop: Shop) -> None:
    desk = Gathered(shop.ask)
    (first,) = await asking(desk, "tea")
    (second,) = await asking(desk, "rice")
    await desk.close()
    told = await asyncio.gather(first, second, return_exceptions=True)
    assert [type(each) for each in told] == [asyncio.CancelledError, asyncio.CancelledError]
