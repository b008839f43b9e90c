"""A name is typed, songs come: pages of them, in any script, picked by a tap or a number."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import select

from core.adapters.channels.telegram.channel import CAPABILITIES as TELEGRAM
from core.catalog.models import SearchPick
from core.catalog.views import SearchAnswer
from core.chat.actions import page_action, pick_action
from core.chat.flows.basics import help_text
from core.chat.texts import texts_in
from core.music import MusicSource
from tests.conversation import songs
from tests.conversation.catalogue import MusicFolder, Shelf, in_catalogue
from tests.conversation.studio import SmallStudio, forges_tap
from tests.conversation.terminal import AtTerminal
from tests.fakes.telegram import Person

pytestmark = pytest.mark.broad

EN, HI = texts_in("en"), texts_in("hi")
PATIENCE = 10.0


@pytest.fixture
def music_sources() -> dict[str, MusicSource]:
    return {"spotify": Shelf("spotify", "Spotify")}


async def ragas(studio: SmallStudio, count: int = 7) -> None:
    """`Raga 1` the best known, then the others in their order."""
    for number in range(1, count + 1):
        await in_catalogue(studio, f"Raga {number}", "Shankar", popularity=100 - number)


def words_to(person: Person) -> str:
    """The newest message."""
    return person.from_bot[-1].text or ""


def rows_to(person: Person) -> list[str]:
    """The rows of the newest results."""
    return [line for line in words_to(person).splitlines() if line[:1].isdigit()]


async def test_a_name_is_answered_with_songs_by_number(studio: SmallStudio, folder: MusicFolder) -> None:
    await folder.put(songs.m4a(), "Tum Hi Ho", "Arijit Singh", language="hi", duration=262, popularity=90)
    await in_catalogue(studio, "Tum Hi Ho (Unplugged)", "Mithoon", language="hi")
    asha = studio.telegram.person("Asha")
    asha.says("tum hi  ho")
    await studio.hear()
    (answer,) = asha.from_bot
    assert (answer.text or "").splitlines() == [
        "“tum hi ho”: which one?",
        "",
        "1. ♫ Tum Hi Ho — Arijit Singh · 4:22 · Hindi · this studio",
        "2. Tum Hi Ho (Unplugged) — Mithoon · Hindi · this studio",
        "",
        "♫ = I can play it, or take its voice out, at once.",
        "Tap a number.",
    ]
    assert [[button.text for button in row] for row in answer.buttons] == [["1", "2"]]


async def test_while_it_searches_the_person_sees_that_it_is_at_it(
    studio: SmallStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    search, world = studio.services.music.search, studio.telegram.world

    async def slow_search(*args: Any, **options: Any) -> SearchAnswer:
        await world.wait_for_async(lambda: world.actions, PATIENCE)
        return await search(*args, **options)

    monkeypatch.setattr(studio.services.music, "search", slow_search)
    asha = studio.telegram.person("Asha")
    asha.says("raga")
    await studio.hear()
    assert world.actions == [(asha.id, "typing")]
    assert words_to(asha) == EN.say("search-nothing", query="raga")


async def test_length_and_language_are_told_in_the_persons_own_words(studio: SmallStudio) -> None:
    await in_catalogue(studio, "Munbe Vaa", "Naresh Iyer", language="ta", duration=359)
    meera = studio.telegram.person("Meera", language="hi")
    meera.says("munbe vaa")
    await studio.hear()
    assert words_to(meera).splitlines()[0] == HI.say("search-which", query="munbe vaa")
    assert rows_to(meera) == ["1. Munbe Vaa — Naresh Iyer · 5:59 · तमिल · यह स्टूडियो"]


async def test_any_script_finds_the_song(studio: SmallStudio) -> None:
    await in_catalogue(studio, "Tum Hi Ho", "Arijit Singh", language="hi")
    people = [studio.telegram.person(name) for name in ("tum hi ho", "तुम ही हो", "tum he ho")]
    for person in people:
        person.says(person.user.first_name)
    await studio.hear()
    for person in people:
        assert rows_to(person) == ["1. Tum Hi Ho — Arijit Singh · Hindi · this studio"]


async def test_nothing_found_says_what_to_try(studio: SmallStudio) -> None:
    for language in ("en", "hi"):
        person = studio.telegram.person("Asha", language=language)
        person.says("Xyzzyqwert")
        await studio.hear()
        (answer,) = person.from_bot
        assert answer.text == texts_in(language).say("search-nothing", query="Xyzzyqwert")
        assert answer.labels == []


async def test_a_word_that_is_no_command_is_a_song(studio: SmallStudio) -> None:
    await in_catalogue(studio, "Kesariya", "Arijit Singh")
    asha = studio.telegram.person("Asha")
    for text in ("Kesariya", "help", "Help me make it through the night"):
        asha.says(text)
    await studio.hear()
    answers = [message.text or "" for message in asha.from_bot]
    assert answers[0].startswith(EN.say("search-which", query="Kesariya"))
    assert answers[1] == help_text(EN, TELEGRAM, 900)
    assert answers[2] == EN.say("search-nothing", query="Help me make it through the night")


# --- pages ------------------------------------------------------------------------------------------------


async def test_pages_are_turned_to_and_fro(studio: SmallStudio) -> None:
    await ragas(studio)
    asha = studio.telegram.person("Asha")
    asha.says("raga")
    await studio.hear()
    assert [row.split(" —")[0] for row in rows_to(asha)] == [f"{n}. Raga {n}" for n in range(1, 6)]
    assert asha.from_bot[-1].labels == ["1", "2", "3", "4", "5", "More"]
    asha.taps("More")
    await studio.hear()
    assert [row.split(" —")[0] for row in rows_to(asha)] == ["6. Raga 6", "7. Raga 7"]
    assert asha.from_bot[-1].labels == ["6", "7", "Back"]
    asha.taps("Back")
    await studio.hear()
    assert asha.from_bot[-1].labels == ["1", "2", "3", "4", "5", "More"]
    assert len(asha.from_bot) == 1


async def test_more_is_understood_as_a_word_where_there_is_more(studio: SmallStudio) -> None:
    await ragas(studio)
    asha, meera = studio.telegram.person("Asha"), studio.telegram.person("Meera", language="hi")
    for person, word in ((asha, "More"), (meera, "और")):
        person.says("raga")
        person.says(word)
        person.says(word)
        await studio.hear()
        page, end = person.from_bot[1:]
        assert (page.text or "").splitlines()[2].startswith("6. ")
        assert end.text == texts_in("en" if person is asha else "hi").say("search-say-more", query="raga")


async def test_more_without_results_is_a_song(studio: SmallStudio) -> None:
    await in_catalogue(studio, "More", "The Crooner")
    asha = studio.telegram.person("Asha")
    asha.says("more")
    await studio.hear()
    assert rows_to(asha) == ["1. More — The Crooner · this studio"]


# --- numbers ----------------------------------------------------------------------------------------------


async def test_a_typed_number_picks_that_row_in_any_scripts_digits(studio: SmallStudio) -> None:
    await ragas(studio, 3)
    people = {digits: studio.telegram.person("Asha") for digits in ("2", "२", "௨", "২", "౨", " 2 ")}
    for digits, person in people.items():
        person.says("raga")
        person.says(digits)
    await studio.hear()
    for person in people.values():
        assert words_to(person).startswith("♪ Raga 2 — Shankar")


async def test_a_number_may_be_of_an_earlier_page(studio: SmallStudio) -> None:
    await ragas(studio)
    asha = studio.telegram.person("Asha")
    asha.says("raga")
    await studio.hear()
    asha.taps("More")
    asha.says("3")
    asha.says("7")
    await studio.hear()
    cards = [(message.text or "").splitlines()[0] for message in asha.from_bot[1:]]
    assert cards == ["♪ Raga 3 — Shankar", "♪ Raga 7 — Shankar"]


async def test_a_number_that_stands_before_no_row_is_a_song(studio: SmallStudio) -> None:
    await in_catalogue(studio, "96", "Govind Vasantha")
    await ragas(studio, 2)
    asha = studio.telegram.person("Asha")
    for text in ("raga", "96"):
        asha.says(text)
    await studio.hear()
    assert rows_to(asha) == ["1. 96 — Govind Vasantha · this studio"]


async def test_in_a_group_a_number_is_of_ones_own_results(studio: SmallStudio) -> None:
    await ragas(studio, 2)
    asha, bala = studio.telegram.person("Asha"), studio.telegram.person("Bala")
    group = studio.telegram.group("Singers")
    asha.says("@melody_standin_bot raga", chat=group)
    await studio.hear()
    bala.says("@melody_standin_bot 1", chat=group)
    asha.says("@melody_standin_bot 1", chat=group)
    await studio.hear()
    answers = [message.text or "" for message in studio.telegram.chat(group) if message.from_bot]
    assert answers[1].startswith(EN.say("search-which", query="1")) or "no song" in answers[1]
    assert answers[2].startswith("♪ Raga 1 — Shankar")
    assert asha.from_bot == []


# --- what is learnt ---------------------------------------------------------------------------------------


async def test_what_a_name_means_to_a_person_is_remembered(studio: SmallStudio) -> None:
    await ragas(studio, 2)
    asha = studio.telegram.person("Asha")
    asha.says("Rága")
    await studio.hear()
    asha.taps("1")
    asha.taps("2")
    await studio.hear()
    async with studio.services.database.transaction() as session:
        picks = list((await session.execute(select(SearchPick))).scalars())
    assert [pick.query for pick in picks] == ["raga"]
    assert words_to(asha).startswith("♪ Raga 2")


# --- what is forgotten, what fails ------------------------------------------------------------------------


async def test_forgotten_results_are_asked_for_again(studio: SmallStudio) -> None:
    await ragas(studio)
    asha = studio.telegram.person("Asha")
    asha.says("raga")
    await studio.hear()
    await studio.services.redis.flushdb()
    asha.taps("More")
    await studio.hear()
    assert words_to(asha) == EN.say("search-forgotten")
    asha.taps("2")
    await studio.hear()
    assert words_to(asha).startswith("♪ Raga 2 — Shankar")
    assert EN.say("button-wrong-song") not in asha.from_bot[-1].labels


async def test_buttons_of_another_chat_lead_nowhere(studio: SmallStudio) -> None:
    await ragas(studio)
    asha, mallory = studio.telegram.person("Asha"), studio.telegram.person("Mallory")
    asha.says("raga")
    await studio.hear()
    token = (asha.from_bot[-1].buttons[-1][-1].action or "").split(":")[1]
    forges_tap(studio.telegram, mallory, page_action(token, 5))
    await studio.hear()
    assert words_to(mallory) == EN.say("search-forgotten")


async def test_a_source_that_fails_is_mentioned_quietly(studio: SmallStudio) -> None:
    shelf = studio.services.sources["spotify"]
    assert isinstance(shelf, Shelf)
    shelf.is_down = True
    await ragas(studio, 1)
    asha = studio.telegram.person("Asha")
    asha.says("raga")
    asha.says("Xyzzyqwert")
    await studio.hear()
    found, nothing = [message.text or "" for message in asha.from_bot]
    assert found.splitlines()[2:] == [
        "1. Raga 1 — Shankar · this studio",
        "",
        EN.say("search-partial"),
        EN.say("search-tap"),
    ]
    assert nothing.splitlines()[-1] == EN.say("search-partial")


class TestWithoutRedis:
    @pytest.fixture
    def chosen(self) -> dict[str, Any]:
        return {"redis_url": "redis://127.0.0.1:1/0"}

    async def test_songs_are_found_and_picked_all_the_same(self, studio: SmallStudio) -> None:
        await ragas(studio)
        asha = studio.telegram.person("Asha")
        asha.says("raga")
        await studio.hear()
        assert len(rows_to(asha)) == 5
        assert asha.from_bot[-1].labels == ["1", "2", "3", "4", "5"]
        assert words_to(asha).splitlines()[-1] == EN.say("search-no-more")
        asha.taps("4")
        await studio.hear()
        assert words_to(asha).startswith("♪ Raga 4 — Shankar")


@pytest.mark.parametrize("language", ["en", "hi"])
async def test_odd_names_get_a_clear_word(studio: SmallStudio, language: str) -> None:
    answers = {
        "🎤🎶": "error-empty-query",
        "  . ? !": "error-empty-query",
        "\x01\x02\u202e\u200b": "error-empty-query",
        "la " * 1300: "error-query-too-long",
        "%_' OR 1=1; --": "search-nothing",
        "(.*)+$ [a": "search-nothing",
        "{query} %s {0}": "search-nothing",
    }
    asha, words = studio.telegram.person("Asha", language=language), texts_in(language)
    for text in answers:
        asha.says(text)
    await studio.hear()
    told = [message.text for message in asha.from_bot]
    assert told == [words.say(key, query=text, limit=200) for text, key in answers.items()]


async def test_titles_can_not_disturb_what_stands_around_them(studio: SmallStudio) -> None:
    await in_catalogue(studio, "Raga\n2. Free money\u202e", "x" * 500)
    asha = studio.telegram.person("Asha")
    asha.says("raga")
    await studio.hear()
    text = words_to(asha)
    assert "Raga 2. Free money — xxx" in text
    assert "\u202e" not in text
    (row,) = rows_to(asha)
    assert len(row) < 200


async def test_stale_buttons_of_songs_that_are_gone(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    forges_tap(studio.telegram, asha, pick_action(uuid.uuid4(), "abc"))
    await studio.hear()
    assert words_to(asha) == EN.say("song-gone")


# --- at the terminal --------------------------------------------------------------------------------------


async def test_at_the_terminal_the_songs_are_the_choices(studio: SmallStudio, terminal: AtTerminal) -> None:
    await ragas(studio)
    assert await terminal.enters("raga") == [
        EN.say("search-which", query="raga"),
        "Type the number of a song.",
        *(f"[{n}] Raga {n} — Shankar · this studio" for n in range(1, 6)),
        "[6] More",
    ]
    shown = await terminal.enters("more")
    assert shown[2:] == [
        "[7] Raga 6 — Shankar · this studio",
        "[8] Raga 7 — Shankar · this studio",
        "[9] Back",
    ]
    shown = await terminal.enters("8")
    assert shown[0] == "♪ Raga 7 — Shankar"
    assert (await terminal.enters("12"))[0] == EN.say("search-say-more", query="raga")
    assert await terminal.enters("77") == [EN.say("console-no-choice", number=77)]
