"""Several links in one message: the songs behind them under one status."""

from __future__ import annotations

import pytest

from core.chat.texts import texts_in
from core.music import MusicSource
from tests.conversation import songs
from tests.conversation.catalogue import MusicFolder, Shelf, in_catalogue
from tests.conversation.studio import SmallStudio
from tests.fakes.telegram import Person

pytestmark = pytest.mark.broad

EN = texts_in("en")


@pytest.fixture
def shelf() -> Shelf:
    shelf = Shelf("spotify", "Spotify")
    shelf.lists("abc1", "Kesariya", "Arijit Singh")
    shelf.lists("abc2", "Naatu Naatu", "Rahul Sipligunj")
    return shelf


@pytest.fixture
def music_sources(shelf: Shelf) -> dict[str, MusicSource]:
    return {shelf.name: shelf}


def page(song_id: object) -> str:
    return f"http://localhost:8000/song/{song_id}"


async def says(studio: SmallStudio, text: str) -> Person:
    asha = studio.telegram.person("Asha")
    asha.says(text)
    await studio.serve()
    await studio.refresh()
    return asha


async def test_several_links_are_several_songs_under_one_status(
    studio: SmallStudio, folder: MusicFolder, shelf: Shelf
) -> None:
    jai_ho = await folder.put(songs.m4a(), "Jai Ho", "A. R. Rahman")
    ilahi = await folder.put(songs.m4a(seed=2), "Ilahi", "Arijit Singh")
    links = [page(jai_ho), page(ilahi), shelf.page("abc1"), shelf.page("gone"), page(jai_ho)]
    asha = await says(studio, f"sing these: {' and '.join(links)}, please")
    status, *audios = asha.from_bot
    assert (status.text or "").splitlines() == [
        "2 of 4 ready",
        "",
        "♪ Jai Ho — A. R. Rahman · ready",
        "♪ Ilahi — Arijit Singh · ready",
        f"♪ Kesariya · {EN.say('error-audio-not-offered')}",
        f"♪ https://spotify.test/track/gone · {EN.say('link-gone')}",
    ]
    titles = [message.audio.title for message in audios if message.audio is not None]
    assert sorted(map(str, titles)) == ["Ilahi (Instrumental)", "Jai Ho (Instrumental)"]
    assert len(audios) == 2


async def test_songs_without_audio_for_us_are_offered(studio: SmallStudio, shelf: Shelf) -> None:
    asha = await says(studio, f"{shelf.page('abc1')}\n{shelf.page('abc2')}")
    (answer,) = asha.from_bot
    assert (answer.text or "").splitlines() == [
        "1. Kesariya — Arijit Singh · Spotify",
        "2. Naatu Naatu — Rahul Sipligunj · Spotify",
        "",
        EN.say("error-audio-not-offered"),
        "Tap a number.",
    ]
    asha.taps("2")
    await studio.hear()
    assert (asha.from_bot[-1].text or "").startswith("♪ Naatu Naatu — Rahul Sipligunj")


async def test_of_several_links_one_to_a_song_shows_its_card(studio: SmallStudio, shelf: Shelf) -> None:
    for text in (
        f"{shelf.page('abc1')} https://example.com/me",
        f"{shelf.page('abc1')} {shelf.page('abc1')}",
        f"https://example.com/me {shelf.page('abc1')}",
    ):
        asha = await says(studio, text)
        (answer,) = asha.from_bot
        assert (answer.text or "").startswith("♪ Kesariya — Arijit Singh")


async def test_links_to_nothing_get_one_word(studio: SmallStudio, shelf: Shelf) -> None:
    asha = await says(studio, f"{shelf.page('gone')} {shelf.page('lost')}")
    assert [message.text for message in asha.from_bot] == [EN.say("link-gone")]
    bala = await says(studio, "https://example.com/a https://example.com/b")
    assert [message.text for message in bala.from_bot] == [EN.say("link-unknown")]


async def test_a_long_list_of_links_is_bounded(studio: SmallStudio, folder: MusicFolder) -> None:
    listed = [await in_catalogue(studio, f"Song {number}") for number in range(12)]
    asha = await says(studio, " ".join(map(page, listed)))
    (answer,) = asha.from_bot
    assert [button.text for row in answer.buttons for button in row] == [str(n) for n in range(1, 11)]
