"""Links that sign in: made only where somebody asks for one in their private chat, good once and for minutes.

The token stands behind the `#` of the link, where neither servers nor previews see it. All functions work in
the caller's transaction.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from core.accounts.models import ChannelIdentity
from core.db.lease import seconds_from_now
from core.errors import SignInLinkGone
from core.signin.models import SignInLink

LINK_SECONDS = 600.0
LINK_PATH = "/link"
_BYTES = 32


async def give_link(session: AsyncSession, identity: ChannelIdentity, player_url: str) -> str:
    """A link that signs in the person behind this chat account; earlier ones of it are over."""
    await session.execute(delete(SignInLink).where(SignInLink.identity_id == identity.id))
    token = secrets.token_urlsafe(_BYTES)
    session.add(
        SignInLink(
            token_hash=_hash(token), identity_id=identity.id, expires_at=seconds_from_now(LINK_SECONDS)
        )
    )
    await session.flush()
    return f"{player_url}{LINK_PATH}#{token}"


async def behind_link(session: AsyncSession, token: str) -> ChannelIdentity:
    """Who would be signed in, with their user; the link stays good. Raises SignInLinkGone."""
    query = (
        select(ChannelIdentity)
        .join(SignInLink)
        .where(SignInLink.token_hash == _hash(token), _is_alive())
        .options(joinedload(ChannelIdentity.user))
    )
    found = (await session.execute(query)).scalar_one_or_none()
    if found is None:
        raise SignInLinkGone
    return found


async def spend_link(session: AsyncSession, token: str) -> ChannelIdentity:
    """Who is to be signed in, with their user; of several who try at once one is let in.

    Raises SignInLinkGone.
    """
    spent = delete(SignInLink).where(SignInLink.token_hash == _hash(token), _is_alive())
    identity_id = (await session.execute(spent.returning(SignInLink.identity_id))).scalar_one_or_none()
    if identity_id is None:
        raise SignInLinkGone
    return await session.get_one(ChannelIdentity, identity_id, options=[joinedload(ChannelIdentity.user)])


async def withdraw_links(session: AsyncSession, user_id: uuid.UUID) -> None:
    """None of this person's links is good any more."""
    theirs = select(ChannelIdentity.id).where(ChannelIdentity.user_id == user_id)
    await session.execute(delete(SignInLink).where(SignInLink.identity_id.in_(theirs)))


async def sweep_links(session: AsyncSession) -> None:
    """Away with what nobody opened in time."""
    await session.execute(delete(SignInLink).where(SignInLink.expires_at < func.now()))


def _is_alive() -> ColumnElement[bool]:
    return SignInLink.expires_at > func.now()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
