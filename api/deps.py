"""What routes ask for: this process's services, one transaction, this installation's keys, and who asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from core.bootstrap import Services
from core.config import Settings
from core.db.secrets import instance_secret
from core.db.session import Database, answering
from core.errors import AccountBlocked, SignInNeeded, TokenExpired
from core.push.vapid import public_key, vapid_key
from core.signin.access import Person
from core.signin.codes import CodeBook, code_book
from core.signing import FileSigner, file_signer, webhook_secret

DATABASE_SECONDS = 5.0
"""The longest a request waits for its whole transaction."""


@asynccontextmanager
async def transaction(database: Database, seconds: float = DATABASE_SECONDS) -> AsyncIterator[AsyncSession]:
    """One transaction of at most so many seconds. Raises ServiceUnavailable when there is no database."""
    async with answering(seconds), database.transaction() as session:
        yield session


def reading() -> AbstractAsyncContextManager[None]:
    """Around what is read by `Database.reading`: the same, without a transaction."""
    return answering(DATABASE_SECONDS)


class Keys:
    """What is derived from this installation's secrets: read once, then known to this process."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._signer: FileSigner | None = None
        self._webhook_secret: str | None = None
        self._xsrf_key: bytes | None = None
        self._request_key: bytes | None = None
        self._code_book: CodeBook | None = None
        self._vapid_public_key: str | None = None

    async def file_signer(self) -> FileSigner:
        """Raises ServiceUnavailable."""
        if self._signer is None:
            async with transaction(self._database) as session:
                self._signer = await file_signer(session, self._settings.public_files_url)
        return self._signer

    async def webhook_secret(self) -> str:
        """Raises ServiceUnavailable."""
        if self._webhook_secret is None:
            async with transaction(self._database) as session:
                self._webhook_secret = await webhook_secret(session, self._settings)
        return self._webhook_secret

    async def request_key(self) -> bytes:
        """Hides whose requests are counted. Raises ServiceUnavailable."""
        if self._request_key is None:
            async with transaction(self._database) as session:
                self._request_key = await instance_secret(session, "requests")
        return self._request_key

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


# Dependencies that wait for nothing are `async` all the same: FastAPI runs others in a thread, which takes
# longer than all that they do. And they ask for nothing but the connection: FastAPI walks through all that a
# dependency asks for, whether it is known already or not.


async def _services(connection: HTTPConnection) -> Services:
    services: Services = connection.app.state.services
    return services


async def _keys(connection: HTTPConnection) -> Keys:
    keys: Keys = connection.app.state.keys
    return keys


UsesServices = Annotated[Services, Depends(_services)]
UsesKeys = Annotated[Keys, Depends(_keys)]


async def _shown_token(connection: HTTPConnection) -> str | None:
    scheme, token = get_authorization_scheme_param(connection.headers.get("authorization"))
    return token if scheme.lower() == "bearer" else None


ShownToken = Annotated[str | None, Depends(_shown_token)]
"""What stands in `Authorization: Bearer …`, whatever it is worth."""


Refusal = SignInNeeded | TokenExpired | AccountBlocked


async def shown_person(connection: HTTPConnection) -> Person | Refusal | None:
    """Whose access token came along, found out once a request; the error where it is no good.

    Raises ServiceUnavailable.
    """
    known: dict[str, Person | Refusal | None] = connection.scope.setdefault("state", {})
    if _SHOWN not in known:
        token = await _shown_token(connection)
        services: Services = connection.app.state.services
        try:
            known[_SHOWN] = None if token is None else await services.access.person(token)
        except (SignInNeeded, TokenExpired, AccountBlocked) as refusal:
            known[_SHOWN] = refusal
    return known[_SHOWN]


_SHOWN = "shown_person"


async def _maybe_owner(connection: HTTPConnection) -> Person | None:
    shown = await shown_person(connection)
    if isinstance(shown, SignInNeeded | TokenExpired | AccountBlocked):
        raise shown
    return shown


async def _maybe_person(connection: HTTPConnection) -> Person | None:
    person = await _maybe_owner(connection)
    if person is not None and person.is_blocked:
        raise AccountBlocked
    return person


class _SignedIn(HTTPBearer):
    """FastAPI's own class is what makes it part of the description."""

    def __init__(self, find: Callable[[HTTPConnection], Awaitable[Person | None]]) -> None:
        super().__init__(
            scheme_name="access token",
            bearerFormat="JWT",
            description="From sign-in or `POST auth/refresh-token`; good for 15 minutes.",
        )
        self._find = find

    async def __call__(self, request: Request) -> Person:  # type: ignore[override]
        person = await self._find(request)
        if person is None:
            raise SignInNeeded
        return person


CurrentPerson = Annotated[Person, Depends(_SignedIn(_maybe_person))]
"""Whoever shows an access token: `user_id`, `session_id`. Without one, or with one that is no good: 401
`sign-in-needed`; with one that was good: 401 `token-expired`; where the operator has blocked them: 403
`account-blocked`."""
AccountOwner = Annotated[Person, Depends(_SignedIn(_maybe_owner))]
"""The same, also who is blocked: for what is theirs whatever they did, to take it away and to delete it."""
MaybePerson = Annotated[Person | None, Depends(_maybe_person)]
"""The same where nobody has to be signed in: None without a token. One that is shown has to be good."""
