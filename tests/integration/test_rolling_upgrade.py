"""While a studio is upgraded, processes of two versions work on one database: the new schema, the old SQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from core.db.upgrade import MIGRATIONS, upgrade
from tests.conftest import ENCODING, Servers
from tests.integration.test_schema import own_database
from tests.upgrade.catalogue import Catalogue, catalogue, taken_away
from tests.upgrade.record import NOTES

RELEASED = next(NOTES.glob("*.sql")).stem
"""The schema of the version before, whose SQL was noted; older ones never meet this one."""
GROUNDS: dict[str, dict[str, str]] = {}
"""Revision -> what looks as if it took something away -> why the version before does not mind."""


def since_the_release() -> list[str]:
    revisions = sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    return [revision for revision in revisions if revision > RELEASED]


@pytest.fixture
def released(servers: Servers) -> Iterator[str]:
    """The URL of a database as the version before left it."""
    with own_database(servers, ENCODING) as url:
        upgrade(url, RELEASED)
        yield url


@pytest.fixture
async def connection(servers: Servers) -> AsyncIterator[asyncpg.Connection]:
    """To the schema of today; what is done to it is undone in the end."""
    connection = await asyncpg.connect(servers.url_of(servers.template))
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


def look(url: str) -> Catalogue:
    async def looking() -> Catalogue:
        connection = await asyncpg.connect(url)
        try:
            return await catalogue(connection)
        finally:
            await connection.close()

    return asyncio.run(looking())


@pytest.mark.broad
def test_migrations_since_the_release_only_expand(released: str) -> None:
    before = look(released)
    for revision in since_the_release():
        upgrade(released, revision)
        after = look(released)
        assert taken_away(before, after) == sorted(GROUNDS.get(revision, {})), revision
        before = after


@pytest.mark.broad
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("ALTER TABLE playlists ADD COLUMN colour varchar(10)", []),
        ("ALTER TABLE playlists ADD COLUMN colour varchar(10) NOT NULL DEFAULT 'red'", []),
        ("ALTER TABLE playlists ADD COLUMN colour text CHECK (colour <> '') UNIQUE", []),
        ("CREATE TABLE colours (name text PRIMARY KEY)", []),
        ("CREATE INDEX ON conversion_jobs (error_code)", []),
        ("ALTER TABLE renditions ALTER COLUMN error_code DROP NOT NULL", []),
        ("DROP TABLE kept_vocals", ["kept_vocals is gone"]),
        ("ALTER TABLE inbox DROP COLUMN error", ["inbox: error is gone"]),
        ("ALTER TABLE inbox RENAME COLUMN error TO trouble", ["inbox: error is gone"]),
        (
            "ALTER TABLE inbox ADD COLUMN colour text NOT NULL",
            ["inbox: colour is new and has to be given"],
        ),
        ("ALTER TABLE inbox ALTER COLUMN error SET NOT NULL", ["inbox: error takes no null any more"]),
        ("ALTER TABLE inbox ALTER COLUMN attempts DROP DEFAULT", ["inbox: attempts has to be given"]),
        ("ALTER TABLE inbox ALTER COLUMN attempts SET DEFAULT 7", ["inbox: attempts has another default"]),
        (
            "ALTER TABLE renditions ALTER COLUMN size TYPE bigint",
            ["renditions: all rows are written anew", "renditions: size is bigint and was integer"],
        ),
        (
            "ALTER TABLE inbox ADD COLUMN colour uuid NOT NULL DEFAULT gen_random_uuid()",
            ["inbox: all rows are written anew"],
        ),
        (
            "ALTER TABLE inbox ADD CONSTRAINT few CHECK (attempts < 9)",
            ["inbox: few binds what was there before"],
        ),
        ("CREATE UNIQUE INDEX one ON inbox (chat)", ["inbox: one binds what was there before"]),
        (
            "ALTER TABLE inbox DROP CONSTRAINT uq_inbox_channel_external_id",
            ["inbox: uq_inbox_channel_external_id is gone"],
        ),
    ],
)
async def test_what_takes_something_away_is_noticed(
    connection: asyncpg.Connection, change: str, said: list[str]
) -> None:
    before = await catalogue(connection)
    await connection.execute(change)
    assert taken_away(before, await catalogue(connection)) == said


async def test_all_that_the_version_before_says_is_still_understood(connection: asyncpg.Connection) -> None:
    """PostgreSQL reads each statement against the schema of today: tables, columns, types, and the unique
    rules that ON CONFLICT names."""
    statements = (NOTES / f"{RELEASED}.sql").read_text().splitlines()
    assert len(statements) > 400
    trouble = []
    for statement in statements:
        try:
            async with connection.transaction():
                await connection.prepare(statement)
        except asyncpg.PostgresError as error:
            trouble.append(f"{type(error).__name__}: {error} in {statement[:200]}")
    assert trouble == []


async def test_statements_that_lost_their_column_are_noticed(connection: asyncpg.Connection) -> None:
    await connection.execute("ALTER TABLE deliveries RENAME COLUMN settled TO done")
    with pytest.raises(AssertionError, match="UndefinedColumnError"):
        await test_all_that_the_version_before_says_is_still_understood(connection)
