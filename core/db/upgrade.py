"""Brings a database to the newest schema: `python -m core.db.upgrade`.

A database that is up to date is recognised with one connection and no library but the driver: that happens at
every start.
"""

from __future__ import annotations

import asyncio
import logging
import random
import ssl
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from core.config import Settings
from core.database_url import parse_database_url
from core.errors import ConfigurationError, MelodyError, ServiceUnavailable

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
CONNECT_SECONDS = 5.0
LOCK_NOT_AVAILABLE = "55P03"
LOCK_MILLISECONDS = 5000
"""How long a migration waits for a table; whoever comes after it waits with it."""
LOCK_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between tries to lock the tables; others work with them meanwhile."""


def newest_revision() -> str:
    """The revision that the newest migration leads to: its file's name begins with it."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


async def inspect_database(url: str) -> str | None:
    """The revision a database is at, None before the first.

    Raises ServiceUnavailable when it does not answer, ConfigurationError when it can't be used.
    """
    connection = await connect_directly(url)
    try:
        await _check_character_type(connection)
        if await connection.fetchval("SELECT to_regclass('alembic_version') IS NULL"):
            return None
        revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
        return revision
    finally:
        await connection.close(timeout=CONNECT_SECONDS)


async def connect_directly(url: str) -> asyncpg.Connection:
    """A connection to the server itself where it is known.

    Raises ServiceUnavailable when it does not answer, ConfigurationError when it does not let us in.
    """
    options = parse_database_url(url).options(direct=True)
    try:
        return await asyncpg.connect(**options, timeout=CONNECT_SECONDS)
    except asyncpg.InvalidAuthorizationSpecificationError as error:
        reason = f"the server does not take this user and password ({type(error).__name__})"
    except asyncpg.InvalidCatalogNameError:
        reason = "the server has no database of this name"
    except ssl.SSLCertVerificationError:
        reason = "the server's certificate is not believed: sslrootcert=FILE names whom to believe"
    except asyncpg.ClientConfigurationError:
        reason = "the driver can't use it: see its sslmode, sslrootcert, sslcert and sslkey"
    except ConnectionError as error:
        if "rejected SSL" not in str(error):
            raise ServiceUnavailable(f"the database does not answer ({type(error).__name__})") from None
        reason = "the server speaks no TLS, but sslmode asks for it"
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        raise ServiceUnavailable(f"the database does not answer ({type(error).__name__})") from None
    raise ConfigurationError(f"MELODY_DATABASE_URL: {reason}")


async def _check_character_type(connection: asyncpg.Connection) -> None:
    """Raises ConfigurationError where full text search would only know ASCII (LC_CTYPE=C)."""
    if not await connection.fetchval("SELECT to_tsvector('simple', 'Ж') @@ to_tsquery('simple', 'ж')"):
        raise ConfigurationError(
            "MELODY_DATABASE_URL: this database was created with LC_CTYPE=C and can't search other scripts; "
            "create it with TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
        )


def upgrade(database_url: str, to: str = "head") -> bool:
    """Check the database and migrate it; False when it was up to date.

    A database that a newer version has migrated is left alone: what one version adds, the one before it can
    live with (docs/operations.md, "Upgrading"). Raises ServiceUnavailable, ConfigurationError.
    """
    wanted = newest_revision() if to == "head" else to
    if (asyncio.run(inspect_database(database_url)) or "") >= wanted:
        return False
    for pause in (*LOCK_PAUSES, None):
        try:
            _migrate(database_url, to)
            break
        except _TableInUse:
            if pause is None:
                raise ServiceUnavailable("the schema can't be changed: somebody holds its tables") from None
            time.sleep(pause * random.uniform(1.0, 1.5))
    return True


class _TableInUse(Exception):
    """A table could not be locked in time."""


def _migrate(database_url: str, to: str) -> None:
    from alembic import command
    from sqlalchemy.exc import DBAPIError, ProgrammingError

    try:
        command.upgrade(alembic_config(database_url), to)
    except ProgrammingError as error:
        reason = str(error.orig).rpartition(">: ")[2]
        raise ConfigurationError(f"MELODY_DATABASE_URL: the schema can't be made: {reason}") from None
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
            raise
        raise _TableInUse from None


def alembic_config(database_url: str) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connect"] = parse_database_url(database_url).engine_options(direct=True)
    config.attributes["lock_milliseconds"] = LOCK_MILLISECONDS
    return config


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
