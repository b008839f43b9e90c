"""Sign-in codes in a chat: only where the person asks for it, and where that chat has proved the number."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from sqlalchemy import select

from api.main import create_app
from core.accounts.models import ChannelIdentity
from core.chat.texts import texts_in
from tests.conversation.studio import SmallStudio
from tests.conversation.whatsapp import WhatsAppStudio
from tests.fakes.twilio import TwilioStandIn

pytestmark = pytest.mark.broad

EN = texts_in("en")
NUMBER = "+919812345678"


@asynccontextmanager
async def player(studio: SmallStudio) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(studio.services))
    async with httpx.AsyncClient(transport=transport, base_url="http://melody/api/v1/auth/") as client:
        yield client


async def asks(studio: SmallStudio, channel: str) -> str:
    """Somebody asks for a code at the player; the request's id."""
    async with player(studio) as client:
        answer = await client.post("request-otp", json={"phone_number": NUMBER, "channel": channel})
        assert answer.status_code == 202, answer.text
        await studio.work()
        return str(answer.json()["request_id"])


async def signs_in(studio: SmallStudio, request_id: str, text: str) -> str:
    """Name the code that a message brought; the account that is signed in."""
    found = re.search(r"\b\d{6}\b", text)
    assert found is not None
    assert text == EN.say("sign-in-code", code=found[0])
    async with player(studio) as client:
        answer = await client.post("verify-otp", json={"request_id": request_id, "otp": found[0]})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["user"]["id"])


async def test_on_telegram_after_the_number_was_shared(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    asha.shares_contact(NUMBER, user_id=asha.id)
    await studio.hear()
    request_id = await asks(studio, "telegram")
    user_id = await signs_in(studio, request_id, asha.from_bot[-1].text or "")
    assert user_id == str(await studio.one(select(ChannelIdentity.user_id)))


async def test_on_telegram_nothing_comes_without_a_proof(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    asha.says("/start")
    await studio.hear()
    before = len(asha.from_bot)
    await asks(studio, "telegram")
    assert len(asha.from_bot) == before


async def test_on_whatsapp_to_who_writes_from_the_number(
    whatsapp: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha", phone=NUMBER)
    await asha.says("hello")
    await whatsapp.hear()
    request_id = await asks(whatsapp, "whatsapp")
    await twilio.settled()
    user_id = await signs_in(whatsapp, request_id, asha.texts[-1])
    assert user_id == str(await whatsapp.one(select(ChannelIdentity.user_id)))


async def test_on_whatsapp_nothing_comes_to_another_number_or_after_a_day(
    whatsapp: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    ravi = twilio.person("Ravi", phone="+919800000001")
    asha = twilio.person("Asha", phone=NUMBER)
    for person in (ravi, asha):
        await person.says("hello")
    await whatsapp.hear()
    await whatsapp.day_passes(asha)
    before = len(asha.heard), len(ravi.heard)
    await asks(whatsapp, "whatsapp")
    await twilio.settled()
    assert (len(asha.heard), len(ravi.heard)) == before
