"""`./melody db …`."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

from core.backup.restoring import Restoring, what_is_there
from core.backup.saving import Saved, save
from core.config import Settings
from core.db.session import DATABASE_ERRORS
from core.db.upgrade import upgrade as upgrade_database
from core.embedded.home import read_instance
from core.embedded.servers import EmbeddedServers
from core.errors import ConfigurationError, ServiceUnavailable
from core.outside import store_in
from core.ports import ObjectStore

T = TypeVar("T")

OK, INCOMPLETE = 0, 1
SAY_EVERY = 2.0
"""Seconds between lines of progress."""


def upgrade(settings: Settings) -> int:
    """Migrate the configured database, or the embedded one. Raises ConfigurationError, ServiceUnavailable."""
    with ExitStack() as stack:
        changed = upgrade_database(_database_url(settings, stack))
    print("The database was brought up to date." if changed else "The database is up to date.")
    return OK


def backup(settings: Settings, path: Path, *, with_objects: bool = True) -> int:
    """Write the whole studio into one file, while it runs or not.

    The exit code: 0 all is in it; 1 some objects were damaged where they are, each told. Raises
    ConfigurationError, ServiceUnavailable.
    """
    started = time.monotonic()
    with ExitStack() as stack:
        database_url = _database_url(settings, stack)
        saved = _run(
            settings,
            lambda store: save(database_url, store, path, with_objects=with_objects, say=_Progress().say),
        )
    for sha256 in saved.damaged:
        print(f"{sha256}: is damaged in the store and not in the backup", file=sys.stderr)
    print(f"{_told(saved)} in {time.monotonic() - started:.1f} s: {path}")
    return INCOMPLETE if saved.damaged else OK


def restore(settings: Settings, path: Path, *, replace: bool = False) -> int:
    """Make the studio what it was when the backup was made. `replace`: although it is in use.

    Raises ConfigurationError, ServiceUnavailable.
    """
    if (instance := read_instance(settings.data_dir)) is not None:
        raise ConfigurationError(f"the studio runs ({instance.url}): end it first")
    restoring = Restoring(path, _Progress().say)
    with ExitStack() as stack:
        stack.callback(restoring.close)
        database_url = _database_url(settings, stack)
        there = asyncio.run(what_is_there(database_url))
        if there and not replace:
            held = ", ".join(f"{what}: {count:,}" for what, count in there.items())
            raise ConfigurationError(
                f"the studio is in use ({held}): --replace puts the backup in their place"
            )
        _run(settings, lambda store: restoring.objects(store, settings.work_path))
        restoring.database(database_url)
    told = restoring.restored
    rows = sum(table.rows for table in told.manifest.tables)
    print(
        f"The studio is what it was at {told.manifest.made_at}: {rows:,} rows, "
        f"{told.manifest.objects:,} objects ({told.objects:,} were not here)."
    )
    if not told.manifest.with_objects:
        print("The backup holds no objects: bring them back to MELODY_STORAGE_URL by yourself.")
    return OK


def _database_url(settings: Settings, stack: ExitStack) -> str:
    """Of the configured database, else of the embedded one, running or started for this."""
    if settings.database_url is not None:
        return settings.database_url
    return stack.enter_context(EmbeddedServers(settings.data_dir)).start_postgres()


def _run(settings: Settings, work: Callable[[ObjectStore], Awaitable[T]]) -> T:
    async def run() -> T:
        store = store_in(settings.storage_place)
        try:
            return await work(store)
        finally:
            await store.close()

    try:
        return asyncio.run(run())
    except DATABASE_ERRORS as error:
        raise ServiceUnavailable(f"the database went away ({type(error).__name__})") from None


def _told(saved: Saved) -> str:
    manifest = saved.manifest
    rows = sum(table.rows for table in manifest.tables)
    if not manifest.with_objects:
        return f"{rows:,} rows of {len(manifest.tables)} tables, without objects,"
    gone = f" ({saved.gone:,} are not there any more)" if saved.gone else ""
    return f"{rows:,} rows and {manifest.objects:,} objects, {manifest.object_bytes / 1e6:,.1f} MB{gone},"


class _Progress:
    """A line now and then."""

    def __init__(self) -> None:
        self._said = time.monotonic()

    def say(self, line: str) -> None:
        now = time.monotonic()
        if now - self._said >= SAY_EVERY:
            self._said = now
            print(f"{line} …", file=sys.stderr, flush=True)
