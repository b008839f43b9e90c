"""Playlists: made, filled from the card, shown, played song by song, renamed and deleted."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.chat.actions import playlist_action
from core.chat.texts import languages, texts_in
from core.library.models import LibraryEntry, Playlist, PlaylistSong
from core.library.playlists import MOST_PLAYLISTS
from tests.conversation import songs
from tests.conversation.catalogue import MusicFolder, in_catalogue
from tests.conversation.studio import SmallStudio, forges_tap
from tests.conversation.terminal import AtTerminal
from tests.fakes.telegram import Person

pytestmark = pytest.mark.broad

EN = texts_in("en")


async def asks(studio: SmallStudio, person: Person, text: str) -> str:
    person.says(text)
    await studio.hear()
    return person.from_bot[-1].text or ""


async def taps(studio: SmallStudio, person: Person, label: str) -> str:
    person.taps(label)
    await studio.serve()
    return person.from_bot[-1].text or ""


@pytest.mark.parametrize("language", languages())
async def test_without_one_it_says_how_to_make_one(studio: SmallStudio, language: str) -> None:
    asha = studio.telegram.person("Asha", language=language)
    assert await asks(studio, asha, "/playlist") == texts_in(language).say("playlist-none")


async def test_from_a_name_to_the_music(studio: SmallStudio, folder: MusicFolder) -> None:
    await folder.put(songs.m4a(), "Tum Hi Ho")
    asha = studio.telegram.person("Asha")
    assert await asks(studio, asha, "/playlist new Evening") == EN.say("playlist-made", name="Evening")
    await asks(studio, asha, "tum hi ho")
    await taps(studio, asha, "1")
    assert await taps(studio, asha, "To playlist") == EN.say("playlist-which")
    added = EN.say("playlist-added", title="Tum Hi Ho", name="Evening")
    assert await taps(studio, asha, "Evening") == added
    assert await taps(studio, asha, "Evening") == added
    asha.sends("audio", songs.m4a(seed=2), title="My own")
    await studio.serve()
    await asks(studio, asha, "/library my own")
    await taps(studio, asha, "1")
    await taps(studio, asha, "To playlist")
    await taps(studio, asha, "Evening")
    await asks(studio, asha, "/playlist")
    shown = await taps(studio, asha, "1. Evening")
    assert [line.split(" · ")[0] for line in shown.splitlines()[2:]] == ["1. ♫ Tum Hi Ho", "2. ♫ My own"]
    await taps(studio, asha, "Play")
    titles = [message.audio.title for message in asha.from_bot if message.audio]
    assert titles[-2:] == ["Tum Hi Ho", "My own"]


async def with_a_playlist(studio: SmallStudio, person: Person) -> None:
    """`Evening`, with one song, after a search for another."""
    await in_catalogue(studio, "Kesariya")
    await in_catalogue(studio, "Ilahi")
    await asks(studio, person, "/playlist new Evening")
    await asks(studio, person, "kesariya")
    for label in ("1", "To playlist", "Evening"):
        await taps(studio, person, label)
    await asks(studio, person, "ilahi")
    await asks(studio, person, "/playlist")


async def test_numbers_mean_the_songs_that_it_shows(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    await with_a_playlist(studio, asha)
    await taps(studio, asha, "1. Evening")
    assert asha.from_bot[-1].labels == ["1", "Play", "Delete the playlist"]
    assert await asks(studio, asha, "save 1") == EN.say("library-saved", title="Kesariya")
    assert (await asks(studio, asha, "1")).startswith("♪ Kesariya")
    assert await asks(studio, asha, "more") == EN.say("library-no-more")


async def test_where_there_are_no_buttons_each_song_is_a_choice(
    studio: SmallStudio, terminal: AtTerminal
) -> None:
    await in_catalogue(studio, "Kesariya")
    await terminal.enters("/playlist new Evening")
    await terminal.enters("kesariya")
    card = await terminal.enters("1")
    (to_playlist,) = [line[1] for line in card if line.endswith("] To playlist")]
    (evening,) = [line[1] for line in await terminal.enters(to_playlist) if line.endswith("] Evening")]
    await terminal.enters(evening)
    (first,) = [line[1] for line in await terminal.enters("/playlist") if line.endswith("1. Evening")]
    shown = await terminal.enters(first)
    assert shown[:2] == ["Evening", EN.say("search-type")]
    assert [line.partition("] ")[2].split(" · ")[0] for line in shown[2:]] == [
        "Kesariya",
        "Play",
        "Delete the playlist",
    ]


async def test_it_is_renamed_and_deleted_without_its_songs(studio: SmallStudio, folder: MusicFolder) -> None:
    await folder.put(songs.m4a(), "Tum Hi Ho")
    asha = studio.telegram.person("Asha")
    await asks(studio, asha, "/playlist new Evening")
    assert await asks(studio, asha, "/playlist rename 1 Late night") == EN.say(
        "playlist-renamed", name="Late night"
    )
    for wrong in ("/playlist rename 2 Nothing", "/playlist rename Evening"):
        assert await asks(studio, asha, wrong) == EN.say("playlist-rename-how")
    await asks(studio, asha, "tum hi ho")
    await taps(studio, asha, "1")
    await taps(studio, asha, "Save")
    await taps(studio, asha, "To playlist")
    await taps(studio, asha, "Late night")
    await asks(studio, asha, "/playlist")
    await taps(studio, asha, "1. Late night")
    await taps(studio, asha, EN.say("button-delete-playlist"))
    assert await studio.count(Playlist) == 1
    deleted = await taps(studio, asha, EN.say("button-remove-sure"))
    assert deleted == EN.say("playlist-deleted", name="Late night")
    assert await studio.count(PlaylistSong) == 0
    assert await studio.count(LibraryEntry) == 1


async def test_their_number_is_bounded(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    for number in range(MOST_PLAYLISTS + 1):
        asha.says(f"/playlist new {number}")
    await studio.hear()
    assert asha.from_bot[-1].text == EN.say("playlist-too-many", limit=MOST_PLAYLISTS)
    assert await studio.count(Playlist) == MOST_PLAYLISTS


async def test_nobody_reaches_another_persons(studio: SmallStudio) -> None:
    asha, mallory = studio.telegram.person("Asha"), studio.telegram.person("Mallory")
    await asks(studio, asha, "/playlist new Evening")
    playlist_id = await studio.one(select(Playlist.id))
    for verb in ("show", "play", "drop", "gone"):
        forges_tap(studio.telegram, mallory, playlist_action(verb, playlist_id))
    await studio.hear()
    assert [message.text for message in mallory.from_bot] == [EN.say("playlist-gone")] * 4
    assert await studio.count(Playlist) == 1


async def test_at_the_terminal(terminal: AtTerminal) -> None:
    await terminal.enters("/playlist new Evening")
    shown = await terminal.enters("/playlist")
    assert shown[-1] == "[1] 1. Evening"
    shown = await terminal.enters("1")
    assert shown[:2] == ["Evening", EN.say("playlist-empty")]
