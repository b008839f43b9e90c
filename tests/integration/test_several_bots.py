"""Bot processes beside each other: what one works on keeps no other from the rest."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from bot.ahead import LOOK_AHEAD
from bot.answering import SIDE_BY_SIDE, Answering
from core.chat.inbox import store_update, take, waiting
from core.chat.models import InboxItem
from tests.integration.desk import Desk

PATIENCE = 20.0


async def stored(desk: Desk, count: int) -> list[int]:
    """So many updates that ask for nothing, each of a chat of its own; their ids, the oldest first."""
    for number in range(count):
        await store_update(
            desk.database.reading, channel="telegram", external_id=str(number), chat=f"c{number}", payload={}
        )
    return await waiting(desk.database.reading, [], count)


async def pending(desk: Desk) -> set[int]:
    async with desk.database.transaction() as session:
        query = select(InboxItem.id).where(InboxItem.status == "pending")
        return set((await session.execute(query)).scalars())


async def test_what_another_works_on_keeps_nobody_from_the_rest(desk: Desk) -> None:
    """Those that have waited longest are just what another bot is at."""
    ids = await stored(desk, LOOK_AHEAD + SIDE_BY_SIDE)
    theirs = ids[:LOOK_AHEAD]
    async with desk.database.transaction() as other, Answering(desk.services) as answering:
        for one in theirs:
            assert await take(other, one) is not None
        async with asyncio.timeout(PATIENCE):
            await answering.answer_all()
        assert await pending(desk) == set(theirs)


async def test_what_another_let_go_is_taken_up(desk: Desk) -> None:
    ids = await stored(desk, 2)
    async with Answering(desk.services) as answering:
        async with desk.database.transaction() as other:
            assert await take(other, ids[0]) is not None
            async with asyncio.timeout(PATIENCE):
                await answering.answer_all()
            assert await pending(desk) == {ids[0]}
        async with asyncio.timeout(PATIENCE):
            while await pending(desk):
                await answering.answer_all()
                await asyncio.sleep(0.05)


async def test_nobody_is_woken_by_what_another_works_on(desk: Desk) -> None:
    """Else a bot would look again and again, as long as the other is at it."""
    woken: list[bool] = []
    [theirs] = await stored(desk, 1)
    async with (
        desk.database.transaction() as other,
        Answering(desk.services, has_room=lambda: woken.append(True)) as answering,
    ):
        assert await take(other, theirs) is not None
        async with asyncio.timeout(PATIENCE):
            await answering.answer_all()
        assert woken == []
