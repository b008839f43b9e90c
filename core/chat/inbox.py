"""The inbox: updates are stored once, then worked on in each chat's own order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Delete,
    Integer,
    LargeBinary,
    Select,
    String,
    all_,
    any_,
    bindparam,
    delete,
    func,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate

from core import tracing
from core.chat.models import ForgottenUpdate, InboxItem
from core.db.base import table_of, word
from core.db.inside import rows_inside
from core.db.lease import seconds_from_now
from core.db.notify import INBOX
from core.db.reading import Reading

MOST_ATTEMPTS = 3
RETRY_AFTER = 2.0


async def store_update(
    where: AsyncSession | Reading, *, channel: str, external_id: str, chat: str, payload: dict[str, Any]
) -> bool:
    """Store an update and wake the bot at commit; False when it was there already. Without a transaction
    around it, it is one by itself."""
    row: dict[str, Any] = {
        "its_channel": channel,
        "its_external_id": external_id,
        "its_chat": chat,
        "its_digest": _digest(channel, external_id),
        "its_traceparent": tracing.traceparent(),
    }
    if isinstance(where, Reading):  # where it was stored and only the answer was lost, it is there already
        return bool(await where.rows(_storing(), {**row, "its_payload": json.dumps(payload)}))
    return (await where.execute(_storing(), {**row, "its_payload": payload})).first() is not None


@cache
def _storing() -> Select[Any]:
    """Made once, as is all that is asked for each update: making it takes longer than asking with it."""
    table, forgotten = table_of(InboxItem), table_of(ForgottenUpdate)
    was_forgotten = select(forgotten.c.digest).where(forgotten.c.digest == bindparam("its_digest")).exists()
    columns = ("channel", "external_id", "chat", "payload", "traceparent")
    values = select(*(bindparam(f"its_{name}", type_=table.c[name].type) for name in columns))
    stored = (
        insert(table)
        .from_select(columns, values.where(~was_forgotten), include_defaults=False)
        .on_conflict_do_nothing(index_elements=["channel", "external_id"])
        .returning(table.c.id)
        .cte("stored")
    )
    return select(func.pg_notify(INBOX, "")).select_from(stored)


async def stored_before(session: AsyncSession, channel: str, external_ids: Sequence[str]) -> set[str]:
    """Those of some updates that came before, also if they were forgotten since."""
    digests = {_digest(channel, external_id): external_id for external_id in external_ids}
    asked = {"of_channel": channel, "ids": list(external_ids), "digests": list(digests)}
    rows = (await session.execute(_stored(), asked)).all()
    return {row.external_id or digests[row.digest] for row in rows}


@cache
def _stored() -> CompoundSelect[Any]:
    there, forgotten = table_of(InboxItem).c, table_of(ForgottenUpdate).c
    is_there = (there.channel == bindparam("of_channel")) & (
        there.external_id == any_(bindparam("ids", type_=ARRAY(String)))
    )
    is_forgotten = forgotten.digest == any_(bindparam("digests", type_=ARRAY(LargeBinary)))
    return union_all(
        select(there.external_id, null().cast(LargeBinary).label("digest")).where(is_there),
        select(null().cast(String).label("external_id"), forgotten.digest).where(is_forgotten),
    )


async def waiting(reading: Reading, besides: Collection[int], most: int) -> list[int]:
    """The ids of the oldest update of each chat, of those chats that have waited longest; `besides` are left
    out, and so are those that are to be tried again later. They may be taken by somebody else meanwhile."""
    rows = await reading.rows(_oldest_of_chats(), {"besides": list(besides), "most": most})
    return [row.id for row in rows]


@cache
def _oldest_of_chats() -> Select[Any]:
    columns = table_of(InboxItem).c
    oldest = (
        select(columns.id, columns.not_before)
        .ext(distinct_on(columns.channel, columns.chat))
        .where(columns.status == word("pending"))
        .order_by(columns.channel, columns.chat, columns.id)
        .subquery()
    )
    return (
        select(oldest.c.id)
        .where(
            or_(oldest.c.not_before.is_(None), oldest.c.not_before <= func.now()),
            oldest.c.id != all_(bindparam("besides", type_=ARRAY(BigInteger))),
        )
        .order_by(oldest.c.id)
        .limit(bindparam("most", type_=Integer))
    )


async def take(session: AsyncSession, item_id: int) -> InboxItem | None:
    """The update, outside of the session; None where it is somebody else's or done. When the transaction
    commits it is done: until then it is locked, and to everybody else it waits.

    A chat's later updates wait while its oldest is pending, so a chat stays in order however many processes
    take; different chats go on side by side.
    """
    rows = await rows_inside(session, _taking(), {"of_id": item_id})
    return InboxItem(**rows[0]._asdict()) if rows else None


@cache
def _taking() -> ReturningUpdate[Any]:
    table = table_of(InboxItem)
    waiting, older = table.alias("waiting"), table.alias("older")
    waits_for_older = (
        select(older.c.id)
        .where(
            older.c.channel == waiting.c.channel,
            older.c.chat == waiting.c.chat,
            older.c.status == word("pending"),
            older.c.id < waiting.c.id,
        )
        .exists()
    )
    free = (
        select(waiting.c.id)
        .where(
            waiting.c.id == bindparam("of_id"),
            waiting.c.status == word("pending"),
            or_(waiting.c.not_before.is_(None), waiting.c.not_before <= func.now()),
            ~waits_for_older,
        )
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    return (
        update(table).where(table.c.id == free).values(status="done", done_at=func.now()).returning(*table.c)
    )


async def forget_update(session: AsyncSession, item_id: int) -> None:
    """Delete an update that nobody needs to know of any more."""
    await rows_inside(session, _forgetting(), {"of_id": item_id})


@cache
def _forgetting() -> Delete:
    table = table_of(InboxItem)
    return delete(table).where(table.c.id == bindparam("of_id"))


async def forget_chats(session: AsyncSession, chats: Sequence[tuple[str, str]]) -> None:
    """Delete what arrived from these (channel, chat); what is being worked on just now loses its content.

    It is not taken for new when it is brought again: messengers repeat, and lists of theirs are read again.
    """
    for channel, chat in chats:
        from_there = (InboxItem.channel == channel) & (InboxItem.chat == chat)
        gone = delete(InboxItem).where(from_there, InboxItem.status != "pending")
        external_ids = (await session.execute(gone.returning(InboxItem.external_id))).scalars()
        digests = [{"digest": _digest(channel, external_id)} for external_id in external_ids]
        if digests:
            await session.execute(insert(ForgottenUpdate).on_conflict_do_nothing(), digests)
        await session.execute(update(InboxItem).where(from_there).values(payload={}))


async def record_failure(session: AsyncSession, item_id: int, error: str) -> bool:
    """Note that working on an update failed; True when it was the last try."""
    item = await session.get_one(InboxItem, item_id, with_for_update=True)
    item.attempts += 1
    item.error = error[:200]
    if item.attempts >= MOST_ATTEMPTS:
        item.status, item.done_at = "failed", func.now()
        return True
    item.not_before = seconds_from_now(RETRY_AFTER * item.attempts)
    return False


def _digest(channel: str, external_id: str) -> bytes:
    return hashlib.sha256(f"{channel}:{external_id}".encode()).digest()
