"""Inline mode: songs for chats that the bot need not be in."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest
from sqlalchemy import func, select, update

from core.accounts.models import ChannelIdentity, User
from core.catalog.models import SearchPick, SongActivity
from core.catalog.views import SearchAnswer
from core.chat.models import InboxItem
from core.chat.texts import texts_in
from core.delivery.models import MediaReference
from core.music import Licence, MusicSource
from tests.conversation import songs
from tests.conversation.catalogue import MusicFolder, Shelf, in_catalogue
from tests.conversation.studio import SmallStudio
from tests.fakes.telegram import Person

pytestmark = pytest.mark.broad

EN, HI = texts_in("en"), texts_in("hi")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf("spotify", "Spotify")


@pytest.fixture
def music_sources(shelf: Shelf) -> dict[str, MusicSource]:
    return {shelf.name: shelf}


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow this machine is, answers come; how fast they come is no matter of these tests."""
    monkeypatch.setattr("core.chat.flows.inline.SECONDS", 30.0)
    monkeypatch.setattr("core.chat.flows.inline.SEARCH_SECONDS", 30.0)
    monkeypatch.setattr("bot.inline.PATIENCE", 60.0)


@pytest.fixture
def asha(studio: SmallStudio) -> Person:
    return studio.telegram.person("Asha")


async def answer_to(studio: SmallStudio, person: Person, query: str = "", offset: str = "") -> dict[str, Any]:
    query_id = person.asks_inline(query, offset=offset)
    await studio.hear()
    answer = studio.telegram.inline[query_id].answer
    assert answer is not None, "no answer came"
    return answer


async def hears(studio: SmallStudio, person: Person, song_id: uuid.UUID, button: str) -> None:
    """Somebody gets the song's audio in the private chat, so that Telegram holds it from then on."""
    person.says(f"/start song_{song_id.hex}")
    await studio.hear()
    person.taps(button)
    await studio.serve()


async def test_a_song_without_audio_is_a_card_that_opens_the_bot(
    studio: SmallStudio, shelf: Shelf, asha: Person
) -> None:
    shelf.lists("s1", "Tum Hi Ho", "Arijit Singh", duration=262.0, language="hi")
    answer = await answer_to(studio, asha, "tum hi ho")
    (row,) = answer["results"]
    assert (row["type"], row["title"]) == ("article", "Tum Hi Ho")
    assert row["description"] == "Arijit Singh · 4:22 · Hindi"
    text = row["input_message_content"]["message_text"]
    assert text == f"♪ Tum Hi Ho — Arijit Singh\n4:22 · Hindi\non Spotify: {shelf.page('s1')}"
    ((button,),) = row["reply_markup"]["inline_keyboard"]
    song_id = row["id"].partition(":")[0]
    assert button == {"text": "Open", "url": f"https://t.me/melody_standin_bot?start=song_{song_id}"}
    assert answer["is_personal"]
    assert answer["button"] is None
    asha.says(f"/start song_{song_id}")
    await studio.hear()
    assert (asha.from_bot[-1].text or "").startswith("♪ Tum Hi Ho — Arijit Singh")


async def test_audio_that_telegram_holds_is_put_into_the_chat_itself(
    studio: SmallStudio, folder: MusicFolder, asha: Person
) -> None:
    song_id = await folder.put(songs.m4a(), "Kesariya", "Arijit Singh")
    assert [row["type"] for row in (await answer_to(studio, asha, "kesariya"))["results"]] == ["article"]
    await hears(studio, asha, song_id, "Instrumental")
    await hears(studio, asha, song_id, "Play")
    answer = await answer_to(studio, studio.telegram.person("Ravi"), "kesariya")
    sent = [message.audio for message in asha.from_bot if message.audio is not None]
    rows = answer["results"]
    assert [(row["type"], row["audio_file_id"]) for row in rows] == [
        ("audio", audio.file_id) for audio in sent
    ]
    assert [row["id"] for row in rows] == [f"{song_id.hex}:instrumental", f"{song_id.hex}:mix"]
    assert all("caption" not in row for row in rows)


async def test_another_bots_references_are_of_no_use(
    studio: SmallStudio, folder: MusicFolder, asha: Person
) -> None:
    song_id = await folder.put(songs.m4a(), "Kesariya", "Arijit Singh")
    await hears(studio, asha, song_id, "Instrumental")
    await studio.change(update(MediaReference).values(account="1"))
    assert [row["type"] for row in (await answer_to(studio, asha, "kesariya"))["results"]] == ["article"]


async def test_open_licences_are_named_under_the_audio(
    studio: SmallStudio, folder: MusicFolder, asha: Person
) -> None:
    page = "https://archive.org/details/lullaby"
    licence = {"licence": Licence.BY, "licence_url": "https://creativecommons.org/licenses/by/4.0/"}
    song_id = await folder.put_as(
        "internet_archive", songs.m4a(), "Lullaby", "Mira", facts={"url": page, **licence}
    )
    await hears(studio, asha, song_id, "Instrumental")
    (row,) = (await answer_to(studio, asha, "lullaby"))["results"]
    assert row["caption"].splitlines() == [
        "Lullaby — Mira",
        page,
        "Licence: CC BY 4.0 · https://creativecommons.org/licenses/by/4.0/",
        EN.say("caption-voice-removed"),
    ]


