"""Asking for a song at the very moment at which it is finished: whoever asks is told, once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversion.service import Asked, Asking
from core.delivery.models import AUDIO
from tests.fakes.telegram import Person, TelegramStandIn
from tests.integration.desk import Desk


async def at_once(
    desk: Desk, last: Callable[[AsyncSession], Awaitable[None]], asks: Awaitable[Asked]
) -> Asked:
    """`last` happens in a transaction that commits when the asking waits for it, or is done."""
    async with desk.database.transaction() as session:
        await last(session)
        asking = asyncio.ensure_future(asks)
        while not await somebody_waits(desk):
            done, _ = await asyncio.wait([asking], timeout=0.01)
            if done:
                break
    return await asking


async def somebody_waits(desk: Desk) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    async with desk.database.transaction() as session:
        found = await session.execute(text(f"{query} AND wait_event_type = 'Lock'"))
        return bool(found.scalar_one())


async def audios(desk: Desk, person: Person, chat: int | None = None) -> int:
    query = text("SELECT count(*) FROM deliveries WHERE kind = :kind AND chat = :chat")
    async with desk.database.transaction() as session:
        where = str(person.id if chat is None else chat)
        return int((await session.execute(query, {"kind": AUDIO, "chat": where})).scalar_one())


async def test_from_another_chat_of_the_same_person(desk: Desk, telegram: TelegramStandIn) -> None:
    asha, group = telegram.person("Asha"), telegram.group()
    await desk.asks(asha)
    await desk.fetched()
    asked = await at_once(desk, desk.finish, desk.asks(asha, chat=group))
    assert asked.outcome is Asking.STARTED
    assert (await audios(desk, asha), await audios(desk, asha, group)) == (1, 1)


async def test_from_the_same_chat(desk: Desk, telegram: TelegramStandIn) -> None:
    """Asking again as it is finished is either the same wish or a new one: never one without an answer."""
    asha = telegram.person("Asha")
    await desk.asks(asha)
    await desk.fetched()
    asked = await at_once(desk, desk.finish, desk.asks(asha))
    assert await audios(desk, asha) == (1 if asked.outcome is Asking.JOINED else 2)


async def test_from_another_person(desk: Desk, telegram: TelegramStandIn) -> None:
    asha, ravi = telegram.person("Asha"), telegram.person("Ravi")
    await desk.asks(asha)
    await desk.fetched()
    await at_once(desk, desk.finish, desk.asks(ravi))
    assert (await audios(desk, asha), await audios(desk, ravi)) == (1, 1)


async def test_while_the_last_one_who_waited_gives_up(desk: Desk, telegram: TelegramStandIn) -> None:
    """The newcomer's wish brings the work back."""
    asha, ravi = telegram.person("Asha"), telegram.person("Ravi")
    first = await desk.asks(asha)
    await desk.fetched()

    async def cancel(session: AsyncSession) -> None:
        query = text("SELECT user_id FROM conversion_jobs WHERE id = :id")
        user_id = (await session.execute(query, {"id": first.job_id})).scalar_one()
        assert await desk.services.conversion.cancel(session, user_id, first.job_id)

    await at_once(desk, cancel, desk.asks(ravi))
    await desk.made()
    assert (await audios(desk, asha), await audios(desk, ravi)) == (0, 1)
