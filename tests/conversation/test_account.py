"""Privacy, linking two chats, and being forgotten: asked twice, done, and said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from core.accounts.models import ChannelIdentity, User
from core.adapters.separators.lalal.separator import LalalSeparator
from core.catalog.models import Song
from core.chat.actions import FORGET_ONCE, FORGET_SURE, link_action
from core.chat.texts import languages, texts_in
from core.conversion.engines import Engines
from core.library.models import LibraryEntry
from core.membership.models import Erasure, LinkRequest
from tests.conversation import songs
from tests.conversation.studio import SmallStudio, forges_tap
from tests.conversation.terminal import AtTerminal
from tests.fakes.telegram import Person

pytestmark = pytest.mark.broad

EN, HI = texts_in("en"), texts_in("hi")
CODE = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{4}")


async def asks(studio: SmallStudio, person: Person, text: str) -> str:
    person.says(text)
    await studio.serve()
    return person.from_bot[-1].text or ""


async def hears(studio: SmallStudio, person: Person) -> None:
    """The relay brings what the other chat's turn had to say here."""
    await studio.services.delivery.say_pending("telegram", str(person.id))


async def code_of(studio: SmallStudio, person: Person) -> str:
    found = CODE.search(await asks(studio, person, "/link"))
    assert found is not None
    return found[0]


@pytest.mark.parametrize("language", languages())
async def test_privacy_says_how_to_be_forgotten(studio: SmallStudio, language: str) -> None:
    asha = studio.telegram.person("Asha", language=language)
    said = await asks(studio, asha, "/privacy")
    assert said == texts_in(language).say("privacy")
    assert "/delete" in said


async def test_privacy_says_where_songs_go(studio: SmallStudio, tmp_path: Path) -> None:
    elsewhere = LalalSeparator("key", "http://127.0.0.1:9", redis_url=None, work_dir=tmp_path)
    studio.services.engines = Engines({"lalal": elsewhere}, chosen="lalal")
    said = await asks(studio, studio.telegram.person("Asha"), "/privacy")
    assert said.startswith(EN.say("privacy"))
    assert said.endswith(EN.say("privacy-elsewhere", service="LALAL.AI"))


# --- linking ----------------------------------------------------------------------------------------------


async def test_a_link_to_the_chat_carries_the_code_and_both_are_asked(
    studio: SmallStudio, terminal: AtTerminal
) -> None:
    shown = "\n".join(await terminal.enters("/link"))
    code = (CODE.search(shown) or [""])[0].replace("-", "")
    asha, group = studio.telegram.person("Asha"), studio.telegram.group("Singers")
    asha.says(f"/start@melody_standin_bot link_{code}", chat=group)
    await studio.hear()
    assert [message.text for message in studio.telegram.chat(group) if message.from_bot] == [
        EN.say("private-only")
    ]
    asked = await asks(studio, asha, f"/start link_{code}")
    assert "(Console)" in asked
    assert await studio.count(User) == 2, "opening a link joins nothing"
    assert await asks(studio, asha, "/start link_AAAAAAAA") == EN.say("error-link-code")
    assert await asks(studio, asha, "/start link_x") == EN.say("welcome")


async def test_two_chats_become_one_account_when_both_say_yes(
    studio: SmallStudio, terminal: AtTerminal
) -> None:
    asha = studio.telegram.person("Asha", language="hi")
    asha.sends("audio", songs.m4a(), title="Ilahi")
    await studio.serve()
    code = await code_of(studio, asha)
    shown = await terminal.enters(f"link {code.lower()}")
    assert shown[0] == EN.say("link-question", who="Asha (Telegram)")
    assert shown[1:] == [f"[1] {EN.say('button-link-yes')}", f"[2] {EN.say('button-link-no')}"]
    await hears(studio, asha)
    assert "(Console)" in (asha.from_bot[-1].text or "")
    assert await terminal.enters("1") == [EN.say("link-waiting")]
    asha.taps(HI.say("button-link-yes"))
    await studio.hear()
    assert asha.from_bot[-1].text == HI.say("link-done")
    shown = await terminal.enters("/library")
    assert shown[0] == EN.say("link-done")
    assert any("Ilahi" in line for line in shown)
    assert await studio.count(User) == 1