async def test_what_people_sent_is_shown_to_nobody(studio: SmallStudio, asha: Person) -> None:
    asha.sends("audio", songs.m4a(), title="My Own Song", performer="Asha")
    await studio.serve()
    assert await studio.count(MediaReference) == 1
    for query in ("my own song", ""):
        answer = await answer_to(studio, asha, query)
        assert answer["results"] == []
        assert answer["button"] == {"text": EN.say("inline-nothing"), "start_parameter": "inline"}


async def test_without_words_there_is_what_is_heard_most(studio: SmallStudio, asha: Person) -> None:
    for number in range(45):
        await in_catalogue(studio, f"Song {number:02}", "Asha", popularity=100 - number)
    titles: list[str] = []
    offset = ""
    pages = []
    while True:
        answer = await answer_to(studio, asha, "", offset)
        titles += [row["title"] for row in answer["results"]]
        pages.append(len(answer["results"]))
        if not (offset := answer["next_offset"]):
            break
    assert titles == [f"Song {number:02}" for number in range(45)]
    assert pages == [20, 20, 5]


@pytest.mark.parametrize("offset", ["200", "99999999999", "x", "-1", "٣"])
async def test_pages_that_do_not_exist_are_empty(studio: SmallStudio, asha: Person, offset: str) -> None:
    await in_catalogue(studio, "Kesariya", "Arijit Singh")
    answer = await answer_to(studio, asha, "kesariya", offset)
    assert (answer["results"], answer["next_offset"]) == ([], "")


@pytest.mark.parametrize("query", ["?!", "x" * 256, "gibberish nobody sings"])
async def test_what_means_no_song_leads_into_the_chat(studio: SmallStudio, asha: Person, query: str) -> None:
    answer = await answer_to(studio, asha, query)
    assert answer["results"] == []
    assert answer["button"]["text"] == EN.say("inline-nothing")


async def test_an_answer_that_lacks_a_source_is_not_kept(
    studio: SmallStudio, shelf: Shelf, asha: Person
) -> None:
    await in_catalogue(studio, "Kesariya", "Arijit Singh")
    shelf.is_down = True
    answer = await answer_to(studio, asha, "kesariya")
    assert [row["title"] for row in answer["results"]] == ["Kesariya"]
    assert answer["cache_time"] == 0


async def test_the_words_are_in_the_persons_language(studio: SmallStudio) -> None:
    await in_catalogue(studio, "Kesariya", "Arijit Singh")
    meera = studio.telegram.person("Meera", language="hi")
    (row,) = (await answer_to(studio, meera, "kesariya"))["results"]
    assert row["reply_markup"]["inline_keyboard"][0][0]["text"] == HI.say("inline-open")


async def test_asking_makes_nobody_known_and_leaves_nothing_behind(studio: SmallStudio, asha: Person) -> None:
    await in_catalogue(studio, "Kesariya", "Arijit Singh")
    await answer_to(studio, asha, "kesariya")
    assert [await studio.count(model) for model in (User, ChannelIdentity, InboxItem)] == [0, 0, 0]


async def test_questions_that_are_too_old_harm_nothing(studio: SmallStudio, asha: Person) -> None:
    query_id = asha.asks_inline("kesariya")
    studio.telegram.age_inline_queries()
    asha.says("/help")
    await studio.hear()
    assert studio.telegram.inline[query_id].answer is None
    assert len(asha.from_bot) == 1


async def test_a_question_waits_for_no_message_of_the_chat(studio: SmallStudio, asha: Person) -> None:
    """An earlier message that can't be worked on now holds the private chat up, not the question."""
    asha.says("hello")
    await studio.hear()
    held = {"status": "pending", "not_before": func.now() + func.make_interval(0, 0, 0, 0, 1)}
    await studio.change(update(InboxItem).values(**held))
    await in_catalogue(studio, "Kesariya", "Arijit Singh")
    assert len((await answer_to(studio, asha, "kesariya"))["results"]) == 1


async def test_a_slow_search_is_given_up_in_time(
    studio: SmallStudio, asha: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = asyncio.Event()

    async def slowly(*_: object, **__: object) -> SearchAnswer:
        await end.wait()
        return SearchAnswer((), 0, False, {})

    monkeypatch.setattr("core.chat.flows.inline.SECONDS", 0.05)
    monkeypatch.setattr(studio.services.music, "search", slowly)
    answer = await answer_to(studio, asha, "kesariya")
    assert (answer["results"], answer["cache_time"]) == ([], 0)
    end.set()


async def test_what_is_picked_is_remembered(studio: SmallStudio, asha: Person) -> None:
    song_id = await in_catalogue(studio, "Kesariya", "Arijit Singh")
    asha.says("/start")
    query_id = asha.asks_inline("kesriya")
    await studio.hear()
    update_ = asha.picks_inline(query_id, f"{song_id.hex}:card")
    await studio.hear()
    studio.telegram.redeliver(update_)
    await studio.hear()
    assert await studio.one(select(SongActivity.count.label("times"))) == 1
    assert await studio.one(select(SearchPick.query)) == "kesriya"


@pytest.mark.parametrize("ref", ["", "x", "0:card", "0d0da6ac8ca547f982b156653fd4b03e:card"])
async def test_picks_of_what_there_is_not_are_left_alone(studio: SmallStudio, asha: Person, ref: str) -> None:
    world = studio.telegram.world
    chosen = {"result_id": ref, "from": asha.user.as_json(), "query": "x"}
    world.add_update("chosen_inline_result", chosen)
    await studio.hear()
    assert await studio.one(select(InboxItem.status)) == "done"
    assert await studio.count(SongActivity) == 0
