"""The ways into an account, and taking one away: the account and all that is in it stay.

A chat that was taken away is a stranger's when it writes again. Every function works in the caller's
transaction.
"""

from __future__ import annotations

import uuid

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import ChannelIdentity, User
from core.db.changes import Change, changed
from core.errors import LastWayIn, NotFound
from core.signin.models import SignInSession
from core.signin.sessions import Way


async def identities_of(session: AsyncSession, user_id: uuid.UUID) -> list[ChannelIdentity]:
    """The person's chat accounts, the oldest first."""
    query = (
        select(ChannelIdentity)
        .where(ChannelIdentity.user_id == user_id)
        .order_by(ChannelIdentity.created_at, ChannelIdentity.id)
    )
    return list((await session.execute(query)).scalars())


async def unlink_chat(
    session: AsyncSession, user_id: uuid.UUID, identity_id: uuid.UUID, keep: uuid.UUID
) -> list[uuid.UUID]:
    """Take a chat from the account, and end what was signed in from chats except the session `keep`.

    Returns the sessions that ended: whoever took a chat over may have opened them.
    Raises NotFound, LastWayIn.
    """
    user = await _locked(session, user_id)
    identities = await identities_of(session, user_id)
    identity = next((one for one in identities if one.id == identity_id), None)
    if identity is None:
        raise NotFound("no chat of theirs")
    if len(identities) == 1 and user.phone_number is None:
        raise LastWayIn
    await session.delete(identity)
    return await _end(session, user_id, {Way.TELEGRAM, Way.LINK}, keep)


async def unlink_phone(session: AsyncSession, user_id: uuid.UUID, keep: uuid.UUID) -> list[uuid.UUID]:
    """The same with the phone number, and what was signed in by it. Raises NotFound, LastWayIn."""
    user = await _locked(session, user_id)
    if user.phone_number is None:
        raise NotFound("no number to take away")
    if not await identities_of(session, user_id):
        raise LastWayIn
    user.phone_number, user.country_code, user.is_verified = None, None, False
    await session.flush()
    return await _end(session, user_id, {Way.PHONE}, keep)


async def _locked(session: AsyncSession, user_id: uuid.UUID) -> User:
    """The account; of two who take its last ways in away at once one is second, and told."""
    query = select(User).where(User.id == user_id).with_for_update()
    user = (await session.execute(query)).scalar_one_or_none()
    if user is None:
        raise NotFound("the account is gone")
    return user


async def _end(session: AsyncSession, user_id: uuid.UUID, ways: set[Way], keep: uuid.UUID) -> list[uuid.UUID]:
    ended = delete(SignInSession).where(
        SignInSession.user_id == user_id, SignInSession.way.in_(ways), SignInSession.id != keep
    )
    changed(session, Change.SESSIONS, user_id)
    return list((await session.execute(ended.returning(SignInSession.id))).scalars())
