"""What routes ask for: the services of this process, one transaction, and this installation's keys."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from core.bootstrap import Services
from core.config import Settings
from core.db.session import DATABASE_ERRORS, Database
from core.errors import ServiceUnavailable
from core.signing import FileSigner, file_signer, webhook_secret

logger = logging.getLogger(__name__)

DATABASE_SECONDS = 5.0
"""The longest a request waits for its whole transaction."""


@asynccontextmanager
async def transaction(database: Database) -> AsyncIterator[AsyncSession]:
    """One bounded transaction. Raises ServiceUnavailable when the database can't be had."""
    try:
        async with asyncio.timeout(DATABASE_SECONDS), database.transaction() as session:
            yield session
    except (IntegrityError, DataError, ProgrammingError):
        raise  # the database is there; what we told it was wrong
    except DATABASE_ERRORS as error:
        logger.warning("the database does not answer: %s", type(error).__name__)
        raise ServiceUnavailable("the database does not answer") from error


class Keys:
    """What is derived from this installation's secrets: read once, then known to this process."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._signer: FileSigner | None = None
        self._webhook_secret: str | None = None

    async def file_signer(self) -> FileSigner:
        """Raises ServiceUnavailable."""
        if self._signer is None:
            async with transaction(self._database) as session:
                self._signer = await file_signer(session)
        return self._signer

    async def webhook_secret(self) -> str:
        """Raises ServiceUnavailable."""
        if self._webhook_secret is None:
            async with transaction(self._database) as session:
                self._webhook_secret = await webhook_secret(session, self._settings)
        return self._webhook_secret


def _services(connection: HTTPConnection) -> Services:
    services: Services = connection.app.state.services
    return services


def _keys(connection: HTTPConnection) -> Keys:
    keys: Keys = connection.app.state.keys
    return keys


UsesServices = Annotated[Services, Depends(_services)]
UsesKeys = Annotated[Keys, Depends(_keys)]
