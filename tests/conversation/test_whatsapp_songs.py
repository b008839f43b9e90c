"""The same conversation on WhatsApp: songs, choices by number, what WhatsApp allows and what it does not."""

from __future__ import annotations

import io
from datetime import timedelta

import av
import pytest
from sqlalchemy import select, update

from core.chat.models import InboxItem
from core.chat.texts import texts_in
from core.delivery.models import AUDIO, STATUS, Delivery
from core.whatsapp.models import WhatsAppMessage
from tests.conversation import bad_files, songs
from tests.conversation.whatsapp import WhatsAppStudio
from tests.fakes.twilio import TwilioStandIn

pytestmark = pytest.mark.broad

EN = texts_in("en")


@pytest.fixture
def studio(whatsapp: WhatsAppStudio) -> WhatsAppStudio:
    return whatsapp


async def delivery(studio: WhatsAppStudio, kind: str = AUDIO) -> Delivery:
    found: Delivery = await studio.one(select(Delivery).where(Delivery.kind == kind))
    return found


def seconds_of(audio: bytes) -> float:
    with av.open(io.BytesIO(audio), "r") as container:
        return float(container.duration or 0) / av.time_base


async def test_a_song_becomes_its_instrumental(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    asha = twilio.person("Asha")
    await asha.sends(songs.m4a(title="Tum Hi Ho", artist="Arijit Singh"), "audio/mp4")
    assert twilio.brought[0][1] == 200
    await studio.hear()
    (status,) = asha.texts
    assert status.splitlines()[0] == "♪ Recording"
    assert status.endswith("\n\n1. Cancel")
    await studio.serve()
    await studio.texts_are_due()
    await studio.work()
    (audio,) = asha.audios
    assert audio.startswith((b"ID3", b"\xff\xfb"))
    assert seconds_of(audio) == pytest.approx(1.5, abs=0.1)
    first, ready = asha.texts
    assert first == status
    assert ready.startswith(EN.say("ready", title="Tum Hi Ho") + "\n\n1. " + EN.say("button-save"))
    assert await studio.jobs() == ["completed"]
    assert len(twilio.sent()) == 3


async def test_a_long_job_is_told_of_once_more_and_no_more(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha")
    await asha.sends(songs.m4a(), "audio/mp4")
    await studio.hear()
    working = await studio.working()
    await studio.services.live_statuses.refresh()
    assert len(asha.texts) == 1
    await studio.change(update(Delivery).values(sent_at=Delivery.sent_at - timedelta(minutes=1)))
    for _ in range(3):
        await studio.refresh()
        await studio.hear()
        await studio.services.delivery.say_pending("whatsapp", (await delivery(studio, STATUS)).chat)
    studio.separator.release()
    await working
    await studio.serve()
    await studio.texts_are_due()
    await studio.work()
    _, progress, ready = asha.texts
    assert "Taking the voice out" in progress
    assert progress.endswith("1. Cancel")
    assert ready.startswith(EN.say("ready", title="Recording"))
    assert len(asha.audios) == 1


async def test_what_becomes_of_each_message_is_recorded(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    twilio.tells = ("read", "sent", "delivered", "sent", "read")  # out of order, and twice
    asha = twilio.person("Asha")
    await asha.says("/hello")
    await studio.hear()
    message: WhatsAppMessage = await studio.one(select(WhatsAppMessage))
    assert (message.status, message.error_code) == ("read", None)
    sent: Delivery = await studio.one(select(Delivery))
    assert (sent.id, sent.message_ref, sent.status) == (message.delivery_id, message.sid, "sent")
    assert [answered for _, answered in twilio.told] == [200] * 5


@pytest.mark.parametrize("digit", ["१", "Cancel"])
async def test_a_number_in_any_script_chooses(
    studio: WhatsAppStudio, twilio: TwilioStandIn, digit: str
) -> None:
    asha = twilio.person("Asha")
    await asha.sends(songs.m4a(), "audio/mp4")
    await studio.hear()
    await asha.says(digit)
    await studio.hear()
    assert await studio.jobs() == ["cancelled"]
    assert asha.texts[-1] == f"♪ Recording\n{EN.say('status-cancelled')}"


async def test_a_number_means_the_message_that_is_answered(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha")
    for seed in (1, 2):
        await asha.sends(songs.m4a(seed=seed), "audio/mp4")
    await studio.hear()
    await asha.answers(asha.heard[0], "1")
    await studio.hear()
    assert await studio.jobs() == ["cancelled", "queued"]


async def test_choices_are_kept_for_the_last_list(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    asha = twilio.person("Asha")
    await asha.says("quality")
    await studio.hear()
    await asha.says(asha.number_of("Fast"))
    await studio.hear()
    assert asha.texts[-1] == EN.say("quality-saved", quality="Fast")
    told = len(asha.texts)
    await asha.says("7")
    await studio.hear()
    assert len(asha.texts) == told + 1
    assert asha.texts[-1] != EN.say("quality-saved", quality="Fast")


@pytest.mark.parametrize(
    ("media_type", "data"),
    [
        ("audio/mpeg", songs.m4a()),
        ("audio/ogg", songs.voice_note()),
        ("video/mp4", songs.video()),
        ("application/octet-stream", songs.wav()),
    ],
)
async def test_every_kind_of_recording_is_taken(
    studio: WhatsAppStudio, twilio: TwilioStandIn, media_type: str, data: bytes
) -> None:
    asha = twilio.person("Asha")
    await asha.sends(data, media_type)
    await studio.serve()
    assert len(asha.audios) == 1


async def test_several_files_in_one_message_are_several_songs(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha")
    await asha.sends_all([(songs.m4a(seed=seed), "audio/mp4") for seed in (1, 2)])
    await studio.serve()
    assert len(asha.audios) == 2
    assert await studio.count(InboxItem) == 1


async def test_a_picture_asks_for_a_song(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    asha = twilio.person("Asha")
    await asha.sends(b"\xff\xd8\xff", "image/jpeg")
    await studio.hear()
    assert asha.texts == [EN.say("send-a-song")]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (bad_files.named_mp3_but_text(), "error-not-audio"),
        (b"", "error-empty"),
        (bad_files.truncated(), "error-damaged"),
    ],
)
async def test_files_that_are_no_songs(
    studio: WhatsAppStudio, twilio: TwilioStandIn, data: bytes, key: str
) -> None:
    asha = twilio.person("Asha")
    await asha.sends(data, "audio/mpeg")
    await studio.serve()
    await studio.texts_are_due()
    await studio.work()
    reason = EN.say("status-failed", reason=EN.say(key))
    assert asha.texts[-1] == f"♪ Recording\n{reason}"
    assert await studio.leftovers() == {}


async def test_the_next_person_has_it_without_work(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    for name in ("Asha", "Bala"):
        person = twilio.person(name)
        await person.sends(songs.m4a(), "audio/mp4")
        await studio.serve()
        assert len(person.audios) == 1
    assert len(studio.separator.made) == 1


# --- the 24 hours -----------------------------------------------------------------------------------------


async def test_what_is_ready_too_late_comes_with_the_next_word(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha")
    await asha.sends(songs.m4a(), "audio/mp4")
    await studio.hear()
    taken = len(twilio.creations())
    await studio.day_passes(asha)
    await studio.work()
    assert len(twilio.creations()) == taken, "nothing may be sent outside the 24 hours"
    assert (await delivery(studio)).status == "held"

    await studio.change(update(Delivery).values(created_at=Delivery.created_at - timedelta(days=3)))
    await asha.says("hello?")
    await studio.serve()
    assert len(asha.audios) == 1
    assert (await delivery(studio)).status == "sent"


async def test_a_window_that_only_whatsapp_sees_closed(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    """Twilio takes the message, and tells 63016 afterwards."""
    asha = twilio.person("Asha")
    await asha.sends(songs.m4a(), "audio/mp4")
    await studio.hear()
    twilio.tells_failures = ("failed", "failed")
    twilio.day_passes(asha)
    await studio.work()
    assert asha.audios == []
    held = await delivery(studio)
    assert (held.status, held.error) == ("held", "twilio-63016")
    await studio.work()
    attempts = len(twilio.creations())

    await asha.says("are you there?")
    await studio.serve()
    assert len(asha.audios) == 1
    assert len(twilio.creations()) > attempts


# --- failures ---------------------------------------------------------------------------------------------


async def test_what_whatsapp_drops_for_being_too_fast_is_sent_again(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha")
    await asha.says("/hello")
    twilio.fails_with = [63018]
    await studio.hear()
    assert asha.texts == []
    await studio.pauses_are_over()
    await studio.texts_are_due()
    await studio.work()
    assert asha.texts == [EN.say("send-a-song")]


async def test_an_audio_that_whatsapp_refuses_is_offered_again(
    studio: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    asha = twilio.person("Asha")
    await asha.sends(songs.m4a(), "audio/mp4")
    await studio.hear()
    twilio.fails_with = [63005]
    await studio.work()
    assert asha.audios == []
    assert ((await delivery(studio)).status, (await delivery(studio)).error) == ("uncertain", "twilio-63005")
    await asha.says("hello?")
    await studio.hear()
    await asha.says(asha.number_of(EN.say("button-send-again")))
    await studio.serve()
    assert len(asha.audios) == 1


async def test_too_many_at_once_wait(studio: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    asha = twilio.person("Asha")
    twilio.refuses_after = 0
    await asha.says("/hello")
    await studio.hear()
    assert asha.texts == []
    twilio.refuses_after = None
    await studio.pauses_are_over()
    await studio.texts_are_due()
    await studio.work()
    assert asha.texts == [EN.say("send-a-song")]
