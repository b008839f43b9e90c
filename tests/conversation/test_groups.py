"""Groups: the bot answers whom it is asked by, for all to see, and keeps private what is private."""

from __future__ import annotations

import pytest

from core.chat.texts import texts_in
from tests.conversation import songs
from tests.conversation.catalogue import MusicFolder
from tests.conversation.studio import SmallStudio
from tests.fakes.telegram import ChatMessage, Person

pytestmark = pytest.mark.broad

EN = texts_in("en")
BOT = "@melody_standin_bot"


@pytest.fixture
def asha(studio: SmallStudio) -> Person:
    return studio.telegram.person("Asha")


@pytest.fixture
def group(studio: SmallStudio) -> int:
    return studio.telegram.group("Singers")


def answers(studio: SmallStudio, group: int) -> list[ChatMessage]:
    return [message for message in studio.telegram.chat(group) if message.from_bot]


async def test_an_answer_replies_to_who_asked(studio: SmallStudio, asha: Person, group: int) -> None:
    ravi = studio.telegram.person("Ravi")
    first = asha.says("/help", chat=group)["message"]["message_id"]
    second = ravi.says(f"{BOT} gibberish nobody sings", chat=group)["message"]["message_id"]
    await studio.hear()
    assert [message.reply_to for message in answers(studio, group)] == [first, second]
    assert asha.from_bot == ravi.from_bot == []


async def test_in_private_nothing_is_quoted(studio: SmallStudio, asha: Person) -> None:
    asha.says("/help")
    await studio.hear()
    assert asha.from_bot[0].reply_to is None
    assert "reply_parameters" not in studio.telegram.calls("sendMessage")[0].fields


async def test_an_answer_comes_though_the_question_is_gone(
    studio: SmallStudio, asha: Person, group: int
) -> None:
    asked = asha.says("/help", chat=group)["message"]["message_id"]
    world = studio.telegram.world
    with world.lock:
        world.delete_message(world.chats[group], asked)
    await studio.hear()
    (answer,) = answers(studio, group)
    assert answer.reply_to is None


async def test_a_songs_status_and_audio_reply_to_who_sent_it(
    studio: SmallStudio, asha: Person, group: int
) -> None:
    update = asha.sends("audio", songs.m4a(), title="Jai Ho", caption=f"{BOT} please", chat=group)
    sent = update["message"]["message_id"]
    await studio.hear()
    (status,) = answers(studio, group)
    assert (status.text or "").startswith("♪ Jai Ho")
    assert status.reply_to == sent
    task = await studio.working()
    await studio.refresh()
    await studio.refresh()
    studio.separator.release()
    await task
    (audio,) = answers(studio, group)
    assert audio.audio is not None
    assert audio.reply_to == sent
    edits = studio.telegram.calls("editMessageText", group)
    assert len({edit.fields["text"] for edit in edits}) == len(edits), "an edit that changed nothing"
    assert asha.from_bot == []


async def test_taps_by_anybody_are_answered_where_they_were_made(
    studio: SmallStudio, folder: MusicFolder, asha: Person, group: int
) -> None:
    await folder.put(songs.m4a(), "Kesariya", "Arijit Singh")
    asha.says(f"{BOT} kesariya", chat=group)
    await studio.hear()
    ravi = studio.telegram.person("Ravi")
    ravi.taps("1", chat=group)
    await studio.hear()
    results, card = answers(studio, group)
    assert (card.text or "").startswith("♫ Kesariya")
    assert card.reply_to == results.message_id
    assert ravi.from_bot == []


async def test_nobody_cancels_what_another_asked_for(studio: SmallStudio, asha: Person, group: int) -> None:
    asha.sends("audio", songs.m4a(), title="Jai Ho", caption=BOT, chat=group)
    await studio.hear()
    studio.telegram.person("Ravi").taps("Cancel", chat=group)
    await studio.hear()
    assert await studio.jobs() == ["queued"]
    asha.taps("Cancel", chat=group)
    await studio.hear()
    assert await studio.jobs() == ["cancelled"]


@pytest.mark.parametrize("wording", ["/phone", f"/phone{BOT}", f"{BOT} phone"])
async def test_what_is_private_is_asked_for_in_private(
    studio: SmallStudio, asha: Person, group: int, wording: str
) -> None:
    asha.says(wording, chat=group)
    await studio.hear()
    assert [message.text for message in answers(studio, group)] == [EN.say("private-only")]


async def test_songs_of_all_are_opened_by_a_link_there_too(
    studio: SmallStudio, folder: MusicFolder, asha: Person, group: int
) -> None:
    song_id = await folder.put(songs.m4a(), "Kesariya", "Arijit Singh")
    asha.says(f"/start{BOT} song_{song_id.hex}", chat=group)
    await studio.hear()
    (card,) = answers(studio, group)
    assert (card.text or "").startswith("♫ Kesariya")


async def test_only_who_asked_cancels(studio: SmallStudio, asha: Person, group: int) -> None:
    """Everybody sees the buttons; somebody else's are told whose they are."""
    ravi = studio.telegram.person("Ravi")
    asha.sends("audio", songs.m4a(), caption=BOT, title="Ilahi", chat=group)
    await studio.hear()
    ravi.taps("Cancel", chat=group)
    await studio.hear()
    assert [message.text for message in answers(studio, group)][1:] == [EN.say("error-forbidden")]
    assert await studio.jobs() == ["queued"]


async def test_a_number_in_reply_means_that_list(
    studio: SmallStudio, asha: Person, folder: MusicFolder, group: int
) -> None:
    """Also to who did not ask for it, and though another list came later."""
    for title in ("Kesariya", "Ilahi"):
        await folder.put(songs.m4a(seed=len(title)), title, "Arijit Singh", duration=200, language="hi")
    ravi = studio.telegram.person("Ravi")
    asha.says(f"{BOT} arijit singh", chat=group)
    await studio.hear()
    (results,) = answers(studio, group)
    asha.says("/quality", chat=group)
    await studio.hear()
    second = next(line for line in (results.text or "").splitlines() if line.startswith("2. "))
    ravi.says("2", chat=group, reply_to=results.message_id)
    await studio.hear()
    title = second.removeprefix("2. ♫ ").partition(" — ")[0]
    assert (answers(studio, group)[-1].text or "").startswith(f"♫ {title}")
    ravi.says("save 2", chat=group, reply_to=results.message_id)
    await studio.hear()
    assert answers(studio, group)[-1].text == EN.say("library-saved", title=title)
