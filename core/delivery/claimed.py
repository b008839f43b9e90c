"""A delivery that one process may send now, and how it comes to be one as it is made.

Whoever answers a person's word sends the answer right after the transaction that wrote it. So the delivery is
made with that process's lease on it already: claiming it would take another transaction. From then on it is
like any other that was claimed, and where the process dies before it was sent, what the lease was for is
decided as always (core.delivery.claiming).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Update, Uuid, bindparam, case, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from core.db.base import table_of, word
from core.db.inside import rows_inside
from core.db.lease import LEASE_SECONDS, Lease, seconds_from_now
from core.delivery.audio import AudioSource
from core.delivery.models import AUDIO, Delivery
from core.ports import Attempt, Reply

_GIVEN = ("id", "channel", "chat", "identity_id", "kind", "reply", "once", "replaces_id")
"""The columns of a delivery that is made here."""


@dataclass(frozen=True)
class Claimed:
    """A delivery that this process may send now."""

    lease: Lease
    delivery: Delivery
    attempt: Attempt
    claimed_at: datetime
    text: Reply | None
    replaces_ref: str | None
    audio: AudioSource | None
    media_ref: str | None

    @property
    def can_be_repeated(self) -> bool:
        return self.replaces_ref is not None


async def put_claimed(
    session: AsyncSession, delivery: Delivery, reply: Reply, *, looks_back: bool, replaces_ref: str | None
) -> Claimed | None:
    """Write a new text, and claim it where its chat has nothing else to hear before; None where it has, and
    where its `once` is there already. `delivery` stays outside of the session."""
    token = uuid.uuid4()
    given = {f"its_{name}": getattr(delivery, name) for name in _GIVEN}
    rows = await rows_inside(session, _insertion(looks_back), {**given, "token": token})
    if not rows or not rows[0].is_claimed:
        return None
    (row,) = rows
    delivery.status, delivery.created_at = "pending", row.created_at
    lease, attempt = Lease(delivery.id, token, 1), Attempt(delivery.id, None)
    return Claimed(lease, delivery, attempt, row.created_at, reply, replaces_ref, None, None)


@cache
def _insertion(looks_back: bool) -> ReturningInsert[Any]:
    """Made once: making it takes longer than sending it."""
    table = table_of(Delivery)
    earlier = table.alias("earlier")
    has_to_wait = (
        select(earlier.c.id)
        .where(
            earlier.c.channel == bindparam("its_channel"),
            earlier.c.chat == bindparam("its_chat"),
            earlier.c.kind != word(AUDIO),
            earlier.c.status == word("pending"),
        )
        .exists()
    )
    turn = select((~has_to_wait).label("has_come")).subquery("turn")

    def if_its_turn(value: Any) -> ColumnElement[Any]:
        return case((turn.c.has_come, value))

    columns: dict[str, ColumnElement[Any]] = {
        name: bindparam(f"its_{name}", type_=table.c[name].type) for name in _GIVEN
    }
    columns["lease_token"] = if_its_turn(bindparam("token", type_=Uuid))
    columns["lease_until"] = if_its_turn(seconds_from_now(LEASE_SECONDS))
    columns["attempts"] = case((turn.c.has_come, 1), else_=0)
    if looks_back:
        columns["unclear_since"] = if_its_turn(func.now())
    return (
        insert(table)
        .from_select(list(columns), select(*columns.values()).select_from(turn), include_defaults=False)
        .on_conflict_do_nothing(index_elements=["once"])
        .returning(table.c.created_at, table.c.lease_token.is_not(None).label("is_claimed"))
    )


@cache
def text_sent() -> Update:
    """The statement that records a text `of_id` as sent under the lease `token`, as the message `ref`."""
    table = table_of(Delivery)
    return (
        update(table)
        .where(
            table.c.id == bindparam("of_id"),
            table.c.lease_token == bindparam("token"),
            table.c.status == word("pending"),
        )
        .values(
            status="sent",
            message_ref=bindparam("ref"),
            sent_at=func.now(),
            edited_at=func.now(),
            error=None,
            unclear_since=None,
            lease_token=None,
            lease_until=None,
        )
    )
