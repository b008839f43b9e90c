"""Songs that are ready outside the 24 hours: told once by the template, sent at the person's word."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from core.adapters.channels.whatsapp.templates import ready_name
from core.chat.texts import Texts, texts_in
from core.config import Settings
from core.delivery.models import AUDIO, Delivery
from core.errors import ConfigurationError
from tests.conversation import songs
from tests.conversation.whatsapp import WhatsAppStudio, whatsapp_studio
from tests.fakes.twilio import Person, TwilioStandIn
from tests.fakes.twilio.content import Template
from tests.fakes.twilio.model import new_sid

pytestmark = pytest.mark.broad

EN, HI = texts_in("en"), texts_in("hi")


@pytest.fixture
async def studio(settings: Settings, twilio: TwilioStandIn) -> AsyncIterator[WhatsAppStudio]:
    """A studio that is set up; WhatsApp has approved of all, and the operator set the English template."""
    async with whatsapp_studio(settings, twilio) as before:
        await before.set_up()
    twilio.content.decide()
    sid = twilio.content.named(ready_name("en")).sid
    async with whatsapp_studio(settings, twilio, twilio_template_ready_sid=sid) as running:
        yield running


@pytest.fixture
async def asha(studio: WhatsAppStudio, twilio: TwilioStandIn) -> Person:
    """Somebody whose two songs are ready when the 24 hours are over."""
    person = twilio.person("Asha")
    for seed in (1, 2):
        await person.sends(songs.m4a(seed=seed), "audio/mp4")
    await studio.hear()
    await studio.day_passes(person)
    return person


async def works(studio: WhatsAppStudio) -> None:
    """The couriers, until all that is due has been told."""
    await studio.work()
    await studio.texts_are_due()
    await studio.work()


async def audios(studio: WhatsAppStudio) -> set[str]:
    async with studio.services.database.transaction() as session:
        query = select(Delivery.status).where(Delivery.kind == AUDIO)
        return set((await session.execute(query)).scalars())


async def test_two_songs_are_announced_once_and_sent_at_a_tap(studio: WhatsAppStudio, asha: Person) -> None:
    heard = len(asha.heard)
    await works(studio)
    await works(studio)
    (told,) = asha.heard[heard:]
    assert told.body == EN.say("template-ready", title="Recording")
    assert await audios(studio) == {"held"}
    await asha.taps(EN.say("button-bring"))
    await studio.serve()
    await works(studio)
    assert len(asha.audios) == 2
    assert await audios(studio) == {"sent"}
    assert EN.say("queue-empty") not in asha.texts


@pytest.mark.parametrize("answer", ["1", "hello?", "Send it now"])
async def test_any_word_brings_what_waited(studio: WhatsAppStudio, asha: Person, answer: str) -> None:
    await works(studio)
    await asha.says(answer)
    await studio.serve()
    await works(studio)
    assert len(asha.audios) == 2


async def test_a_second_tap_says_that_nothing_waits(studio: WhatsAppStudio, asha: Person) -> None:
    await works(studio)
    for _ in range(2):
        await asha.taps(EN.say("button-bring"))
        await studio.serve()
    assert len(asha.audios) == 2
    assert EN.say("queue-empty") in asha.texts


async def test_what_is_held_after_the_next_message_is_announced_anew(
    studio: WhatsAppStudio, asha: Person
) -> None:
    await works(studio)
    await asha.sends(songs.m4a(seed=3), "audio/mp4")
    await studio.hear()
    await studio.day_passes(asha)
    await works(studio)
    announced = EN.say("template-ready", title="Recording")
    assert asha.texts.count(announced) == 2


async def test_a_window_that_only_whatsapp_sees_closed(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    """63016 comes afterwards, while by our clock the window is open."""
    asha = twilio.person("Asha")
    await asha.sends(songs.m4a(), "audio/mp4")
    await studio.hear()
    twilio.day_passes(asha)
    await works(studio)
    assert await audios(studio) == {"held"}
    assert asha.texts[-1] == EN.say("template-ready", title="Recording")


@pytest.mark.parametrize(("status", "texts"), [("approved", HI), ("pending", EN)])
async def test_in_the_persons_language_where_whatsapp_approved_of_it(
    studio: WhatsAppStudio, twilio: TwilioStandIn, status: str, texts: Texts
) -> None:
    twilio.content.named(ready_name("hi")).approval["status"] = status
    asha = twilio.person("Asha")
    await asha.says("/language")
    await studio.hear()
    await asha.says(asha.number_of("हिन्दी"))
    await asha.sends(songs.m4a(), "audio/mp4")
    await studio.hear()
    await studio.day_passes(asha)
    await works(studio)
    assert asha.texts[-1] == texts.say("template-ready", title=HI.say("title-recording"))
    await asha.taps(texts.say("button-bring"))
    await studio.serve()
    assert len(asha.audios) == 1


async def test_who_said_stop_is_not_told(studio: WhatsAppStudio, asha: Person) -> None:
    heard = len(asha.heard)
    await asha.says("STOP")
    await studio.hear()
    await studio.day_passes(asha)
    await works(studio)
    assert len(asha.heard) == heard


class TestTrouble:
    async def test_a_template_that_whatsapp_refuses_is_noted_and_nothing_is_lost(
        self, studio: WhatsAppStudio, twilio: TwilioStandIn, asha: Person
    ) -> None:
        twilio.content.decide("paused")
        await works(studio)
        assert await audios(studio) == {"held"}
        taken = len(twilio.creations())
        await works(studio)
        assert len(twilio.creations()) == taken, "it is tried once for all that is held"
        assert studio.services.whatsapp is not None
        with pytest.raises(ConfigurationError, match="63016"):
            await studio.services.whatsapp.templates.check()
        await asha.says("hello?")
        await studio.serve()
        await works(studio)
        assert len(asha.audios) == 2

    @pytest.mark.parametrize("arrived", [True, False])
    async def test_an_announcement_in_doubt_is_not_repeated(
        self, studio: WhatsAppStudio, twilio: TwilioStandIn, asha: Person, arrived: bool
    ) -> None:
        twilio.tells = ()
        twilio.goes_wrong("*/Messages.json", cut=True, after=0 if arrived else None)
        heard = len(asha.heard)
        await works(studio)
        await studio.pauses_are_over()
        await works(studio)
        assert len(asha.heard) - heard == int(arrived)

    async def test_without_the_setting_it_waits_for_the_next_word(
        self, settings: Settings, twilio: TwilioStandIn
    ) -> None:
        async with whatsapp_studio(settings, twilio) as studio:
            asha = twilio.person("Asha")
            await asha.sends(songs.m4a(), "audio/mp4")
            await studio.hear()
            await studio.day_passes(asha)
            taken = len(twilio.creations())
            await works(studio)
            assert len(twilio.creations()) == taken
            assert await studio.one(select(func.count()).where(Delivery.status == "held")) == 1

    async def test_a_template_of_the_operators_own(self, settings: Settings, twilio: TwilioStandIn) -> None:
        """Never set up: the setting alone is enough."""
        own = Template(
            new_sid("HX"), "mine", "en", {"1": "x"}, {"twilio/text": {"body": "We made {{1}} for you."}}
        )
        own.approval = {"status": "approved"}
        twilio.content.templates[own.sid] = own
        async with whatsapp_studio(settings, twilio, twilio_template_ready_sid=own.sid) as studio:
            asha = twilio.person("Asha")
            await asha.sends(songs.m4a(), "audio/mp4")
            await studio.hear()
            await studio.day_passes(asha)
            await works(studio)
            assert asha.texts[-1] == "We made Recording for you."
            await asha.says("thanks")
            await studio.serve()
            assert len(asha.audios) == 1
