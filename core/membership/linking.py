"""Joining two chat accounts: a code from one chat is typed into the other, then both say yes.

Every function works in the caller's transaction, of a person who is talking to us in a private chat.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from core.accounts.models import ChannelIdentity
from core.db.lease import seconds_from_now
from core.errors import AlreadyLinked, LinkCodeUnknown
from core.membership.merging import merge
from core.membership.models import LinkRequest

CODE_SECONDS = 600.0
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 letters and digits that nobody takes for each other."""
CODE_LENGTH = 8


class Answer(StrEnum):
    """What an answer led to."""

    WAITING = "waiting"
    """The other chat has not answered yet."""
    LINKED = "linked"
    REFUSED = "refused"


@dataclass(frozen=True)
class Meeting:
    """Two chats that may become one account."""

    request_id: uuid.UUID
    asker: ChannelIdentity
    other: ChannelIdentity


async def give_code(session: AsyncSession, asker: ChannelIdentity) -> str:
    """A fresh code for this chat, `ABCD-EFGH`; earlier ones of it are over."""
    await session.execute(
        update(LinkRequest)
        .where(LinkRequest.asker_id == asker.id, LinkRequest.status == "open")
        .values(status="refused")
    )
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    session.add(
        LinkRequest(code_hash=_hash(code), asker_id=asker.id, expires_at=seconds_from_now(CODE_SECONDS))
    )
    await session.flush()
    return f"{code[:4]}-{code[4:]}"


async def take_code(session: AsyncSession, other: ChannelIdentity, text: str) -> Meeting:
    """Somebody typed a code: both chats are to be asked now. Raises LinkCodeUnknown, AlreadyLinked.

    The first to type it is the only one.
    """
    query = (
        select(LinkRequest).where(LinkRequest.code_hash == _hash(_plain(text)), _is_alive()).with_for_update()
    )
    request = (await session.execute(query)).scalar_one_or_none()
    if request is None or request.asker_id == other.id or request.other_id not in {None, other.id}:
        raise LinkCodeUnknown
    meeting = await _meeting(session, request, other.id)
    if meeting.asker.user_id == meeting.other.user_id:
        request.status = "done"
        raise AlreadyLinked
    request.other_id = other.id
    await session.flush()
    return meeting


async def answer(
    session: AsyncSession, identity: ChannelIdentity, request_id: uuid.UUID, *, agrees: bool
) -> tuple[Answer, Meeting]:
    """One of the two answers; with the second yes the accounts are one. Raises LinkCodeUnknown."""
    query = select(LinkRequest).where(LinkRequest.id == request_id, _is_alive()).with_for_update()
    request = (await session.execute(query)).scalar_one_or_none()
    if request is None or request.other_id is None or identity.id not in {request.asker_id, request.other_id}:
        raise LinkCodeUnknown
    meeting = await _meeting(session, request, request.other_id)
    if not agrees:
        request.status = "refused"
        return Answer.REFUSED, meeting
    if identity.id == request.asker_id:
        request.asker_agreed = True
    else:
        request.other_agreed = True
    if not (request.asker_agreed and request.other_agreed):
        return Answer.WAITING, meeting
    request.status = "done"
    await session.flush()
    await merge(session, meeting.asker.user_id, meeting.other.user_id)
    return Answer.LINKED, meeting


async def _meeting(session: AsyncSession, request: LinkRequest, other_id: uuid.UUID) -> Meeting:
    assert request.asker_id is not None
    wanted = (request.asker_id, other_id)
    query = (
        select(ChannelIdentity)
        .where(ChannelIdentity.id.in_(wanted))
        .options(joinedload(ChannelIdentity.user))
    )
    found = {identity.id: identity for identity in (await session.execute(query)).scalars()}
    return Meeting(request.id, found[request.asker_id], found[other_id])


def _is_alive() -> ColumnElement[bool]:
    return (LinkRequest.status == "open") & (LinkRequest.expires_at > func.now())


def _plain(text: str) -> str:
    """The code as it was given, however it was typed."""
    return "".join(letter for letter in text.upper() if letter.isalnum())[: 2 * CODE_LENGTH]


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
