"""The gate: makes access tokens, and knows whose they are and whether their session is still there.

A signature alone would let somebody stay for a quarter of an hour after they signed out, or after their
account was deleted. So each token's session is looked up; for a few seconds that is remembered, so that a
person at work costs one question, not one a request.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import bindparam, func, select

from core.accounts.models import User
from core.db.base import table_of
from core.db.session import Database, answering
from core.errors import AccountBlocked, SignInNeeded, TokenExpired
from core.signin.keys import KeyRing, ring_of_file, ring_of_installation
from core.signin.models import SignInSession
from core.signin.tokens import Claims, issue, kid_of, read

REMEMBERED_SECONDS = 5.0
"""How long another process may let somebody in after they signed out; this one forgets at once."""
MOST_REMEMBERED = 10_000
KEYS_SECONDS = 600.0
"""How long a process works with the same keys; less than `keys.KEPT_AFTER`."""
UNKNOWN_KEY_SECONDS = 5.0
"""How often a token with an unknown key makes us look for new keys at most."""
DATABASE_SECONDS = 5.0

_users, _sessions = table_of(User), table_of(SignInSession)
_USER_OF = (
    select(_sessions.c.user_id, _users.c.blocked_at.is_not(None).label("is_blocked"))
    .join_from(_sessions, _users)
    .where(_sessions.c.id == bindparam("session_id"), _sessions.c.expires_at > func.now())
)
_IS_BLOCKED = select(_users.c.id).where(_users.c.id == bindparam("user_id"), _users.c.blocked_at.is_not(None))


@dataclass(frozen=True)
class Person:
    """Who asks, and by which of their sessions."""

    user_id: uuid.UUID
    session_id: uuid.UUID
    is_blocked: bool = False
    """The operator keeps them out: they may take their account away or delete it, nothing else."""


class Access:
    """Belongs to one event loop. `clock` gives Unix seconds."""

    def __init__(
        self, database: Database, key_file: Path | None, clock: Callable[[], float] = time.time
    ) -> None:
        """Raises ConfigurationError."""
        self._database = database
        self._clock = clock
        self._file_ring = None if key_file is None else ring_of_file(key_file)
        self._own_ring: KeyRing | None = None
        self._read_at = 0.0
        self._reading = asyncio.Lock()
        self._remembered: dict[uuid.UUID, tuple[Person, float]] = {}
        self._read: dict[str, tuple[Claims, str]] = {}
        """Tokens whose signature was good: what they say, and the name of the key."""

    async def ready(self) -> KeyRing:
        """The keys for `token_for`, to be had before a transaction begins. Raises ServiceUnavailable."""
        return await self._ring()

    def token_for(self, ring: KeyRing, user_id: uuid.UUID, session_id: uuid.UUID) -> str:
        """A fresh access token."""
        return issue(ring, user_id, session_id, self._clock())

    async def person(self, token: str) -> Person:
        """Whose token this is. Raises SignInNeeded, TokenExpired, ServiceUnavailable, and AccountBlocked
        for a token from before the person was blocked."""
        return (await self.visit(token))[0]

    async def visit(self, token: str) -> tuple[Person, float]:
        """The same, and for how many seconds more the token is good."""
        claims = await self._claims(token)
        person = await self._person_of(claims.session_id)
        if person is None:
            await self._raise_if_blocked(claims.user_id)
            raise SignInNeeded("the session is over")
        # After two accounts became one it is the session that knows whose it is.
        return person, claims.expires - self._clock()

    async def person_if_good(self, token: str | None) -> Person | None:
        """The same where nobody needs to be signed in: None for a token that is no good (any more)."""
        try:
            return None if token is None else await self.person(token)
        except (SignInNeeded, TokenExpired, AccountBlocked):
            return None

    def forget(self, *session_ids: uuid.UUID) -> None:
        """These sessions changed: look again when they come back."""
        for session_id in session_ids:
            self._remembered.pop(session_id, None)

    def forget_all(self) -> None:
        """Accounts became one: look again whose each session is."""
        self._remembered.clear()

    async def _claims(self, token: str) -> Claims:
        """What the token says. A signature is checked once: checking takes as long as a question to the
        database. While the key is believed and the time has not come, what it said stays true."""
        known = self._read.get(token)
        if known is None:
            kid = kid_of(token)
            known = read(await self._ring(kid), token, self._clock()), kid
            if len(self._read) >= MOST_REMEMBERED:
                del self._read[next(iter(self._read))]
            self._read[token] = known
        claims, kid = known
        if claims.expires <= self._clock():
            self._read.pop(token, None)
            raise TokenExpired
        if kid not in (await self._ring(kid)).public:
            self._read.pop(token, None)
            raise SignInNeeded("signed with a key that is believed no more")
        return claims

    async def _person_of(self, session_id: uuid.UUID) -> Person | None:
        person, until = self._remembered.get(session_id, (None, 0.0))
        if time.monotonic() < until:
            return person
        asked_at = time.monotonic()
        async with answering(DATABASE_SECONDS):
            found = await self._database.reading.rows(_USER_OF, {"session_id": session_id})
        person = Person(found[0].user_id, session_id, found[0].is_blocked) if found else None
        self.forget(session_id)
        if person is not None:
            if len(self._remembered) >= MOST_REMEMBERED:
                del self._remembered[next(iter(self._remembered))]
            self._remembered[session_id] = (person, asked_at + REMEMBERED_SECONDS)
        return person

    async def _raise_if_blocked(self, user_id: uuid.UUID) -> None:
        """Blocking ends all sessions: whoever shows one of their tokens is told why."""
        async with answering(DATABASE_SECONDS):
            if await self._database.reading.rows(_IS_BLOCKED, {"user_id": user_id}):
                raise AccountBlocked

    async def _ring(self, kid: str | None = None) -> KeyRing:
        """The keys; read again when they are old, and sooner for one that is not among them."""
        if self._file_ring is not None:
            return self._file_ring
        async with self._reading:
            if self._own_ring is None or self._is_due(kid, self._own_ring):
                self._own_ring = await self._read_keys()
                self._read_at = time.monotonic()
            return self._own_ring

    def _is_due(self, kid: str | None, ring: KeyRing) -> bool:
        age = time.monotonic() - self._read_at
        is_unknown = kid is not None and kid not in ring.public
        return age > (UNKNOWN_KEY_SECONDS if is_unknown else KEYS_SECONDS)

    async def _read_keys(self) -> KeyRing:
        async with answering(DATABASE_SECONDS), self._database.transaction() as session:
            return await ring_of_installation(session)
