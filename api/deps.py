"""What routes ask for: this process's services, one transaction, this installation's keys, and who asks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from core.bootstrap import Services
from core.config import Settings
from core.db.secrets import instance_secret
from core.db.session import DATABASE_ERRORS, Database
from core.errors import ServiceUnavailable, SignInNeeded, TokenExpired
from core.push.vapid import public_key, vapid_key
from core.signin.access import Person
from core.signin.codes import CodeBook, code_book
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
        self._xsrf_key: bytes | None = None
        self._code_book: CodeBook | None = None
        self._vapid_public_key: str | None = None

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

    async def xsrf_key(self) -> bytes:
        """Raises ServiceUnavailable."""
        if self._xsrf_key is None:
            async with transaction(self._database) as session:
                self._xsrf_key = await instance_secret(session, "xsrf")
        return self._xsrf_key

    async def code_book(self) -> CodeBook:
        """Raises ServiceUnavailable."""
        if self._code_book is None:
            async with transaction(self._database) as session:
                self._code_book = await code_book(session)
        return self._code_book

    async def vapid_public_key(self) -> str:
        """Raises ServiceUnavailable."""
        if self._vapid_public_key is None:
            async with transaction(self._database) as session:
                key = await vapid_key(session, self._settings.vapid_private_key_file)
            self._vapid_public_key = public_key(key)
        return self._vapid_public_key


def _services(connection: HTTPConnection) -> Services:
    services: Services = connection.app.state.services
    return services


def _keys(connection: HTTPConnection) -> Keys:
    keys: Keys = connection.app.state.keys
    return keys


UsesServices = Annotated[Services, Depends(_services)]
UsesKeys = Annotated[Keys, Depends(_keys)]

_bearer = HTTPBearer(
    scheme_name="access token",
    bearerFormat="JWT",
    description="From sign-in or `POST auth/refresh-token`; good for 15 minutes.",
    auto_error=False,
)


Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
"""What stands in `Authorization: Bearer …`, unread."""


async def _shown_person(services: UsesServices, shown: Bearer) -> Person | SignInNeeded | TokenExpired | None:
    try:
        return None if shown is None else await services.access.person(shown.credentials)
    except (SignInNeeded, TokenExpired) as refusal:
        return refusal


ShownPerson = Annotated[Person | SignInNeeded | TokenExpired | None, Depends(_shown_person)]
"""Whose access token came along, found out once a request; the error where it is no good."""


async def _maybe_person(shown: ShownPerson) -> Person | None:
    if isinstance(shown, SignInNeeded | TokenExpired):
        raise shown
    return shown


async def _current_person(person: Annotated[Person | None, Depends(_maybe_person)]) -> Person:
    if person is None:
        raise SignInNeeded
    return person


CurrentPerson = Annotated[Person, Depends(_current_person)]
"""Whoever shows an access token: `user_id`, `session_id`. Without one, or with one that is no good: 401
`sign-in-needed`; with one that was good: 401 `token-expired`."""
MaybePerson = Annotated[Person | None, Depends(_maybe_person)]
"""The same where nobody has to be signed in: None without a token. One that is shown has to be good."""
