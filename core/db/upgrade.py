"""Brings a database to the newest schema: `python -m core.db.upgrade`."""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config

from core.config import Settings
from core.db.session import Database
from core.errors import ConfigurationError, MelodyError

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["database_url"] = database_url
    return config


async def _check(url: str) -> None:
    database = Database(url, pool_size=1)
    try:
        await database.check()
        await database.check_character_type()
    finally:
        await database.dispose()


def upgrade(database_url: str) -> None:
    """Check the database, then migrate it. Raises ServiceUnavailable, ConfigurationError."""
    asyncio.run(_check(database_url))
    try:
        command.upgrade(alembic_config(database_url), "head")
    except asyncpg.InsufficientPrivilegeError as error:
        raise ConfigurationError(f"MELODY_DATABASE_URL: {error}") from None


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
