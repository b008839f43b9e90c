"""What people do in a chat beside typing names and sending songs."""

from __future__ import annotations

from typing import Any

import pytest

from core.chat.texts import texts_in
from core.telegram.inbox import chat_of
from tests.conversation import songs
from tests.conversation.catalogue import in_catalogue
from tests.conversation.studio import SmallStudio
from tests.fakes.telegram import Person

pytestmark = pytest.mark.broad

EN = texts_in("en")
PLACE = {"latitude": 12.97, "longitude": 77.59}


@pytest.fixture
def asha(studio: SmallStudio) -> Person:
    return studio.telegram.person("Asha")


def words_to(person: Person) -> list[str | None]:
    return [message.text for message in person.from_bot]


async def test_a_name_that_is_mended_is_looked_for_again(studio: SmallStudio, asha: Person) -> None:
    await in_catalogue(studio, "Kesariya", "Arijit Singh")
    typed = asha.says("gibberish nobody sings")["message"]["message_id"]
    await studio.hear()
    asha.edits(typed, "kesariya")
    await studio.hear()
    first, second = words_to(asha)
    assert first == EN.say("search-nothing", query="gibberish nobody sings")
    assert "Kesariya — Arijit Singh" in (second or "")


async def test_a_place_that_is_shared_live_is_answered_once(studio: SmallStudio, asha: Person) -> None:
    shared = asha.sends_thing(location=PLACE | {"live_period": 900})["message"]
    for second in range(5):
        moved = shared | {"location": PLACE | {"heading": second}, "edit_date": shared["date"] + second}
        studio.telegram.world.add_update("edited_message", moved)
    await studio.hear()
    assert words_to(asha) == [EN.say("send-a-song")]


@pytest.mark.parametrize(
    "thing",
    [
        {"location": PLACE},
        {"dice": {"emoji": "🎲", "value": 6}},
        {"poll": {"id": "1", "question": "Which?", "options": []}},
        {"photo": [{"file_id": "P", "file_unique_id": "p", "width": 1, "height": 1}]},
        {"story": {"id": 1}},
    ],
)
async def test_odd_things_get_a_helpful_word(
    studio: SmallStudio, asha: Person, thing: dict[str, Any]
) -> None:
    asha.sends_thing(**thing)
    await studio.hear()
    assert words_to(asha) == [EN.say("send-a-song")]


async def test_notes_of_the_messenger_get_none(studio: SmallStudio, asha: Person) -> None:
    pinned = asha.says("/help")["message"]
    asha.sends_thing(pinned_message=pinned)
    asha.sends_thing(message_auto_delete_timer_changed={"message_auto_delete_time": 86400})
    await studio.hear()
    assert len(asha.from_bot) == 1


async def test_what_came_from_our_own_inline_mode_is_not_made_again(
    studio: SmallStudio, asha: Person
) -> None:
    bot = studio.telegram.world.bot.as_json()
    asha.sends_thing(via_bot=bot, text="♪ Kesariya — Arijit Singh")
    await studio.hear()
    assert asha.from_bot == []


async def test_an_album_is_a_song_each(studio: SmallStudio, asha: Person) -> None:
    for title in ("Jai Ho", "Kesariya", "Lithium"):
        asha.sends("audio", songs.m4a(title=title), title=title, album="13771")
    await studio.serve()
    titles = [message.audio.title for message in asha.from_bot if message.audio is not None]
    assert sorted(title or "" for title in titles) == [
        "Jai Ho (Instrumental)",
        "Kesariya (Instrumental)",
        "Lithium (Instrumental)",
    ]


@pytest.mark.parametrize(
    "payload", ["song_", "song_xyz", "song_0d0da6ac-8ca5-47f9-82b1-56653fd4b03e", "inline", "x" * 64]
)
async def test_links_that_name_no_song_greet(studio: SmallStudio, asha: Person, payload: str) -> None:
    asha.says(f"/start {payload}")
    await studio.hear()
    assert words_to(asha) == [EN.say("welcome")]


def test_questions_of_inline_mode_keep_no_order() -> None:
    sender = {"id": 700}
    assert chat_of({"update_id": 1, "inline_query": {"id": "61", "from": sender}}) == "inline:61"
    assert chat_of({"update_id": 1, "chosen_inline_result": {"result_id": "x", "from": sender}}) == "700"
    assert len(chat_of({"update_id": 1, "inline_query": {"id": "6" * 500, "from": sender}})) <= 100
