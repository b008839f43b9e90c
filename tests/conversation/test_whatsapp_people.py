"""Who somebody is on WhatsApp, what stays of them, and who does not want to hear from us."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from sqlalchemy import select

from core.accounts.models import ChannelIdentity
from core.chat.models import InboxItem
from core.chat.texts import texts_in
from core.delivery.models import AUDIO, STATUS, Delivery
from core.membership.erasing import ask_to_forget
from core.membership.models import Erasure
from core.whatsapp.models import WhatsAppContact, WhatsAppMessage
from tests.conversation import songs
from tests.conversation.whatsapp import WhatsAppStudio
from tests.fakes.twilio import TwilioStandIn

pytestmark = pytest.mark.broad

EN = texts_in("en")


@pytest.fixture
def studio(whatsapp: WhatsAppStudio) -> WhatsAppStudio:
    return whatsapp


async def test_who_hides_their_number_stays_the_same_person(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha")
    await asha.says("/hello")
    asha.hides_phone = True
    await asha.says("hello again")
    await studio.hear()
    assert [message.person for message in asha.heard] == [asha.user_id] * 2
    assert await studio.count(ChannelIdentity) == await studio.count(WhatsAppContact) == 1


async def test_who_was_known_by_number_only_stays_the_same_person(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha", user_id=None)
    await asha.says("/hello")
    asha.user_id = "whatsapp:IN.77"
    await asha.says("hello again")
    await studio.hear()
    contact: WhatsAppContact = await studio.one(select(WhatsAppContact))
    assert (contact.user_ref, contact.phone) == ("whatsapp:IN.77", asha.phone)
    assert await studio.count(ChannelIdentity) == 1


async def test_a_number_that_changes_hands_moves_alone(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    before = twilio.person("Asha", phone="+919800000001", user_id="IN.1")
    await before.says("/hello")
    after = twilio.person("Bala", phone="+919800000001", user_id="IN.2")
    await after.says("/hello")
    await studio.hear()
    assert await studio.count(ChannelIdentity) == 2
    numbers = await studio.one(select(WhatsAppContact.user_ref).where(WhatsAppContact.phone == after.phone))
    assert numbers == after.user_id


async def test_no_number_stands_where_it_need_not(
    studio: WhatsAppStudio, twilio: TwilioStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asha = twilio.person("Asha")
    await asha.sends(songs.m4a(), "audio/mp4")
    twilio.fails_with = [63003]
    await studio.hear()
    twilio.goes_wrong("*/Messages.json", status=400, body={"code": 21211, "message": f"{asha.phone} is none"})
    await studio.work()
    digits = asha.phone.removeprefix("whatsapp:+")
    addresses = [m.media_url or "" for m in twilio.sent()] + [m.callback or "" for m in twilio.sent()]
    chats: Any = await studio.one(select(Delivery.chat).where(Delivery.kind == STATUS))
    assert not any(digits in text or "whatsapp%3A" in text for text in [*addresses, chats])
    ours = [
        record.getMessage() for record in caplog.records if record.name.startswith(("core", "api", "bot"))
    ]
    assert ours
    assert digits not in "".join(ours)


async def test_who_is_forgotten_is_told_last_and_leaves_no_number(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha, bala = twilio.person("Asha"), twilio.person("Bala")
    await asha.says("/hello")
    await bala.says("/hello")
    await studio.hear()
    async with studio.services.database.transaction() as session:
        query = select(ChannelIdentity).where(ChannelIdentity.display_name == "Asha")
        identity = (await session.execute(query)).scalar_one()
        await ask_to_forget(session, identity.user_id, "en", ("whatsapp", identity.external_id))
    await studio.services.eraser.erase(await studio.one(select(Erasure.id)))
    await twilio.settled()
    assert asha.texts[-1] == EN.say("erased")
    assert await studio.one(select(WhatsAppContact.phone)) == bala.phone
    assert await studio.count(InboxItem) == await studio.count(WhatsAppMessage) == 1


# --- stop and start ---------------------------------------------------------------------------------------


async def test_who_says_stop_hears_nothing_until_they_start(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha")
    await asha.sends(songs.m4a(), "audio/mp4")
    await studio.hear()
    before = len(asha.heard)
    await asha.says("STOP")
    await studio.serve()
    assert len(asha.heard) == before
    status = await studio.one(select(Delivery.status).where(Delivery.kind == AUDIO))
    assert status == "refused"
    await asha.says("Start")
    await studio.hear()
    assert asha.texts[-1] == EN.say("welcome")


async def test_who_opted_out_at_twilio_is_not_written_to_again(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha")
    asha.opted_out = True
    await asha.says("/hello")
    await studio.hear()
    blocked_at: Any = await studio.one(select(ChannelIdentity.blocked_at))
    assert blocked_at is not None
