"""Writes a backup while the studio runs: the database as it is at one moment, then the objects it speaks of.

Objects never change, so those of that moment are still what they were; those that were deleted since, with
the people whose they were, are left out.
"""

from __future__ import annotations

import hashlib
import os
import time
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import asyncpg

from core.backup.archive import MANIFEST, Manifest, Table, entry_of_object, entry_of_table
from core.backup.schema import VERSION_TABLE, our_tables, speak_plainly, tables_of
from core.db.upgrade import connect_directly
from core.errors import ConfigurationError, NotFound, ServiceUnavailable
from core.ports import ObjectStore

CLOSE_SECONDS = 5.0
COMPRESSION = 6
NAMES_OBJECTS = "sha256"
"""How the columns end that name objects."""
Progress = Callable[[str], None]


@dataclass
class Saved:
    """What is in the backup, and what is not."""

    manifest: Manifest
    gone: int = 0
    """Objects that were not there any more."""
    damaged: list[str] = field(default_factory=list)
    """Objects whose bytes are not those that they are named for; they are left out."""


async def save(
    database_url: str,
    store: ObjectStore,
    path: Path,
    *,
    with_objects: bool = True,
    say: Progress = lambda line: None,
) -> Saved:
    """Write the backup to `path`, where it appears when it is whole, readable for this user only.

    Raises ConfigurationError (there is such a file already, or none can be made; the database is no
    studio's), ServiceUnavailable.
    """
    with _new_file(path) as part, zipfile.ZipFile(part, "w", compresslevel=COMPRESSION) as archive:
        async with _snapshot(database_url) as connection:
            manifest = Manifest(await _revision(connection), _now(), with_objects=with_objects)
            for table in await tables_of(connection, our_tables()):
                manifest.tables.append(await _save_table(connection, archive, table))
                say(f"table {table.name}: {manifest.tables[-1].rows:,} rows")
            names = await _named_objects(connection, manifest.tables) if with_objects else []
        saved = Saved(manifest)
        for number, sha256 in enumerate(names, 1):
            await _save_object(store, archive, sha256, saved)
            say(f"object {number:,} of {len(names):,}")
        archive.writestr(_entry(MANIFEST, zipfile.ZIP_DEFLATED), manifest.to_json())
    return saved


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that gets its name when all of it is on the disk, and is gone when it does not come so far."""
    if path.exists():
        raise ConfigurationError(f"{path} is there already: a backup overwrites nothing")
    part = path.with_name(f"{path.name}.part")
    try:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigurationError(f"{path} can't be written: {error.strerror}") from None
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
        part.replace(path)
    except OSError as error:
        raise ServiceUnavailable(f"{path} can't be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


@asynccontextmanager
async def _snapshot(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that sees the database as it is now, whatever others do to it."""
    connection = await connect_directly(database_url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await speak_plainly(connection)
            yield connection
    finally:
        await connection.close(timeout=CLOSE_SECONDS)


async def _revision(connection: asyncpg.Connection) -> str:
    try:
        revision: str | None = await connection.fetchval(f"SELECT version_num FROM {VERSION_TABLE}")
    except asyncpg.UndefinedTableError:
        revision = None
    if revision is None:
        raise ConfigurationError("MELODY_DATABASE_URL: there is no studio in this database yet")
    return revision


async def _save_table(connection: asyncpg.Connection, archive: zipfile.ZipFile, table: Table) -> Table:
    with archive.open(
        _entry(entry_of_table(table.name), zipfile.ZIP_DEFLATED), "w", force_zip64=True
    ) as file:

        async def write(data: bytes) -> None:
            file.write(data)

        said = await connection.copy_from_table(table.name, columns=table.columns, output=write)
    return replace(table, rows=int(said.split()[-1]))  # `COPY 12`


async def _named_objects(connection: asyncpg.Connection, tables: list[Table]) -> list[str]:
    """The names of all objects that the rows speak of."""
    columns = [(table.name, column) for table in tables for column in table.columns]
    queries = [
        f'SELECT "{column}" AS name FROM "{table}" WHERE "{column}" IS NOT NULL'
        for table, column in columns
        if column.endswith(NAMES_OBJECTS)
    ]
    rows = await connection.fetch(" UNION ".join(queries) + " ORDER BY name")
    return [row["name"] for row in rows]


async def _save_object(store: ObjectStore, archive: zipfile.ZipFile, sha256: str, saved: Saved) -> None:
    """Compared with its name on the way; what is damaged is not named in the archive's directory."""
    try:
        size = await store.size(sha256)
    except NotFound:
        saved.gone += 1
        return
    digest = hashlib.sha256()
    entry = _entry(entry_of_object(sha256), zipfile.ZIP_STORED)
    try:
        with archive.open(entry, "w", force_zip64=True) as file:
            async for block in store.read(sha256):
                digest.update(block)
                file.write(block)
    except NotFound:  # deleted while it was read
        _forget(archive, entry)
        saved.gone += 1
        return
    if digest.hexdigest() != sha256:
        _forget(archive, entry)
        saved.damaged.append(sha256)
        return
    saved.manifest.objects += 1
    saved.manifest.object_bytes += size


def _forget(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """The bytes stay where they are, and the directory does not lead to them."""
    archive.filelist.remove(entry)
    del archive.NameToInfo[entry.filename]


def _entry(name: str, compression: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, time.gmtime()[:6])
    entry.compress_type = compression
    entry.external_attr = 0o600 << 16
    return entry


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
