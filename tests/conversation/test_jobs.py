"""The queue and the history: what is being made, what was, and what can be done about it."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from core.accounts.models import User
from core.chat.actions import CANCEL_ALL, redo_action, remake_action
from core.chat.texts import languages, texts_in
from core.chat.wishes import Wish as Changed
from core.conversion.wanted import Wish
from core.library.models import LibraryEntry
from tests.conversation import songs
from tests.conversation.studio import SmallStudio, forges_tap
from tests.conversation.terminal import AtTerminal
from tests.fakes.telegram import Person

pytestmark = pytest.mark.broad

EN = texts_in("en")
PATIENCE = 10.0


async def asks(studio: SmallStudio, person: Person, text: str) -> str:
    person.says(text)
    await studio.hear()
    return person.from_bot[-1].text or ""


def titles(person: Person) -> list[str | None]:
    return [message.audio.title for message in person.from_bot if message.audio is not None]


@pytest.mark.parametrize("language", languages())
async def test_nothing_made_and_nothing_in_the_making(studio: SmallStudio, language: str) -> None:
    asha = studio.telegram.person("Asha", language=language)
    assert await asks(studio, asha, "/queue") == texts_in(language).say("queue-empty")
    assert await asks(studio, asha, "/history") == texts_in(language).say("history-empty")


async def test_the_queue_shows_each_job_and_cancels_it(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    for seed, title in enumerate(("Ilahi", "Kesariya", "Jai Ho"), start=1):
        asha.sends("audio", songs.m4a(seed=seed), title=title)
    await studio.hear()
    lines = (await asks(studio, asha, "/queue")).splitlines()
    assert lines[0] == EN.say("queue-now")
    assert [line for line in lines if line[:1].isdigit() and "♪" in line] == [
        "1. ♪ Ilahi",
        "2. ♪ Kesariya",
        "3. ♪ Jai Ho",
    ]
    assert any("in line" in line for line in lines)
    assert asha.from_bot[-1].labels == ["Cancel 1", "Cancel 2", "Cancel 3", "Cancel all"]
    asha.taps("Cancel 2")
    await studio.hear()
    assert await studio.jobs() == ["queued", "cancelled", "queued"]
    await studio.work()
    assert titles(asha) == ["Ilahi (Instrumental)", "Jai Ho (Instrumental)"]


async def test_cancel_all_frees_the_worker(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    for seed, title in enumerate(("Ilahi", "Kesariya"), start=1):
        asha.sends("audio", songs.m4a(seed=seed), title=title)
    await studio.hear()
    working = await studio.working()
    await asks(studio, asha, "/queue")
    asha.taps("Cancel all")
    await studio.hear()
    await asyncio.wait_for(working, PATIENCE)
    assert asha.from_bot[-1].text == EN.say("queue-cancelled")
    assert await studio.jobs() == ["cancelled", "cancelled"]
    forges_tap(studio.telegram, asha, CANCEL_ALL)
    await studio.hear()
    assert asha.from_bot[-1].text == EN.say("queue-empty")


async def test_the_history_brings_it_again_at_once(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    asha.sends("audio", songs.m4a(seed=1), title="Ilahi")
    await studio.serve()
    asha.says("key +1")
    await studio.serve()
    asha.sends("audio", songs.m4a(seed=1), title="Ilahi")
    await studio.serve()
    shown = await asks(studio, asha, "/history")
    assert [line for line in shown.splitlines() if line[:1].isdigit()] == [
        "1. Ilahi (Instrumental) · ready",
        "2. Ilahi (Instrumental, +1) · ready",
    ]
    asha.taps("2")
    await studio.serve()
    assert titles(asha)[-1] == "Ilahi (Instrumental, +1)"
    assert len(studio.separator.made) == 1


async def test_what_was_cancelled_or_failed_can_be_tried_again(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    asha.sends("audio", songs.m4a(), title="Ilahi")
    await studio.hear()
    asha.taps("Cancel")
    await studio.serve()
    assert "1. Ilahi (Instrumental) · cancelled" in await asks(studio, asha, "/history")
    asha.taps("1")
    await studio.serve()
    assert titles(asha) == ["Ilahi (Instrumental)"]


async def test_nobody_brings_what_is_another_persons(studio: SmallStudio) -> None:
    asha, mallory = studio.telegram.person("Asha"), studio.telegram.person("Mallory")
    asha.sends("audio", songs.m4a(), title="Ilahi")
    await studio.serve()
    forges_tap(studio.telegram, mallory, redo_action(await studio.job_id()))
    mallory.says("/history")
    await studio.serve()
    assert [message.text for message in mallory.from_bot] == [EN.say("song-gone"), EN.say("history-empty")]


async def test_what_is_made_to_sing_to_in_the_player_is_no_chats(studio: SmallStudio) -> None:
    """Not shown, not cancelled, not brought; where a button is moved, at most an instrumental."""
    asha = studio.telegram.person("Asha")
    asha.sends("audio", songs.m4a(), title="Ilahi")
    await studio.serve()
    user = await studio.one(select(User))
    song_id = (await studio.one(select(LibraryEntry))).song_id
    async with studio.services.database.transaction() as session:
        (job_id,) = await studio.services.library_desk.ask(session, user, [song_id], Wish(stems="sing"))
    assert await asks(studio, asha, "/queue") == EN.say("queue-empty")
    forges_tap(studio.telegram, asha, CANCEL_ALL)
    await studio.hear()
    assert await studio.jobs() == ["completed", "queued"]
    await studio.serve()
    shown = await asks(studio, asha, "/history")
    assert [line for line in shown.splitlines() if line[:1].isdigit()] == ["1. Ilahi (Instrumental) · ready"]
    forges_tap(studio.telegram, asha, redo_action(job_id))
    await studio.serve()
    assert asha.from_bot[-1].text == EN.say("song-gone")
    forges_tap(studio.telegram, asha, remake_action(job_id, Changed(key=1)))
    await studio.serve()
    assert titles(asha) == ["Ilahi (Instrumental)", "Ilahi (Instrumental, +1)"]


async def test_in_a_group_both_stay_closed(studio: SmallStudio) -> None:
    asha, group = studio.telegram.person("Asha"), studio.telegram.group("Singers")
    asha.says("/queue", chat=group)
    asha.says("/history", chat=group)
    await studio.hear()
    said = [message.text for message in studio.telegram.chat(group) if message.from_bot]
    assert said == [EN.say("private-only")] * 2


async def test_at_the_terminal(terminal: AtTerminal) -> None:
    assert await terminal.enters("/queue") == [EN.say("queue-empty")]
    assert await terminal.enters("history") == [EN.say("history-empty")]
