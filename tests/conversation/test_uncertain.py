"""Audio that may or may not have arrived is offered again, never sent twice unasked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.adapters.channels.telegram.channel import CAPABILITIES as TELEGRAM
from core.chat.actions import send_again_action
from core.chat.flows.basics import help_text
from core.chat.texts import texts_in
from core.delivery.models import AUDIO, Delivery
from tests.conversation import songs
from tests.conversation.studio import SmallStudio, forges_tap
from tests.fakes.telegram import Person

EN = texts_in("en")
TITLE = "Ilahi (Instrumental)"


async def lost_answer(studio: SmallStudio, *, arrived: bool) -> Person:
    """Somebody whose audio had to go out as a message of its own, with the answer lost."""
    asha = studio.telegram.person("Asha")
    asha.sends("audio", songs.m4a(), title="Ilahi")
    await studio.hear()
    asha.deletes(asha.from_bot[0].message_id)
    studio.telegram.goes_wrong("sendAudio", reset=True, takes_effect=arrived)
    await studio.work()
    return asha


def audios(person: Person) -> int:
    return sum(message.audio is not None for message in person.from_bot)


async def test_it_is_not_sent_again_by_itself(studio: SmallStudio) -> None:
    asha = await lost_answer(studio, arrived=True)
    await studio.work()
    await studio.refresh()
    assert len(studio.telegram.calls("sendAudio")) == 1
    assert audios(asha) == 1
    assert await studio.one(select(Delivery.status).where(Delivery.kind == AUDIO)) == "uncertain"


async def test_it_is_offered_once_at_the_next_message_and_sent_when_wanted(studio: SmallStudio) -> None:
    asha = await lost_answer(studio, arrived=False)
    asha.says("hello?")
    await studio.hear()
    answer, offer = asha.from_bot
    assert answer.text == EN.say("search-nothing", query="hello?")
    assert (offer.text, offer.labels) == (EN.say("maybe-sent", title=TITLE), [EN.say("button-send-again")])

    asha.says("/help")
    await studio.hear()
    assert asha.from_bot[-1].text == help_text(EN, TELEGRAM, 900)

    asha.taps(EN.say("button-send-again"))
    asha.taps(EN.say("button-send-again"))
    await studio.serve()
    texts = [message.text for message in asha.from_bot if message.text is not None]
    assert texts[-2:] == [EN.say("sending-again", title=TITLE), EN.say("already-over")]
    assert audios(asha) == 1
    assert len(studio.separator.made) == 1


@pytest.mark.broad
async def test_who_has_it_can_leave_it(studio: SmallStudio) -> None:
    asha = await lost_answer(studio, arrived=True)
    for words in ("hello?", "thanks"):
        asha.says(words)
        await studio.serve()
    assert audios(asha) == 1
    assert sum(EN.say("button-send-again") in message.labels for message in asha.from_bot) == 1


async def test_nobody_has_others_songs_sent_to_them(studio: SmallStudio) -> None:
    asha = await lost_answer(studio, arrived=False)
    mallory = studio.telegram.person("Mallory")
    delivery_id = await studio.one(select(Delivery.id).where(Delivery.kind == AUDIO))
    forges_tap(studio.telegram, mallory, send_again_action(delivery_id))
    await studio.serve()
    assert [message.text for message in mallory.from_bot] == [EN.say("already-over")]
    assert (audios(asha), audios(mallory)) == (0, 0)
