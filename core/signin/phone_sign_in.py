"""Whose account a proved phone number opens.

The account that holds the number, else one known by a chat that proved it lately, else a new one.

Numbers go round: in India one that nobody uses is cut off after some 90 days and rests for 90 more before
somebody else gets it. So whoever proves a number that its account proved within RESTS is its owner coming
back. Later nobody can tell; then the number moves alone to a new account where the old one has another way
in, a chat, from which nothing is lost. An account with no other way in stays with its number: it would be
lost to its owner for good.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from core.accounts.models import ChannelIdentity, User
from core.accounts.phone import give_number, lock_number

RESTS = timedelta(days=180)
CHAT_VOUCHES_FOR = timedelta(days=30)
"""How long a chat's proof of a number is good for codes, and for knowing whose the number is."""


class Opened(NamedTuple):
    user: User
    lost_by: uuid.UUID | None
    """Who had the number until now, and has to be told."""


async def sign_in_with(session: AsyncSession, number: str) -> Opened:
    """The account that the number opens, made where there is none; the number was proved just now."""
    await lock_number(session, number)
    user = await _account_of(session, number)
    if user is None:
        user = User()
        session.add(user)
        await session.flush()
    return Opened(user, await give_number(session, user, number))


async def add_number(session: AsyncSession, user: User, number: str) -> Opened:
    """Somebody who is signed in proved the number: it is theirs now, and whoever had it keeps all else."""
    return Opened(user, await give_number(session, user, number))


async def chat_for_code(session: AsyncSession, number: str, channel: str) -> ChannelIdentity | None:
    """The chat on a channel that a code for the number may be sent to, with its user.

    It has proved the number lately and belongs to the account that the number opens; None where none does.
    """
    owner = await _account_of(session, number)
    if owner is None:
        return None
    query = _proved_lately(number).where(
        ChannelIdentity.channel == channel, ChannelIdentity.user_id == owner.id
    )
    return (await session.execute(query)).scalars().first()


async def _account_of(session: AsyncSession, number: str) -> User | None:
    holder = (await session.execute(select(User).where(User.phone_number == number))).scalar_one_or_none()
    if holder is None:
        return await _known_by_chat(session, number)
    return None if await _may_be_given_on(session, holder) else holder


async def _may_be_given_on(session: AsyncSession, holder: User) -> bool:
    """Whether the number may have another owner by now, and the account another way in."""
    in_doubt = or_(User.number_proved_at.is_(None), User.number_proved_at < func.now() - RESTS)
    has_chat = select(ChannelIdentity.id).where(ChannelIdentity.user_id == User.id).exists()
    query = select(User.id).where(User.id == holder.id, in_doubt, has_chat)
    return (await session.execute(query)).first() is not None


async def _known_by_chat(session: AsyncSession, number: str) -> User | None:
    """Who writes from this number and never had any: who lost one, or took it away, wants it so."""
    identity = (await session.execute(_proved_lately(number))).scalars().first()
    return None if identity is None or identity.user.number_proved_at is not None else identity.user


def _proved_lately(number: str) -> Select[ChannelIdentity]:
    lately: ColumnElement[bool] = ChannelIdentity.number_proved_at > func.now() - CHAT_VOUCHES_FOR
    return (
        select(ChannelIdentity)
        .where(ChannelIdentity.phone_number == number, ChannelIdentity.blocked_at.is_(None), lately)
        .order_by(ChannelIdentity.number_proved_at.desc())
        .options(joinedload(ChannelIdentity.user))
    )
