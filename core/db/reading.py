"""Single statements without a transaction, for what is done most: one statement, its rows, nothing around it.

Over a session each statement costs BEGIN, COMMIT and SQLAlchemy's work on the way; with a page of the library
that was most of the time. Here SQLAlchemy writes a statement once, and asyncpg, which sends it in any case,
does so directly, from a pool of its own. Most of them read; one that writes is a transaction by itself.
"""

from __future__ import annotations

import asyncio
from collections import namedtuple
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import asyncpg
from pydantic_core import from_json
from sqlalchemy import Delete, Select
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate, Update

MOST_STATEMENTS = 100
"""So many are remembered; asyncpg remembers as many on each connection."""
CLOSE_SECONDS = 1.0
"""How long statements under way may take to end."""
BROKEN = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InternalClientError,
    ConnectionError,
)
"""What is told of a connection whose server went away. InternalClientError comes when the server's last word
is there and the connection's end is not yet: asyncpg sees a message that it cannot place."""
JSON_VERSION = b"\x01"
"""What PostgreSQL sends before a `jsonb`."""


Statement: TypeAlias = "Select[Any] | Update | Delete | Insert | ReturningUpdate[Any] | ReturningInsert[Any]"


class Written:
    """A statement as asyncpg takes it. All its values are bound parameters, none of them lists of `IN`; JSON
    is given as its text."""

    def __init__(self, statement: Statement) -> None:
        dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
        compiled = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self._constants = compiled.params
        self._names = list(compiled.positiontup or ())
        make_type: Any = namedtuple  # whose fields mypy wants to know
        self.row = make_type("Row", [column.name for column in statement.exported_columns])

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """The parameters in the order of the text."""
        return [given[name] if name in given else self._constants[name] for name in self._names]


class Reading:
    """Connects when first used; belongs to the event loop that uses it."""

    def __init__(self, connect: Mapping[str, Any], *, most: int) -> None:
        """`connect` is what asyncpg connects with."""
        self._connect = {**connect, "min_size": 0, "max_size": most}
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()
        self._written: dict[Statement, Written] = {}

    async def rows(self, statement: Select[Any], given: Mapping[str, Any]) -> list[Any]:
        """The statement's rows as named tuples. It has to be one that is made once and kept: what is written
        of it is remembered by its identity.

        Raises what `core.db.session.answering` turns into ServiceUnavailable.
        """
        try:
            return await self.change(statement, given)
        except BROKEN:  # reading may be repeated
            return await self.change(statement, given)

    async def change(self, statement: Statement, given: Mapping[str, Any]) -> list[Any]:
        """The same for a statement that writes, which is never repeated here; the rows it returns."""
        written = self._written.get(statement) or self._write(statement)
        pool = self._pool or await self._open()
        try:
            records = await pool.fetch(written.text, *written.values(given))
        except BROKEN:
            await pool.expire_connections()  # all of them are of the server that went away
            raise
        make = written.row._make
        return [make(record) for record in records]

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """One of asyncpg's connections for a while, for what takes more than one statement. Whoever begins a
        transaction on it ends it."""
        pool = self._pool or await self._open()
        try:
            async with pool.acquire() as connection:
                yield connection
        except BROKEN:
            await pool.expire_connections()
            raise

    async def close(self) -> None:
        if self._pool is None:
            return
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    def _write(self, statement: Statement) -> Written:
        if len(self._written) >= MOST_STATEMENTS:
            del self._written[next(iter(self._written))]
        written = self._written[statement] = Written(statement)
        return written

    async def _open(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(**self._connect, init=_read_json, reset=_as_it_was)
            return self._pool


Reader = AsyncSession | AsyncConnection | Reading
"""Whom a statement that only reads can be told to."""


async def rows_by(reader: Reader, statement: Select[Any], given: Mapping[str, Any]) -> Sequence[Any]:
    """The rows of a statement, whichever way they come."""
    if isinstance(reader, Reading):
        return await reader.rows(statement, given)
    rows: Sequence[Any] = (await reader.execute(statement, given)).all()
    return rows


async def _read_json(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda text: JSON_VERSION + text.encode(),
        decoder=lambda value: from_json(value[1:]),
    )


async def _as_it_was(connection: asyncpg.Connection) -> None:
    """Single statements leave nothing behind on a connection: one message less for each of them. A
    transaction whose end was cancelled does."""
    if connection.is_in_transaction():
        await connection.execute("ROLLBACK")
