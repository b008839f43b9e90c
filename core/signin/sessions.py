"""Sessions: opened by a proof of who somebody is, kept alive by refresh tokens, ended by anyone's doubt.

A refresh token is good once; its use brings the next one (RFC 9700 section 4.14.2). Whoever shows a used one
holds a copy, or somebody holds one of theirs: the whole session ends. Only within the first seconds it is
taken for what it mostly is, two tabs that woke together, and both are given the *same* next token: so there
is never more than one chain, and a thief's use of it shows at the owner's next one.

The next token is kept for these seconds, sealed by a one-time pad that only the used token opens; the
database alone tells neither. All functions work in the caller's transaction; all clocks are the database's.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Uuid, any_, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import User
from core.db.changes import Change, changed
from core.db.lease import seconds_from_now
from core.errors import SignInNeeded
from core.signin.models import RefreshToken, SignInSession

IDLE_SECONDS = 30 * 86_400
"""A session that nobody uses for so long ends."""
LONGEST = timedelta(days=180)
"""However much it is used."""
GRACE_SECONDS = 30.0
MOST_SESSIONS = 20
"""A person's; the one that was used longest ago makes room."""

_BYTES = 32


class Way(StrEnum):
    """How somebody proved who they are."""

    PHONE = "phone"
    TELEGRAM = "telegram"
    LINK = "link"


@dataclass(frozen=True)
class Opened:
    """A session with the token that keeps it alive; the token is nowhere else."""

    session_id: uuid.UUID
    user_id: uuid.UUID
    refresh_token: str


async def open_session(
    session: AsyncSession, user_id: uuid.UUID, way: Way, *, is_native: bool = False
) -> Opened:
    """Somebody has just proved to be this user. Raises SignInNeeded when the account is gone meanwhile."""
    user = await session.get(User, user_id, with_for_update={"key_share": True})
    if user is None:
        raise SignInNeeded("the account is gone")
    user.last_login_at = func.now()
    opened = SignInSession(
        id=uuid.uuid4(),
        user_id=user_id,
        way=way,
        is_native=is_native,
        expires_at=seconds_from_now(IDLE_SECONDS),
    )
    session.add(opened)
    await session.flush()
    token = secrets.token_bytes(_BYTES)
    session.add(RefreshToken(token_hash=_hash(token), session_id=opened.id))
    await session.flush()
    await _make_room(session, user_id, opened.id)
    return Opened(opened.id, user_id, _written(token))


async def refresh(session: AsyncSession, text: str, *, is_native: bool) -> Opened | None:
    """The next token for this one; None where it is not good, and then nothing of its session is left.

    Not to be followed by a roll-back: a session that has to end ends in this transaction.
    """
    token = _read(text)
    family = await _locked_family(session, token, is_native)
    if token is None or family is None:
        return None
    newest = await _newest(session, token)
    if newest is None:
        await end_session(session, family.id)
        return None
    if newest == token:
        newest = await _succeed(session, token, family.id)
        await _prolong(session, family)
    return Opened(family.id, family.user_id, _written(newest))


