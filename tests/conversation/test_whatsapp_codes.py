"""Sign-in codes on WhatsApp: by the operator's template at any time, else in words within 24 hours."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from core.chat.texts import texts_in
from core.config import Settings
from core.errors import ConfigurationError
from core.signin import codes
from core.signin.code_models import PhoneCode
from tests.conversation.whatsapp import WhatsAppStudio, whatsapp_studio
from tests.fakes.twilio import Person, TwilioStandIn
from tests.fakes.twilio.content import AUTHENTICATION, Template
from tests.fakes.twilio.model import new_sid
from tests.fixtures.codes import send_waiting

pytestmark = pytest.mark.broad

BODY = "{} is your verification code."


@pytest.fixture
def template(twilio: TwilioStandIn) -> Template:
    """As the operator made it in Twilio's console, and WhatsApp approved of it."""
    content = {"actions": [{"type": "COPY_CODE", "copy_code_text": "Copy code"}]}
    made = Template(new_sid("HX"), "codes", "en", {"1": "123456"}, {AUTHENTICATION: content})
    made.approval = {"type": "whatsapp", "category": "AUTHENTICATION", "status": "approved"}
    twilio.content.templates[made.sid] = made
    return made


@pytest.fixture
async def studio(
    settings: Settings, twilio: TwilioStandIn, template: Template
) -> AsyncIterator[WhatsAppStudio]:
    async with whatsapp_studio(settings, twilio, twilio_template_otp_sid=template.sid) as running:
        yield running


async def met(studio: WhatsAppStudio, twilio: TwilioStandIn) -> Person:
    """Somebody who has written, and so has proved the number."""
    person = twilio.person("Asha")
    await person.says("/help")
    await studio.hear()
    return person


async def asks_for_code(studio: WhatsAppStudio, number: str) -> str:
    async with studio.services.database.transaction() as session:
        book = await codes.code_book(session)
        await codes.make(session, book, number, "whatsapp")
        [nonce] = (await session.execute(select(PhoneCode.nonce))).scalars()
    assert nonce is not None
    assert await send_waiting(studio.services) == 1
    await studio.twilio.settled()
    return book.code_from(nonce)


async def test_long_after_the_last_message_the_template_brings_the_code(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = await met(studio, twilio)
    await studio.day_passes(asha)
    heard = len(asha.heard)
    code = await asks_for_code(studio, asha.phone.removeprefix("whatsapp:"))
    [message] = asha.heard[heard:]
    assert message.body == BODY.format(code)
    assert [(choice.title, choice.id) for choice in message.choices] == [("Copy code", code)]
    assert "the template for codes is approved" in await studio.services.whatsapp.templates.check()  # type: ignore[union-attr]


async def test_a_template_that_is_gone_is_told_and_plain_words_go_where_they_may(
    studio: WhatsAppStudio, twilio: TwilioStandIn, template: Template
) -> None:
    asha = await met(studio, twilio)
    del twilio.content.templates[template.sid]
    code = await asks_for_code(studio, asha.phone.removeprefix("whatsapp:"))
    assert asha.texts[-1] == texts_in("en").say("sign-in-code", code=code)
    assert studio.services.whatsapp is not None
    with pytest.raises(ConfigurationError, match="MELODY_TWILIO_TEMPLATE_OTP_SID failed"):
        await studio.services.whatsapp.templates.check()


async def test_without_template_and_outside_the_24_hours_nothing_comes(
    studio: WhatsAppStudio, twilio: TwilioStandIn, template: Template
) -> None:
    asha = await met(studio, twilio)
    await studio.day_passes(asha)
    del twilio.content.templates[template.sid]
    heard = len(asha.heard)
    await asks_for_code(studio, asha.phone.removeprefix("whatsapp:"))
    assert len(asha.heard) == heard
    async with studio.services.database.transaction() as session:
        [row] = (await session.execute(select(PhoneCode))).scalars()
    assert row.nonce is None, "asking again would not help"


async def test_a_number_that_has_not_written_gets_nothing(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    stranger = twilio.person("Ravi")
    taken = len(twilio.creations())
    await asks_for_code(studio, stranger.phone.removeprefix("whatsapp:"))
    assert len(twilio.creations()) == taken