async def test_a_no_leaves_both_as_they_were(studio: SmallStudio, terminal: AtTerminal) -> None:
    asha = studio.telegram.person("Asha")
    code = await code_of(studio, asha)
    await terminal.enters(code)
    assert await terminal.enters("2") == [EN.say("link-refused")]
    await hears(studio, asha)
    asha.taps(EN.say("button-link-yes"))
    await studio.serve()
    assert [message.text for message in asha.from_bot[-2:]] == [
        EN.say("link-refused"),
        EN.say("error-link-code"),
    ]
    assert await studio.count(User) == 2


async def test_codes_can_not_be_guessed(studio: SmallStudio) -> None:
    asha, mallory = studio.telegram.person("Asha"), studio.telegram.person("Mallory")
    code = await code_of(studio, asha)
    for _ in range(5):
        assert await asks(studio, mallory, "link AAAA-AAAA") == EN.say("error-link-code")
    assert await asks(studio, mallory, f"link {code}") == EN.say("link-too-many")
    assert await studio.one(select(LinkRequest.other_id)) is None


async def test_ones_own_code_and_linked_chats_say_so(studio: SmallStudio, terminal: AtTerminal) -> None:
    asha = studio.telegram.person("Asha")
    code = await code_of(studio, asha)
    assert await asks(studio, asha, code) == EN.say("error-link-code")
    await terminal.enters(f"/link {code}")
    await terminal.enters("1")
    await hears(studio, asha)
    asha.taps(EN.say("button-link-yes"))
    await studio.serve()
    shown = await terminal.enters(await code_of(studio, asha))
    assert shown[-1] == EN.say("error-already-linked")


async def test_in_a_group_nothing_is_linked_or_deleted(studio: SmallStudio) -> None:
    asha, group = studio.telegram.person("Asha"), studio.telegram.group("Singers")
    for command in ("/link", "/delete"):
        asha.says(command, chat=group)
    forges_tap(studio.telegram, asha, FORGET_SURE, chat=group)
    await studio.hear()
    said = [message.text for message in studio.telegram.chat(group) if message.from_bot]
    assert said == [EN.say("private-only")] * 3
    assert await studio.count(Erasure) == 0
    assert await studio.count(LinkRequest) == 0


async def test_a_stranger_can_not_answer_for_others(studio: SmallStudio, terminal: AtTerminal) -> None:
    asha, mallory = studio.telegram.person("Asha"), studio.telegram.person("Mallory")
    await terminal.enters(await code_of(studio, asha))
    request_id = await studio.one(select(LinkRequest.id))
    forges_tap(studio.telegram, mallory, link_action(request_id, agrees=True))
    await studio.serve()
    assert mallory.from_bot[-1].text == EN.say("error-link-code")


# --- being forgotten --------------------------------------------------------------------------------------


async def test_everything_goes_after_two_yeses(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha", language="hi")
    asha.sends("audio", songs.m4a(), title="Ilahi")
    await studio.serve()
    assert await asks(studio, asha, "/delete") == HI.say("forget-first")
    asha.taps(HI.say("button-forget-once"))
    await studio.hear()
    assert asha.from_bot[-1].text == HI.say("forget-second")
    assert await studio.count(Erasure) == 0
    asha.taps(HI.say("button-forget-sure"))
    await studio.hear()
    assert asha.from_bot[-1].text == HI.say("forget-begun")
    await studio.services.eraser.erase(await studio.one(select(Erasure.id)))
    assert asha.from_bot[-1].text == HI.say("erased")
    assert await studio.leftovers() == {}
    for model in (User, ChannelIdentity, Song, LibraryEntry, Erasure):
        assert await studio.count(model) == 0


async def test_the_terminal_says_that_it_is_done_too(studio: SmallStudio, terminal: AtTerminal) -> None:
    for line in ("/delete", "1", "3"):
        shown = await terminal.enters(line)
    assert shown == [EN.say("forget-begun")]
    assert await terminal.waits() == []
    assert not await terminal.is_done()
    await studio.services.eraser.erase(await studio.one(select(Erasure.id)))
    assert await terminal.waits() == [EN.say("erased")]
    assert await terminal.waits() == []
    assert await terminal.is_done()


async def test_one_yes_and_a_no_keeps_everything(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    await asks(studio, asha, "/delete")
    forges_tap(studio.telegram, asha, FORGET_ONCE)
    await studio.hear()
    asha.taps(EN.say("button-forget-not"))
    await studio.hear()
    assert asha.from_bot[-1].text == EN.say("forget-not")
    assert await studio.count(Erasure) == 0
