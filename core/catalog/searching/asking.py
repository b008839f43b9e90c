"""How the local search asks the database: with as few messages as there can be, straight over asyncpg.

A look-up runs under settings of its own and within a time of its own. Both go with the (sub)transaction that
it runs in: one message begins it and sets them, one ends it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

from sqlalchemy import TextClause
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from core.db.inside import driver_of
from core.db.reading import Reading

MOST_WRITTEN = 500
"""So many shapes of look-ups are remembered; they differ in how many words and spellings a query has."""
SETTINGS = (
    "SET LOCAL statement_timeout = {milliseconds}; SET LOCAL enable_seqscan = off; "
    "SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL jit = off; "
    "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"
)


class Asking(Protocol):
    async def rows(self, statement: TextClause, given: Mapping[str, Any]) -> Sequence[Any]:
        """asyncpg's records."""

    async def bounded(self, statement: TextClause, given: Mapping[str, Any]) -> Sequence[Any]:
        """The same under the settings of a look-up. Raises asyncpg.QueryCanceledError where it takes too
        long; what comes after is none the worse for it."""


def asking(reader: AsyncSession | Reading, milliseconds: int) -> Asking:
    """In the session's transaction, or by itself; `milliseconds` is how long a look-up may take."""
    if isinstance(reader, Reading):
        return _Alone(reader, milliseconds)
    return _Inside(reader, milliseconds)


class _Alone:
    def __init__(self, reading: Reading, milliseconds: int) -> None:
        self._reading = reading
        self._begin = f"BEGIN READ ONLY; {SETTINGS.format(milliseconds=milliseconds)}"

    async def rows(self, statement: TextClause, given: Mapping[str, Any]) -> Sequence[Any]:
        async with self._reading.connection() as connection:
            return await _fetched(connection, statement, given)

    async def bounded(self, statement: TextClause, given: Mapping[str, Any]) -> Sequence[Any]:
        async with self._reading.connection() as connection, _around(connection, self._begin, "ROLLBACK"):
            return await _fetched(connection, statement, given)


class _Inside:
    def __init__(self, session: AsyncSession, milliseconds: int) -> None:
        self._session = session
        self._begin = f"SAVEPOINT looking_up; {SETTINGS.format(milliseconds=milliseconds)}"

    async def rows(self, statement: TextClause, given: Mapping[str, Any]) -> Sequence[Any]:
        return await _fetched(await driver_of(self._session), statement, given)

    async def bounded(self, statement: TextClause, given: Mapping[str, Any]) -> Sequence[Any]:
        connection = await driver_of(self._session)
        end = "ROLLBACK TO SAVEPOINT looking_up; RELEASE SAVEPOINT looking_up"
        async with _around(connection, self._begin, end):
            return await _fetched(connection, statement, given)


@asynccontextmanager
async def _around(connection: Any, begin: str, end: str) -> AsyncIterator[None]:
    await connection.execute(begin)
    try:
        yield
    finally:
        await connection.execute(end)


async def _fetched(connection: Any, statement: TextClause, given: Mapping[str, Any]) -> Sequence[Any]:
    text, names = _written.get(statement.text) or _write(statement)
    rows: Sequence[Any] = await connection.fetch(text, *(given[name] for name in names))
    return rows


_written: dict[str, tuple[str, tuple[str, ...]]] = {}
"""By its text each statement as asyncpg takes it, and the names of its parameters in order; statements of the
same text have parameters of the same types."""


def _write(statement: TextClause) -> tuple[str, tuple[str, ...]]:
    compiled = statement.compile(dialect=PGDialect_asyncpg())  # type: ignore[no-untyped-call]
    if len(_written) >= MOST_WRITTEN:
        del _written[next(iter(_written))]
    its = _written[statement.text] = str(compiled), tuple(compiled.positiontup or ())
    return its
