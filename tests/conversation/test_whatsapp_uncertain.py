"""WhatsApp when answers get lost: nothing twice, nothing lost, and what nobody can tell is asked."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.accounts.models import ChannelIdentity
from core.chat.texts import texts_in
from core.delivery.models import AUDIO, Delivery
from core.ports import Button, Reply
from tests.conversation import songs
from tests.conversation.whatsapp import WhatsAppStudio
from tests.fakes.sources.base import Fault
from tests.fakes.twilio import Message, Person, TwilioStandIn

pytestmark = pytest.mark.broad

EN = texts_in("en")
MESSAGES = "*/Messages.json"
SILENT: tuple[str, ...] = ()


@pytest.fixture
def studio(whatsapp: WhatsAppStudio) -> WhatsAppStudio:
    return whatsapp


@pytest.fixture
async def asha(studio: WhatsAppStudio, twilio: TwilioStandIn) -> Person:
    """Somebody who asked for a song and was told that it is in the making."""
    person = twilio.person("Asha")
    await person.sends(songs.m4a(), "audio/mp4")
    await studio.hear()
    return person


def loses_the_answer(twilio: TwilioStandIn, *, arrived: bool) -> Fault:
    """The next request is cut: after Twilio took the message, or before."""
    return twilio.goes_wrong(MESSAGES, cut=True, after=0 if arrived else None)


def lists(twilio: TwilioStandIn) -> int:
    return sum(request.method == "GET" for request in twilio.calls(MESSAGES))


async def audio_status(studio: WhatsAppStudio) -> str:
    found: str = await studio.one(select(Delivery.status).where(Delivery.kind == AUDIO))
    return found


async def later(studio: WhatsAppStudio) -> None:
    await studio.pauses_are_over()
    await studio.texts_are_due()
    await studio.work()


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_lost_answer_is_looked_up_before_anything_is_repeated(
    studio: WhatsAppStudio, twilio: TwilioStandIn, asha: Person, arrived: bool
) -> None:
    twilio.tells = SILENT  # no receipt comes either
    loses_the_answer(twilio, arrived=arrived)
    await studio.work()
    assert await audio_status(studio) == "pending"
    await later(studio)
    assert await audio_status(studio) == "sent"
    assert len(asha.audios) == 1
    assert lists(twilio) == 1


async def test_a_receipt_tells_as_much_as_the_list(
    studio: WhatsAppStudio, twilio: TwilioStandIn, asha: Person
) -> None:
    loses_the_answer(twilio, arrived=True)
    await studio.work()
    await later(studio)
    assert await audio_status(studio) == "sent"
    assert len(asha.audios) == 1
    assert lists(twilio) == 0


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_sender_that_is_killed_leaves_nothing_twice(
    studio: WhatsAppStudio, twilio: TwilioStandIn, asha: Person, arrived: bool
) -> None:
    twilio.tells = SILENT
    fault = twilio.goes_wrong(MESSAGES, held=True, cut=True, after=0 if arrived else None)
    sending = asyncio.create_task(studio.work())
    await twilio.until(lambda: fault.arrived > 0 and (not arrived or len(twilio.sent()) == 2))
    sending.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await sending
    twilio.release(fault)
    await later(studio)
    assert await audio_status(studio) == "sent"
    assert len(asha.audios) == 1


async def test_without_the_list_nothing_is_repeated(
    studio: WhatsAppStudio, twilio: TwilioStandIn, asha: Person
) -> None:
    twilio.tells = SILENT
    loses_the_answer(twilio, arrived=True)
    await studio.work()
    twilio.goes_wrong(MESSAGES, status=503, body="<html>503</html>")
    await later(studio)
    assert await audio_status(studio) == "pending"
    await later(studio)
    assert await audio_status(studio) == "sent"
    assert len(asha.audios) == 1


async def test_what_lies_far_back_in_the_list_is_found(
    studio: WhatsAppStudio, twilio: TwilioStandIn, asha: Person
) -> None:
    twilio.tells = SILENT
    loses_the_answer(twilio, arrived=True)
    await studio.work()
    with twilio.lock:
        others = [
            Message(sid=f"SM{number:032x}", inbound=False, person=asha.phone, ours=twilio.sender, body="x")
            for number in range(150)
        ]
        twilio.messages.extend(others)
    await later(studio)
    assert await audio_status(studio) == "sent"
    assert lists(twilio) == 2
    assert sum(message.media_url is not None for message in twilio.sent()) == 1


async def test_of_two_in_doubt_of_which_one_arrived_both_are_asked_about(
    studio: WhatsAppStudio, twilio: TwilioStandIn, asha: Person
) -> None:
    await studio.a_minute_passes()
    await asha.sends(songs.m4a(seed=2), "audio/mp4")
    await studio.hear()
    twilio.tells = SILENT
    loses_the_answer(twilio, arrived=True)
    loses_the_answer(twilio, arrived=False)
    await studio.work()
    await later(studio)
    statuses = select(Delivery.status).where(Delivery.kind == AUDIO)
    async with studio.services.database.transaction() as session:
        assert list((await session.execute(statuses)).scalars()) == ["uncertain"] * 2
    assert len(asha.audios) == 1

    await asha.says("hello?")
    await studio.hear()
    question = EN.say("maybe-sent", title="Recording (Instrumental)")
    assert sum(text.startswith(question) for text in asha.texts) == 2
    await asha.says("1")
    await studio.serve()
    assert len(asha.audios) == 2


async def test_a_text_whose_answer_is_lost_is_said_once(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    twilio.tells = SILENT
    bala = twilio.person("Bala")
    await bala.says("/hello")
    loses_the_answer(twilio, arrived=True)
    await studio.hear()
    await later(studio)
    assert bala.texts == [EN.say("send-a-song")]
    assert await studio.one(select(Delivery.status)) == "sent"


async def test_of_a_long_text_only_what_is_missing_is_said_again(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    bala = twilio.person("Bala")
    await bala.says("/hello")
    await studio.hear()
    words = " ".join(f"word{number}" for number in range(600))
    async with studio.services.database.transaction() as session:
        identity = (await session.execute(select(ChannelIdentity))).scalar_one()
        await studio.services.outbox.reply(
            session,
            channel="whatsapp",
            chat=identity.external_id,
            identity_id=identity.id,
            reply=Reply(words, ((Button("Cancel", "cancel:0"),),)),
        )
    taken = len(twilio.sent())
    twilio.refuses_after = 2
    await later(studio)
    assert len(twilio.sent()) == taken + 2
    twilio.refuses_after = None
    await later(studio)
    parts = [message.body for message in twilio.sent()[taken:]]
    assert " ".join(parts) == f"{words}\n\n1. Cancel"
    assert len(parts) == 3


async def test_after_a_day_of_doubt_it_is_uncertain(
    studio: WhatsAppStudio, twilio: TwilioStandIn, asha: Person
) -> None:
    loses_the_answer(twilio, arrived=False)
    await studio.work()
    twilio.goes_wrong(MESSAGES, status=503, times=100)
    await studio.change(update(Delivery).values(created_at=Delivery.created_at - timedelta(days=2)))
    await studio.pauses_are_over()
    await studio.work()
    assert await audio_status(studio) == "uncertain"
