"""WhatsApp brings one file a message: those that were sent together share one status all the same."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from core.chat.texts import texts_in
from core.conversion.models import Batch
from core.db.lease import seconds_from_now
from core.delivery.gathering import LONGEST
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


async def sends(studio: WhatsAppStudio, person: Person, *titles: str) -> None:
    """Files chosen together: each comes as a message of its own, and is heard before the next."""
    for title in titles:
        await person.sends(songs.m4a(seed=len(title), title=title), "audio/mp4")
        await studio.hear()


async def test_they_share_one_status_and_each_audio_comes_once(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha")
    await sends(studio, asha, "Kesariya", "Ilahi", "Jai Ho", "Raabta")
    (first,) = asha.texts
    assert first.startswith("♪ Recording\n")
    await studio.it_gets_quiet()
    chat = (await studio.one(select(Delivery).where(Delivery.batch_id.is_not(None)))).chat
    await studio.services.delivery.say_pending("whatsapp", chat)
    await twilio.settled()
    _, status = asha.texts
    assert status.splitlines()[0] == "0 of 4 ready"
    assert status.endswith("4. Cancel: Recording\n5. Cancel all")
    await studio.work()
    await studio.all_is_said()
    assert len(asha.audios) == 4
    assert sorted(text.splitlines()[0] for text in asha.texts[2:]) == sorted(
        EN.say("ready", title=title) for title in ("Kesariya", "Ilahi", "Jai Ho", "Raabta")
    )


async def test_no_song_is_told_of_more_than_three_times(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha")
    await sends(studio, asha, "Kesariya", "Ilahi")
    await asha.sends(named_mp3_but_text(), "audio/mpeg")
    await studio.hear()
    await studio.it_gets_quiet()
    working = await studio.working()
    await studio.change(update(Delivery).values(sent_at=seconds_from_now(-60)))
    await studio.refresh()
    await studio.all_is_said()
    studio.separator.release()
    await working
    await studio.all_is_said()
    told = [text for text in asha.texts if not text.startswith(EN.say("ready", title="")[:-1])]
    assert [text.splitlines()[0] for text in told] == ["♪ Recording", "0 of 3 ready", "2 of 3 ready"]
    assert EN.say("error-not-audio") in told[-1]
    assert len(asha.audios) == 2


async def test_a_word_in_between_is_answered_after_the_status(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    """And at once: nothing waits for more files then."""
    asha = twilio.person("Asha")
    await sends(studio, asha, "Kesariya", "Ilahi")
    assert len(asha.texts) == 1
    await asha.says("/privacy")
    await studio.hear()
    assert [text.splitlines()[0] for text in asha.texts[1:]] == [
        "0 of 2 ready", EN.say("privacy").splitlines()[0],
    ]  # fmt: skip
    await sends(studio, asha, "Jai Ho")
    assert asha.texts[-1].startswith("♪ Recording"), (
        "what is said later is another thing, and answered at once"
    )


async def test_a_file_that_comes_later_stands_alone(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    asha = twilio.person("Asha")
    await sends(studio, asha, "Kesariya")
    await studio.a_minute_passes()
    await sends(studio, asha, "Ilahi")
    assert await studio.count(Batch) == 0
    assert [text.splitlines()[0] for text in asha.texts] == ["♪ Recording"] * 2


async def test_nobody_waits_for_ever(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    asha = twilio.person("Asha")
    await sends(studio, asha, "Kesariya", "Ilahi")
    is_theirs = Delivery.batch_id.is_not(None) & (Delivery.kind == STATUS)
    await studio.change(update(Delivery).where(is_theirs).values(created_at=seconds_from_now(-LONGEST - 1)))
    await sends(studio, asha, "Jai Ho")
    assert [text.splitlines()[0] for text in asha.texts] == ["♪ Recording", "0 of 3 ready"]


async def test_what_was_made_before_needs_no_work(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    asha = twilio.person("Asha")
    await sends(studio, asha, "Kesariya")
    await studio.work()
    await studio.all_is_said()
    await sends(studio, asha, "Kesariya", "Ilahi")
    await studio.it_gets_quiet()
    await studio.work()
    await studio.all_is_said()
    assert len(asha.audios) == 3
    assert len(studio.separator.made) == 2
