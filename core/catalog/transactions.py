"""Transactions on the way of an answer: bounded, and failing in one way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from core.db.session import Database, answering

SECONDS = 5.0


@asynccontextmanager
async def bounded(database: Database, seconds: float = SECONDS) -> AsyncIterator[AsyncSession]:
    """One transaction of at most so many seconds. Raises ServiceUnavailable when there is no database."""
    async with answering(seconds), database.transaction() as session:
        yield session
