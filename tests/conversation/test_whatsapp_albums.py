"""Several songs in one message on WhatsApp: few messages about their making, each audio once."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.models import Recording
from core.chat.texts import texts_in
from core.conversion.models import Rendition
from core.delivery.models import STATUS, Delivery
from tests.conversation import songs
from tests.conversation.bad_files import named_mp3_but_text
from tests.conversation.whatsapp import WhatsAppStudio
from tests.fakes.twilio import Person, TwilioStandIn

pytestmark = pytest.mark.broad

EN = texts_in("en")


@pytest.fixture
def studio(whatsapp: WhatsAppStudio) -> WhatsAppStudio:
    return whatsapp


async def sends_album(person: Person, *titles: str, bad: int = 0) -> None:
    files = [(songs.m4a(seed=seed, title=title), "audio/mp4") for seed, title in enumerate(titles)]
    await person.sends_all([*files, *[(named_mp3_but_text(), "audio/mpeg")] * bad])


def progress_of(person: Person) -> list[str]:
    """What was told of the making, beside the audios and what can be done with them."""
    return [text for text in person.texts if " ready\n" in text]


async def test_one_status_then_each_audio_with_its_choices(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha")
    await sends_album(asha, "Kesariya", "Ilahi", "Jai Ho")
    await studio.hear()
    (status,) = asha.texts
    assert status.splitlines()[0] == "0 of 3 ready"
    assert status.endswith("1. Cancel: Recording\n2. Cancel: Recording\n3. Cancel: Recording\n4. Cancel all")
    await studio.work()
    await studio.services.live_statuses.refresh()
    await studio.all_is_said()
    assert len(asha.audios) == 3
    assert progress_of(asha) == [status]
    ready = sorted(text.splitlines()[0] for text in asha.texts[1:])
    assert ready == [EN.say("ready", title=title) for title in ("Ilahi", "Jai Ho", "Kesariya")]


async def test_the_whole_group_has_three_messages_of_progress_at_most(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    """The status, once more when it takes long, and what became of each where something went wrong."""
    asha = twilio.person("Asha")
    await sends_album(asha, "Kesariya", "Ilahi", bad=2)
    await studio.hear()
    working = await studio.working()
    await studio.change(update(Delivery).values(sent_at=Delivery.sent_at - timedelta(minutes=1)))
    chat = (await studio.one(select(Delivery).where(Delivery.kind == STATUS))).chat
    for _ in range(3):
        await studio.refresh()
        await studio.services.delivery.say_pending("whatsapp", chat)
    await studio.twilio.settled()
    assert len(progress_of(asha)) == 2
    assert " %" in progress_of(asha)[1]
    studio.separator.release()
    await working
    await studio.refresh()
    await studio.all_is_said()
    assert len(asha.audios) == 2
    assert len(progress_of(asha)) == 3
    last = progress_of(asha)[-1]
    assert last.startswith("2 of 4 ready")
    assert last.count(EN.say("error-not-audio")) + last.count(EN.say("status-merged")) == 2


async def test_two_songs_that_end_at_the_same_moment_leave_the_last_word_to_one(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha, database = twilio.person("Asha"), studio.services.database
    await sends_album(asha, "Kesariya", "Ilahi", bad=1)
    await studio.hear()
    async with database.transaction() as session:
        recordings = list((await session.execute(select(Recording.id))).scalars())
    for recording_id in recordings:
        await studio.services.fetcher.fetch(recording_id)
    async with database.transaction() as session:
        one, other = (await session.execute(select(Rendition.id))).scalars()

    async def finish(session: AsyncSession, rendition_id: uuid.UUID) -> None:
        rendition = await session.get_one(Rendition, rendition_id, with_for_update=True)
        rendition.status, rendition.sha256 = "completed", "0" * 64
        await session.flush()
        await studio.services.conversion.rendition_finished(session, rendition)

    async def finish_other() -> None:
        async with database.transaction() as session:
            await finish(session, other)

    async with database.transaction() as session:
        await finish(session, one)
        meanwhile = asyncio.create_task(finish_other())
        await asyncio.wait({meanwhile}, timeout=0.5)
    await meanwhile
    last_words = select(func.count()).where(Delivery.once.startswith("over:"))
    assert await studio.one(last_words) == 1


async def test_cancel_all_says_once_what_became_of_them(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha")
    await sends_album(asha, "Kesariya", "Ilahi", "Jai Ho")
    await studio.hear()
    await asha.says("4")
    await studio.hear()
    assert await studio.jobs() == ["cancelled"] * 3
    assert asha.texts[1:] == ["0 of 3 ready\n\n" + "\n".join(["♪ Recording · cancelled"] * 3)]
    await studio.all_is_said()
    assert (len(asha.texts), asha.audios) == (2, [])


async def test_one_of_them_is_cancelled_by_its_number(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    asha = twilio.person("Asha")
    await sends_album(asha, "Kesariya", "Ilahi")
    await studio.hear()
    await asha.says("२")
    await studio.hear()
    assert await studio.jobs() == ["queued", "cancelled"]
    assert asha.texts[1].splitlines()[3] == "♪ Recording · cancelled"
    assert asha.texts[1].endswith("1. Cancel: Recording")
    await studio.work()
    await studio.all_is_said()
    assert len(asha.audios) == 1
    assert len(progress_of(asha)) == 2


async def test_what_is_known_comes_after_the_status(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    bala = twilio.person("Bala")
    await bala.sends(songs.m4a(seed=0, title="Kesariya"), "audio/mp4")
    await studio.serve()
    asha = twilio.person("Asha")
    await sends_album(asha, "Kesariya", "Ilahi")
    await studio.serve()
    assert len(asha.audios) == 2
    assert asha.heard[0].body
    assert len(studio.separator.made) == 2


async def test_a_form_that_is_brought_again_has_no_second_effect(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha")
    await sends_album(asha, "Kesariya", "Ilahi")
    for _ in range(3):
        await asyncio.to_thread(twilio.bring, asha.last_form)
    await studio.serve()
    await studio.all_is_said()
    assert len(asha.audios) == 2
    assert len(progress_of(asha)) == 1
