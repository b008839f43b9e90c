"""The schema: what the migrations make is what the models say, and the names that others rely on."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.orm import configure_mappers

from core.accounts.models import User
from core.bootstrap import Services
from core.db.base import Base
from core.db.tables import metadata
from core.db.upgrade import alembic_config, newest_revision, upgrade
from core.errors import ConfigurationError
from tests.conftest import Servers, run_statement

FIXED_COLUMNS = {
    "users": "id phone_number country_code is_verified name avatar_url preferences created_at updated_at "
    "last_login_at",
    "songs": "id title artist album language duration genre release_year popularity explicit thumbnail_url "
    "external_ids audio_files metadata search_vector created_at updated_at",
    "user_library": "id user_id song_id added_at play_count last_played_at has_instrumental "
    "instrumental_status instrumental_url saved",
    "conversion_jobs": "id user_id library_id celery_task_id status progress error_message "
    "original_audio_url instrumental_audio_url estimated_time started_at completed_at created_at",
}


async def in_connection(services: Services, look: object) -> object:
    async with services.database.engine.connect() as connection:
        return await connection.run_sync(look)  # type: ignore[arg-type]


async def test_migrations_make_what_the_models_say(services: Services) -> None:
    def differences(connection: Connection) -> object:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, metadata)

    assert await in_connection(services, differences) == []


def test_the_newest_migration_is_named_by_its_revision(servers: Servers) -> None:
    script = ScriptDirectory.from_config(alembic_config(servers.postgres_url))
    assert script.get_current_head() == newest_revision()


def test_an_up_to_date_database_is_left_alone(database_url: str) -> None:
    assert upgrade(database_url) is False


@pytest.mark.parametrize("table", FIXED_COLUMNS)
async def test_fixed_columns_are_there(services: Services, table: str) -> None:
    def columns(connection: Connection) -> set[str]:
        return {column["name"] for column in inspect(connection).get_columns(table)}

    found = await in_connection(services, columns)
    assert isinstance(found, set)
    assert set(FIXED_COLUMNS[table].split()) <= found


def test_every_relationship_has_to_be_loaded_on_purpose() -> None:
    configure_mappers()
    lazies = {
        str(relationship): relationship.lazy
        for mapper in metadata_mappers()
        for relationship in mapper.relationships
    }
    assert lazies, "there are relationships to look at"
    assert set(lazies.values()) == {"raise"}


def metadata_mappers() -> list[object]:
    return list(Base.registry.mappers)


async def test_search_vector_knows_every_script(services: Services) -> None:
    async with services.database.engine.begin() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO songs (id, title, artist) VALUES (gen_random_uuid(), 'ОБІЙМИ तुम ही हो', 'Океан')"
        )
        found = await connection.exec_driver_sql(
            "SELECT count(*) FROM songs WHERE search_vector @@ to_tsquery('simple', 'обійми & तुम')"
        )
        assert found.scalar_one() == 1


@pytest.mark.broad
def test_several_processes_may_migrate_at_once(servers: Servers) -> None:
    with own_database(servers, "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'") as url:
        environment = {**os.environ, "MELODY_DATABASE_URL": url}
        started = [
            subprocess.Popen([sys.executable, "-m", "core.db.upgrade"], env=environment) for _ in range(3)
        ]
        assert [process.wait(60) for process in started] == [0, 0, 0]


def test_a_database_that_only_knows_ascii_is_refused(servers: Servers) -> None:
    with (
        own_database(servers, "ENCODING 'UTF8' LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'") as url,
        pytest.raises(ConfigurationError, match="LC_CTYPE"),
    ):
        upgrade(url)


@contextmanager
def own_database(servers: Servers, options: str) -> Iterator[str]:
    """An empty database; its URL."""
    name = f"melody_test_{uuid.uuid4().hex[:12]}"
    run_statement(servers, f"CREATE DATABASE {name} TEMPLATE template0 {options}")
    try:
        yield servers.url_of(name)
    finally:
        run_statement(servers, f"DROP DATABASE {name} WITH (FORCE)")


async def test_one_transaction_rolls_back_as_a_whole(services: Services) -> None:
    async def fail_half_way() -> None:
        async with services.database.transaction() as session:
            session.add(User(name="Asha"))
            await session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_half_way()
    async with services.database.transaction() as session:
        assert (await session.execute(select(func.count()).select_from(User))).scalar_one() == 0
