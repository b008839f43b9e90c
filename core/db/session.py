"""The connection to PostgreSQL: one request or task is one transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import event, text
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    DisconnectionError,
    IntegrityError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from core.database_url import parse_database_url
from core.db.changes import Changes, changes_of
from core.db.reading import Reading
from core.errors import ServiceUnavailable

logger = logging.getLogger(__name__)

DATABASE_ERRORS = (
    SQLAlchemyError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # of a connection that broke while it was asked
    OSError,
    TimeoutError,
)
"""All that can go wrong between us and PostgreSQL; while connecting, some of it comes unwrapped."""

TOLD_WRONG = (
    IntegrityError,
    DataError,
    ProgrammingError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.DataError,
    asyncpg.SyntaxOrAccessError,
)
"""Those of them for which the database is not to blame, and which another try does not mend."""

_AWAY_STATES = ("08", "57P")
"""SQLSTATE of connections that broke, and of a server that is ending or just starting."""

Tell = Callable[[Changes], Awaitable[None]]
"""Tells open screens what has changed; in bounded time, and never fails."""

CHECK_SECONDS = 2.0
CONNECT_SECONDS = 5.0
STATEMENT_SECONDS = 30.0
CONNECT = {"timeout": CONNECT_SECONDS, "command_timeout": STATEMENT_SECONDS}
RECYCLE_SECONDS = 600
"""A connection is replaced after so long: what lies between may forget those that are silent."""


class Database:
    """An engine that connects when first used; it belongs to the event loop that uses it."""

    def __init__(self, url: str, *, tell: Tell | None = None) -> None:
        self.url = url
        self._tell = tell
        address = parse_database_url(url)
        self.engine: AsyncEngine = create_async_engine(
            "postgresql+asyncpg://",  # all else the driver hears as it is
            # Those beyond the pool's size would be closed as soon as they are free: under load they would be
            # made again and again, and making one costs both sides as much as a dozen statements.
            pool_size=2 * address.pool_size,
            max_overflow=0,
            pool_use_lifo=True,
            pool_timeout=10,
            pool_recycle=RECYCLE_SECONDS,
            hide_parameters=True,  # they are people's words
            connect_args=address.engine_options() | CONNECT,
        )
        event.listen(self.engine.sync_engine, "checkout", _refuse_broken)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self.reading = Reading(address.options() | CONNECT, most=address.pool_size)
        """For single statements, which need no transaction around them."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction: commits at the end of the block, rolls back when the block raises."""
        async with self._sessions() as session:
            async with session.begin():
                yield session
            changes = changes_of(session)
        if changes is not None and self._tell is not None:
            await self._tell(changes)

    async def check(self) -> None:
        """Raises ServiceUnavailable when the database does not answer in time."""
        try:
            async with asyncio.timeout(CHECK_SECONDS), self.engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except DATABASE_ERRORS as error:
            raise ServiceUnavailable(f"the database does not answer ({type(error).__name__})") from error

    async def dispose(self) -> None:
        await self.reading.close()
        await self.engine.dispose()


@asynccontextmanager
async def answering(seconds: float) -> AsyncIterator[None]:
    """The work inside takes at most so long; raises ServiceUnavailable when there is no database."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TOLD_WRONG:
        raise  # the database is there; what we told it was wrong
    except DATABASE_ERRORS as error:
        logger.warning("the database does not answer: %s", type(error).__name__)
        raise ServiceUnavailable("the database does not answer") from error


def _refuse_broken(connection: Any, *_: object) -> None:
    """Take no connection from the pool whose end is known; asyncpg knows it as soon as the server's end came.

    The pool's own ping would ask the server with three more messages before every transaction.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def is_connection_loss(error: BaseException) -> bool:
    """Whether the database went away, so that the same work may succeed a little later."""
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None) or ""
        is_away = state.startswith(_AWAY_STATES)
        return error.connection_invalidated or is_away or isinstance(error.orig, OSError)
    return isinstance(error, DATABASE_ERRORS) and not isinstance(error, (SQLAlchemyError, *TOLD_WRONG))
