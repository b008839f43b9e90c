"""Whom the operator means: a person by their id, their phone number, or their account at a messenger."""

from __future__ import annotations

import re
import uuid

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import ChannelIdentity, User
from core.accounts.phone import as_typed
from core.errors import NotFound, PhoneNumberUnusable

_ACCOUNT = re.compile(r"(?P<channel>[a-z]+):(?P<account>.+)")


async def find_person(session: AsyncSession, named: str) -> uuid.UUID:
    """The user whom `4f1c…` (an id), `+919812345678`, `telegram:12345` or `whatsapp:+919812345678` names.

    Raises NotFound, whose detail repeats nothing of the name.
    """
    account = _ACCOUNT.fullmatch(named.strip())
    query = _by_account(**account.groupdict()) if account else _by_id_or_number(named.strip())
    found = (await session.execute(query)).scalars().all()
    if not found:
        raise NotFound("nobody here is known by that id, number or account")
    if len(found) > 1:
        raise NotFound(f"that number belongs to several people: {', '.join(map(str, found))}")
    return found[0]


def _by_account(channel: str, account: str) -> Select[uuid.UUID]:
    query = select(ChannelIdentity.user_id).where(ChannelIdentity.channel == channel).distinct()
    if account.startswith("+"):
        return query.where(ChannelIdentity.phone_number == _number(account))
    return query.where(ChannelIdentity.external_id == account)


def _by_id_or_number(named: str) -> Select[uuid.UUID]:
    try:
        return select(User.id).where(User.id == uuid.UUID(named))
    except ValueError:
        number = _number(named)
    in_chats = select(ChannelIdentity.user_id).where(ChannelIdentity.phone_number == number)
    return select(User.id).where(or_(User.phone_number == number, User.id.in_(in_chats))).order_by(User.id)


def _number(text: str) -> str:
    """E.164. Raises NotFound."""
    try:
        return as_typed(text)
    except PhoneNumberUnusable:
        raise NotFound("that is no id, no phone number and no account like telegram:12345") from None
