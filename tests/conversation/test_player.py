"""From the chat into the player: a link for whoever asks, in private only, and where there is a player."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from core.catalog.models import Song
from core.chat.actions import OPEN_PLAYER, SIGN_OUT
from core.chat.signed_in import tell_signed_in
from core.chat.texts import languages, texts_in
from core.chat.vocabulary import WORDS, Word
from core.player import player_url as built_player
from core.signin.links import spend_link
from core.signin.models import SignInLink, SignInSession
from core.signin.sessions import Way, open_session
from tests.conversation import songs
from tests.conversation.catalogue import in_catalogue
from tests.conversation.studio import SmallStudio, forges_tap
from tests.conversation.terminal import AtTerminal
from tests.fakes.telegram import Person

PLAYER = "https://melody.example"
LINK = re.compile(re.escape(PLAYER) + r"/link#([\w-]{43})$")
EN, HI = texts_in("en"), texts_in("hi")


@pytest.fixture
def player_url() -> str:
    return PLAYER


@pytest.fixture
async def song(studio: SmallStudio) -> str:
    """The id of a song that can be found."""
    return str(await in_catalogue(studio, "Lithium", "Brad Sucks"))


class NoPlayer:
    """For tests of a studio without the player."""

    @pytest.fixture
    def player_url(self) -> None:
        return None


async def asks(studio: SmallStudio, person: Person, text: str) -> str:
    person.says(text)
    await studio.hear()
    return person.from_bot[-1].text or ""


async def test_a_link_for_whoever_asks(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    said = LINK.search(await asks(studio, asha, "/open"))
    assert said is not None
    async with studio.services.database.transaction() as session:
        identity = await spend_link(session, said[1])
    assert (identity.external_id, identity.user.name) == (str(asha.id), "Asha")


@pytest.mark.broad
async def test_the_button_of_the_greeting(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha", language="hi")
    assert await asks(studio, asha, "/start") == HI.say("welcome")
    asha.taps(HI.say("button-open-player"))
    await studio.hear()
    assert LINK.search(asha.from_bot[-1].text or "")


@pytest.mark.broad
@pytest.mark.parametrize("language", languages())
async def test_in_each_languages_words(studio: SmallStudio, language: str) -> None:
    person = studio.telegram.person(language, language=language)
    for word in WORDS[language][Word.OPEN]:
        assert LINK.search(await asks(studio, person, word)), word
    assert await studio.count(SignInLink) == 1  # the newest


@pytest.mark.broad
async def test_a_songs_card_leads_to_its_page(studio: SmallStudio, song: str) -> None:
    asha = studio.telegram.person("Asha", language="hi")
    await asks(studio, asha, "lithium")
    asha.taps("1")
    await studio.hear()
    button = asha.from_bot[-1].buttons[-1][-1]
    assert (button.text, button.web_app) == (HI.say("button-open-player"), f"{PLAYER}/song/{song}")


@pytest.mark.broad
async def test_the_card_of_ones_own_recording_leads_there_too(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    asha.sends("audio", songs.m4a(), title="Ilahi")
    await studio.serve()
    own = await studio.one(select(Song.id).where(Song.is_private))
    await asks(studio, asha, "library")
    await asks(studio, asha, "1")
    button = asha.from_bot[-1].buttons[-1][-1]
    assert (button.text, button.web_app) == (EN.say("button-open-player"), f"{PLAYER}/song/{own}")


@pytest.mark.broad
async def test_a_songs_card_at_the_terminal(terminal: AtTerminal, song: str) -> None:
    await terminal.enters("lithium")
    assert f"Open player: {PLAYER}/song/{song}" in "\n".join(await terminal.enters("1"))


@pytest.mark.broad
async def test_at_the_terminal(terminal: AtTerminal) -> None:
    assert LINK.search((await terminal.enters("/open"))[-1])


@pytest.mark.broad
async def test_never_where_others_read_along(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    group = studio.telegram.group("Singers")
    asha.says("/open@melody_standin_bot", chat=group)
    await studio.hear()
    forges_tap(studio.telegram, asha, OPEN_PLAYER, chat=group)
    await studio.hear()
    said = [message.text for message in studio.telegram.chat(group) if message.from_bot]
    assert said == 2 * [EN.say("private-only")]
    assert await studio.count(SignInLink) == 0


@pytest.mark.broad
async def test_whoever_did_not_sign_in_signs_out_everywhere(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    said = LINK.search(await asks(studio, asha, "/open"))
    assert said is not None
    async with studio.services.database.transaction() as session:
        identity = await spend_link(session, said[1])
        await open_session(session, identity.user_id, Way.LINK)
        await tell_signed_in(session, studio.services.outbox, identity, "en")
    await studio.services.delivery.say_pending("telegram", str(asha.id))
    assert asha.from_bot[-1].text == EN.say("signed-in-elsewhere")
    await asks(studio, asha, "/open")
    asha.taps(EN.say("button-sign-out"))
    await studio.hear()
    assert asha.from_bot[-1].text == EN.say("signed-out")
    assert await studio.count(SignInSession) == await studio.count(SignInLink) == 0


@pytest.mark.broad
async def test_one_persons_sign_out_is_nobody_elses(studio: SmallStudio) -> None:
    asha, mallory = studio.telegram.person("Asha"), studio.telegram.person("Mallory")
    said = LINK.search(await asks(studio, asha, "/open"))
    assert said is not None
    async with studio.services.database.transaction() as session:
        await open_session(session, (await spend_link(session, said[1])).user_id, Way.LINK)
    forges_tap(studio.telegram, mallory, SIGN_OUT)
    await studio.hear()
    assert mallory.from_bot[-1].text == EN.say("signed-out")
    assert await studio.count(SignInSession) == 1


@pytest.mark.broad
class TestWithoutAPlayer(NoPlayer):
    async def test_nothing_speaks_of_it(self, studio: SmallStudio) -> None:
        asha = studio.telegram.person("Asha")
        assert await asks(studio, asha, "/open") == EN.say("send-a-song")
        await asks(studio, asha, "/start")
        assert asha.from_bot[-1].buttons == ()
        forges_tap(studio.telegram, asha, OPEN_PLAYER)
        await studio.hear()
        assert asha.from_bot[-1].text == EN.say("button-old")
        async with studio.services.database.transaction() as session:
            assert (await session.execute(select(SignInLink))).all() == []


@pytest.mark.broad
def test_the_player_is_there_when_it_is_built(studio: SmallStudio, tmp_path: Path) -> None:
    settings = studio.services.settings
    built = tmp_path / "dist"
    assert built_player(settings, built) is None
    (built / "player" / "browser").mkdir(parents=True)
    page = built / "player" / "browser" / "index.html"
    page.write_text("<html></html>")
    assert built_player(settings, built) is None
    page.write_text("<html><body><app-root></app-root></body></html>")
    assert built_player(settings, built) == settings.public_origin
