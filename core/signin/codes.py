"""Codes that prove a phone number: six digits, good for five minutes, five tries and one use.

Nothing that is kept gives a code away. While it is on its way, its row holds a random nonce from which the
sender derives it (HMAC-SHA256 truncated as in RFC 4226, section 5.3, with the key of this installation), so
that no broker and no log ever carries it. Once it is sent the nonce goes, and what stays is an HMAC of the
code with the request's id, which only whoever asked for it knows: a copy of the database, keys included, does
not tell which of a million codes it is.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.db.lease import seconds_from_now
from core.db.notify import WORK, notify
from core.db.secrets import instance_secret
from core.errors import CodeExpired, CodeTriedTooOften, CodeWrong
from core.signin.code_models import PhoneCode

DIGITS = 6
CODE_SECONDS = 300.0
MOST_TRIES = 5
NONCE_BYTES = 32


class CodeBook:
    """Makes and checks codes with this installation's key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def code_from(self, nonce: bytes) -> str:
        """Six digits, each code as likely as any other (to one part in 2^236)."""
        number = int.from_bytes(hmac.digest(self._key, b"code" + nonce, hashlib.sha256))
        return f"{number % 10**DIGITS:0{DIGITS}}"

    def proof(self, request_id: uuid.UUID, code: str) -> bytes:
        """What is kept of a code: 32 bytes that are good for this request alone."""
        return hmac.digest(self._key, b"proof" + request_id.bytes + code.encode(), hashlib.sha256)

    def hidden(self, what: str) -> str:
        """A name for a number or an address that tells nothing about it, to count under."""
        return hmac.new(self._key, b"count" + what.encode(), hashlib.sha256).hexdigest()[:32]


async def code_book(session: AsyncSession) -> CodeBook:
    """The same in all processes of this installation."""
    return CodeBook(await instance_secret(session, "phone-codes"))


async def make(session: AsyncSession, book: CodeBook, phone_number: str, route: str) -> uuid.UUID:
    """Make a code and let it be sent when this transaction commits; returns the request's id."""
    request_id, nonce = uuid.uuid4(), secrets.token_bytes(NONCE_BYTES)
    row = {
        "id": uuid.uuid4(),
        "request_hash": _hash(request_id),
        "code_hash": book.proof(request_id, book.code_from(nonce)),
        "nonce": nonce,
        "phone_number": phone_number,
        "route": route,
        "expires_at": seconds_from_now(CODE_SECONDS),
    }
    await session.execute(insert(PhoneCode).values(**row))
    await notify(session, WORK)
    return request_id


@dataclass(frozen=True)
class Try:
    """One of the five chances to name a code, taken."""

    code_id: uuid.UUID
    request_id: uuid.UUID
    code_hash: bytes
    left: int


async def take_try(session: AsyncSession, request_id: uuid.UUID) -> Try:
    """Count a try, in one statement, so that however many come at once no more than five get one.

    Commit this before the code is looked at. Raises CodeExpired, CodeTriedTooOften.
    """
    statement = (
        update(PhoneCode)
        .where(_asked_by(request_id), _is_fresh(), PhoneCode.tries < MOST_TRIES)
        .values(tries=PhoneCode.tries + 1)
        .returning(PhoneCode.id, PhoneCode.code_hash, PhoneCode.tries)
    )
    found = (await session.execute(statement)).one_or_none()
    if found is not None:
        code_id, code_hash, tries = found
        return Try(code_id, request_id, code_hash, MOST_TRIES - tries)
    is_there = select(PhoneCode.id).where(_asked_by(request_id), _is_fresh())
    raise CodeExpired if (await session.execute(is_there)).first() is None else CodeTriedTooOften


def digits_of(text: str) -> str:
    """`048392` of `048 392`, also where it is typed in the digits of another script."""
    return "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())


def check(book: CodeBook, taken: Try, code: str) -> None:
    """Compare in constant time. Raises CodeWrong, with the last try CodeTriedTooOften."""
    if not hmac.compare_digest(book.proof(taken.request_id, code), taken.code_hash):
        raise CodeWrong(tries_left=taken.left) if taken.left else CodeTriedTooOften


async def spend(session: AsyncSession, taken: Try) -> str:
    """Use up a code that was named rightly; returns the number it proves. Raises CodeExpired.

    The row goes: of two who name it at once one is let in, and the number is not kept longer than needed.
    """
    statement = (
        delete(PhoneCode).where(PhoneCode.id == taken.code_id, _is_fresh()).returning(PhoneCode.phone_number)
    )
    number = (await session.execute(statement)).scalar_one_or_none()
    if number is None:
        raise CodeExpired
    return number


async def forget_number(session: AsyncSession, phone_number: str) -> None:
    """Delete the codes for a number."""
    await session.execute(delete(PhoneCode).where(PhoneCode.phone_number == phone_number))


async def forget_old(session: AsyncSession) -> None:
    """Delete the codes that are over."""
    await session.execute(delete(PhoneCode).where(~_is_fresh()))


def _asked_by(request_id: uuid.UUID) -> ColumnElement[bool]:
    return PhoneCode.request_hash == _hash(request_id)


def _is_fresh() -> ColumnElement[bool]:
    return PhoneCode.expires_at > func.now()


def _hash(request_id: uuid.UUID) -> bytes:
    return hashlib.sha256(request_id.bytes).digest()
