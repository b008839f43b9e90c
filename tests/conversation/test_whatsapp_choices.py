"""WhatsApp with content templates: taps and typed answers, and numbered text where a template fails."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from core.adapters.channels.whatsapp.templates import buttons_name
from core.chat.texts import texts_in
from core.config import Settings
from core.delivery.models import Delivery
from core.errors import ConfigurationError
from core.whatsapp.models import WhatsAppMessage, WhatsAppTemplate
from tests.conversation import songs
from tests.conversation.catalogue import MusicFolder
from tests.conversation.whatsapp import WhatsAppStudio, whatsapp_studio
from tests.fakes.twilio import Person, TwilioStandIn

pytestmark = pytest.mark.broad

EN = texts_in("en")
CANCELLED = f"♪ Recording\n{EN.say('status-cancelled')}"
MESSAGES = "*/Messages.json"


@pytest.fixture
async def studio(settings: Settings, twilio: TwilioStandIn) -> AsyncIterator[WhatsAppStudio]:
    """A studio that is set up."""
    async with whatsapp_studio(settings, twilio) as running:
        await running.set_up()
        yield running


@pytest.fixture
async def asha(studio: WhatsAppStudio, twilio: TwilioStandIn) -> Person:
    """Somebody whose song is in the making; the message says so, with a Cancel button."""
    person = twilio.person("Asha")
    await person.sends(songs.m4a(), "audio/mp4")
    await studio.hear()
    return person


async def template(studio: WhatsAppStudio) -> WhatsAppTemplate:
    """The template of one button under two lines."""
    found: WhatsAppTemplate = await studio.one(
        select(WhatsAppTemplate).where(WhatsAppTemplate.name == buttons_name(1, 2))
    )
    return found


async def doctor(studio: WhatsAppStudio) -> str:
    assert studio.services.whatsapp is not None
    return await studio.services.whatsapp.templates.check()


@pytest.mark.parametrize("answer", ["1", "१", "௧.", "cancel", "Cancel"])
async def test_what_is_typed_chooses_under_buttons_too(
    studio: WhatsAppStudio, asha: Person, answer: str
) -> None:
    assert [choice.title for choice in asha.heard[0].choices] == ["Cancel"]
    await asha.says(answer)
    await studio.hear()
    assert await studio.jobs() == ["cancelled"]


@pytest.mark.parametrize("told", [True, False])
async def test_a_tapped_button_chooses(studio: WhatsAppStudio, asha: Person, told: bool) -> None:
    await asha.taps("Cancel", told=told)
    await studio.hear()
    assert await studio.jobs() == ["cancelled"]
    assert asha.texts[-1] == CANCELLED


async def test_a_button_means_its_own_message(studio: WhatsAppStudio, asha: Person) -> None:
    await studio.a_minute_passes()
    await asha.sends(songs.m4a(seed=2), "audio/mp4")
    await studio.hear()
    await asha.taps("Cancel")
    await studio.hear()
    assert await studio.jobs() == ["queued", "cancelled"]


class TestLists:
    @pytest.fixture
    async def bala(self, studio: WhatsAppStudio, twilio: TwilioStandIn, tmp_path: object) -> Person:
        """Somebody who searched for a name that two songs have."""
        folder = MusicFolder(studio, tmp_path / "music")  # type: ignore[operator]
        for seed, artist in enumerate(("Arijit Singh", "Shreya Ghoshal"), 1):
            await folder.put(songs.m4a(seed=seed), "Tum Hi Ho", artist, duration=262, language="hi")
        person = twilio.person("Bala")
        await person.says("tum hi ho")
        await studio.hear()
        return person

    async def test_songs_are_rows(self, bala: Person) -> None:
        (results,) = bala.heard
        rows = [choice for choice in results.choices if choice.description is not None]
        assert [row.title for row in rows] == ["1. ♫ Tum Hi Ho", "2. ♫ Tum Hi Ho"]
        assert results.list_button == "1 – 2"
        for number, row in enumerate(rows, 1):
            assert f"\n{number}. ♫ Tum Hi Ho — {row.description}" in results.body

    @pytest.mark.parametrize("told", [True, False])
    async def test_a_tapped_row_chooses(self, studio: WhatsAppStudio, bala: Person, told: bool) -> None:
        second = bala.heard[0].choices[1]
        await bala.taps(second.title, told=told)
        await studio.hear()
        assert second.description is not None
        assert second.description.split(" · ")[0] in bala.texts[-1]

    @pytest.mark.parametrize("answer", ["2", "२", "{label}"])
    async def test_what_is_typed_chooses(self, studio: WhatsAppStudio, bala: Person, answer: str) -> None:
        label = bala.heard[0].body.splitlines()[-1].removeprefix("2. ")
        await bala.says(answer.format(label=label))
        await studio.hear()
        assert label.split(" · ")[0].removeprefix("♫ ") in bala.texts[-1]

    async def test_save_2_works(self, studio: WhatsAppStudio, bala: Person) -> None:
        await bala.says("save 2")
        await studio.hear()
        assert bala.texts[-1].startswith(EN.say("library-saved", title="Tum Hi Ho")[:12])


class TestFailures:
    @pytest.mark.parametrize("code", [21655, 21656, 63005, 63021])
    async def test_what_twilio_refuses_comes_as_numbered_text_once(
        self, studio: WhatsAppStudio, twilio: TwilioStandIn, code: int
    ) -> None:
        asha = twilio.person("Asha")
        twilio.goes_wrong(MESSAGES, status=400, body={"code": code, "message": "x"})
        await asha.sends(songs.m4a(), "audio/mp4")
        await studio.hear()
        assert ["ContentSid" in request.form for request in twilio.creations()] == [True, False]
        (status,) = asha.texts
        assert status.endswith("\n\n1. Cancel")
        assert (await template(studio)).error == f"twilio-{code}"
        with pytest.raises(ConfigurationError, match=str(code)):
            await doctor(studio)

    async def test_what_whatsapp_refuses_comes_as_numbered_text_once(
        self, studio: WhatsAppStudio, twilio: TwilioStandIn
    ) -> None:
        asha = twilio.person("Asha")
        twilio.fails_with = [63005]
        await asha.sends(songs.m4a(), "audio/mp4")
        await studio.hear()
        await studio.texts_are_due()
        await studio.work()
        (status,) = asha.texts
        assert status.endswith("\n\n1. Cancel")
        assert (await template(studio)).error == "twilio-63005"
        made_of: str | None = await studio.one(
            select(WhatsAppMessage.template).where(WhatsAppMessage.status == "failed")
        )
        assert made_of == buttons_name(1, 2)

    async def test_a_text_that_fails_as_well_is_not_sent_for_ever(
        self, studio: WhatsAppStudio, twilio: TwilioStandIn
    ) -> None:
        asha = twilio.person("Asha")
        twilio.fails_with = [63005, 63005, 63005]
        await asha.says("quality")
        await studio.hear()
        await studio.texts_are_due()
        await studio.work()
        assert len(twilio.creations()) == 2
        assert await studio.one(select(Delivery.status)) == "refused"

    async def test_a_template_that_is_gone_is_left_alone(
        self, studio: WhatsAppStudio, twilio: TwilioStandIn
    ) -> None:
        del twilio.content.templates[twilio.content.named(buttons_name(1, 2)).sid]
        asha = twilio.person("Asha")
        for seed in (1, 2):
            await asha.sends(songs.m4a(seed=seed), "audio/mp4")
            await studio.hear()
            await studio.a_minute_passes()
        assert len(asha.texts) == 2
        assert ["ContentSid" in request.form for request in twilio.creations()] == [True, False, False]
        await studio.set_up()
        await asha.sends(songs.m4a(seed=3), "audio/mp4")
        await studio.hear()
        assert asha.heard[-1].choices
        assert "templates carry" in await doctor(studio)

    async def test_a_wrong_token_is_not_the_templates_fault(
        self, studio: WhatsAppStudio, twilio: TwilioStandIn
    ) -> None:
        asha = twilio.person("Asha")
        twilio.goes_wrong(MESSAGES, status=401, body={"code": 20003}, times=2)
        await asha.sends(songs.m4a(), "audio/mp4")
        await studio.hear()
        assert asha.texts == []
        assert (await template(studio)).failed_at is None
        await studio.pauses_are_over()
        await studio.texts_are_due()
        await studio.work()
        assert len([text for text in asha.texts if "1. Cancel" in text]) == 1

    async def test_a_lost_answer_is_found_by_its_words(
        self, studio: WhatsAppStudio, twilio: TwilioStandIn
    ) -> None:
        twilio.tells = ()
        asha = twilio.person("Asha")
        twilio.goes_wrong(MESSAGES, cut=True, after=0)
        await asha.says("quality")
        await studio.hear()
        await studio.pauses_are_over()
        await studio.texts_are_due()
        await studio.work()
        assert len(asha.texts) == 1
        assert await studio.one(select(Delivery.status)) == "sent"
