"""What we know of the content templates at Twilio: sids, WhatsApp's word on them, and what went wrong."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.db.base import table_of
from core.db.reading import Reader, rows_by
from core.whatsapp.models import WhatsAppMessage, WhatsAppTemplate

logger = logging.getLogger(__name__)

READY_SETTING = "MELODY_TWILIO_TEMPLATE_READY_SID"
"""The name of a template that the operator made and named by its sid alone."""
CODE_SETTING = "MELODY_TWILIO_TEMPLATE_OTP_SID"
"""The same of the one for sign-in codes."""
RESTS_FOR = timedelta(hours=1)
"""How long a template is left alone that Twilio says it does not know."""
UNKNOWN_AT_TWILIO = frozenset({"twilio-21655", "twilio-92006", "wrong-credentials"})


@dataclass(frozen=True)
class Found:
    """One template after setting up: made now or there before, or the reason why it is neither."""

    name: str
    sid: str | None
    is_new: bool = False
    says_ready_in: str | None = None
    """The language in which it says that a song is ready; None for those that carry choices."""
    approval: str | None = None
    """WhatsApp's word on it, where it needs one."""
    problem: str | None = None


async def usable(reader: Reader, account: str, name: str) -> WhatsAppTemplate | None:
    """The template to send with, where there is one; outside of any session."""
    rows = await rows_by(reader, _named(), {"of_account": account, "its_name": name})
    template = WhatsAppTemplate(**rows[0]._asdict()) if rows else None
    if template is None or template.failed_at is None or template.error not in UNKNOWN_AT_TWILIO:
        return template
    return template if template.failed_at < datetime.now(UTC) - RESTS_FOR else None


@cache
def _named() -> Select[Any]:
    table = table_of(WhatsAppTemplate)
    return select(*table.c).where(
        table.c.account == bindparam("of_account"), table.c.name == bindparam("its_name")
    )


async def all_of(session: AsyncSession, account: str) -> list[WhatsAppTemplate]:
    query = select(WhatsAppTemplate).where(WhatsAppTemplate.account == account)
    return list((await session.execute(query.order_by(WhatsAppTemplate.name))).scalars())


async def keep(session: AsyncSession, account: str, name: str, sid: str, approval: str | None = None) -> None:
    """Remember a template that is there; what went wrong with it before is forgotten."""
    values = {"sid": sid, "approval": approval, "failed_at": None, "error": None}
    statement = insert(WhatsAppTemplate).values(account=account, name=name, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["account", "name"], set_=values))


async def note_failure(session: AsyncSession, name: str, error: str) -> None:
    """A message made of this template failed for what it is."""
    logger.warning("a WhatsApp template failed", extra={"template": name, "error": error})
    await session.execute(
        update(WhatsAppTemplate)
        .where(WhatsAppTemplate.name == name)
        .values(failed_at=func.now(), error=error[:60], approval=None)
    )


async def has_failed_before(session: AsyncSession, delivery_id: uuid.UUID) -> bool:
    """Whether a message of this delivery that was made of a template did not arrive."""
    query = select(WhatsAppMessage.sid).where(
        WhatsAppMessage.delivery_id == delivery_id,
        WhatsAppMessage.template.is_not(None),
        WhatsAppMessage.status.in_(("failed", "undelivered")),
    )
    return (await session.execute(query.limit(1))).first() is not None
