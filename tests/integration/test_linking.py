"""Two chats become one account when both say yes, and nothing of either is lost."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest
from sqlalchemy import select, update

from core.accounts.models import ChannelIdentity, User
from core.accounts.service import ChatAccount, identity_of
from core.bootstrap import Services
from core.catalog.models import Song
from core.db.lease import seconds_from_now
from core.errors import AlreadyLinked, LinkCodeUnknown
from core.library.models import LibraryEntry
from core.membership.linking import Answer, answer, give_code, take_code
from core.membership.models import LinkRequest

pytestmark = pytest.mark.broad


class People:
    def __init__(self, services: Services) -> None:
        self.database = services.database

    async def somebody(self, channel: str = "telegram") -> ChannelIdentity:
        async with self.database.transaction() as session:
            return await identity_of(session, ChatAccount(channel, uuid.uuid4().hex, "Asha"))

    async def code_for(self, identity: ChannelIdentity) -> str:
        async with self.database.transaction() as session:
            return await give_code(session, identity)

    async def types(self, identity: ChannelIdentity, code: str) -> uuid.UUID:
        async with self.database.transaction() as session:
            return (await take_code(session, identity, code)).request_id

    async def says(self, identity: ChannelIdentity, request_id: uuid.UUID, *, yes: bool) -> Answer:
        async with self.database.transaction() as session:
            return (await answer(session, identity, request_id, agrees=yes))[0]

    async def link(self, asker: ChannelIdentity, other: ChannelIdentity) -> None:
        request_id = await self.types(other, await self.code_for(asker))
        assert await self.says(asker, request_id, yes=True) is Answer.WAITING
        assert await self.says(other, request_id, yes=True) is Answer.LINKED

    async def user_of(self, identity: ChannelIdentity) -> User:
        query = select(User).join(ChannelIdentity).where(ChannelIdentity.id == identity.id)
        async with self.database.transaction() as session:
            return (await session.execute(query)).scalar_one()

    async def library(self, identity: ChannelIdentity) -> dict[uuid.UUID, LibraryEntry]:
        user = await self.user_of(identity)
        query = select(LibraryEntry).where(LibraryEntry.user_id == user.id)
        async with self.database.transaction() as session:
            return {entry.song_id: entry for entry in (await session.execute(query)).scalars()}

    async def add(self, *rows: Any) -> None:
        async with self.database.transaction() as session:
            session.add_all(rows)


@pytest.fixture
def people(services: Services) -> People:
    return People(services)


async def test_both_say_yes(people: People) -> None:
    telegram, whatsapp = await people.somebody(), await people.somebody("whatsapp")
    await people.link(telegram, whatsapp)
    assert (await people.user_of(telegram)).id == (await people.user_of(whatsapp)).id
    async with people.database.transaction() as session:
        assert len((await session.execute(select(User))).all()) == 1


@pytest.mark.parametrize("typed", ["{code}", " {code} ", "{lower}", "{spaced}"])
async def test_the_code_however_it_is_typed(people: People, typed: str) -> None:
    asker, other = await people.somebody(), await people.somebody("whatsapp")
    code = await people.code_for(asker)
    await people.types(other, typed.format(code=code, lower=code.lower(), spaced=code.replace("-", " ")))


async def test_one_no_is_enough(people: People) -> None:
    asker, other = await people.somebody(), await people.somebody("whatsapp")
    request_id = await people.types(other, await people.code_for(asker))
    await people.says(asker, request_id, yes=True)
    assert await people.says(other, request_id, yes=False) is Answer.REFUSED
    with pytest.raises(LinkCodeUnknown):
        await people.says(other, request_id, yes=True)
    assert (await people.user_of(asker)).id != (await people.user_of(other)).id


async def test_a_code_that_was_passed_on_joins_nobody_by_itself(people: People) -> None:
    """Neither the attacker whose code somebody typed nor one who typed somebody's gets anything alone."""
    attacker, victim = await people.somebody(), await people.somebody("whatsapp")
    request_id = await people.types(victim, await people.code_for(attacker))
    assert await people.says(attacker, request_id, yes=True) is Answer.WAITING
    assert await people.says(attacker, request_id, yes=True) is Answer.WAITING
    assert (await people.user_of(attacker)).id != (await people.user_of(victim)).id
    stranger = await people.somebody("whatsapp")
    with pytest.raises(LinkCodeUnknown):
        await people.says(stranger, request_id, yes=True)


