"""`/link` brings the code along: an address that opens the other chat with it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from core.accounts.models import User
from core.chat.texts import texts_in
from core.config import Settings
from tests.conversation import songs
from tests.conversation.studio import SmallStudio
from tests.conversation.whatsapp import WhatsAppStudio, whatsapp_studio
from tests.fakes.telegram import TelegramStandIn
from tests.fakes.twilio import TwilioStandIn

pytestmark = pytest.mark.broad

EN = texts_in("en")
LINK = re.compile(r"https://\S+")


@pytest.fixture
async def whatsapp(
    settings: Settings, twilio: TwilioStandIn, telegram: TelegramStandIn
) -> AsyncIterator[WhatsAppStudio]:
    """A studio with both messengers."""
    there = {"telegram_token": SecretStr(telegram.token), "telegram_api_url": telegram.url}
    async with whatsapp_studio(settings, twilio, **there) as running:
        yield running


@pytest.fixture
def studio(whatsapp: WhatsAppStudio, telegram: TelegramStandIn) -> SmallStudio:
    """The same studio, heard on Telegram."""
    return SmallStudio(whatsapp.services, telegram, whatsapp.separator)


async def test_from_whatsapp_to_telegram_and_one_library_for_both(
    whatsapp: WhatsAppStudio, studio: SmallStudio, twilio: TwilioStandIn
) -> None:
    on_whatsapp, on_telegram = twilio.person("Asha"), studio.telegram.person("Asha")
    await on_whatsapp.sends(songs.m4a(seed=1, title="Kesariya"), "audio/mp4")
    await whatsapp.serve()
    on_telegram.sends("audio", songs.m4a(seed=2), title="Ilahi")
    await studio.serve()

    await on_whatsapp.says("/link")
    await whatsapp.hear()
    (link,) = LINK.findall(on_whatsapp.texts[-1])
    address = urlsplit(link)
    assert (address.netloc, address.path) == ("t.me", "/melody_standin_bot")
    on_telegram.says(f"/start {parse_qs(address.query)['start'][0]}")
    await studio.hear()
    assert on_telegram.from_bot[-1].text == EN.say("link-question", who="Asha (Whatsapp)")
    assert await studio.count(User) == 2, "opening it joins nothing"
    on_telegram.taps(EN.say("button-link-yes"))
    await studio.hear()
    await whatsapp.all_is_said()
    assert EN.say("link-question", who="Asha (Telegram)") in on_whatsapp.texts[-1]
    await on_whatsapp.says("1")
    await whatsapp.hear()
    assert await studio.count(User) == 1
    await on_whatsapp.says("library")
    await whatsapp.hear()
    on_telegram.says("/library")
    await studio.hear()
    for shown in (on_whatsapp.texts[-1], on_telegram.from_bot[-1].text or ""):
        assert "Kesariya" in shown
        assert "Ilahi" in shown


async def test_from_telegram_to_whatsapp(
    whatsapp: WhatsAppStudio, studio: SmallStudio, twilio: TwilioStandIn
) -> None:
    on_telegram = studio.telegram.person("Asha", language="hi")
    on_telegram.says("/link")
    await studio.hear()
    (link,) = LINK.findall(on_telegram.from_bot[-1].text or "")
    address = urlsplit(link)
    assert (address.netloc, address.path) == ("wa.me", f"/{twilio.sender.removeprefix('whatsapp:+')}")
    mallory = twilio.person("Mallory")
    await mallory.says(parse_qs(address.query)["text"][0])
    await whatsapp.hear()
    assert EN.say("link-question", who="Asha (Telegram)") in mallory.texts[-1]
    await mallory.says("1")
    await whatsapp.hear()
    assert mallory.texts[-1] == EN.say("link-waiting"), "whoever was sent the link joins nobody alone"
    assert await studio.count(User) == 2


async def test_a_messenger_that_does_not_answer_is_left_out(
    whatsapp: WhatsAppStudio, telegram: TelegramStandIn, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha")
    telegram.goes_wrong("getMe", status=502, times=100)
    await asha.says("/link")
    await whatsapp.hear()
    assert LINK.findall(asha.texts[-1]) == []
    assert "link " in asha.texts[-1]
