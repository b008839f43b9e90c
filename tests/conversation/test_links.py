"""A link is pasted: the song behind it, or a word that helps."""

from __future__ import annotations

import pytest

from core.chat.texts import texts_in
from core.music import MusicSource
from tests.conversation import songs
from tests.conversation.catalogue import MusicFolder, Shelf, in_catalogue
from tests.conversation.studio import SmallStudio
from tests.fakes.telegram import Person

pytestmark = pytest.mark.broad

EN, HI = texts_in("en"), texts_in("hi")


@pytest.fixture
def shelf() -> Shelf:
    shelf = Shelf("spotify", "Spotify")
    shelf.lists("abc1", "Kesariya", "Arijit Singh")
    return shelf


@pytest.fixture
def music_sources(shelf: Shelf) -> dict[str, MusicSource]:
    return {shelf.name: shelf}


async def answer_to(studio: SmallStudio, text: str, *, language: str = "en") -> str:
    person = studio.telegram.person("Asha", language=language)
    person.says(text)
    await studio.hear()
    (answer,) = person.from_bot
    return answer.text or ""


async def test_a_link_anywhere_in_a_text_shows_its_song(studio: SmallStudio, shelf: Shelf) -> None:
    page = shelf.page("abc1")
    for words in (
        page,
        f"Listen to Kesariya on Spotify {page} now",
        f"({page}).\n",
        "spotify.test/track/abc1",
    ):
        text = await answer_to(studio, words)
        assert text.splitlines()[0] == "♪ Kesariya — Arijit Singh"
        assert "on Spotify: https://spotify.test/track/abc1" in text


async def test_our_own_links_show_their_song(studio: SmallStudio) -> None:
    song_id = await in_catalogue(studio, "Jai Ho")
    text = await answer_to(studio, f"http://localhost:8000/song/{song_id}")
    assert text == f"♪ Jai Ho\n\n{EN.say('song-needs-audio')}"
    gone = await answer_to(studio, "http://localhost:8000/song/00000000-0000-0000-0000-000000000000")
    assert gone == EN.say("link-gone")


async def test_a_link_to_nothing_says_so(studio: SmallStudio, shelf: Shelf) -> None:
    for language in ("en", "hi"):
        text = await answer_to(studio, shelf.page("gone"), language=language)
        assert text == texts_in(language).say("link-gone")


async def test_a_source_that_does_not_answer_is_not_the_persons_fault(
    studio: SmallStudio, shelf: Shelf
) -> None:
    shelf.is_down = True
    for language in ("en", "hi"):
        text = await answer_to(studio, shelf.page("new"), language=language)
        assert text == texts_in(language).say("error-unavailable")


async def test_other_links_get_a_helpful_word(studio: SmallStudio) -> None:
    for link in ("https://example.com/tum-hi-ho", "www.example.com", "see http://a.example/b?c=d please"):
        assert await answer_to(studio, link) == EN.say("link-unknown")
    assert await answer_to(studio, "https://example.com/x", language="hi") == HI.say("link-unknown")


async def test_names_that_look_like_links_are_searched_for(studio: SmallStudio) -> None:
    await in_catalogue(studio, "A.B.Cd/Efg", "Nobody")
    for name in ("A.B.Cd/Efg", "feat.anna/remix"):
        assert "link" not in await answer_to(studio, name)


# --- the link that opens the chat with a song -------------------------------------------------------------


async def starts(studio: SmallStudio, payload: str) -> Person:
    asha = studio.telegram.person("Asha")
    asha.says(f"/start {payload}")
    await studio.hear()
    return asha


async def test_the_link_to_a_song_opens_the_chat_with_it(studio: SmallStudio, folder: MusicFolder) -> None:
    song_id = await folder.put(songs.m4a(), "Jai Ho", "A. R. Rahman")
    asha = await starts(studio, f"song_{song_id.hex}")
    (card,) = asha.from_bot
    assert card.text == "♫ Jai Ho — A. R. Rahman"
    assert card.labels == ["Instrumental", "Play", "Options", "Save", "To playlist"]
    asha.taps("Instrumental")
    await studio.serve()
    assert asha.from_bot[-1].audio is not None


async def test_a_link_to_no_song_greets_or_says_so(studio: SmallStudio) -> None:
    gone = await starts(studio, f"song_{'0' * 32}")
    assert [message.text for message in gone.from_bot] == [EN.say("song-gone")]
    for payload in ("song_", "song_xyz", "anything else", f"song_{'0' * 33}"):
        asha = await starts(studio, payload)
        assert [message.text for message in asha.from_bot] == [EN.say("welcome")]
