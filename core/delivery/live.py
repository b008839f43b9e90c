"""Status messages that follow their jobs: edited as long as the work goes on, at most one edit per 3 s.

Where texts can't be edited, one more message tells how long work goes, and that is all.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import Select, String, any_, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from core.db.base import word
from core.db.lease import seconds_from_now
from core.db.session import Database
from core.delivery.claiming import Statuses
from core.delivery.models import STATUS, Delivery
from core.delivery.outbox import Outbox, answered_by, to_json
from core.delivery.standing import is_being_made, is_over, went_well
from core.ports import Channel, Outcome, Reply

EDIT_EVERY = 3.0
TELL_AFTER = 30.0
"""Seconds after its first status message when a job counts as a long one."""
MOST_AT_ONCE = 50
SIDE_BY_SIDE = 10


@dataclass(frozen=True)
class _Due:
    delivery: Delivery
    is_over: bool
    reply: Reply | None
    """None where there is nothing left to say: the audio takes the message's place."""

    @property
    def is_shown(self) -> bool:
        return self.reply is None or to_json(self.reply) == self.delivery.reply


class LiveStatuses:
    def __init__(
        self, database: Database, channels: Mapping[str, Channel], statuses: Statuses, outbox: Outbox
    ) -> None:
        self._database = database
        self._channels = channels
        self._statuses = statuses
        self._outbox = outbox
        self._slots = asyncio.Semaphore(SIDE_BY_SIDE)

    async def refresh(self) -> int:
        """Edit what is out of date; returns how many edits were tried. Any number of processes may call."""
        async with self._database.transaction() as session:
            due = await self._due(session)
            await self._tell_anew(session)
        await asyncio.gather(*(self._bring_up_to_date(item) for item in due))
        return sum(not item.is_shown for item in due)

    async def _bring_up_to_date(self, item: _Due) -> None:
        async with self._slots:
            if not item.is_shown:
                await self._edit(item)
            elif item.is_over:
                await self._update(item.delivery.id, settled=True)

    async def _due(self, session: AsyncSession) -> list[_Due]:
        """The statuses this process may edit now; nobody else will for the next seconds."""
        editing = [name for name, channel in self._channels.items() if channel.capabilities.edits_text]
        pushed = [name for name in editing if not self._channels[name].capabilities.collected]
        rows = (await session.execute(_to_edit(), {"channels": pushed})).all()
        for delivery, *_ in rows:
            delivery.edited_at = func.now()
        speaking = [delivery for delivery, _, is_well in rows if delivery.batch_id or not is_well]
        shown = [(delivery.shows, delivery.identity_id) for delivery in speaking if delivery.shows]
        statuses = await self._statuses(session, shown)
        replies = {
            delivery.id: replace(status, answers=answered_by(delivery))
            for delivery, status in zip(speaking, statuses, strict=True)
        }
        return [_Due(delivery, over, replies.get(delivery.id)) for delivery, over, _ in rows]

    async def _tell_anew(self, session: AsyncSession) -> None:
        """Say once more how long work stands where no message can be edited."""
        told = [
            name
            for name, channel in self._channels.items()
            if not (channel.capabilities.edits_text or channel.capabilities.collected)
        ]
        for delivery, over in (await session.execute(_to_tell_anew(), {"channels": told})).all():
            delivery.settled = True
            if not over:
                await self._outbox.tell_anew(session, delivery)

    async def _edit(self, item: _Due) -> None:
        delivery, reply = item.delivery, item.reply
        assert reply is not None
        assert delivery.message_ref is not None
        result = await self._channels[delivery.channel].edit_text(delivery.chat, delivery.message_ref, reply)
        match result.outcome:
            case Outcome.SENT:
                await self._update(delivery.id, reply=to_json(reply), settled=item.is_over)
            case Outcome.REFUSED:  # deleted by the person, or an audio by now
                await self._update(delivery.id, settled=True)
            case _:
                await self._update(delivery.id, edited_at=seconds_from_now(result.retry_after or EDIT_EVERY))

    async def _update(self, delivery_id: uuid.UUID, **values: object) -> None:
        async with self._database.transaction() as session:
            await session.execute(update(Delivery).where(Delivery.id == delivery_id).values(**values))


@cache
def _to_edit() -> Select[Any]:
    """Of `channels`. Made once, as it is asked every second and takes longer to make than to ask."""
    out_of_date = or_(
        Delivery.edited_at.is_(None),
        Delivery.edited_at < seconds_from_now(-EDIT_EVERY),
        is_over() & (Delivery.edited_at <= func.now()),
    )
    return _live(select(Delivery, is_over(), went_well()).where(out_of_date))


@cache
def _to_tell_anew() -> Select[Any]:
    is_long = is_being_made() & (Delivery.sent_at < seconds_from_now(-TELL_AFTER))
    return _live(select(Delivery, is_over()).where(is_over() | is_long))


def _live(query: Any) -> Select[Any]:
    """Those of the statuses on `channels` that may still change, locked."""
    live: Select[Any] = (
        query.where(
            Delivery.kind == word(STATUS),
            Delivery.status == word("sent"),
            Delivery.settled.is_(False),
            Delivery.channel == any_(bindparam("channels", type_=ARRAY(String))),
        )
        .order_by(Delivery.edited_at)
        .limit(MOST_AT_ONCE)
        .with_for_update(of=Delivery, skip_locked=True)
    )
    return live
