"""What is said without a song: greetings, choices, nonsense, other languages, groups."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from sqlalchemy import select

from core.adapters.channels.console import CAPABILITIES as CONSOLE
from core.adapters.channels.telegram.channel import CAPABILITIES as TELEGRAM
from core.chat import conversation
from core.chat.flows.basics import help_text
from core.chat.models import InboxItem
from core.chat.texts import languages, texts_in
from core.chat.turn import Turn
from core.conversion.models import Rendition
from core.ports import Quality
from tests.conversation import songs
from tests.conversation.studio import SmallStudio, forges_tap
from tests.fakes.telegram import Person

EN = texts_in("en")
BOT = "@melody_standin_bot"


def words_to(person: Person) -> list[str | None]:
    return [message.text for message in person.from_bot]


async def test_a_greeting_invites_to_sing(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    asha.says("/start")
    await studio.hear()
    assert words_to(asha) == [EN.say("welcome")]


async def test_help_names_the_limits_and_the_commands(studio: SmallStudio) -> None:
    wordings = ["/help", "help", "HELP!", f"/help{BOT}", "/help me please"]
    people = [studio.telegram.person(wording) for wording in wordings]
    for person, wording in zip(people, wordings, strict=True):
        person.says(wording)
    await studio.hear()
    for person in people:
        assert words_to(person) == [help_text(EN, TELEGRAM, 900)]
    assert "/quality" in help_text(EN, TELEGRAM, 900)


async def test_commands_there_are_none_of_ask_for_a_song(studio: SmallStudio) -> None:
    wordings = ["/nothing", f"/nothing{BOT}", "/nothing Tum Hi Ho"]
    people = [studio.telegram.person(wording) for wording in wordings]
    for person, wording in zip(people, wordings, strict=True):
        person.says(wording)
    await studio.hear()
    for person in people:
        assert words_to(person) == [EN.say("send-a-song")]


async def test_stickers_and_places_ask_for_a_song(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    asha.sends_sticker()
    update = asha.says("where I am")
    del update["message"]["text"]
    update["message"]["location"] = {"latitude": 12.97, "longitude": 77.59}
    await studio.hear()
    assert words_to(asha) == [EN.say("send-a-song")] * 2


async def test_the_quality_is_chosen_once_and_kept(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    asha.says("/quality")
    await studio.hear()
    (choice,) = asha.from_bot
    assert choice.text == EN.say("quality-choose", quality="Best")
    assert choice.labels == ["Fast", "Best"]
    asha.taps("Fast")
    await studio.hear()
    assert words_to(asha)[-1] == EN.say("quality-saved", quality="Fast")
    assert all(tap.answered for tap in studio.telegram.callbacks.values())

    asha.sends("audio", songs.m4a(), title="Kesariya")
    await studio.serve()
    assert studio.separator.made == [Quality.FAST]
    assert await studio.one(select(Rendition.recipe)) == "pass-through.1/fast/instrumental/m4a"
    asha.says("/quality")
    await studio.hear()
    assert words_to(asha)[-1] == EN.say("quality-choose", quality="Fast")


@pytest.mark.broad
async def test_a_button_of_another_version_says_so(studio: SmallStudio) -> None:
    actions = ["cancel:", "cancel:not-an-id", "quality:perfect", "search:7", "again:1", "x"]
    actions += [
        "song:",
        "song:7:abc",
        f"song:{'0' * 32}:<b>",
        "make:x",
        "play:",
        "wrong:",
        "page:abc",
        "page:abc:-5",
    ]
    actions += ["page:abc:9999999", "page:abc:1001", "page::5"]
    people = [studio.telegram.person(action) for action in actions]
    for person, action in zip(people, actions, strict=True):
        forges_tap(studio.telegram, person, action)
    await studio.hear()
    for person in people:
        assert words_to(person) == [EN.say("button-old")]
    assert all(tap.answered for tap in studio.telegram.callbacks.values())


# --- languages --------------------------------------------------------------------------------------------


async def test_the_messengers_language_is_spoken(studio: SmallStudio) -> None:
    people = {language: studio.telegram.person("Asha", language=language) for language in languages()}
    assert len(people) == 11
    for person in people.values():
        person.says("/start")
    await studio.hear()
    for language, person in people.items():
        assert words_to(person) == [texts_in(language).say("welcome")]


async def test_the_language_follows_the_messenger(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha", id=700, language="hi-IN")
    asha.says("/start")
    await studio.hear()
    studio.telegram.person("Asha", id=700, language="ta").says("/start")
    await studio.hear()
    assert words_to(asha) == [texts_in("hi").say("welcome"), texts_in("ta").say("welcome")]


class TestAStudioThatSpeaksBengali:
    @pytest.fixture
    def chosen(self) -> dict[str, Any]:
        return {"default_language": "bn"}

    async def test_people_whose_language_it_lacks_hear_the_operators(self, studio: SmallStudio) -> None:
        jean = studio.telegram.person("Jean", language="fr")
        nobody_knows = studio.telegram.person("Somebody", language=None)
        meera = studio.telegram.person("Meera", language="hi")
        for person in (jean, nobody_knows, meera):
            person.says("/start")
        await studio.hear()
        bengali, hindi = texts_in("bn").say("welcome"), texts_in("hi").say("welcome")
        assert [words_to(person) for person in (jean, nobody_knows, meera)] == [[bengali], [bengali], [hindi]]


# --- groups -----------------------------------------------------------------------------------------------


async def test_in_groups_only_what_is_meant_for_us_is_answered(studio: SmallStudio) -> None:
    asha, group = studio.telegram.person("Asha"), studio.telegram.group("Singers")

    def answers() -> list[str | None]:
        return [message.text for message in studio.telegram.chat(group) if message.from_bot]

    asha.says("hello everybody", chat=group)
    asha.says("/help@another_bot", chat=group)
    asha.sends("audio", songs.m4a(), title="Not for the bot", chat=group)
    await studio.serve()
    assert answers() == []

    asha.says("/help", chat=group)
    await studio.hear()
    assert answers() == [help_text(EN, TELEGRAM, 900)]
    asha.says(f"{BOT} are you there?", chat=group)
    await studio.hear()
    newest = studio.telegram.chat(group)[-1]
    assert newest.text == EN.say("search-nothing", query="are you there?")
    asha.says("and now?", chat=group, reply_to=newest.message_id)
    await studio.hear()
    assert answers()[2:] == [EN.say("search-nothing", query="and now?")]
    assert asha.from_bot == []


async def test_a_song_for_us_in_a_group_comes_back_there(studio: SmallStudio) -> None:
    asha, group = studio.telegram.person("Asha"), studio.telegram.group("Singers")
    asha.sends("audio", songs.m4a(), title="Jai Ho", caption=f"{BOT} please", chat=group)
    await studio.serve()
    (audio,) = [message.audio for message in studio.telegram.chat(group) if message.from_bot]
    assert audio is not None
    assert audio.title == "Jai Ho (Instrumental)"
    assert asha.from_bot == []


# --- what goes wrong on our side --------------------------------------------------------------------------


async def test_what_can_not_be_worked_on_ends_in_an_apology_and_the_chat_goes_on(
    studio: SmallStudio, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asha, tries = studio.telegram.person("Asha", language="hi"), []

    async def broken(turn: Turn) -> None:
        tries.append(turn.incoming.text)
        raise RuntimeError("poison")

    monkeypatch.setitem(conversation.COMMANDS, "help", broken)
    asha.says("/help")
    asha.says("/start")
    for expected in (1, 2, 3):
        await studio.hear()
        assert len(tries) == expected
        await studio.retry_updates()
    hindi = texts_in("hi")
    assert words_to(asha) == [hindi.say("error-internal"), hindi.say("welcome")]
    await studio.hear()
    assert len(tries) == 3
    assert caplog.records
    assert all("/help" not in record.getMessage() for record in caplog.records)


async def test_a_chat_goes_on_even_when_nobody_can_apologise(
    studio: SmallStudio, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asha = studio.telegram.person("Asha")

    async def broken(*_: object) -> None:
        raise RuntimeError("poison")

    with monkeypatch.context() as patch, caplog.at_level(logging.CRITICAL):
        patch.setattr(studio.services.conversation, "take_turn", broken)
        patch.setattr(studio.services.conversation, "apologise", broken)
        asha.says("poison")
        for _ in range(3):
            await studio.hear()
            await studio.retry_updates()
    assert await studio.one(select(InboxItem.status)) == "failed"
    asha.says("/start")
    await studio.hear()
    assert words_to(asha) == [EN.say("welcome")]


def test_the_help_speaks_of_what_there_is() -> None:
    assert "/open" not in help_text(EN, TELEGRAM, 900)
    assert EN.say("help-open") in help_text(EN, TELEGRAM, 900, has_player=True).splitlines()
    assert "/phone" in help_text(EN, TELEGRAM, 900)
    assert "/phone" not in help_text(EN, CONSOLE, 900)
