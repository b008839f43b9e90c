"""Transactions on the way of an answer: bounded, and failing in one way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from core.db.session import DATABASE_ERRORS, Database
from core.errors import ServiceUnavailable

logger = logging.getLogger(__name__)

SECONDS = 5.0


@asynccontextmanager
async def bounded(database: Database, seconds: float = SECONDS) -> AsyncIterator[AsyncSession]:
    """One transaction of at most so many seconds. Raises ServiceUnavailable when there is no database."""
    try:
        async with asyncio.timeout(seconds), database.transaction() as session:
            yield session
    except (IntegrityError, DataError, ProgrammingError):
        raise  # the database is there; what we told it was wrong
    except DATABASE_ERRORS as error:
        logger.warning("the database does not answer: %s", type(error).__name__)
        raise ServiceUnavailable("the database does not answer") from error
