"""Messages of ours of which no receipt tells how they ended: Twilio is asked, a few minutes after they went
out and then less and less often.

A receipt gets lost when the gateway is down while Twilio tells. What Twilio answers is recorded as the
receipt would have been: what failed is sent or offered again.
"""

from __future__ import annotations

import logging
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.db.lease import seconds_from_now
from core.db.session import Database
from core.errors import MelodyError
from core.whatsapp.at_twilio import AtTwilio, ListTooLong, MessageState
from core.whatsapp.models import WhatsAppMessage
from core.whatsapp.receipts import FAILED, FINAL, RANK, Receipt, Recorded, TellOfHeld, record_receipt

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 200
ASKED_FOR = timedelta(days=1)
"""How long after it went out a message is asked about; a telephone may be off for long."""
FIRST_PAUSE = 300.0
"""Seconds between the first question and the second; then always twice as long, ..."""
LONGEST_PAUSE = 6 * 3600.0
"""... up to this."""
SOON = 60.0
CLOSE = timedelta(minutes=10)
"""Messages that went out within this time are found in one list, ..."""
FEW = 5
"""... but up to so many are asked for one by one."""
QUEUED_FOR = timedelta(minutes=5)
"""How long a message usually takes at most from us to WhatsApp; what takes longer is asked for alone."""
CLOCKS_DIFFER = timedelta(seconds=5)


@dataclass(frozen=True)
class Open:
    """A message of ours without a receipt that says how it ended."""

    sid: str
    delivery_id: uuid.UUID
    part: int
    parts: int
    status: str
    template: str | None
    created_at: datetime


async def ask_for_receipts(database: Database, twilio: AtTwilio, tell_of_held: TellOfHeld) -> int:
    """Ask about what is due; returns of how many messages something new is known. `tell_of_held` is called
    for a delivery that waits for its person now.

    Raises ServiceUnavailable, ConfigurationError; what was not asked is due again soon.
    """
    async with database.transaction() as session:
        left = await _due(session)
    news = 0
    try:
        while left:
            close = [message for message in left if message.created_at - left[0].created_at <= CLOSE]
            states = await _states(twilio, close)
            left = left[len(close) :]
            for message in close:
                news += await _record(database, message, states.get(message.sid), tell_of_held)
    except MelodyError:
        await _ask_soon(database, left)
        raise
    return news


async def _due(session: AsyncSession) -> list[Open]:
    """What is to be asked now, oldest first; nobody else asks it, and its next time is set."""
    query = (
        select(WhatsAppMessage)
        .where(WhatsAppMessage.ask_at <= func.now())
        .order_by(WhatsAppMessage.ask_at)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    due = (await session.execute(query)).scalars().all()
    now: datetime = (await session.execute(select(func.now()))).scalar_one()
    for message in due:
        pause = min(FIRST_PAUSE * 2.0 ** min(message.asked, 12), LONGEST_PAUSE) * random.uniform(1.0, 1.25)
        later = now + timedelta(seconds=pause)
        message.ask_at = later if later - message.created_at < ASKED_FOR else None
        message.asked += 1
    return sorted(
        (
            Open(
                each.sid,
                each.delivery_id,
                each.part,
                each.parts,
                each.status,
                each.template,
                each.created_at,
            )
            for each in due
        ),
        key=lambda message: message.created_at,
    )


async def _states(twilio: AtTwilio, messages: Sequence[Open]) -> dict[str, MessageState]:
    """What became of messages that went out close together."""
    found: dict[str, MessageState] = {}
    if len(messages) > FEW:
        first, last = messages[0].created_at, messages[-1].created_at
        try:
            found = await twilio.states(first - CLOCKS_DIFFER, last + QUEUED_FOR)
        except ListTooLong:
            logger.info("too many messages went out at once to look them up in a list")
    for message in messages:
        if message.sid not in found and (state := await twilio.state(message.sid)) is not None:
            found[message.sid] = state
    return found


async def _record(
    database: Database, message: Open, state: MessageState | None, tell_of_held: TellOfHeld
) -> bool:
    """Note what Twilio says; whether that is new."""
    if state is None or state.status == message.status or state.status not in {*RANK, *FAILED}:
        return False
    receipt = Receipt(
        message.sid,
        message.delivery_id,
        message.part,
        message.parts,
        state.status,
        state.error_code,
        message.template,
    )
    async with database.transaction() as session:
        recorded = await record_receipt(session, receipt, tell_of_held)
    if recorded is Recorded.TOO_EARLY:
        await _ask_soon(database, [message])
    return recorded is Recorded.DONE


async def _ask_soon(database: Database, messages: Sequence[Open]) -> None:
    """These were not asked about after all."""
    soon = seconds_from_now(SOON * random.uniform(1.0, 1.25))
    sids = [message.sid for message in messages]
    async with database.transaction() as session:
        await session.execute(
            update(WhatsAppMessage)
            .where(WhatsAppMessage.sid.in_(sids), WhatsAppMessage.status.not_in(FINAL))
            .values(ask_at=soon)
        )
