"""Joining two accounts: a code from one side is typed into a chat of the other, then both say yes.

A side is somebody who is there now: in a private chat, or signed in with a browser. Every function works in
the caller's transaction.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from core.accounts.models import ChannelIdentity, User
from core.db.lease import seconds_from_now
from core.errors import AlreadyLinked, LinkCodeUnknown, NotFound
from core.membership.merging import merge
from core.membership.models import LinkRequest
from core.signin.models import SignInSession

CODE_SECONDS = 600.0
KEPT_SECONDS = 86_400.0
"""How long a request that came to nothing stays."""
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 letters and digits that nobody takes for each other."""
CODE_LENGTH = 8


class Answer(StrEnum):
    """What an answer led to."""

    WAITING = "waiting"
    """The other side has not answered yet."""
    LINKED = "linked"
    REFUSED = "refused"


class Stage(StrEnum):
    """How far a code got, as the browser that asked for it sees it."""

    GIVEN = "given"
    """Nobody has typed it."""
    MET = "met"
    """It was typed, and this side has to answer."""
    AGREED = "agreed"
    """This side has said yes, the other one not yet."""
    LINKED = "linked"
    REFUSED = "refused"
    EXPIRED = "expired"


@dataclass(frozen=True)
class BrowserSide:
    """Somebody who is signed in with a browser or an app."""

    session_id: uuid.UUID
    user: User

    @property
    def user_id(self) -> uuid.UUID:
        return self.user.id


Side = ChannelIdentity | BrowserSide
"""A chat account, with its user, or a browser."""


@dataclass(frozen=True)
class Meeting:
    """Two sides that may become one account."""

    request_id: uuid.UUID
    asker: Side
    other: ChannelIdentity


@dataclass(frozen=True)
class CodeState:
    """A code that a browser asked for."""

    request_id: uuid.UUID
    stage: Stage
    expires_at: datetime
    other: ChannelIdentity | None
    """The chat where it was typed."""


async def give_code(session: AsyncSession, asker: ChannelIdentity) -> str:
    """A fresh code for this chat, `ABCD-EFGH`; earlier ones of it are over."""
    return (await _give(session, asker_id=asker.id))[0]


async def give_code_to_browser(session: AsyncSession, session_id: uuid.UUID) -> tuple[str, CodeState]:
    """The same for somebody who is signed in with this session."""
    code, request = await _give(session, asker_session_id=session_id)
    return code, CodeState(request.id, Stage.GIVEN, request.expires_at, None)


async def take_code(session: AsyncSession, other: ChannelIdentity, text: str) -> Meeting:
    """Somebody typed a code: both sides are to be asked now. Raises LinkCodeUnknown, AlreadyLinked.

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
    """A chat's answer; with the second yes the accounts are one. Raises LinkCodeUnknown."""
    request = await _met(session, request_id)
    if identity.id == request.asker_id:
        return await _answered(session, request, by_asker=True, agrees=agrees)
    if identity.id == request.other_id:
        return await _answered(session, request, by_asker=False, agrees=agrees)
    raise LinkCodeUnknown


async def answer_in_browser(
    session: AsyncSession, session_id: uuid.UUID, request_id: uuid.UUID, *, agrees: bool
) -> tuple[Answer, Meeting]:
    """The same by the session that asked for the code, and by no other. Raises LinkCodeUnknown."""
    request = await _met(session, request_id)
    if request.asker_session_id != session_id:
        raise LinkCodeUnknown
    return await _answered(session, request, by_asker=True, agrees=agrees)


async def state_of_code(session: AsyncSession, session_id: uuid.UUID, request_id: uuid.UUID) -> CodeState:
    """How far the code of this session got. Raises LinkCodeUnknown."""
    query = select(LinkRequest, _is_alive()).where(
        LinkRequest.id == request_id, LinkRequest.asker_session_id == session_id
    )
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise LinkCodeUnknown
    request, is_alive = found
    other = None if request.other_id is None else await session.get(ChannelIdentity, request.other_id)
    return CodeState(request.id, _stage(request, is_alive=is_alive), request.expires_at, other)


async def sweep_codes(session: AsyncSession) -> None:
    """Away with what came to its end long ago."""
    await session.execute(delete(LinkRequest).where(LinkRequest.expires_at < seconds_from_now(-KEPT_SECONDS)))


async def _give(
    session: AsyncSession,
    *,
    asker_id: uuid.UUID | None = None,
    asker_session_id: uuid.UUID | None = None,
) -> tuple[str, LinkRequest]:
    is_theirs = (
        LinkRequest.asker_id == asker_id
        if asker_session_id is None
        else LinkRequest.asker_session_id == asker_session_id
    )
    await session.execute(
        update(LinkRequest).where(is_theirs, LinkRequest.status == "open").values(status="refused")
    )
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    request = LinkRequest(
        code_hash=_hash(code),
        asker_id=asker_id,
        asker_session_id=asker_session_id,
        expires_at=seconds_from_now(CODE_SECONDS),
    )
    session.add(request)
    await session.flush()
    await session.refresh(request, ["expires_at"])
    return f"{code[:4]}-{code[4:]}", request


async def _met(session: AsyncSession, request_id: uuid.UUID) -> LinkRequest:
    """A request whose code was typed in time, locked. Raises LinkCodeUnknown."""
    query = select(LinkRequest).where(LinkRequest.id == request_id, _is_alive()).with_for_update()
    request = (await session.execute(query)).scalar_one_or_none()
    if request is None or request.other_id is None:
        raise LinkCodeUnknown
    return request


async def _answered(
    session: AsyncSession, request: LinkRequest, *, by_asker: bool, agrees: bool
) -> tuple[Answer, Meeting]:
    assert request.other_id is not None
    meeting = await _meeting(session, request, request.other_id)
    if not agrees:
        request.status = "refused"
        return Answer.REFUSED, meeting
    if by_asker:
        request.asker_agreed = True
    else:
        request.other_agreed = True
    if not (request.asker_agreed and request.other_agreed):
        return Answer.WAITING, meeting
    try:
        await merge(session, meeting.asker.user_id, meeting.other.user_id)
    except NotFound:
        raise LinkCodeUnknown from None
    request.status = "done"
    await session.flush()
    return Answer.LINKED, meeting


async def _meeting(session: AsyncSession, request: LinkRequest, other_id: uuid.UUID) -> Meeting:
    other = await _chat(session, other_id)
    if request.asker_id is not None:
        return Meeting(request.id, await _chat(session, request.asker_id), other)
    query = select(User).join(SignInSession).where(SignInSession.id == request.asker_session_id)
    asker = (await session.execute(query)).scalar_one()
    assert request.asker_session_id is not None
    return Meeting(request.id, BrowserSide(request.asker_session_id, asker), other)


async def _chat(session: AsyncSession, identity_id: uuid.UUID) -> ChannelIdentity:
    return await session.get_one(ChannelIdentity, identity_id, options=[joinedload(ChannelIdentity.user)])


def _stage(request: LinkRequest, *, is_alive: bool) -> Stage:
    match request.status:
        case "done":
            return Stage.LINKED
        case "refused":
            return Stage.REFUSED
    if not is_alive:
        return Stage.EXPIRED
    if request.other_id is None:
        return Stage.GIVEN
    return Stage.AGREED if request.asker_agreed else Stage.MET


def _is_alive() -> ColumnElement[bool]:
    return (LinkRequest.status == "open") & (LinkRequest.expires_at > func.now())


def _plain(text: str) -> str:
    """The code as it was given, however it was typed."""
    return "".join(letter for letter in text.upper() if letter.isalnum())[: 2 * CODE_LENGTH]


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
