"""Brings a backup back: first the objects, each compared with its name, then the database in one transaction.

An object more than the database speaks of does no harm, and where the schema is the backup's or older the
database is what it was until that transaction commits. Whatever stops us, the same command goes on.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from core.backup.archive import Manifest, entry_of_object, entry_of_table, objects_in, open_backup
from core.backup.schema import (
    drop_all,
    drop_foreign_keys,
    go_on_counting,
    our_tables,
    speak_plainly,
    tables_of,
)
from core.db.upgrade import connect_directly, inspect_database, newest_revision, upgrade
from core.errors import ConfigurationError, NotFound, ServiceUnavailable
from core.ports import ObjectStore

logger = logging.getLogger(__name__)

CLOSE_SECONDS = 5.0
LOCK_SECONDS = 10
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
)
"""How a backup shows that it is not what was written."""
_BLOCK = 1024 * 1024
_TELLING = {"users": "people", "songs": "songs", "audio_assets": "recordings"}
"""Tables that hold nothing in a studio that nobody has used."""
Progress = Callable[[str], None]


@dataclass
class Restored:
    manifest: Manifest
    objects: int = 0
    """Put into the store; the others were there already."""


class Restoring:
    """A backup on its way back. The steps follow each other: `objects`, `database`."""

    def __init__(self, path: Path, say: Progress = lambda line: None) -> None:
        """Raises ConfigurationError for what is no whole backup that this version understands."""
        self._say = say
        self._archive, manifest = open_backup(path)
        if manifest.revision > newest_revision():
            self._archive.close()
            raise ConfigurationError("the backup was made by a newer version: update the studio first")
        self.restored = Restored(manifest)

    def close(self) -> None:
        self._archive.close()

    async def objects(self, store: ObjectStore, work_dir: Path) -> None:
        """Put those into the store that it lacks. Raises ConfigurationError for a backup that is damaged,
        ServiceUnavailable."""
        names = objects_in(self._archive)
        if len(names) != self.restored.manifest.objects:
            raise ConfigurationError("the backup is damaged: it lacks objects")
        await asyncio.to_thread(work_dir.mkdir, mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=work_dir) as folder:
            for number, sha256 in enumerate(names, 1):
                await self._object(store, sha256, Path(folder) / "object")
                self._say(f"object {number:,} of {len(names):,}")

    async def _object(self, store: ObjectStore, sha256: str, path: Path) -> None:
        entry = self._archive.getinfo(entry_of_object(sha256))
        try:
            if await store.size(sha256) == entry.file_size:
                return
        except NotFound:
            pass
        if await asyncio.to_thread(self._extract, entry, path) != sha256:
            raise ConfigurationError(f"the backup is damaged: object {sha256} has other bytes")
        await store.put(path)
        self.restored.objects += 1

    def _extract(self, entry: zipfile.ZipInfo, path: Path) -> str:
        """The SHA-256 of what came out of it."""
        try:
            with self._archive.open(entry) as source, path.open("wb") as target:
                shutil.copyfileobj(source, target, _BLOCK)
        except (zipfile.BadZipFile, zlib.error):
            return ""
        except OSError as error:
            raise ServiceUnavailable(f"the work folder: {error.strerror}") from error
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def database(self, database_url: str) -> None:
        """Make the database what it was, and bring it to this version's schema. What it holds is lost: ask
        `what_is_there` before. Raises ConfigurationError, ServiceUnavailable."""
        revision = asyncio.run(inspect_database(database_url))
        wanted = self.restored.manifest.revision
        if revision is not None and revision > wanted:
            asyncio.run(self._in_transaction(database_url, drop_all))
        upgrade(database_url, wanted)
        asyncio.run(self._in_transaction(database_url, self._fill))
        upgrade(database_url)

    async def _in_transaction(self, database_url: str, work: Callable[[asyncpg.Connection], object]) -> None:
        connection = await connect_directly(database_url)
        try:
            async with connection.transaction():
                await speak_plainly(connection)
                await connection.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
                await work(connection)  # type: ignore[misc]
        except asyncpg.LockNotAvailableError:
            raise ConfigurationError("somebody works with this database: end the studio first") from None
        except UNREADABLE as error:
            logger.debug("the backup's tables: %s", type(error).__name__)
            raise ConfigurationError("the backup is damaged: its tables can't be read") from None
        except asyncpg.PostgresError as error:
            raise ServiceUnavailable(f"the database refuses the backup ({type(error).__name__})") from error
        finally:
            await connection.close(timeout=CLOSE_SECONDS)

    async def _fill(self, connection: asyncpg.Connection) -> None:
        tables = self.restored.manifest.tables
        there = {table.name: set(table.columns) for table in await tables_of(connection, our_tables())}
        # One statement, so that a table that is not in the backup is empty too.
        await connection.execute("TRUNCATE " + ", ".join(f'"{name}"' for name in sorted(there)))
        bring_back = await drop_foreign_keys(connection, sorted(there))
        for table in tables:
            if not set(table.columns) <= there.get(table.name, set()):
                raise ConfigurationError(f"the backup is damaged: there is no such table as {table.name}")
            with self._archive.open(entry_of_table(table.name)) as rows:
                said = await connection.copy_to_table(table.name, source=rows, columns=table.columns)
            if int(said.split()[-1]) != table.rows:
                raise ConfigurationError(f"the backup is damaged: {table.name} lacks rows")
            self._say(f"table {table.name}: {table.rows:,} rows")
        for statement in bring_back:
            await connection.execute(statement)
        await go_on_counting(connection, sorted(there))


async def what_is_there(database_url: str) -> dict[str, int]:
    """How many rows of what a restored backup would replace; empty in a studio that nobody has used.

    Raises ServiceUnavailable, ConfigurationError.
    """
    if await inspect_database(database_url) is None:
        return {}
    connection = await connect_directly(database_url)
    try:
        found = {}
        there = {table.name for table in await tables_of(connection, sorted(_TELLING))}
        for table, what in _TELLING.items():
            if table in there and (count := await connection.fetchval(f'SELECT count(*) FROM "{table}"')):
                found[what] = count
        return found
    finally:
        await connection.close(timeout=CLOSE_SECONDS)
