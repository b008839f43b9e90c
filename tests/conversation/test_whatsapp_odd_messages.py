"""What people send on WhatsApp beside words and songs: a helpful word, never silence."""

from __future__ import annotations

import pytest

from core.chat.texts import texts_in
from core.conversion.models import ConversionJob
from tests.conversation.whatsapp import WhatsAppStudio
from tests.fakes.twilio import TwilioStandIn

pytestmark = pytest.mark.broad

EN = texts_in("en")
PLACE = {"Latitude": "12.97", "Longitude": "77.59", "Address": "Bengaluru", "MessageType": "location"}


async def test_each_gets_a_helpful_word(whatsapp: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    asha = twilio.person("Asha")
    await asha.sends(b"RIFF0000WEBP", "image/webp")
    await asha.sends(b"BEGIN:VCARD\nEND:VCARD", "text/vcard")
    await asha.says("", **PLACE)
    await asha.says("", MessageType="unsupported")
    await whatsapp.hear()
    assert asha.texts == [EN.say("send-a-song")] * 4
    assert await whatsapp.count(ConversionJob) == 0


async def test_a_button_of_another_version_is_a_word(whatsapp: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    """Its id says nothing to us, its label may."""
    asha = twilio.person("Asha")
    await asha.says("Queue", ButtonText="Queue", ButtonPayload="queue:v0", MessageType="button")
    await whatsapp.hear()
    assert asha.texts == [EN.say("queue-empty")]


async def test_a_button_of_what_is_gone_says_what_to_do(
    whatsapp: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha")
    await asha.says("x", ButtonText="Open", ButtonPayload="open", MessageType="button")
    await whatsapp.hear()
    assert asha.texts == [EN.say("button-old")], "there is no player here"
