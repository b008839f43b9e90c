"""Phone numbers: how they are written, and whose they are."""

from __future__ import annotations

import uuid

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType
from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import ChannelIdentity, User
from core.errors import PhoneNumberUnusable

LONGEST = 15
HOME = "IN"
"""Where a number without its country's code is from."""
MOST_TYPED = 64
_COSTLY = {
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
}
"""Numbers of businesses: no person reads a text message there."""


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
    full = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    return full if len(full) <= LONGEST else None


def as_typed(text: str) -> str:
    """E.164 of what a person typed as their mobile number. Raises PhoneNumberUnusable.

    `98123 45678`, `098123 45678`, `919812345678` and `+91-98123-45678` are the same; with the code of its
    country any number in the world is understood.
    """
    text = text.strip()
    if not text or len(text) > MOST_TYPED or any(letter.isalpha() for letter in text):
        raise PhoneNumberUnusable
    readings = [_parsed(text, HOME)]
    if not text.startswith("+"):
        readings.append(_parsed(f"+{text}", None))
    possible = [number for number in readings if number is not None]
    valid = [number for number in possible if phonenumbers.is_valid_number(number)]
    for number in [*valid, *possible]:  # new ranges are in use before the tables know them
        full = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        if phonenumbers.number_type(number) not in _COSTLY and len(full) <= LONGEST:
            return full
    raise PhoneNumberUnusable


def _parsed(text: str, region: str | None) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) and not number.extension else None


def calling_code(number: str) -> str:
    """`+91` of `+919812345678`."""
    return f"+{phonenumbers.parse(number).country_code}"


def hint(number: str) -> str:
    """`+91 … 678`: enough to know one's own number by, too little for whoever looks on."""
    return f"{calling_code(number)} … {number[-3:]}"


async def lock_number(session: AsyncSession, number: str) -> None:
    """Let those who prove the same number at once follow one another, to the end of the transaction."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"number {number}", 0))))


async def give_number(session: AsyncSession, user: User, number: str) -> uuid.UUID | None:
    """The number is proved to be this person's now.

    Whoever had it loses it, and so do their chats: a number that changes hands takes nothing along.
    The id of who lost it, to be told of it (core.chat.notices); None where nobody did.
    """
    await lock_number(session, number)
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
    await session.execute(
        update(ChannelIdentity)
        .where(ChannelIdentity.phone_number == number, ChannelIdentity.user_id != user.id)
        .values(phone_number=None, number_proved_at=None)
    )
    await session.flush()
    user.phone_number, user.country_code, user.is_verified = number, calling_code(number), True
    user.number_proved_at = func.now()
    return lost_by


def vouch(identity: ChannelIdentity, number: str) -> None:
    """The messenger says that this number is that of the chat account, now."""
    identity.phone_number, identity.number_proved_at = number, func.now()
