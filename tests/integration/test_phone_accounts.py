"""Whose account a proved number opens: owners who come back, and numbers that have gone to somebody else."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from core.accounts.models import ChannelIdentity, User
from core.accounts.phone import give_number, vouch
from core.accounts.service import ChatAccount, identity_of
from core.bootstrap import Services
from core.catalog.models import Song
from core.library.models import LibraryEntry
from core.membership.identities import unlink_phone
from core.signin.phone_sign_in import RESTS, add_number, sign_in_with
from tests.fixtures.codes import NUMBER

pytestmark = pytest.mark.broad

LONG_AGO = RESTS + timedelta(days=1)


async def sign_in(services: Services, number: str = NUMBER) -> uuid.UUID:
    async with services.database.transaction() as session:
        return (await sign_in_with(session, number)).user.id


async def at_chat(services: Services, name: str, number: str | None = None) -> uuid.UUID:
    """Somebody writes from a messenger, which may vouch for their number; their account."""
    async with services.database.transaction() as session:
        return (await identity_of(session, ChatAccount("whatsapp", name, name, "en", number))).user_id


async def shares_number(services: Services, name: str) -> uuid.UUID:
    """Somebody shares the number by a button in Telegram; their account."""
    async with services.database.transaction() as session:
        identity = await identity_of(session, ChatAccount("telegram", name, name))
        await give_number(session, identity.user, NUMBER)
        vouch(identity, NUMBER)
        return identity.user_id


async def proved_ago(services: Services, user_id: uuid.UUID, ago: timedelta) -> None:
    async with services.database.transaction() as session:
        user = await session.get_one(User, user_id)
        user.number_proved_at = datetime.now(UTC) - ago


async def user_of(services: Services, user_id: uuid.UUID) -> User:
    async with services.database.transaction() as session:
        return await session.get_one(User, user_id)


async def test_a_new_number_makes_an_account_and_opens_it_again(services: Services) -> None:
    first = await sign_in(services)
    assert await sign_in(services) == first
    user = await user_of(services, first)
    assert (user.phone_number, user.country_code, user.is_verified) == (NUMBER, "+91", True)


async def test_many_at_once_make_one_account(services: Services) -> None:
    assert len(set(await asyncio.gather(*(sign_in(services) for _ in range(8))))) == 1
    async with services.database.transaction() as session:
        assert (await session.execute(select(func.count()).select_from(User))).scalar_one() == 1


async def test_the_account_of_the_chat_where_the_number_was_shared(services: Services) -> None:
    asha = await shares_number(services, "asha")
    assert await sign_in(services) == asha


async def test_who_writes_from_the_number_is_known_by_it(services: Services) -> None:
    asha = await at_chat(services, "asha", NUMBER)
    assert await sign_in(services) == asha
    assert (await user_of(services, asha)).phone_number == NUMBER


async def test_writing_from_a_number_takes_it_from_nobody(services: Services) -> None:
    holder = await sign_in(services)
    writer = await at_chat(services, "ravi", NUMBER)
    assert writer != holder
    assert await sign_in(services) == holder
    assert (await user_of(services, writer)).phone_number is None


async def test_a_number_that_changed_hands_opens_its_new_owners_account(services: Services) -> None:
    former = await sign_in(services)
    async with services.database.transaction() as session:
        song = Song(title="Private", artist="", is_private=True)
        session.add(song)
        await session.flush()
        session.add(LibraryEntry(user_id=former, song_id=song.id, saved=True))
    owner = await shares_number(services, "ravi")
    assert owner != former
    assert await sign_in(services) == owner
    before = await user_of(services, former)
    assert (before.phone_number, before.is_verified) == (None, False)
    async with services.database.transaction() as session:
        entries = (await session.execute(select(LibraryEntry.user_id))).scalars().all()
    assert entries == [former]


async def test_a_former_owners_chat_is_no_way_back_to_the_number(services: Services) -> None:
    """Even when the new owner has deleted their account, so that nobody has the number."""
    former = await shares_number(services, "former")
    owner = await shares_number(services, "owner")
    async with services.database.transaction() as session:
        await session.delete(await session.get_one(User, owner))
    assert await sign_in(services) not in {former, owner}


@pytest.mark.parametrize(("ago", "is_same"), [(RESTS - timedelta(days=1), True), (LONG_AGO, False)])
async def test_a_number_not_proved_for_long_moves_alone_where_a_chat_leads_to_the_old_account(
    services: Services, ago: timedelta, is_same: bool
) -> None:
    asha = await shares_number(services, "asha")
    await proved_ago(services, asha, ago)
    assert (await sign_in(services) == asha) is is_same
    assert ((await user_of(services, asha)).phone_number == NUMBER) is is_same


async def test_an_account_with_no_other_way_in_stays_with_its_number(services: Services) -> None:
    asha = await sign_in(services)
    await proved_ago(services, asha, LONG_AGO)
    assert await sign_in(services) == asha
    await proved_ago(services, asha, LONG_AGO)
    assert await sign_in(services) == asha, "each sign-in proves it anew"


async def test_a_number_that_is_added_moves_alone(services: Services) -> None:
    former, asha = await sign_in(services), await at_chat(services, "asha")
    async with services.database.transaction() as session:
        await add_number(session, await session.get_one(User, asha), NUMBER)
    assert (await user_of(services, former)).phone_number is None
    assert await sign_in(services) == asha


async def test_who_took_the_number_away_is_not_found_by_it_again(services: Services) -> None:
    asha = await at_chat(services, "asha", NUMBER)
    assert await sign_in(services) == asha
    async with services.database.transaction() as session:
        await unlink_phone(session, asha, uuid.uuid4())
    await at_chat(services, "asha", NUMBER)
    assert await sign_in(services) != asha


async def test_what_the_messenger_vouches_for_is_noted_once_a_day(services: Services) -> None:
    async def noted_at() -> datetime:
        await at_chat(services, "asha", NUMBER)
        async with services.database.transaction() as session:
            identity = (await session.execute(select(ChannelIdentity))).scalar_one()
            assert identity.phone_number == NUMBER
            assert identity.number_proved_at is not None
            return identity.number_proved_at

    first = await noted_at()
    assert await noted_at() == first
    async with services.database.transaction() as session:
        identity = (await session.execute(select(ChannelIdentity))).scalar_one()
        identity.number_proved_at = first - timedelta(days=2)
    assert await noted_at() > first