async def session_of(session: AsyncSession, text: str, *, is_native: bool) -> SignInSession | None:
    """The living session that a refresh token would keep alive; nothing changes."""
    token = _read(text)
    if token is None:
        return None
    is_recent = RefreshToken.used_at.is_(None) | (RefreshToken.used_at > seconds_from_now(-GRACE_SECONDS))
    query = (
        select(SignInSession)
        .join(RefreshToken)
        .where(RefreshToken.token_hash == _hash(token), is_recent)
        .where(is_alive(), SignInSession.is_native == is_native)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def family_of(session: AsyncSession, text: str) -> uuid.UUID | None:
    """The session that a refresh token belongs to, used or not."""
    token = _read(text)
    if token is None:
        return None
    query = select(RefreshToken.session_id).where(RefreshToken.token_hash == _hash(token))
    return (await session.execute(query)).scalar_one_or_none()


async def end_session(session: AsyncSession, session_id: uuid.UUID) -> None:
    """Signed out there; its tokens go with it."""
    gone = delete(SignInSession).where(SignInSession.id == session_id).returning(SignInSession.user_id)
    changed(session, Change.SESSIONS, *(await session.execute(gone)).scalars())


async def end_all(session: AsyncSession, user_id: uuid.UUID) -> list[uuid.UUID]:
    """Signed out everywhere; the sessions that ended."""
    gone = delete(SignInSession).where(SignInSession.user_id == user_id).returning(SignInSession.id)
    changed(session, Change.SESSIONS, user_id)
    return list((await session.execute(gone)).scalars())


async def owners_of(session: AsyncSession, session_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Of those of the sessions that are alive: whose they are now."""
    query = select(SignInSession.id, SignInSession.user_id).where(
        SignInSession.id == any_(literal(list(session_ids), ARRAY(Uuid))), is_alive()
    )
    return {row.id: row.user_id for row in await session.execute(query)}


async def sweep_sessions(session: AsyncSession) -> None:
    """Away with what is over, and with used tokens that nobody can have in a living cookie any more."""
    await session.execute(delete(SignInSession).where(SignInSession.expires_at < func.now()))
    is_old = RefreshToken.used_at < seconds_from_now(-IDLE_SECONDS)
    await session.execute(delete(RefreshToken).where(is_old))


def is_alive() -> ColumnElement[bool]:
    return SignInSession.expires_at > func.now()


async def _locked_family(session: AsyncSession, token: bytes | None, is_native: bool) -> SignInSession | None:
    """The session of a token, which nobody else changes now: first its lock, then a look at its tokens."""
    if token is None:
        return None
    query = (
        select(SignInSession)
        .where(
            SignInSession.id
            == select(RefreshToken.session_id)
            .where(RefreshToken.token_hash == _hash(token))
            .scalar_subquery()
        )
        .where(is_alive(), SignInSession.is_native == is_native)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def _newest(session: AsyncSession, token: bytes) -> bytes | None:
    """Follow the chain from a token to its end; None where it was used too long ago.

    Two tabs may be more than one step apart.
    """
    is_recent = RefreshToken.used_at > seconds_from_now(-GRACE_SECONDS)
    while True:
        query = select(RefreshToken.used_at, RefreshToken.sealed_successor, is_recent).where(
            RefreshToken.token_hash == _hash(token)
        )
        found = (await session.execute(query)).one_or_none()
        if found is None:
            return None
        used_at, sealed, was_recent = found
        if used_at is None:
            return token
        if not was_recent or sealed is None:
            return None
        token = _sealed(token, sealed)


async def _succeed(session: AsyncSession, token: bytes, family_id: uuid.UUID) -> bytes:
    """Use up the last token of a chain and put the next one behind it."""
    successor = secrets.token_bytes(_BYTES)
    of_family = update(RefreshToken).where(RefreshToken.session_id == family_id)
    is_over = RefreshToken.used_at < seconds_from_now(-GRACE_SECONDS)
    is_used_now = RefreshToken.token_hash == _hash(token)
    for statement in (
        of_family.where(is_over).values(sealed_successor=None),  # nobody is to open these any more
        of_family.where(is_used_now).values(used_at=func.now(), sealed_successor=_sealed(token, successor)),
    ):
        await session.execute(statement.execution_options(synchronize_session=False))
    session.add(RefreshToken(token_hash=_hash(successor), session_id=family_id))
    await session.flush()
    return successor


async def _prolong(session: AsyncSession, family: SignInSession) -> None:
    family.last_used_at = func.now()
    family.expires_at = func.least(seconds_from_now(IDLE_SECONDS), SignInSession.created_at + LONGEST)
    await session.flush()


async def _make_room(session: AsyncSession, user_id: uuid.UUID, newest: uuid.UUID) -> None:
    oldest = (
        select(SignInSession.id)
        .where(SignInSession.user_id == user_id, SignInSession.id != newest)
        .order_by(SignInSession.last_used_at.desc(), SignInSession.id)
        .offset(MOST_SESSIONS - 1)
    )
    await session.execute(delete(SignInSession).where(SignInSession.id.in_(oldest)))
    changed(session, Change.SESSIONS, user_id)


def _hash(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()


def _sealed(token: bytes, other: bytes) -> bytes:
    """Seals and opens: a pad that is used once, made of the random token that opens it."""
    pad = hashlib.sha256(b"the token that follows\n" + token).digest()
    return bytes(one ^ another for one, another in zip(pad, other, strict=True))


def _written(token: bytes) -> str:
    return urlsafe_b64encode(token).rstrip(b"=").decode()


def _read(text: str) -> bytes | None:
    """The token as it was written; None for what is none of ours."""
    try:
        token = urlsafe_b64decode(f"{text}=")
    except ValueError:
        return None
    return token if len(token) == _BYTES and _written(token) == text else None
