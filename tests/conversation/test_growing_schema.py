"""This version as the old one: it goes on while the next one's migrations add to the schema under it."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from core.bootstrap import build
from core.db.tables import metadata
from core.db.upgrade import upgrade
from tests.conversation import songs
from tests.conversation.studio import SmallStudio

pytestmark = pytest.mark.broad


async def grows(studio: SmallStudio) -> None:
    """What migrations may do while we run (docs/operations.md, "Upgrading"), to every table at once."""
    async with studio.services.database.transaction() as session:
        for table in metadata.tables:
            await session.execute(text(f'ALTER TABLE "{table}" ADD COLUMN added_later varchar(10)'))
            added = f'ALTER TABLE "{table}" ADD COLUMN counted_later integer NOT NULL DEFAULT 7'
            await session.execute(text(added))
            await session.execute(text(f'CREATE INDEX ON "{table}" (added_later)'))
        await session.execute(text("CREATE TABLE of_tomorrow (id uuid PRIMARY KEY)"))
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))


async def test_people_are_served_while_the_schema_grows(studio: SmallStudio) -> None:
    asha, ravi = studio.telegram.person("Asha"), studio.telegram.person("Ravi")
    ravi.sends("audio", songs.m4a(seed=1), title="Ilahi")
    await studio.serve()  # every statement is known to the connections by now
    asha.sends("audio", songs.m4a(seed=2), title="Kesariya")
    await studio.hear()
    work = await studio.working()
    await grows(studio)
    studio.separator.release()
    await work
    ravi.sends("audio", songs.m4a(seed=3), title="Jai Ho")
    ravi.says("/library")
    await studio.serve()
    assert await studio.jobs() == ["completed"] * 3
    for person, count in ((asha, 1), (ravi, 2)):
        assert sum(message.audio is not None for message in person.from_bot) == count
    assert "Ilahi" in (ravi.from_bot[-1].text or "")


async def test_a_process_of_this_version_starts_on_a_newer_schema(studio: SmallStudio) -> None:
    await grows(studio)
    settings = studio.services.settings
    assert settings.database_url is not None
    assert await asyncio.to_thread(upgrade, settings.database_url) is False
    started = build(settings, separator=studio.separator, sources={})
    asha = studio.telegram.person("Asha")
    asha.sends("audio", songs.m4a(seed=4), title="Ilahi")
    try:
        await SmallStudio(started, studio.telegram, studio.separator).serve()
    finally:
        await started.close()
    assert asha.from_bot[-1].audio is not None
