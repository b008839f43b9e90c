"""Who somebody is: the person behind a chat account, and their choices."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, String, Uuid, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from core.accounts.models import ChannelIdentity, User
from core.accounts.phone import vouch
from core.db.base import table_of
from core.db.inside import rows_inside
from core.db.loaded import loaded
from core.errors import SignInNeeded
from core.ports import Quality

DEFAULT_QUALITY = Quality.BEST
NOTED_AGAIN_AFTER = timedelta(days=1)
OF_USER = tuple(column.name for column in table_of(User).c)
"""The columns that are called `user__…` beside those of the identity."""


@dataclass(frozen=True)
class ChatAccount:
    """A chat account as its messenger describes it."""

    channel: str
    external_id: str
    display_name: str | None = None
    language: str | None = None
    phone_number: str | None = None
    """E.164, where the messenger vouches for it."""


async def identity_of(session: AsyncSession, account: ChatAccount) -> ChannelIdentity:
    """The identity behind a chat account, with its user; made at the first word."""
    found = await _see(session, account)
    if found is None:
        await _introduce(session, account)
        found = await _see(session, account)
        assert found is not None, "inserted or found by another process a moment ago"
    if account.phone_number is not None and not _is_vouched_for(found, account.phone_number):
        vouch(found, account.phone_number)
        await session.flush()
    return found


async def known_identity(session: AsyncSession, channel: str, external_id: str) -> ChannelIdentity | None:
    """The identity behind a chat account, with its user; None for somebody we have not met, who stays so."""
    return await _find(session, ChatAccount(channel, external_id))


async def user_of(session: AsyncSession, user_id: uuid.UUID) -> User:
    """Whoever is signed in; their row stays until the transaction ends. Raises SignInNeeded."""
    user = await session.get(User, user_id, with_for_update={"read": True, "key_share": True})
    if user is None:
        raise SignInNeeded("the account is gone")
    return user


async def mark_blocked(session: AsyncSession, identity_id: uuid.UUID) -> None:
    """The person does not want to hear from us there; idempotent."""
    await session.execute(
        update(ChannelIdentity)
        .where(ChannelIdentity.id == identity_id, ChannelIdentity.blocked_at.is_(None))
        .values(blocked_at=func.now())
    )


def quality_of(user: User) -> Quality:
    """The person's saved choice."""
    saved = user.preferences.get("quality")
    return Quality(saved) if saved in set(Quality) else DEFAULT_QUALITY


def choose_quality(user: User, quality: Quality) -> None:
    user.preferences = {**user.preferences, "quality": quality.value}


def _is_vouched_for(identity: ChannelIdentity, number: str) -> bool:
    """Whether that was noted lately: a day more or less does not matter."""
    proved_at = identity.number_proved_at
    return (
        identity.phone_number == number
        and proved_at is not None
        and datetime.now(UTC) - proved_at < NOTED_AGAIN_AFTER
    )


async def _see(session: AsyncSession, account: ChatAccount) -> ChannelIdentity | None:
    """The identity with its user, and that it was seen now; None for somebody we have not met."""
    told = {
        "of_channel": account.channel,
        "of_account": account.external_id,
        "named": account.display_name[:200] if account.display_name else None,
        "speaking": account.language[:35] if account.language else None,
    }
    rows = await rows_inside(session, _seen(), told)
    if not rows:
        return None
    columns = rows[0]._asdict()
    of_user = {name: columns.pop(f"user__{name}") for name in OF_USER}
    identity = loaded(session, ChannelIdentity, columns)
    set_committed_value(identity, "user", loaded(session, User, of_user))
    return identity


@cache
def _seen() -> Select[Any]:
    """One statement notes it and brings both rows. Whoever writes to us wants to hear from us."""
    table = table_of(ChannelIdentity)
    seen = (
        update(table)
        .where(
            table.c.channel == bindparam("of_channel"),
            table.c.external_id == bindparam("of_account"),
        )
        .values(
            last_seen_at=func.now(),
            blocked_at=None,
            display_name=func.coalesce(bindparam("named", type_=String), table.c.display_name),
            language=func.coalesce(bindparam("speaking", type_=String), table.c.language),
        )
        .returning(*table.c)
        .cte("seen")
    )
    users = table_of(User)
    of_user = (users.c[name].label(f"user__{name}") for name in OF_USER)
    return select(*seen.c, *of_user).join(users, users.c.id == seen.c.user_id)


async def _find(session: AsyncSession, account: ChatAccount) -> ChannelIdentity | None:
    named = {"of_channel": account.channel, "of_account": account.external_id}
    return (await session.execute(_by_account(), named)).scalar_one_or_none()


@cache
def _by_account() -> Select[ChannelIdentity]:
    """The identity `of_account` on `of_channel`. Made once: making it takes longer than asking with it."""
    return (
        select(ChannelIdentity)
        .where(
            ChannelIdentity.channel == bindparam("of_channel"),
            ChannelIdentity.external_id == bindparam("of_account"),
        )
        .options(joinedload(ChannelIdentity.user))
    )


async def _introduce(session: AsyncSession, account: ChatAccount) -> None:
    """A new user with this identity; when another process was first, the new user is taken back."""
    user_id = uuid.uuid4()
    told = {
        "of_user": user_id,
        "called": account.display_name,
        "of_channel": account.channel,
        "of_account": account.external_id,
    }
    is_first = (await session.execute(_introduction(), {**told, "of_id": uuid.uuid4()})).first() is not None
    if not is_first:
        await session.execute(delete(User).where(User.id == user_id))


@cache
def _introduction() -> Select[Any]:
    users, identities = table_of(User), table_of(ChannelIdentity)
    user = (
        insert(users)
        .values(id=bindparam("of_user"), name=bindparam("called"))
        .returning(users.c.id)
        .cte("new_user")
    )
    columns = {
        "id": bindparam("of_id", type_=Uuid),
        "user_id": user.c.id,
        "channel": bindparam("of_channel", type_=String),
        "external_id": bindparam("of_account", type_=String),
    }
    identity = (
        insert(identities)
        .from_select(list(columns), select(*columns.values()), include_defaults=False)
        .on_conflict_do_nothing(index_elements=["channel", "external_id"])
        .returning(identities.c.id)
        .cte("new_identity")
    )
    return select(identity.c.id)
