"""Words of the operator to many: by the ordinary outbox, in slices, so that what people ask for keeps its
place in it.

Each slice is one transaction that makes deliveries for the next people in the order of their ids and notes
where it ended: whatever is killed, nobody is left out and nobody told twice. People are told where they were
seen last, of the messengers that may be used; who blocked us, or is blocked, is not told.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.accounts.models import ChannelIdentity, User
from core.db.lease import seconds_from_now
from core.delivery.models import TEXT, Delivery
from core.delivery.outbox import to_json
from core.errors import ConfigurationError, NotFound
from core.operating.models import Broadcast
from core.ports import Capabilities, Reply

PER_SECOND = 20.0
"""Messages, of all broadcasts together: Telegram takes 30 a second from a bot, and answers come first."""
MOST_AT_ONCE = 40
MOST_WAITING = 100
"""Deliveries of a broadcast that are on their way at once."""
OTHERS = "*"
"""The text for those in whose language there is none."""
MOST_SHOWN = 50


@dataclass(frozen=True)
class Progress:
    broadcast_id: uuid.UUID
    begun_at: datetime
    status: str
    told: int
    """People for whom a delivery was made."""
    outcomes: Mapping[str, int]
    """Deliveries by their status."""
    left_out: int = 0
    """People passed over, as all their messengers are closed to us until they write again."""


class Broadcasts:
    """All methods work inside the caller's transaction."""

    def __init__(
        self, channels: Mapping[str, Capabilities], languages: Sequence[str], default_language: str
    ) -> None:
        """`channels`: those that are pushed to. `languages`: that are spoken here."""
        self._channels = channels
        self._languages = languages
        self._default_language = default_language

    async def begin(
        self, session: AsyncSession, texts: Mapping[str, str], channel: str | None, language: str | None
    ) -> Broadcast:
        """From now on it goes out. Raises ConfigurationError for what can't be sent."""
        self._check(texts, channel, language)
        broadcast = Broadcast(texts=dict(texts), channel=channel, language=language)
        same = select(Broadcast.id).where(
            Broadcast.status == "running",
            Broadcast.texts == broadcast.texts,
            Broadcast.channel.is_not_distinct_from(channel),
            Broadcast.language.is_not_distinct_from(language),
        )
        if (await session.execute(same.limit(1))).first() is not None:
            raise ConfigurationError("the same is being sent already")
        session.add(broadcast)
        await session.flush()
        return broadcast

    async def reach(self, session: AsyncSession, channel: str | None, language: str | None) -> dict[str, int]:
        """How many would be told now, by messenger. Raises ConfigurationError."""
        self._check({}, channel, language)
        return await _by_messenger(session, self._people(channel, language))

    async def out_of_reach(
        self, session: AsyncSession, channel: str | None, language: str | None
    ) -> dict[str, int]:
        """How many would be told, had they written lately, by messenger: those that close after some hours,
        and there is no template for an operator's own words. Raises ConfigurationError."""
        self._check({}, channel, language)
        told = self._people(channel, language).subquery()
        closed = [
            and_(ChannelIdentity.channel == name, ~self._is_open(name)) for name in self._closing(channel)
        ]
        people = self._accounts(or_(*closed, false()), language).outerjoin(told, told.c.user_id == User.id)
        return await _by_messenger(session, people.where(told.c.user_id.is_(None)))

    async def advance(self, session: AsyncSession) -> int:
        """Make the next slice of the oldest broadcast, as large as the time since the last one allows; for
        how many people it is."""
        oldest = (
            select(Broadcast).where(Broadcast.status == "running").order_by(Broadcast.created_at).limit(1)
        )
        query = oldest.with_for_update(skip_locked=True)
        broadcast = (await session.execute(query)).scalar_one_or_none()
        room = 0 if broadcast is None else await self._room(session, broadcast)
        if broadcast is None or room <= 0:
            return 0
        people = self._people(broadcast.channel, broadcast.language).where(
            User.created_at <= broadcast.created_at, ~_was_told(broadcast)
        )
        if broadcast.after_id is not None:
            people = people.where(User.id > broadcast.after_id)
        found = (await session.execute(people.limit(room))).all()
        if found:
            await session.execute(insert(Delivery), [_delivery(broadcast, row) for row in found])
            broadcast.after_id, broadcast.told = found[-1].user_id, broadcast.told + len(found)
        broadcast.sliced_at = func.now()
        if len(found) < room:
            broadcast.status, broadcast.ended_at = "done", func.now()
        await session.flush()
        return len(found)

    async def cancel(self, session: AsyncSession, broadcast_id: uuid.UUID) -> bool:
        """Nobody else is told; False where it is over. Raises NotFound."""
        broadcast = await session.get(Broadcast, broadcast_id, with_for_update=True)
        if broadcast is None:
            raise NotFound("there is no such broadcast")
        unsent = update(Delivery).where(
            Delivery.broadcast_id == broadcast_id,
            Delivery.status == "pending",
            Delivery.lease_token.is_(None),
        )
        stopped = await session.execute(
            unsent.values(status="refused", error="cancelled").returning(Delivery.id)
        )
        was_open = broadcast.status == "running" or stopped.first() is not None
        if was_open:
            broadcast.status, broadcast.ended_at = "cancelled", func.now()
        await session.flush()
        return was_open

    async def progress(self, session: AsyncSession) -> list[Progress]:
        """The newest first."""
        query = select(Broadcast).order_by(Broadcast.created_at.desc()).limit(MOST_SHOWN)
        broadcasts = (await session.execute(query)).scalars().all()
        counted = (
            select(Delivery.broadcast_id, Delivery.status, func.count())
            .where(Delivery.broadcast_id.in_([one.id for one in broadcasts]))
            .group_by(Delivery.broadcast_id, Delivery.status)
        )
        outcomes: dict[uuid.UUID, dict[str, int]] = {one.id: {} for one in broadcasts}
        for broadcast_id, status, count in (await session.execute(counted)).all():
            if broadcast_id is not None:
                outcomes[broadcast_id][status] = count
        left_out = {one.id: await self._left_out(session, one) for one in broadcasts}
        return [
            Progress(one.id, one.created_at, one.status, one.told, outcomes[one.id], left_out[one.id])
            for one in broadcasts
        ]

    async def _left_out(self, session: AsyncSession, broadcast: Broadcast) -> int:
        """Whose turn has come and went by: who were there only where it closes, and have no delivery."""
        closing = self._closing(broadcast.channel)
        if not closing or (broadcast.after_id is None and broadcast.status != "done"):
            return 0
        mine = aliased(ChannelIdentity)
        told = (
            select(mine.user_id)
            .join(Delivery, Delivery.identity_id == mine.id)
            .where(Delivery.broadcast_id == broadcast.id)
        )
        always = select(mine.user_id).where(
            mine.channel.in_(set(self._meant(broadcast.channel)) - set(closing)),
            mine.blocked_at.is_(None),
            mine.created_at <= broadcast.created_at,
        )
        others = union_all(told, always).subquery()
        there = and_(ChannelIdentity.channel.in_(closing), ChannelIdentity.created_at <= broadcast.created_at)
        people = self._accounts(there, broadcast.language).outerjoin(others, others.c.user_id == User.id)
        if broadcast.status != "done":
            people = people.where(User.id <= broadcast.after_id)
        return sum((await _by_messenger(session, people.where(others.c.user_id.is_(None)))).values())

    def _check(self, texts: Mapping[str, str], channel: str | None, language: str | None) -> None:
        if channel is not None and channel not in self._channels:
            known = ", ".join(sorted(self._channels)) or "none is set up"
            raise ConfigurationError(f"no such messenger here; there is: {known}")
        used = [self._channels[channel]] if channel is not None else list(self._channels.values())
        longest = min((capabilities.max_text for capabilities in used), default=0)
        if any(not text.strip() or len(text) > longest for text in texts.values()):
            raise ConfigurationError(f"a text has to have 1 to {longest} characters")
        if texts and OTHERS not in texts:
            raise ConfigurationError(f"there is no text for other languages, called {OTHERS}")
        unknown = {*texts, language or OTHERS} - {*self._languages, OTHERS}
        if unknown:
            raise ConfigurationError(
                f"nobody is spoken to in {', '.join(sorted(unknown))}; there is: {', '.join(self._languages)}"
            )

    async def _room(self, session: AsyncSession, broadcast: Broadcast) -> int:
        """How many may be told now."""
        since = func.coalesce(func.extract("epoch", func.now() - _last_slice()), literal(1.0))
        waiting = (
            select(func.count())
            .where(Delivery.broadcast_id == broadcast.id, Delivery.status == "pending")
            .scalar_subquery()
        )
        seconds, on_their_way = (await session.execute(select(since, waiting))).one()
        return min(MOST_AT_ONCE, int(PER_SECOND * float(seconds)), MOST_WAITING - int(on_their_way))

    def _people(self, channel: str | None, language: str | None) -> Select[*tuple[Any, ...]]:
        """Everybody who can be told, where they were seen last, in the order of their ids."""
        return self._accounts(or_(*(self._is_open(name) for name in self._meant(channel)), false()), language)

    def _meant(self, channel: str | None) -> list[str]:
        return [name for name in self._channels if channel in {None, name}]

    def _closing(self, channel: str | None) -> list[str]:
        """Messengers that we may not write to at any time."""
        return [name for name in self._meant(channel) if self._channels[name].open_seconds is not None]

    def _accounts(self, are_meant: ColumnElement[bool], language: str | None) -> Select[*tuple[Any, ...]]:
        """Of everybody who is not blocked and has not blocked us, the account of these seen last."""
        spoken = self._language()
        query: Select[*tuple[Any, ...]] = (
            select(
                User.id.label("user_id"),
                ChannelIdentity.id.label("identity_id"),
                ChannelIdentity.channel,
                ChannelIdentity.external_id,
                spoken.label("language"),
            )
            .join(ChannelIdentity, ChannelIdentity.user_id == User.id)
            .where(
                User.blocked_at.is_(None),
                ChannelIdentity.blocked_at.is_(None),
                are_meant,
            )
            .ext(distinct_on(User.id))
            .order_by(User.id, ChannelIdentity.last_seen_at.desc(), ChannelIdentity.id)
        )
        return query if language is None else query.where(spoken == language)

    def _is_open(self, channel: str) -> ColumnElement[bool]:
        """Whether they may be written to there of our own accord."""
        seconds = self._channels[channel].open_seconds
        is_there = ChannelIdentity.channel == channel
        if seconds is None:
            return is_there
        return and_(is_there, ChannelIdentity.last_seen_at > seconds_from_now(-seconds))

    def _language(self) -> ColumnElement[str]:
        """In which they are spoken to, as `core.chat.status.first_spoken` has it."""
        wanted = (User.preferences["language"].astext, ChannelIdentity.language)
        bases = [func.lower(func.split_part(func.replace(one, "_", "-"), "-", 1)) for one in wanted]
        spoken = [(base.in_(self._languages), base) for base in bases]
        return case(*spoken, else_=literal(self._default_language))


