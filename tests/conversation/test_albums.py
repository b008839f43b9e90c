"""Several songs sent at once: a job each, under one status message, and an audio each."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.chat.texts import texts_in
from core.delivery.models import AUDIO, STATUS, Delivery
from tests.conversation import songs
from tests.conversation.studio import SmallStudio
from tests.fakes.telegram import Person

EN = texts_in("en")


@pytest.fixture
def asha(studio: SmallStudio) -> Person:
    return studio.telegram.person("Asha")


def sends_album(person: Person, *titles: str, chat: int | None = None, **how: str) -> None:
    for seed, title in enumerate(titles, start=1):
        person.sends("audio", songs.m4a(seed=seed), title=title, album="13771", chat=chat, **how)


def headings(text: str | None) -> list[str]:
    return [block.splitlines()[0] for block in (text or "").split("\n\n")]


async def test_one_message_shows_them_all_and_each_comes_once(studio: SmallStudio, asha: Person) -> None:
    sends_album(asha, "Ilahi", "Kabira", "Subhanallah")
    await studio.hear()
    await studio.refresh()
    (status,) = asha.from_bot
    assert headings(status.text) == ["1. ♪ Ilahi", "2. ♪ Kabira", "3. ♪ Subhanallah"]
    assert status.labels == ["Cancel 1", "Cancel 2", "Cancel 3"]
    await studio.work()
    await studio.refresh()
    await studio.refresh()
    status, *audios = asha.from_bot
    assert sorted(str(one.audio.title) for one in audios if one.audio) == [
        "Ilahi (Instrumental)",
        "Kabira (Instrumental)",
        "Subhanallah (Instrumental)",
    ]
    assert len(audios) == 3
    assert (status.text or "").count(EN.say("status-ready")) == 3
    assert status.labels == []
    statuses = select(Delivery.settled).where(Delivery.kind == STATUS, Delivery.once.is_not(None))
    assert await studio.one(statuses) is True


@pytest.mark.broad
async def test_it_is_followed_and_one_of_them_cancelled(studio: SmallStudio, asha: Person) -> None:
    sends_album(asha, "Ilahi", "Kabira")
    await studio.hear()
    await studio.refresh()
    asha.taps("Cancel 2")
    await studio.hear()
    await studio.refresh()
    (status,) = asha.from_bot
    assert EN.say("status-cancelled") in (status.text or "")
    assert status.labels == ["Cancel 1"]
    task = await studio.working()
    await studio.refresh()
    assert "▱" in (asha.from_bot[0].text or "")
    studio.separator.release()
    await task
    await studio.refresh()
    status, audio = asha.from_bot
    assert audio.audio is not None
    assert await studio.jobs() == ["completed", "cancelled"]
    edits = studio.telegram.calls("editMessageText", asha.id)
    assert len({edit.fields["text"] for edit in edits}) == len(edits), "an edit that changed nothing"


@pytest.mark.broad
async def test_the_same_album_sent_again_is_another_message(studio: SmallStudio, asha: Person) -> None:
    sends_album(asha, "Ilahi")
    await studio.serve()
    asha.sends("audio", songs.m4a(seed=1), title="Ilahi", album="13772")
    await studio.serve()
    await studio.refresh()
    assert [message.audio is not None for message in asha.from_bot] == [False, True, False, True]
    assert len(studio.separator.made) == 1


@pytest.mark.broad
async def test_a_bad_file_among_them_is_told_in_its_place(studio: SmallStudio, asha: Person) -> None:
    sends_album(asha, "Ilahi")
    asha.sends("document", b"no song at all" * 100, file_name="notes.mp3", album="13771")
    await studio.serve()
    await studio.refresh()
    status, audio = asha.from_bot
    assert audio.audio is not None
    assert EN.say("error-not-audio") in (status.text or "")


@pytest.mark.broad
async def test_a_deleted_status_keeps_no_song_away(studio: SmallStudio, asha: Person) -> None:
    sends_album(asha, "Ilahi", "Kabira")
    await studio.hear()
    asha.deletes(asha.from_bot[0].message_id)
    await studio.refresh()
    await studio.work()
    await studio.refresh()
    assert [message.audio is not None for message in asha.from_bot] == [True, True]
    async with studio.services.database.transaction() as session:
        sent = (await session.execute(select(Delivery.status).where(Delivery.kind == AUDIO))).scalars()
        assert list(sent) == ["sent", "sent"]


@pytest.mark.broad
async def test_of_two_people_in_a_group_each_has_their_own(studio: SmallStudio, asha: Person) -> None:
    group, ravi = studio.telegram.group("Singers"), studio.telegram.person("Ravi")
    for person in (asha, ravi):
        sends_album(person, "Ilahi", chat=group, caption="@melody_standin_bot")
    await studio.hear()
    shown = [message.text or "" for message in studio.telegram.chat(group) if message.from_bot]
    assert [headings(text) for text in shown] == [["1. ♪ Ilahi"]] * 2


@pytest.mark.broad
async def test_thrown_out_of_the_group_it_is_tried_once_and_no_more(
    studio: SmallStudio, asha: Person
) -> None:
    group = studio.telegram.group("Singers")
    sends_album(asha, "Ilahi", "Kabira", chat=group, caption="@melody_standin_bot")
    await studio.hear()
    studio.telegram.leave(group)
    await studio.work()
    async with studio.services.database.transaction() as session:
        ends = (await session.execute(select(Delivery.status).where(Delivery.kind == AUDIO))).scalars()
        assert list(ends) == ["refused", "refused"]
    assert len(studio.telegram.calls("sendMessage", group)) == 3
