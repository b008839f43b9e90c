"""Nobody heard Twilio for a while: what people wrote meanwhile is found in its list, and answered once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from core.accounts.models import ChannelIdentity
from core.adapters.channels.whatsapp import lists
from core.chat.inbox import stored_before
from core.chat.models import InboxItem
from core.chat.texts import texts_in
from core.delivery.models import Delivery
from core.membership.erasing import ask_to_forget
from core.membership.models import Erasure
from core.whatsapp.models import WhatsAppContact, WhatsAppMark
from core.whatsapp.taking_up import FARTHEST, LEFT_TO_THE_WEBHOOK
from tests.conversation import songs
from tests.conversation.whatsapp import WhatsAppStudio
from tests.fakes.twilio import Person, TwilioStandIn

EN = texts_in("en")
MESSAGES = "*/Messages.json"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def studio(whatsapp: WhatsAppStudio, twilio: TwilioStandIn) -> WhatsAppStudio:
    twilio.is_cut_off = True
    return whatsapp


async def catch_up(studio: WhatsAppStudio) -> None:
    assert studio.services.whatsapp_catch_up is not None
    await studio.services.whatsapp_catch_up.run()


def passes(twilio: TwilioStandIn, time: timedelta = MINUTE) -> None:
    """Everything there is was sent so much earlier."""
    for message in twilio.messages:
        message.created_at -= time


async def texts_of(studio: WhatsAppStudio) -> list[str]:
    """What is in the inbox, in its order."""
    async with studio.services.database.transaction() as session:
        rows = (await session.execute(select(InboxItem).order_by(InboxItem.id))).scalars()
        return [row.payload["Body"] for row in rows]


async def test_what_was_written_meanwhile_is_answered(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    asha = twilio.person("Asha")
    form = await asha.sends(songs.m4a(), "audio/mp4")
    await asha.says("/hello")
    passes(twilio)
    await catch_up(studio)
    await studio.serve()
    assert len(asha.audios) == 1
    assert EN.say("send-a-song") in asha.texts

    assert await asyncio.to_thread(twilio.bring, form) == 200  # the webhook comes after all
    await catch_up(studio)
    await studio.serve()
    assert len(asha.audios) == 1
    assert await studio.count(InboxItem) == 2


@pytest.mark.broad
async def test_the_youngest_are_left_to_the_webhook(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    """It tells more: who they are to WhatsApp, and which button was tapped."""
    asha = twilio.person("Asha")
    await asha.says("/hello")
    await catch_up(studio)
    assert await studio.count(InboxItem) == 0
    passes(twilio, LEFT_TO_THE_WEBHOOK + timedelta(seconds=1))
    await catch_up(studio)
    assert await studio.count(InboxItem) == 1


@pytest.mark.broad
async def test_webhook_and_list_at_once_have_one_effect(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    people = [twilio.person(f"Person {number}") for number in range(8)]
    forms = [await person.says("/hello") for person in people]
    passes(twilio)
    webhooks = [asyncio.to_thread(twilio.bring, form) for form in forms]
    _, *answers = await asyncio.gather(catch_up(studio), *webhooks)
    assert set(answers) == {200}
    await studio.hear()
    assert [person.texts for person in people] == [[EN.say("send-a-song")]] * 8
    assert await studio.count(WhatsAppContact) == await studio.count(ChannelIdentity) == 8


@pytest.mark.broad
async def test_the_order_of_writing_is_kept_over_all_pages(
    studio: WhatsAppStudio, twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    asha = twilio.person("Asha")
    for number in range(7):
        await asha.says(f"/{number}")
        passes(twilio)
    await catch_up(studio)
    assert await texts_of(studio) == [f"/{number}" for number in range(7)]


@pytest.mark.broad
async def test_a_list_that_is_too_long_is_read_in_shorter_pieces(
    studio: WhatsAppStudio, twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    monkeypatch.setattr(lists, "MOST_PAGES", 1)
    asha = twilio.person("Asha")
    for number in range(7):
        await asha.says(f"/{number}")
        passes(twilio, 4 * MINUTE)
    await catch_up(studio)
    assert await texts_of(studio) == [f"/{number}" for number in range(7)]


@pytest.mark.broad
async def test_what_is_older_than_a_day_is_told_that_it_waited_too_long(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    """Nothing may be sent to them by then: they hear it with their next message."""
    asha = twilio.person("Asha")
    await asha.says("/hello")
    twilio.day_passes(asha)
    passes(twilio, timedelta(hours=25))
    await catch_up(studio)
    await studio.serve()
    assert twilio.creations() == []
    assert await studio.one(select(Delivery.status)) == "held"

    twilio.is_cut_off = False
    await asha.says("/help")
    await studio.serve()
    assert asha.texts[0] == EN.say("too-long-ago")


@pytest.mark.broad
async def test_it_looks_back_no_farther_than_two_days(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    await twilio.person("Asha").says("/hello")
    passes(twilio, FARTHEST + MINUTE)
    await catch_up(studio)
    assert await studio.count(InboxItem) == 0


@pytest.mark.broad
async def test_who_hides_their_number_is_known_by_their_id(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha")
    asha.hides_phone = True
    await asha.says("/hello")
    passes(twilio)
    await catch_up(studio)
    twilio.is_cut_off = False
    await asha.says("/hello")
    await studio.hear()
    assert await studio.count(WhatsAppContact) == 1
    assert len(asha.texts) == 2


@pytest.mark.broad
async def test_an_outage_of_twilio_itself_loses_nothing(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    await twilio.person("Asha").says("/hello")
    passes(twilio)
    for trouble in ({"status": 503}, {"status": 429}, {"cut": True}, {"status": 200, "body": "{}"}):
        twilio.goes_wrong(MESSAGES, **trouble)
        await catch_up(studio)
        assert await studio.count(InboxItem) == 0
    await catch_up(studio)
    assert await studio.count(InboxItem) == 1


@pytest.mark.broad
async def test_it_goes_on_where_it_ended(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    """The list is read once as far back as it goes; then only what is new."""
    await catch_up(studio)
    read_until = await studio.one(select(WhatsAppMark.read_until))
    assert datetime.now(UTC) - read_until < MINUTE
    before = len(twilio.calls(MESSAGES))
    await catch_up(studio)
    [again] = twilio.calls(MESSAGES)[before:]
    assert read_until - datetime.fromisoformat(again.query["DateSent>"]) < 11 * MINUTE


@pytest.mark.broad
async def test_one_at_a_time_reads_the_list(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    await catch_up(studio)
    before = len(twilio.calls(MESSAGES))
    with twilio.holding(MESSAGES) as held:
        first = asyncio.create_task(catch_up(studio))
        await twilio.until(lambda: held.arrived == 1)
        await catch_up(studio)
        assert len(twilio.calls(MESSAGES)) == before + 1
    await first


@pytest.mark.broad
async def test_who_was_forgotten_is_not_met_again(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    """Twilio's list still has what they wrote, and a webhook may come once more."""
    asha = twilio.person("Asha")
    form = await asha.says("/hello")
    passes(twilio)
    await catch_up(studio)
    await studio.hear()
    await _forget(studio, asha)
    await catch_up(studio)
    assert await asyncio.to_thread(twilio.bring, form) == 200
    assert await studio.count(InboxItem) == await studio.count(WhatsAppContact) == 0
    async with studio.services.database.transaction() as session:
        assert await stored_before(session, "whatsapp", [form["MessageSid"]]) == {form["MessageSid"]}


async def _forget(studio: WhatsAppStudio, person: Person) -> None:
    async with studio.services.database.transaction() as session:
        identity = (await session.execute(select(ChannelIdentity))).scalar_one()
        await ask_to_forget(session, identity.user_id, "en", ("whatsapp", identity.external_id))
    await studio.services.eraser.erase(await studio.one(select(Erasure.id)))
    await studio.twilio.settled()
    assert person.texts[-1] == EN.say("erased")
