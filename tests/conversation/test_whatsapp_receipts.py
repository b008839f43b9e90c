"""Receipts that nobody heard: Twilio is asked what became of the messages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from core.chat.texts import texts_in
from core.delivery.models import AUDIO, Delivery
from core.whatsapp.asking import FEW
from core.whatsapp.models import WhatsAppMessage
from tests.conversation import songs
from tests.conversation.whatsapp import WhatsAppStudio
from tests.fakes.twilio import TwilioStandIn

pytestmark = pytest.mark.broad

EN = texts_in("en")
ONE_MESSAGE = "*/Messages/SM*.json"
LISTS = "*/Messages.json"


@pytest.fixture
def studio(whatsapp: WhatsAppStudio, twilio: TwilioStandIn) -> WhatsAppStudio:
    twilio.tells, twilio.tells_failures = (), ()
    return whatsapp


async def asks(studio: WhatsAppStudio) -> None:
    """The minutes are over after which Twilio is asked."""
    open_ones = update(WhatsAppMessage).where(WhatsAppMessage.ask_at.is_not(None))
    await studio.change(open_ones.values(ask_at=func.now()))
    assert studio.services.whatsapp_catch_up is not None
    await studio.services.whatsapp_catch_up.run()


async def audio_of(studio: WhatsAppStudio) -> Delivery:
    found: Delivery = await studio.one(select(Delivery).where(Delivery.kind == AUDIO))
    return found


async def states(studio: WhatsAppStudio) -> list[tuple[str, bool]]:
    """Status of each message, and whether it is still to be asked about."""
    query = select(WhatsAppMessage.status, WhatsAppMessage.ask_at.is_not(None)).order_by(
        WhatsAppMessage.created_at
    )
    async with studio.services.database.transaction() as session:
        return [(row[0], row[1]) for row in await session.execute(query)]


async def test_an_audio_that_was_not_fetched_is_sent_again(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha")
    await asha.sends(songs.m4a(), "audio/mp4")
    await studio.hear()
    await studio.work()
    twilio.fails_with = [63019]  # the text after it arrives
    await asha.sends(songs.m4a(seed=2), "audio/mp4")
    await studio.hear()
    twilio.fails_with = [63019]
    await studio.work()
    assert len(asha.audios) == 1
    await asks(studio)
    await studio.pauses_are_over()
    await studio.texts_are_due()
    await studio.work()
    assert len(asha.audios) == 2
    await asks(studio)
    assert {open_ for _, open_ in await states(studio)} == {False}


async def test_what_whatsapp_refused_for_good_is_offered_again(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha")
    await asha.sends(songs.m4a(), "audio/mp4")
    await studio.hear()
    twilio.fails_with = [63005]
    await studio.work()
    assert (await audio_of(studio)).status == "sent"
    await asks(studio)
    audio = await audio_of(studio)
    assert (audio.status, audio.error) == ("uncertain", "twilio-63005")
    await asha.says("hello?")
    await studio.hear()
    await asha.says(asha.number_of(EN.say("button-send-again")))
    await studio.serve()
    assert len(asha.audios) == 1


async def test_what_arrived_is_not_asked_about_again(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    await twilio.person("Asha").says("/hello")
    await studio.hear()
    assert await states(studio) == [("queued", True)]
    await asks(studio)
    assert await states(studio) == [("delivered", False)]
    assert len(twilio.calls(ONE_MESSAGE)) == 1
    await asks(studio)
    assert len(twilio.calls(ONE_MESSAGE)) == 1


async def test_a_receipt_ends_the_asking(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    twilio.tells = ("sent", "delivered")
    await twilio.person("Asha").says("/hello")
    await studio.hear()
    assert await states(studio) == [("delivered", False)]


async def test_many_are_found_in_one_list(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    people = [twilio.person(f"Person {number}") for number in range(FEW + 3)]
    for person in people:
        await person.says("/hello")
    twilio.fails_with = [63018]
    await studio.hear()
    asked_before = len(twilio.calls(LISTS))
    await asks(studio)
    assert twilio.calls(ONE_MESSAGE) == []
    assert len(twilio.calls(LISTS)) > asked_before
    assert sorted(await states(studio)) == [*[("delivered", False)] * (FEW + 2), ("failed", False)]
    await studio.pauses_are_over()
    await studio.texts_are_due()
    await studio.work()
    assert [person.texts for person in people] == [[EN.say("send-a-song")]] * len(people)


async def test_while_twilio_does_not_answer_it_stays_due(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    await twilio.person("Asha").says("/hello")
    await studio.hear()
    twilio.goes_wrong(ONE_MESSAGE, status=429)
    await asks(studio)
    soon: timedelta = await studio.one(select(WhatsAppMessage.ask_at - func.now()))
    assert timedelta() < soon <= timedelta(seconds=75)
    await asks(studio)
    assert await states(studio) == [("delivered", False)]


async def test_the_pauses_grow_and_come_to_an_end(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    await twilio.person("Asha").says("/hello")
    await studio.hear()
    with twilio.lock:
        twilio.sent()[0].status = "sent"  # their telephone is off
    pauses: list[timedelta] = []
    for _ in range(3):
        await asks(studio)
        pauses.append(await studio.one(select(WhatsAppMessage.ask_at - func.now())))
    assert pauses[0] < pauses[1] < pauses[2]
    await studio.change(update(WhatsAppMessage).values(created_at=func.now() - timedelta(days=1)))
    await asks(studio)
    assert await states(studio) == [("sent", False)]


async def test_a_message_that_twilio_does_not_know_changes_nothing(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    await twilio.person("Asha").says("/hello")
    await studio.hear()
    with twilio.lock:
        twilio.messages.clear()
    await asks(studio)
    assert await states(studio) == [("queued", True)]
    assert await studio.one(select(Delivery.status)) == "sent"
