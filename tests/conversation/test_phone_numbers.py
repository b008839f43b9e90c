"""A person's phone number: shared by a button, vouched for by the messenger."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from core.accounts.models import ChannelIdentity, User
from core.chat.texts import texts_in
from core.delivery.models import Delivery
from core.library.models import LibraryEntry
from tests.conversation import songs
from tests.conversation.studio import SmallStudio
from tests.conversation.terminal import AtTerminal
from tests.fakes.telegram import Person

pytestmark = pytest.mark.broad

EN, HI = texts_in("en"), texts_in("hi")
NUMBER = "919812345678"


@pytest.fixture
def asha(studio: SmallStudio) -> Person:
    return studio.telegram.person("Asha")


async def user_of(studio: SmallStudio, person: Person) -> User:
    query = (
        select(User)
        .join(ChannelIdentity, ChannelIdentity.user_id == User.id)
        .where(ChannelIdentity.external_id == str(person.id))
    )
    user: User = await studio.one(query)
    return user


async def shares(studio: SmallStudio, person: Person, number: str = NUMBER) -> str | None:
    """Share one's own number; what the bot says."""
    person.shares_contact(number, user_id=person.id)
    await studio.hear()
    return person.from_bot[-1].text


async def hears(studio: SmallStudio, person: Person) -> None:
    """The relay brings what another chat's turn had to say here."""
    await studio.services.delivery.say_pending("telegram", str(person.id))


async def test_a_number_is_asked_for_shared_and_kept(studio: SmallStudio, asha: Person) -> None:
    asha.says("/phone")
    await studio.hear()
    assert asha.from_bot[-1].text == EN.say("contact-ask")
    assert asha.keyboard == [EN.say("contact-share")]
    assert await shares(studio, asha) == EN.say("contact-saved", number="+91 … 678")
    user = await user_of(studio, asha)
    assert (user.phone_number, user.country_code, user.is_verified) == ("+919812345678", "+91", True)
    markup = studio.telegram.calls("sendMessage")[-1].fields["reply_markup"]
    assert '"remove_keyboard": true' in markup
    asha.says("/phone")
    await studio.hear()
    assert asha.from_bot[-1].text == EN.say("contact-known", number="+91 … 678")


@pytest.mark.parametrize("number", ["+91 98123 45678", "+91-9812345678", "919812345678"])
async def test_however_the_number_is_written(studio: SmallStudio, asha: Person, number: str) -> None:
    await shares(studio, asha, number)
    assert (await user_of(studio, asha)).phone_number == "+919812345678"


@pytest.mark.parametrize("number", ["12", "+0", "nonsense", "9" * 40, "+999123456789"])
async def test_what_is_no_number_is_not_kept(studio: SmallStudio, asha: Person, number: str) -> None:
    assert await shares(studio, asha, number) == EN.say("contact-not-valid")
    assert (await user_of(studio, asha)).phone_number is None


async def test_only_ones_own_number_and_no_forwarded_card(studio: SmallStudio, asha: Person) -> None:
    origin = {"type": "user", "date": 1, "sender_user": asha.user.as_json()}
    asha.shares_contact(NUMBER, user_id=asha.id + 1)
    asha.shares_contact(NUMBER)
    asha.shares_contact(NUMBER, user_id=asha.id, forward_origin=origin)
    await studio.hear()
    assert [message.text for message in asha.from_bot] == [EN.say("contact-not-yours")] * 3
    assert (await user_of(studio, asha)).phone_number is None


async def test_a_number_that_changes_hands_moves_alone(studio: SmallStudio, asha: Person) -> None:
    asha.sends("audio", songs.m4a(), title="Jai Ho")
    await studio.serve()
    await shares(studio, asha)
    ravi = studio.telegram.person("Ravi")
    await shares(studio, ravi)
    before, after = await user_of(studio, asha), await user_of(studio, ravi)
    assert (before.phone_number, before.country_code, before.is_verified) == (None, None, False)
    assert after.phone_number == "+919812345678"
    assert await studio.one(select(LibraryEntry.user_id)) == before.id


async def test_who_loses_a_number_is_told_so_and_not_who_has_it(studio: SmallStudio, asha: Person) -> None:
    await shares(studio, asha)
    ravi = studio.telegram.person("Ravi", language="hi")
    assert await shares(studio, ravi) == HI.say("contact-saved", number="+91 … 678")
    await hears(studio, asha)
    notice = asha.from_bot[-1].text or ""
    assert notice == EN.say("number-moved")
    assert "Ravi" not in notice
    assert "678" not in notice
    said = len(asha.from_bot)
    await shares(studio, ravi)
    await hears(studio, asha)
    assert len(asha.from_bot) == said, "a number that one has already moves nowhere"
    assert EN.say("number-moved") not in [message.text for message in ravi.from_bot]


async def test_in_each_chat_but_where_we_are_blocked(studio: SmallStudio, asha: Person) -> None:
    """The same account at the terminal and on two messengers, of which one has had enough of us."""
    await shares(studio, asha)
    user = await user_of(studio, asha)
    async with studio.services.database.transaction() as session:
        for channel, blocked_at in (("console", None), ("whatsapp", datetime.now(UTC))):
            session.add(
                ChannelIdentity(
                    user_id=user.id, channel=channel, external_id="asha", language="hi", blocked_at=blocked_at
                )
            )
    await shares(studio, studio.telegram.person("Ravi"))
    query = select(Delivery.channel, Delivery.reply["text"].astext)
    async with studio.services.database.transaction() as session:
        told = {(channel, text) for channel, text in await session.execute(query)}
    expected = {("telegram", EN.say("number-moved")), ("console", HI.say("number-moved"))}
    assert expected <= told
    assert "whatsapp" not in {channel for channel, _ in told}


async def test_sharing_again_changes_nothing_and_another_number_replaces_it(
    studio: SmallStudio, asha: Person
) -> None:
    await shares(studio, asha)
    await shares(studio, asha)
    assert (await user_of(studio, asha)).phone_number == "+919812345678"
    await shares(studio, asha, "+4915112345678")
    user = await user_of(studio, asha)
    assert (user.phone_number, user.country_code) == ("+4915112345678", "+49")


async def test_numbers_stay_out_of_the_logs(
    studio: SmallStudio, asha: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await shares(studio, asha)
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("sqlalchemy")]
    assert not any("9812345678" in line for line in ours)


async def test_where_no_number_can_be_shared_it_is_said(terminal: AtTerminal) -> None:
    lines = await terminal.enters("/phone")
    assert EN.say("contact-not-here") in lines
