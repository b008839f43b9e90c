"""Keeping level with Twilio whatever became of its webhooks: one at a time reads its lists, twice a
minute."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, update
from sqlalchemy.dialects.postgresql import insert

from core.db.lease import seconds_from_now
from core.db.session import Database
from core.errors import MelodyError
from core.whatsapp.asking import ask_for_receipts
from core.whatsapp.at_twilio import AtTwilio
from core.whatsapp.models import WhatsAppMark
from core.whatsapp.receipts import TellOfHeld
from core.whatsapp.taking_up import take_up

logger = logging.getLogger(__name__)

RUN_SECONDS = 60.0
"""The longest a run takes; the next goes on where it ended."""
BUSY_SECONDS = 90.0


@dataclass(frozen=True)
class _Turn:
    read_until: datetime | None
    now: datetime


class CatchUp:
    def __init__(self, database: Database, twilio: AtTwilio, tell_of_held: TellOfHeld) -> None:
        self._database = database
        self._twilio = twilio
        self._tell_of_held = tell_of_held

    async def run(self) -> None:
        """Take up what no webhook brought, and ask about what no receipt told. Nothing happens while somebody
        else is at it; what Twilio does not answer now is left to the next run."""
        turn = await self._begin()
        if turn is None:
            return
        try:
            async with asyncio.timeout(RUN_SECONDS):
                await take_up(self._database, self._twilio, turn.read_until, turn.now, self._read_until)
                await ask_for_receipts(self._database, self._twilio, self._tell_of_held)
        except MelodyError as error:
            logger.warning("Twilio's lists are read later: %s", error.detail)
        except TimeoutError:
            logger.info("Twilio's lists are long: the next run goes on")
        finally:
            await self._end()

    async def _begin(self) -> _Turn | None:
        """The turn of this process; None where another has it."""
        async with self._database.transaction() as session:
            new = insert(WhatsAppMark).values(sender=self._twilio.sender)
            await session.execute(new.on_conflict_do_nothing())
            taken = (
                update(WhatsAppMark)
                .where(
                    WhatsAppMark.sender == self._twilio.sender,
                    or_(WhatsAppMark.busy_until.is_(None), WhatsAppMark.busy_until < func.now()),
                )
                .values(busy_until=seconds_from_now(BUSY_SECONDS))
                .returning(WhatsAppMark.read_until, func.now())
            )
            row = (await session.execute(taken)).one_or_none()
        return None if row is None else _Turn(row[0], row[1])

    async def _read_until(self, time: datetime) -> None:
        """Everything sent to us before is there."""
        await self._set(read_until=func.greatest(WhatsAppMark.read_until, time))

    async def _end(self) -> None:
        await self._set(busy_until=None)

    async def _set(self, **values: object) -> None:
        async with self._database.transaction() as session:
            mark = update(WhatsAppMark).where(WhatsAppMark.sender == self._twilio.sender)
            await session.execute(mark.values(**values))
