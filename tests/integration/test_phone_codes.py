"""Codes: six digits, five minutes, five tries, one use, for one request; and nothing kept gives one away."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.bootstrap import Services
from core.errors import CodeExpired, CodeTriedTooOften, CodeWrong, MelodyError
from core.signin import codes
from core.signin.code_models import PhoneCode
from core.sweep import sweep
from tests.fixtures.codes import NUMBER, let_pass

pytestmark = pytest.mark.broad

GUESSES = 1000


async def made(services: Services, number: str = NUMBER) -> tuple[uuid.UUID, str]:
    """A request for a code, and the code."""
    async with services.database.transaction() as session:
        book = await codes.code_book(session)
        request_id = await codes.make(session, book, number, "sms")
    async with services.database.transaction() as session:
        newest = select(PhoneCode).order_by(PhoneCode.created_at.desc()).limit(1)
        row = (await session.execute(newest)).scalar_one()
    assert row.nonce is not None
    return request_id, book.code_from(row.nonce)


async def named(services: Services, request_id: uuid.UUID, code: str) -> str:
    """Name a code as the route does; the number that it proves."""
    async with services.database.transaction() as session:
        book = await codes.code_book(session)
        taken = await codes.take_try(session, request_id)
    codes.check(book, taken, code)
    async with services.database.transaction() as session:
        return await codes.spend(session, taken)


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def test_a_code_proves_its_number_once(services: Services) -> None:
    request_id, code = await made(services)
    assert len(code) == 6
    assert await named(services, request_id, code) == NUMBER
    with pytest.raises(CodeExpired):
        await named(services, request_id, code)


async def test_five_tries_and_the_right_code_comes_too_late(services: Services) -> None:
    request_id, code = await made(services)
    for left in (4, 3, 2, 1):
        with pytest.raises(CodeWrong) as wrong:
            await named(services, request_id, another(code))
        assert wrong.value.params == {"tries_left": left}
    for late in (another(code), code, code):
        with pytest.raises(CodeTriedTooOften):
            await named(services, request_id, late)


async def test_the_fifth_try_may_be_right(services: Services) -> None:
    request_id, code = await made(services)
    for _ in range(4):
        with pytest.raises(CodeWrong):
            await named(services, request_id, another(code))
    assert await named(services, request_id, code) == NUMBER


async def test_of_a_thousand_guesses_at_once_five_are_looked_at(services: Services) -> None:
    request_id, code = await made(services)
    looked_at: list[str] = []

    async def guess(number: int) -> str:
        try:
            async with services.database.transaction() as session:
                taken = await codes.take_try(session, request_id)
            looked_at.append(f"{number:06}")
            codes.check(codes.CodeBook(b"no key of ours"), taken, f"{number:06}")
        except MelodyError as error:
            return error.code
        return "let in"

    answers = Counter(await asyncio.gather(*(guess(number) for number in range(GUESSES))))
    assert len(looked_at) == codes.MOST_TRIES
    assert answers == {"otp-wrong": codes.MOST_TRIES - 1, "otp-too-many": GUESSES - codes.MOST_TRIES + 1}
    with pytest.raises(CodeTriedTooOften):
        await named(services, request_id, code)


async def test_the_right_code_from_many_places_at_once_lets_one_in(services: Services) -> None:
    request_id, code = await made(services)

    async def try_it() -> str:
        try:
            return await named(services, request_id, code)
        except MelodyError as error:
            return error.code

    answers = Counter(await asyncio.gather(*(try_it() for _ in range(20))))
    assert answers[NUMBER] == 1


async def test_a_code_is_good_for_its_own_request_alone(services: Services) -> None:
    first, code = await made(services)
    second, other = await made(services)
    if code != other:
        with pytest.raises(CodeWrong):
            await named(services, second, code)
    with pytest.raises(CodeExpired):
        await named(services, uuid.uuid4(), code)
    assert await named(services, first, code) == NUMBER


@pytest.mark.parametrize(("seconds", "is_good"), [(299, True), (301, False)])
async def test_a_code_is_good_for_five_minutes(services: Services, seconds: int, is_good: bool) -> None:
    request_id, code = await made(services)
    await let_pass(services, timedelta(seconds=seconds))
    if is_good:
        assert await named(services, request_id, code) == NUMBER
    else:
        with pytest.raises(CodeExpired):
            await named(services, request_id, code)


async def test_neither_the_code_nor_the_request_is_kept(services: Services) -> None:
    request_id, code = await made(services)
    async with services.database.transaction() as session:
        row = (await session.execute(select(PhoneCode.__table__))).one()
    kept = b"|".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    assert code.encode() not in kept.replace(NUMBER.encode(), b"").replace(str(row.created_at).encode(), b"")
    assert request_id.bytes not in kept
    assert str(request_id).encode() not in kept


def test_all_codes_are_as_likely_as_each_other() -> None:
    book = codes.CodeBook(b"k" * 32)
    made = [book.code_from(number.to_bytes(32)) for number in range(20_000)]
    assert all(len(code) == 6 and code.isdecimal() for code in made)
    for place in range(6):
        counts = Counter(code[place] for code in made)
        assert set(counts) == set("0123456789")
        assert max(counts.values()) < 1.15 * min(counts.values())


@pytest.mark.parametrize(
    ("typed", "code"),
    [("048392", "048392"), (" 048 392 ", "048392"), ("०४८३९२", "048392"), ("", ""), ("x", "")],
)
def test_codes_as_people_type_them(typed: str, code: str) -> None:
    assert codes.digits_of(typed) == code


async def test_old_codes_are_swept_away(services: Services) -> None:
    await made(services)
    await let_pass(services, timedelta(seconds=301))
    await made(services)
    await sweep(services)
    async with services.database.transaction() as session:
        assert (await session.execute(select(func.count()).select_from(PhoneCode))).scalar_one() == 1
