"""Taps that change their own message, so that one message shows the settings, or all pages, all the way."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from core.chat.texts import texts_in
from core.delivery.models import Delivery
from tests.conversation import songs
from tests.conversation.catalogue import MusicFolder, in_catalogue
from tests.conversation.studio import SmallStudio
from tests.fakes.telegram import Person

EN = texts_in("en")
BOT = "@melody_standin_bot"


@pytest.fixture
def asha(studio: SmallStudio) -> Person:
    return studio.telegram.person("Asha")


async def says(studio: SmallStudio, person: Person, text: str, chat: int | None = None) -> None:
    person.says(text, chat=chat)
    await studio.hear()


async def taps(studio: SmallStudio, person: Person, *labels: str) -> None:
    for label in labels:
        person.taps(label)
        await studio.hear()


async def sevenfold(studio: SmallStudio) -> None:
    for name in ("Bhairav", "Desh", "Jog", "Kafi", "Khamaj", "Malkauns", "Yaman"):
        await in_catalogue(studio, f"Raga {name}", "Ravi Shankar")


async def test_one_message_shows_the_settings_all_the_way(studio: SmallStudio, asha: Person) -> None:
    await says(studio, asha, "/settings")
    await taps(studio, asha, "Key: 0", "+2", "Tempo: 100 %", "90 %", "Language: English", "हिन्दी")
    (message,) = asha.from_bot
    assert message.text == texts_in("hi").say("language-chosen", language="हिन्दी")
    assert message.labels == []
    shown = [(version.text, version.labels) for version in asha.history(message.message_id)]
    assert [text for text, _ in shown[:5]] == [
        EN.say("settings-now"),
        EN.say("settings-key"),
        EN.say("settings-now"),
        EN.say("settings-tempo"),
        EN.say("settings-now"),
    ]
    assert {"Key: +2", "Tempo: 90 %"} <= set(shown[4][1])


@pytest.mark.broad
async def test_choosing_what_holds_already_leaves_it_as_it_is(studio: SmallStudio, asha: Person) -> None:
    await says(studio, asha, "/settings")
    (message,) = asha.from_bot
    for label in ("Key: 0", "Key: 0"):  # tapped twice before anything was seen to happen
        asha.taps(label, message_id=message.message_id)
    await studio.hear()
    assert [shown.text for shown in asha.from_bot] == [EN.say("settings-key")]
    assert len(studio.telegram.calls("editMessageText")) == 2
    async with studio.services.database.transaction() as session:
        assert set((await session.execute(select(Delivery.status))).scalars()) == {"sent"}


@pytest.mark.broad
async def test_pages_of_results_and_of_the_library(studio: SmallStudio, asha: Person) -> None:
    await sevenfold(studio)
    await says(studio, asha, "raga")
    first = asha.from_bot[-1].text or ""
    await taps(studio, asha, "More")
    (message,) = asha.from_bot
    assert "6. Raga" in (message.text or "")
    await taps(studio, asha, "Back")
    assert [shown.text for shown in asha.from_bot] == [first]
    await taps(studio, asha, "1")
    assert asha.from_bot[0].text == first, "the card is a message of its own"
    await taps(studio, asha, "Save")
    await says(studio, asha, "/library")
    before = len(asha.from_bot)
    await taps(studio, asha, EN.say("button-shelf-saved"), EN.say("button-shelf-recent"))
    assert len(asha.from_bot) == before


@pytest.mark.broad
async def test_the_card_stays_when_its_options_are_opened(
    studio: SmallStudio, folder: MusicFolder, asha: Person
) -> None:
    await folder.put(songs.m4a(), "Tum Hi Ho")
    await says(studio, asha, "tum hi ho")
    await taps(studio, asha, "1")
    card = asha.from_bot[-1]
    await taps(studio, asha, "Options", "Key −", "Faster")
    assert len(asha.from_bot) == 3
    assert asha.from_bot[1] == card
    assert "-1" in (asha.from_bot[2].text or "")


@pytest.mark.broad
async def test_where_the_message_is_gone_a_new_one_comes(studio: SmallStudio, asha: Person) -> None:
    await says(studio, asha, "/settings")
    asha.taps("Key: 0")
    asha.deletes(asha.from_bot[0].message_id)
    await studio.hear()
    assert [message.text for message in asha.from_bot] == [EN.say("settings-key")]
    await studio.change(delete(Delivery))  # as after some days
    await taps(studio, asha, "+2")
    assert [message.text for message in asha.from_bot] == [EN.say("settings-key"), EN.say("settings-now")]


@pytest.mark.broad
async def test_an_edit_whose_answer_is_lost_is_made_once_more(studio: SmallStudio, asha: Person) -> None:
    await says(studio, asha, "/settings")
    studio.telegram.goes_wrong("editMessageText", reset=True, takes_effect=True)
    await taps(studio, asha, "Key: 0")
    waiting = await studio.one(select(Delivery).where(Delivery.status == "pending"))
    assert waiting.lease_token is None
    await studio.change(Delivery.__table__.update().values(not_before=None))
    await studio.services.delivery.deliver(waiting.id)
    assert [message.text for message in asha.from_bot] == [EN.say("settings-key")]
    async with studio.services.database.transaction() as session:
        assert set((await session.execute(select(Delivery.status))).scalars()) == {"sent"}


@pytest.mark.broad
async def test_in_a_group_nobody_turns_the_pages_of_another(studio: SmallStudio, asha: Person) -> None:
    await sevenfold(studio)
    group, ravi = studio.telegram.group("Singers"), studio.telegram.person("Ravi")
    asked = asha.says(f"{BOT} raga", chat=group)["message"]["message_id"]
    await studio.hear()
    ravi.taps("More", chat=group)
    await studio.hear()
    mine, his = (message for message in studio.telegram.chat(group) if message.from_bot)
    assert (mine.edits, his.reply_to) == (0, mine.message_id)
    asha.taps("More", message_id=mine.message_id, chat=group)
    await studio.hear()
    mine, _ = (message for message in studio.telegram.chat(group) if message.from_bot)
    assert (mine.edits, mine.reply_to) == (1, asked)
    assert mine.text == his.text