async def _by_messenger(session: AsyncSession, people: Select[*tuple[Any, ...]]) -> dict[str, int]:
    found = people.subquery()
    query = select(found.c.channel, func.count().label("people")).group_by(found.c.channel)
    return {row.channel: row.people for row in await session.execute(query)}


def _last_slice() -> ColumnElement[datetime | None]:
    """Of any broadcast: they share the pace."""
    return select(func.max(Broadcast.sliced_at)).scalar_subquery()


def _was_told(broadcast: Broadcast) -> ColumnElement[bool]:
    """In another account of theirs, which became one with this."""
    mine = aliased(ChannelIdentity)
    once = literal(_once(broadcast, "")) + func.replace(cast(mine.id, String), "-", "")
    told = select(Delivery.id).join(mine, Delivery.once == once).where(mine.user_id == User.id)
    return told.exists()


def _delivery(broadcast: Broadcast, row: Any) -> dict[str, Any]:
    text = broadcast.texts.get(row.language, broadcast.texts.get(OTHERS))
    return {
        "id": uuid.uuid4(),
        "channel": row.channel,
        "chat": row.external_id,
        "identity_id": row.identity_id,
        "kind": TEXT,
        "reply": to_json(Reply(str(text))),
        "once": _once(broadcast, row.identity_id.hex),
        "broadcast_id": broadcast.id,
    }


def _once(broadcast: Broadcast, identity: str) -> str:
    return f"broadcast:{broadcast.id.hex}:{identity}"