async def test_codes_that_are_no_use(people: People) -> None:
    asker, other, late = await people.somebody(), await people.somebody("whatsapp"), await people.somebody()
    code = await people.code_for(asker)
    for identity, typed in ((other, "WRONG-CODE"), (other, ""), (asker, code)):
        with pytest.raises(LinkCodeUnknown):
            await people.types(identity, typed)
    await people.types(other, code)
    with pytest.raises(LinkCodeUnknown):
        await people.types(late, code)
    first = await people.code_for(late)
    await people.code_for(late)
    with pytest.raises(LinkCodeUnknown):
        await people.types(other, first)


async def test_a_code_is_good_for_ten_minutes(people: People) -> None:
    asker, other = await people.somebody(), await people.somebody("whatsapp")
    code = await people.code_for(asker)
    async with people.database.transaction() as session:
        await session.execute(update(LinkRequest).values(expires_at=seconds_from_now(-1)))
    with pytest.raises(LinkCodeUnknown):
        await people.types(other, code)


async def test_linked_once_is_enough(people: People) -> None:
    asker, other = await people.somebody(), await people.somebody("whatsapp")
    await people.link(asker, other)
    code = await people.code_for(asker)
    with pytest.raises(AlreadyLinked):
        await people.types(other, code)


async def test_only_one_of_many_who_type_it_at_once(people: People) -> None:
    asker = await people.somebody()
    others = [await people.somebody("whatsapp") for _ in range(6)]
    code = await people.code_for(asker)
    results = await asyncio.gather(*(people.types(other, code) for other in others), return_exceptions=True)
    assert sum(isinstance(result, uuid.UUID) for result in results) == 1
    assert all(isinstance(result, uuid.UUID | LinkCodeUnknown) for result in results)


async def test_nothing_of_two_libraries_is_lost(people: People) -> None:
    asker, other = await people.somebody(), await people.somebody("whatsapp")
    mine, shared, theirs = (Song(title=title, artist="") for title in ("Mine", "Shared", "Theirs"))
    await people.add(mine, shared, theirs)
    await people.add(
        LibraryEntry(user_id=asker.user_id, song_id=mine.id, saved=True),
        LibraryEntry(user_id=asker.user_id, song_id=shared.id, play_count=2),
        LibraryEntry(
            user_id=other.user_id,
            song_id=shared.id,
            saved=True,
            play_count=3,
            has_instrumental=True,
            instrumental_status="completed",
            instrumental_url="sha256:00",
        ),
        LibraryEntry(user_id=other.user_id, song_id=theirs.id),
    )
    await people.link(asker, other)
    library = await people.library(other)
    assert set(library) == {mine.id, shared.id, theirs.id}
    both = library[shared.id]
    assert (both.saved, both.play_count, both.has_instrumental) == (True, 5, True)
    assert (both.instrumental_status, both.instrumental_url) == ("completed", "sha256:00")
    assert await people.library(asker) == library or set(await people.library(asker)) == set(library)


async def test_the_proved_phone_number_stays(people: People) -> None:
    asker, other = await people.somebody(), await people.somebody("whatsapp")
    async with people.database.transaction() as session:
        number = update(User).where(User.id == other.user_id)
        await session.execute(number.values(phone_number="+919876543210", is_verified=True))
    await people.link(asker, other)
    user = await people.user_of(asker)
    assert (user.id, user.phone_number) == (other.user_id, "+919876543210")
