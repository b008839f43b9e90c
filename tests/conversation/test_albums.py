"""Several recordings sent at once: one status message for all of them, and each audio once."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from core.chat.actions import cancel_batch_action
from core.chat.texts import texts_in
from core.conversion.models import Batch, BatchSong
from core.conversion.service import MOST_OPEN_JOBS
from core.delivery.models import STATUS, Delivery
from core.telegram.inbox import store_telegram_update
from tests.conversation import songs
from tests.conversation.bad_files import named_mp3_but_text
from tests.conversation.studio import SmallStudio, forges_tap
from tests.fakes.telegram import ChatMessage, Person

EN = texts_in("en")


def sends_album(person: Person, *titles: str, album: str = "1357") -> None:
    for seed, title in enumerate(titles, start=int(album)):
        person.sends("audio", songs.m4a(seed=seed), title=title, album=album)


def titles(person: Person) -> list[str | None]:
    return [message.audio.title for message in person.from_bot if message.audio is not None]


def status_of(person: Person) -> ChatMessage:
    return person.from_bot[0]


def lines(person: Person) -> list[str]:
    """Of the status message, a line a song."""
    return [line for line in (status_of(person).text or "").splitlines() if line.startswith("♪")]


async def test_an_album_is_several_songs_under_one_status(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    sends_album(asha, "Kesariya", "Ilahi", "Jai Ho")
    await studio.hear()
    await studio.refresh()
    assert len(asha.from_bot) == 1
    assert status_of(asha).text == (
        "0 of 3 ready\n\n♪ Kesariya · Starting now · about 2 s\n"
        "♪ Ilahi · 2nd in line · about 2 s\n♪ Jai Ho · 3rd in line · about 2 s"
    )
    assert [[button.text for button in row] for row in status_of(asha).buttons] == [
        ["Cancel: Kesariya", "Cancel: Ilahi"],
        ["Cancel: Jai Ho"],
        ["Cancel all"],
    ]
    await studio.work()
    await studio.refresh()
    assert status_of(asha).text == "3 of 3 ready\n\n♪ Kesariya · ready\n♪ Ilahi · ready\n♪ Jai Ho · ready"
    assert status_of(asha).labels == []
    assert len(asha.from_bot) == 4
    assert sorted(map(str, titles(asha))) == [
        "Ilahi (Instrumental)", "Jai Ho (Instrumental)", "Kesariya (Instrumental)",
    ]  # fmt: skip
    assert studio.telegram.calls("sendAudio") == []


@pytest.mark.broad
async def test_a_later_file_joins_though_the_others_are_ready(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    sends_album(asha, "Kesariya")
    await studio.serve()
    await studio.refresh()
    assert lines(asha) == ["♪ Kesariya · ready"]
    asha.sends("audio", songs.m4a(seed=2), title="Ilahi", album="1357")
    await studio.hear()
    await studio.refresh()
    assert lines(asha)[1].startswith("♪ Ilahi · Starting now")
    await studio.work()
    await studio.refresh()
    assert lines(asha) == ["♪ Kesariya · ready", "♪ Ilahi · ready"]
    assert titles(asha) == ["Kesariya (Instrumental)", "Ilahi (Instrumental)"]
    assert await studio.count(Batch) == 1


@pytest.mark.broad
async def test_another_album_has_a_status_of_its_own(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    sends_album(asha, "Kesariya", "Ilahi")
    sends_album(asha, "Jai Ho", "Naatu Naatu", album="2468")
    await studio.hear()
    assert await studio.count(Batch) == 2
    assert len(asha.from_bot) == 2


@pytest.mark.broad
async def test_a_bad_file_is_told_in_its_line_and_the_others_go_on(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    asha.sends("audio", songs.m4a(), title="Kesariya", album="1")
    asha.sends("document", named_mp3_but_text(), file_name="Ilahi.mp3", album="1")
    asha.sends("audio", songs.m4a(seed=2), title="Long", duration=7 * 3600, album="1")
    await studio.serve()
    await studio.refresh()
    assert lines(asha) == [
        "♪ Kesariya · ready",
        f"♪ Ilahi · {EN.say('error-not-audio')}",
        f"♪ Long · {EN.say('error-too-long', limit_minutes=15)}",
    ]
    assert (status_of(asha).text or "").startswith("1 of 3 ready")
    assert titles(asha) == ["Kesariya (Instrumental)"]
    assert len(asha.from_bot) == 2


@pytest.mark.broad
async def test_what_is_known_comes_at_once(studio: SmallStudio) -> None:
    bala = studio.telegram.person("Bala")
    bala.sends("audio", songs.m4a(seed=1), title="Kesariya")
    await studio.serve()
    asha = studio.telegram.person("Asha")
    asha.sends("audio", songs.m4a(seed=1), title="Kesariya", album="1")
    await studio.serve()
    asha.sends("audio", songs.m4a(seed=2), title="Ilahi", album="1")
    await studio.hear()
    working = await studio.working()
    await studio.refresh()
    assert titles(asha) == ["Kesariya (Instrumental)"]
    assert lines(asha)[0] == "♪ Kesariya · ready"
    assert re.fullmatch(r"♪ Ilahi · \d+ %", lines(asha)[1])
    studio.separator.release()
    await working
    assert titles(asha) == ["Kesariya (Instrumental)", "Ilahi (Instrumental)"]
    assert len(studio.separator.made) == 2


@pytest.mark.broad
async def test_the_same_song_twice_comes_once(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    song = songs.m4a()
    asha.sends("audio", song, title="Kesariya", album="1")
    asha.sends("audio", song, title="Kesariya", album="1")
    asha.sends("audio", song, title="Kesariya (1)", file_unique_id="other", album="1")
    await studio.serve()
    await studio.refresh()
    merged = EN.say("status-merged")
    assert sorted(line.split(" · ")[1] for line in lines(asha)) == sorted(["ready", merged, merged])
    assert len(titles(asha)) == 1


@pytest.mark.broad
async def test_both_stems_are_two_lines(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    forges_tap(studio.telegram, asha, "set:stems:both")
    await studio.hear()
    asha.sends("audio", songs.m4a(), title="Kesariya", album="1")
    await studio.serve()
    await studio.refresh()
    (status,) = [message for message in asha.from_bot if "♪" in (message.text or "")]
    assert (status.text or "").splitlines()[2:] == ["♪ Kesariya · ready", "♪ Kesariya (Vocals) · ready"]
    assert sorted(map(str, titles(asha))) == ["Kesariya (Instrumental)", "Kesariya (Vocals)"]


# --- cancelling -------------------------------------------------------------------------------------------


@pytest.mark.broad
async def test_one_song_of_it_is_cancelled_alone(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    sends_album(asha, "Kesariya", "Ilahi", "Jai Ho")
    await studio.hear()
    await studio.refresh()
    asha.taps("Cancel: Ilahi")
    await studio.serve()
    await studio.refresh()
    assert lines(asha) == ["♪ Kesariya · ready", "♪ Ilahi · cancelled", "♪ Jai Ho · ready"]
    assert sorted(map(str, titles(asha))) == ["Jai Ho (Instrumental)", "Kesariya (Instrumental)"]


@pytest.mark.broad
async def test_cancel_all_cancels_what_is_not_done(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    sends_album(asha, "Kesariya")
    await studio.serve()
    asha.sends("audio", songs.m4a(seed=2), title="Ilahi", album="1357")
    asha.sends("audio", songs.m4a(seed=3), title="Jai Ho", album="1357")
    asha.sends("audio", songs.m4a(seed=4), title="Of its own")
    await studio.hear()
    await studio.refresh()
    asha.taps("Cancel all")
    await studio.hear()
    await studio.refresh()
    assert lines(asha) == ["♪ Kesariya · ready", "♪ Ilahi · cancelled", "♪ Jai Ho · cancelled"]
    assert status_of(asha).labels == []
    assert await studio.jobs() == ["completed", "cancelled", "cancelled", "queued"]
    batch = await studio.one(select(Batch.id))
    forges_tap(studio.telegram, asha, cancel_batch_action(batch))
    await studio.hear()
    assert asha.from_bot[-1].text == EN.say("already-over")


@pytest.mark.broad
async def test_nobody_cancels_an_album_of_others(studio: SmallStudio) -> None:
    asha, mallory = studio.telegram.person("Asha"), studio.telegram.person("Mallory")
    sends_album(asha, "Kesariya", "Ilahi")
    await studio.hear()
    forges_tap(studio.telegram, mallory, cancel_batch_action(await studio.one(select(Batch.id))))
    await studio.hear()
    assert await studio.jobs() == ["queued", "queued"]
    assert [message.text for message in mallory.from_bot] == [EN.say("already-over")]


@pytest.mark.broad
async def test_of_many_songs_only_all_are_cancelled_at_once(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    sends_album(asha, *(f"Song {number}" for number in range(12)))
    await studio.hear()
    await studio.refresh()
    assert status_of(asha).labels == ["Cancel all"]


# --- limits and oddities ----------------------------------------------------------------------------------


@pytest.mark.broad
async def test_more_than_there_is_room_for_is_told_once(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    sends_album(asha, *(f"Song {number}" for number in range(MOST_OPEN_JOBS + 3)))
    await studio.hear()
    await studio.refresh()
    assert len(asha.from_bot) == 1
    told = EN.say("batch-left-out", limit=MOST_OPEN_JOBS, taken=MOST_OPEN_JOBS, count=MOST_OPEN_JOBS + 3)
    assert (status_of(asha).text or "").splitlines()[1] == told
    assert len(lines(asha)) == MOST_OPEN_JOBS
    assert len(await studio.jobs()) == MOST_OPEN_JOBS
    sends_album(asha, "One more", "And one", album="2468")
    await studio.hear()
    await studio.refresh()
    assert [message.text for message in asha.from_bot[1:]] == [EN.say("error-too-busy", limit=MOST_OPEN_JOBS)]


@pytest.mark.broad
async def test_a_repeated_update_has_no_second_effect(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    updates = [asha.sends("audio", songs.m4a(seed=seed), title=f"Song {seed}", album="1") for seed in (1, 2)]
    await studio.hear()
    async with studio.services.database.transaction() as session:
        for update in [*updates, *reversed(updates)]:
            await store_telegram_update(session, update)
    await studio.serve()
    await studio.refresh()
    assert len(lines(asha)) == await studio.count(BatchSong) == 2
    assert sorted(map(str, titles(asha))) == ["Song 1 (Instrumental)", "Song 2 (Instrumental)"]


@pytest.mark.broad
async def test_pictures_of_an_album_get_one_word(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    picture = [{"file_id": "p", "file_unique_id": "u", "width": 1, "height": 1}]
    for _ in range(3):
        asha.sends_thing(photo=picture, media_group_id="77")
    await studio.hear()
    assert [message.text for message in asha.from_bot] == [EN.say("send-a-song")]
    asha.sends("video", songs.video(), album="88")
    asha.sends_thing(photo=picture, media_group_id="88")
    await studio.serve()
    assert [message.audio is not None for message in asha.from_bot[1:]] == [False, True]


@pytest.mark.broad
async def test_in_a_group_the_album_is_for_us_when_its_caption_is(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    group = studio.telegram.group("Singers")
    for album, caption in (("1", "@melody_standin_bot"), ("2", "my songs")):
        for seed, words in ((1, caption), (2, None)):
            asha.sends(
                "audio", songs.m4a(seed=seed), title=f"{album}{seed}", album=album, caption=words, chat=group
            )
    await studio.hear()
    query = select(Delivery.reply["text"].astext).where(Delivery.kind == STATUS)
    await studio.refresh()
    text = await studio.one(query)
    assert [line.split(" · ")[0] for line in text.splitlines() if line.startswith("♪")] == ["♪ 11", "♪ 12"]
    assert await studio.jobs() == ["queued", "queued"]
