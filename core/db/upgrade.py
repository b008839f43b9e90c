"""Brings a database to the newest schema: `python -m core.db.upgrade`.

A database that is up to date is recognised with one connection and no library but the driver: that happens at
every start.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from core.config import Settings
from core.errors import ConfigurationError, MelodyError, ServiceUnavailable

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
CONNECT_SECONDS = 5.0


def newest_revision() -> str:
    """The revision that the newest migration leads to: its file's name begins with it."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


async def inspect_database(url: str) -> str | None:
    """The revision a database is at, None before the first.

    Raises ServiceUnavailable when it does not answer, ConfigurationError when it can't be used.
    """
    try:
        connection = await asyncpg.connect(_plain(url), timeout=CONNECT_SECONDS)
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError) as error:
        raise ConfigurationError(f"MELODY_DATABASE_URL: {type(error).__name__}") from None
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        raise ServiceUnavailable(f"the database does not answer ({type(error).__name__})") from None
    try:
        await _check_character_type(connection)
        if await connection.fetchval("SELECT to_regclass('alembic_version') IS NULL"):
            return None
        revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
        return revision
    finally:
        await connection.close(timeout=CONNECT_SECONDS)


async def _check_character_type(connection: asyncpg.Connection) -> None:
    """Raises ConfigurationError where full text search would only know ASCII (LC_CTYPE=C)."""
    if not await connection.fetchval("SELECT to_tsvector('simple', 'Ж') @@ to_tsquery('simple', 'ж')"):
        raise ConfigurationError(
            "MELODY_DATABASE_URL: this database was created with LC_CTYPE=C and can't search other scripts; "
            "create it with TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
        )


def upgrade(database_url: str) -> bool:
    """Check the database and migrate it; False when it was up to date.

    Raises ServiceUnavailable, ConfigurationError.
    """
    if asyncio.run(inspect_database(database_url)) == newest_revision():
        return False
    from alembic import command
    from sqlalchemy.exc import ProgrammingError

    try:
        command.upgrade(alembic_config(database_url), "head")
    except ProgrammingError as error:
        reason = str(error.orig).rpartition(">: ")[2]
        raise ConfigurationError(f"MELODY_DATABASE_URL: the schema can't be made: {reason}") from None
    return True


def alembic_config(database_url: str) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["database_url"] = f"postgresql+asyncpg://{_plain(database_url).partition('://')[2]}"
    return config


def _plain(url: str) -> str:
    """The URL as the driver itself wants it."""
    return f"postgresql://{url.partition('://')[2]}"


def main() -> int:
    logging.basicConfig(level=logging.WARNING)
    try:
        settings = Settings.load()
        if settings.database_url is None:
            raise ConfigurationError("MELODY_DATABASE_URL is not set")
        upgrade(settings.database_url)
    except MelodyError as error:
        print(error, file=sys.stderr)  # noqa: T201 (the line that the caller shows)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
