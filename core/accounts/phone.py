"""Phone numbers: how they are written, and whose they are."""

from __future__ import annotations

import uuid

import phonenumbers
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import User

LONGEST = 15


def in_full(number: str) -> str | None:
    """A number with its country's code as E.164, `+919812345678`; None for what is no possible number.

    Messengers leave out the plus, address books put spaces and dashes in.
    """
    try:
        parsed = phonenumbers.parse(f"+{number.strip().lstrip('+')}")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    full = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return full if len(full) <= LONGEST else None


def calling_code(number: str) -> str:
    """`+91` of `+919812345678`."""
    return f"+{phonenumbers.parse(number).country_code}"


def hint(number: str) -> str:
    """`+91 … 678`: enough to know one's own number by, too little for whoever looks on."""
    return f"{calling_code(number)} … {number[-3:]}"


async def give_number(session: AsyncSession, user: User, number: str) -> uuid.UUID | None:
    """The number is proved to be this person's now.

    Whoever had it loses it: a number that changes hands takes nothing along. Both rows are locked in one
    order, so that two who prove the same number at once follow one another. The id of who lost it, to be told
    of it (core.chat.notices); None where nobody did.
    """
    query = (
        select(User)
        .where(or_(User.id == user.id, User.phone_number == number))
        .order_by(User.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    lost_by = None
    for former in (await session.execute(query)).scalars().all():
        if former.id != user.id:
            former.phone_number, former.country_code, former.is_verified = None, None, False
            lost_by = former.id
    await session.flush()
    user.phone_number, user.country_code, user.is_verified = number, calling_code(number), True
    return lost_by
