"""Single statements that only read: the same rows as over a session, and no trouble that lasts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import bindparam, select, text

from core.catalog.models import Song
from core.config import Settings
from core.db.reading import rows_by
from core.db.session import Database, answering
from core.errors import ServiceUnavailable
from tests.fixtures.music import in_catalogue

pytestmark = pytest.mark.broad

songs = Song.__table__
TITLED = select(
    songs.c.id, songs.c.title, songs.c.genre, songs.c.external_ids, songs.c.asset_id, songs.c.created_at
).where(songs.c.title == bindparam("title"), songs.c.popularity >= 0)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings.database_url or "")
    yield database
    await database.dispose()


async def test_rows_are_those_of_a_session(database: Database) -> None:
    song_id = await in_catalogue(database, "तुम ही हो", "Arijit Singh")
    async with database.transaction() as session:
        await session.execute(
            text("UPDATE songs SET genre = '{filmi}', external_ids = :ids WHERE id = :id"),
            {"ids": '{"isrc": "INS181300050", "more": {"a": [1, null]}}', "id": song_id},
        )
        told = await rows_by(session, TITLED, {"title": "तुम ही हो"})
    read = await rows_by(database.reading, TITLED, {"title": "तुम ही हो"})
    assert [tuple(row) for row in read] == [tuple(row) for row in told]
    assert (read[0].id, read[0].external_ids["more"]) == (song_id, {"a": [1, None]})
    assert await database.reading.rows(TITLED, {"title": "Kesariya"}) == []


async def test_connections_that_broke_are_replaced_at_once(database: Database) -> None:
    """Their end may be known, or on its way, or half known: the server's last word came, the end did not."""

    async def many() -> list[list[Any]]:
        return await asyncio.gather(*(database.reading.rows(TITLED, {"title": ""}) for _ in range(5)))

    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    for _ in range(10):
        assert await many() == [[]] * 5
        async with database.transaction() as session:
            await session.execute(text(f"{others} AND pid <> pg_backend_pid()"))
        assert await many() == [[]] * 5


async def test_no_database_is_told_as_such() -> None:
    away = Database("postgresql+asyncpg://melody:melody@127.0.0.1:1/melody")
    with pytest.raises(ServiceUnavailable):
        async with answering(5):
            await away.reading.rows(TITLED, {"title": ""})
    await away.dispose()
