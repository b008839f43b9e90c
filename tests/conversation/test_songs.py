"""A recording is sent, an instrumental comes back: once for each who asked, made once for all."""

from __future__ import annotations

import io
import json

import av
import pytest

from core.chat.texts import texts_in
from core.conversion.estimate import FIRST_GUESS, OVERHEAD_SECONDS
from core.conversion.models import Rendition
from core.ports import Quality
from tests.conversation import songs
from tests.conversation.studio import SmallStudio
from tests.fakes.telegram import ChatAudio, Person

EN = texts_in("en")


def audios_of(person: Person) -> list[ChatAudio]:
    return [message.audio for message in person.from_bot if message.audio is not None]


def uploads(studio: SmallStudio, person: Person) -> int:
    """How many files were uploaded to a person's chat."""
    return sum(bool(request.files) for request in studio.telegram.requests if request.chat == person.id)


async def test_a_song_becomes_its_instrumental(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    asha.sends("audio", songs.m4a(), title="Tum Hi Ho", performer="Arijit Singh", duration=2)
    await studio.hear()
    (status,) = asha.from_bot
    assert status.text == "♪ Tum Hi Ho — Arijit Singh · 0:02\nStarting now · about 2 s"
    assert status.labels == ["Cancel"]

    working = await studio.working()
    await studio.refresh()
    (status,) = asha.from_bot
    assert status.text is not None
    assert status.text.splitlines()[1].endswith(" %")
    assert "Taking the voice out" in status.text
    studio.separator.release()
    await working

    (message,) = asha.from_bot
    assert message.message_id == status.message_id
    assert (message.text, "Cancel" in message.labels) == (None, False)
    (audio,) = audios_of(asha)
    assert (audio.title, audio.performer) == ("Tum Hi Ho (Instrumental)", "Arijit Singh")
    assert (audio.duration, audio.media_type) == (2, "audio/mp4")
    assert audio.file_name == "Arijit Singh - Tum Hi Ho (Instrumental).m4a"
    assert await studio.jobs() == ["completed"]


async def test_the_progress_never_overtakes_the_audio(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    asha.sends("audio", songs.m4a(), title="Kun Faya Kun")
    await studio.serve()
    before = len(studio.telegram.calls("editMessageText"))
    await studio.refresh()
    await studio.refresh()
    assert len(studio.telegram.calls("editMessageText")) == before
    assert len(audios_of(asha)) == 1


@pytest.mark.broad
@pytest.mark.parametrize(
    ("kind", "data", "title"),
    [
        ("audio", songs.m4a(), "Recording"),
        ("voice", songs.voice_note(), "Voice note"),
        ("video", songs.video(), "Video"),
        ("video_note", songs.video(), "Video"),
        ("document", songs.wav(), "Recording"),
    ],
)
async def test_every_kind_of_recording_is_taken(
    studio: SmallStudio, kind: str, data: bytes, title: str
) -> None:
    asha = studio.telegram.person("Asha")
    update = asha.sends(kind.removesuffix("_note"), data)
    if kind == "video_note":
        update["message"]["video_note"] = update["message"].pop("video")
    await studio.serve()
    (audio,) = audios_of(asha)
    assert audio.title == f"{title} (Instrumental)"
    assert audio.performer is None


@pytest.mark.broad
@pytest.mark.parametrize(
    ("about", "title", "performer"),
    [
        (
            {"file_name": "03 - Shreya Ghoshal - Sunn Raha Hai (128 kbps).m4a"},
            "Sunn Raha Hai",
            "Shreya Ghoshal",
        ),
        ({"file_name": "तुम_ही_हो.m4a"}, "तुम ही हो", None),
        ({"file_name": "AUD-20261123-WA0007.m4a"}, "Recording", None),
        (
            {"title": "<unknown>", "performer": "<unknown>", "file_name": "Vaathi Coming.m4a"},
            "Vaathi Coming",
            None,
        ),
        ({"title": "Naatu Naatu", "file_name": "x - y.m4a"}, "Naatu Naatu", None),
    ],
)
async def test_titles_come_from_where_there_is_one(
    studio: SmallStudio, about: dict[str, str], title: str, performer: str | None
) -> None:
    asha = studio.telegram.person("Asha")
    asha.sends("audio", songs.m4a(), **about)
    await studio.serve()
    (audio,) = audios_of(asha)
    assert (audio.title, audio.performer) == (f"{title} (Instrumental)", performer)


@pytest.mark.broad
async def test_tags_name_a_song_best(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    tagged = songs.m4a(title="Jiya Jale", artist="Lata Mangeshkar", album="Dil Se")
    asha.sends("document", tagged, file_name="jj.m4a")
    await studio.serve()
    (audio,) = audios_of(asha)
    assert (audio.title, audio.performer) == ("Jiya Jale (Instrumental)", "Lata Mangeshkar")
    with av.open(io.BytesIO(audio.data)) as container:
        inside = container.metadata
    assert (inside["title"], inside["artist"]) == (audio.title, audio.performer)


async def test_what_has_no_name_is_named_in_the_senders_language(studio: SmallStudio) -> None:
    meera = studio.telegram.person("Meera", language="hi")
    meera.sends("voice", songs.voice_note())
    await studio.hear()
    text = meera.from_bot[0].text
    assert text is not None
    assert text.startswith("♪ " + texts_in("hi").say("title-voice"))


# --- asking again -----------------------------------------------------------------------------------------


async def test_the_same_person_asking_again_meanwhile_gets_one_audio(studio: SmallStudio) -> None:
    asha, song = studio.telegram.person("Asha"), songs.m4a()
    asha.sends("audio", song, title="Ilahi")
    await studio.hear()
    working = await studio.working()
    asha.sends("audio", song, title="Ilahi")
    await studio.hear()
    assert asha.from_bot[-1].text == EN.say("already-making", title="Ilahi")
    studio.separator.release()
    await working
    assert len(audios_of(asha)) == 1
    assert await studio.jobs() == ["completed"]


async def test_the_same_bytes_under_another_name_are_the_same_song(studio: SmallStudio) -> None:
    """The messenger calls them two files; only when both are fetched they prove to be one."""
    asha, song = studio.telegram.person("Asha"), songs.m4a()
    asha.sends("audio", song, title="Ilahi", file_unique_id="AgADfirst")
    asha.sends("document", song, file_name="ilahi.m4a", file_unique_id="AgADsecond")
    await studio.hear()
    await studio.work()
    await studio.refresh()
    assert len(audios_of(asha)) == 1
    assert sorted(await studio.jobs()) == ["cancelled", "completed"]
    told = [message.text for message in asha.from_bot if message.text is not None]
    assert len(told) == 1
    assert told[0].endswith(EN.say("status-merged"))
    assert len(studio.separator.made) == 1


async def test_the_same_person_asking_again_later_has_it_at_once(studio: SmallStudio) -> None:
    asha, song = studio.telegram.person("Asha"), songs.m4a()
    for _ in range(2):
        asha.sends("audio", song, title="Ilahi")
        await studio.serve()
    assert len(audios_of(asha)) == 2
    assert len(studio.separator.made) == 1
    assert uploads(studio, asha) == 1


@pytest.mark.parametrize("unique_id", [None, "AgADother"])
async def test_the_next_person_has_it_without_work_and_without_upload(
    studio: SmallStudio, unique_id: str | None
) -> None:
    asha, bala, song = studio.telegram.person("Asha"), studio.telegram.person("Bala"), songs.m4a()
    asha.sends("audio", song, title="Ilahi", performer="Arijit Singh")
    await studio.serve()
    downloads = len(studio.telegram.calls("download"))
    bala.sends("audio", song, title="Ilahi", performer="Arijit Singh", file_unique_id=unique_id)
    await studio.serve()

    (first,), (second,) = audios_of(asha), audios_of(bala)
    assert second == first
    assert len(studio.separator.made) == 1
    assert uploads(studio, bala) == 0
    (edit,) = studio.telegram.calls("editMessageMedia", bala.id)
    assert json.loads(edit.fields["media"])["media"] == first.file_id
    fetched = len(studio.telegram.calls("download")) - downloads
    assert fetched == (0 if unique_id is None else 1)


async def test_the_next_person_meanwhile_waits_for_the_same_work(studio: SmallStudio) -> None:
    asha, bala, song = studio.telegram.person("Asha"), studio.telegram.person("Bala"), songs.m4a()
    asha.sends("audio", song, title="Ilahi")
    await studio.hear()
    working = await studio.working()
    bala.sends("audio", song, title="Ilahi")
    await studio.hear()
    assert "Taking the voice out" in (bala.from_bot[0].text or "")
    studio.separator.release()
    await working
    await studio.work()
    assert (len(audios_of(asha)), len(audios_of(bala))) == (1, 1)
    assert len(studio.separator.made) == 1
    assert await studio.count(Rendition) == 1
    assert await studio.jobs() == ["completed", "completed"]


@pytest.mark.broad
async def test_another_quality_is_another_rendition(studio: SmallStudio) -> None:
    asha, bala, song = studio.telegram.person("Asha"), studio.telegram.person("Bala"), songs.m4a()
    bala.says("/quality")
    await studio.hear()
    bala.taps("Fast")
    asha.sends("audio", song, title="Ilahi")
    bala.sends("audio", song, title="Ilahi")
    await studio.serve()
    assert sorted(studio.separator.made) == ["best", "fast"]
    assert audios_of(asha)[0].file_id != audios_of(bala)[0].file_id


# --- the queue --------------------------------------------------------------------------------------------


def seconds_for(songs_of_100_s: int) -> int:
    """The estimate for so many songs one after the other, before anything was measured."""
    return round(OVERHEAD_SECONDS + songs_of_100_s * 100 * FIRST_GUESS[Quality.BEST])


async def test_each_is_told_their_place(studio: SmallStudio) -> None:
    people = [studio.telegram.person(name) for name in ("Asha", "Bala", "Chitra")]
    for number, person in enumerate(people):
        person.sends("audio", songs.m4a(seed=number), title=f"Song {number}", duration=100)
        await studio.hear()
    assert [(person.from_bot[0].text or "").splitlines()[1] for person in people] == [
        f"Starting now · about {seconds_for(1)} s",
        f"2nd in line · about {seconds_for(2)} s",
        f"3rd in line · about {seconds_for(3)} s",
    ]


@pytest.mark.broad
async def test_nobody_waits_behind_somebodys_whole_album(studio: SmallStudio) -> None:
    asha, bala = studio.telegram.person("Asha"), studio.telegram.person("Bala", language="hi")
    for number in range(4):
        asha.sends("audio", songs.m4a(seed=number), title=f"Song {number}", duration=100)
    await studio.hear()
    bala.sends("audio", songs.m4a(seed=9), title="One song", duration=100)
    await studio.hear()
    (status,) = bala.from_bot
    hindi = texts_in("hi")
    wait = hindi.say("duration-seconds", count=seconds_for(2))
    assert (status.text or "").splitlines()[1] == hindi.say("status-waiting", place=2, duration=wait)
    await studio.refresh()
    assert "3rd in line" in (asha.from_bot[1].text or "")


# --- no ---------------------------------------------------------------------------------------------------


@pytest.mark.broad
async def test_somebody_with_many_open_songs_is_asked_to_wait(studio: SmallStudio) -> None:
    asha, bala = studio.telegram.person("Asha"), studio.telegram.person("Bala")
    for number in range(26):
        asha.sends("audio", b"%d" % number, title=f"Song {number}")
    bala.sends("audio", songs.m4a(), title="Mine")
    await studio.hear()
    assert len(await studio.jobs()) == 26
    assert asha.from_bot[-1].text == EN.say("error-too-busy", limit=25)
    assert len(asha.from_bot) == 26
    assert bala.from_bot[0].labels == ["Cancel"]
    asha.taps("Cancel")
    await studio.hear()
    asha.sends("audio", b"25", title="Song 25")
    await studio.hear()
    assert asha.from_bot[-1].labels == ["Cancel"]


async def test_who_blocked_us_gets_nothing_and_may_come_back(studio: SmallStudio) -> None:
    asha, song = studio.telegram.person("Asha"), songs.m4a()
    asha.sends("audio", song, title="Ilahi")
    await studio.hear()
    working = await studio.working()
    asha.blocks()
    await studio.hear()
    studio.separator.release()
    await working
    await studio.refresh()
    assert audios_of(asha) == []
    assert studio.telegram.calls("editMessageMedia") == []

    asha.unblocks()
    asha.sends("audio", song, title="Ilahi")
    await studio.serve()
    assert len(audios_of(asha)) == 1
    assert len(studio.separator.made) == 1


async def test_who_blocked_us_without_a_word_stops_nothing_else(studio: SmallStudio) -> None:
    asha, bala = studio.telegram.person("Asha"), studio.telegram.person("Bala")
    asha.sends("audio", songs.m4a(seed=1), title="Hers")
    asha.blocks()
    studio.telegram.world.pending.pop()  # Telegram has not told us yet
    bala.sends("audio", songs.m4a(seed=2), title="His")
    await studio.serve()
    assert len(audios_of(bala)) == 1
    assert studio.telegram.calls("editMessageMedia", asha.id) == []
    assert len(studio.telegram.calls("sendMessage", asha.id)) == 1, "nobody knocks again and again"
