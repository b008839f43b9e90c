"""Statements that go to asyncpg directly are part of the session's transaction all the same."""

from __future__ import annotations

import asyncpg
import pytest
from sqlalchemy import BigInteger, bindparam, insert, select, text

from core.bootstrap import Services
from core.chat.models import InboxItem
from core.db.base import table_of
from core.db.inside import rows_inside
from core.db.loaded import loaded

TABLE = table_of(InboxItem)
COUNTED = select(TABLE.c.id, TABLE.c.chat).order_by(TABLE.c.id)
WRITTEN = insert(TABLE).returning(TABLE.c.id)
FAILING = select((1 / bindparam("by", type_=BigInteger)).label("part"))


def item(external_id: str) -> dict[str, object]:
    payload = {"of": external_id}
    kept = {"status": "pending", "attempts": 0}
    return {"channel": "telegram", "external_id": external_id, "chat": "a", "payload": payload, **kept}


WRITING = WRITTEN.values({name: bindparam(f"its_{name}", type_=TABLE.c[name].type) for name in item("")})


def given(external_id: str) -> dict[str, object]:
    return {f"its_{name}": value for name, value in item(external_id).items()}


@pytest.mark.parametrize("is_first", [True, False])
async def test_json_is_written_as_it_is(services: Services, *, is_first: bool) -> None:
    async with services.database.transaction() as session:
        if not is_first:
            await session.execute(text("SELECT 1"))
        [row] = await rows_inside(session, WRITING, given("1"))
    async with services.database.transaction() as session:
        assert (await session.get_one(InboxItem, row.id)).payload == {"of": "1"}


async def test_what_the_session_has_to_write_is_written_before(services: Services) -> None:
    async with services.database.transaction() as session:
        await session.execute(text("SELECT 1"))
        session.add(InboxItem(**item("1")))
        assert [row.chat for row in await rows_inside(session, COUNTED, {})] == ["a"]


async def test_it_goes_with_its_transaction(services: Services) -> None:
    async def fails() -> None:
        async with services.database.transaction() as session:
            await session.execute(text("SELECT 1"))
            await rows_inside(session, WRITING, given("1"))
            await rows_inside(session, FAILING, {"by": 0})

    with pytest.raises(asyncpg.DivisionByZeroError):
        await fails()
    async with services.database.transaction() as session:
        assert await rows_inside(session, COUNTED, {}) == []


async def test_it_begins_the_transaction_that_the_session_ends(services: Services) -> None:
    async with services.database.transaction() as session:
        await rows_inside(session, WRITING, given("1"))
        async with services.database.transaction() as other:
            assert await rows_inside(other, COUNTED, {}) == []
        await session.rollback()
    async with services.database.transaction() as session:
        assert await rows_inside(session, COUNTED, {}) == []
        await rows_inside(session, WRITING, given("2"))
    async with services.database.transaction() as session:
        assert len(await rows_inside(session, COUNTED, {})) == 1


async def test_an_object_of_a_row_is_as_if_the_session_had_loaded_it(services: Services) -> None:
    async with services.database.transaction() as session:
        await rows_inside(session, WRITING, given("1"))
        [row] = await rows_inside(session, select(*TABLE.c), {})
        item = loaded(session, InboxItem, row._asdict())
        assert await session.get_one(InboxItem, row.id) is item
        assert not session.dirty
        item.chat = "b"
    async with services.database.transaction() as session:
        [row] = await rows_inside(session, COUNTED, {})
        held = await session.get_one(InboxItem, row.id)
        assert held.chat == "b"
        assert loaded(session, InboxItem, {**held_columns(held), "chat": "c"}) is held
        assert held.chat == "c"
        assert not session.dirty


def held_columns(item: InboxItem) -> dict[str, object]:
    return {column.name: getattr(item, column.name) for column in TABLE.c}
