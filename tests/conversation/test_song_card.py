"""A song is picked: what it is, where it can be heard, and its audio, with the voice or without."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select, update

from core.catalog.models import Recording, Song, SongActivity, SongSource
from core.chat.actions import make_action, pick_action, play_action
from core.chat.texts import texts_in
from core.conversion.models import Rendition
from core.music import Licence, MusicSource
from tests.conversation import songs
from tests.conversation.catalogue import MusicFolder, Shelf, in_catalogue
from tests.conversation.studio import SmallStudio, forges_tap
from tests.conversation.terminal import AtTerminal
from tests.fakes.telegram import Person

pytestmark = pytest.mark.broad

EN, HI = texts_in("en"), texts_in("hi")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf("spotify", "Spotify")


@pytest.fixture
def music_sources(shelf: Shelf) -> dict[str, MusicSource]:
    return {shelf.name: shelf}


async def finds(studio: SmallStudio, name: str, *, language: str = "en") -> Person:
    """Somebody who typed the name and picked the first song."""
    person = studio.telegram.person("Asha", language=language)
    person.says(name)
    await studio.hear()
    person.taps("1")
    await studio.hear()
    return person


def audio_titles(person: Person) -> list[str | None]:
    return [message.audio.title for message in person.from_bot if message.audio is not None]


async def activity(studio: SmallStudio) -> dict[str, int]:
    async with studio.services.database.transaction() as session:
        rows = await session.execute(select(SongActivity.kind, SongActivity.count.label("count_")))
        return {row.kind: row.count_ for row in rows}


# --- songs whose audio is at hand -------------------------------------------------------------------------


async def test_from_a_name_to_the_instrumental(studio: SmallStudio, folder: MusicFolder) -> None:
    await folder.put(
        songs.m4a(title="Track 01"),
        "Tum Hi Ho",
        "Arijit Singh",
        album="Aashiqui 2",
        language="hi",
        duration=262,
        release_year=2013,
    )
    asha = await finds(studio, "tum hi ho")
    card = asha.from_bot[-1]
    assert card.text == "♫ Tum Hi Ho — Arijit Singh\nAashiqui 2 · 2013 · 4:22 · Hindi"
    assert [[button.text for button in row] for row in card.buttons] == [
        ["Instrumental", "Play", "Options"],
        ["Save", "To playlist"],
        ["Wrong song?"],
    ]
    asha.taps("Instrumental")
    await studio.hear()
    assert (asha.from_bot[-1].text or "").splitlines()[0] == "♪ Tum Hi Ho — Arijit Singh · 4:22"
    await studio.work()
    audio = asha.from_bot[-1].audio
    assert audio is not None
    assert (audio.title, audio.performer) == ("Tum Hi Ho (Instrumental)", "Arijit Singh")
    assert asha.from_bot[-1].caption is None
    assert await activity(studio) == {"convert": 1}


async def test_play_sends_the_song_as_it_is(studio: SmallStudio, folder: MusicFolder) -> None:
    await folder.put(songs.m4a(), "Tum Hi Ho", "Arijit Singh")
    asha = await finds(studio, "tum hi ho")
    asha.taps("Play")
    await studio.serve()
    assert audio_titles(asha) == ["Tum Hi Ho"]
    assert studio.separator.made == []
    assert await activity(studio) == {"play": 1}
    assert all(EN.say("status-working", duration="1 s")[:10] not in text for text in told_ever(asha))


def told_ever(person: Person) -> list[str]:
    """Every text that any message of the bot ever showed."""
    return [
        version.text or "" for message in person.from_bot for version in person.history(message.message_id)
    ]


async def test_both_can_be_had_and_the_file_is_read_once(studio: SmallStudio, folder: MusicFolder) -> None:
    await folder.put(songs.m4a(), "Tum Hi Ho")
    asha = await finds(studio, "tum hi ho")
    asha.taps("Play")
    asha.taps("Instrumental")
    asha.taps("Instrumental")
    await studio.hear()
    assert asha.from_bot[-1].text == EN.say("already-making", title="Tum Hi Ho")
    await studio.work()
    assert sorted(map(str, audio_titles(asha))) == ["Tum Hi Ho", "Tum Hi Ho (Instrumental)"]
    assert await studio.count(Recording) == 1
    assert await activity(studio) == {"play": 1, "convert": 1}


async def test_the_next_who_asks_has_it_at_once(studio: SmallStudio, folder: MusicFolder) -> None:
    await folder.put(songs.m4a(), "Tum Hi Ho")
    for _ in range(2):
        person = await finds(studio, "tum hi ho")
        person.taps("Instrumental")
        await studio.serve()
        assert audio_titles(person) == ["Tum Hi Ho (Instrumental)"]
    assert len(studio.separator.made) == 1
    assert await studio.count(Rendition) == 1


async def test_a_file_that_was_changed_is_another_recording(studio: SmallStudio, folder: MusicFolder) -> None:
    song_id = await folder.put(songs.m4a(seed=1), "Tum Hi Ho")
    asha = await finds(studio, "tum hi ho")
    asha.taps("Instrumental")
    await studio.serve()
    folder.replace(song_id, songs.m4a(seed=2))
    await studio.change(update(SongSource).values(facts={"mtime_ns": 2}))
    asha.taps("Instrumental")
    await studio.serve()
    assert audio_titles(asha) == ["Tum Hi Ho (Instrumental)"] * 2
    assert len(studio.separator.made) == 2


async def test_what_is_longer_than_allowed_says_so(studio: SmallStudio, folder: MusicFolder) -> None:
    await folder.put(songs.m4a(), "Raga Yaman", duration=3600)
    for language in ("en", "hi"):
        asha = await finds(studio, "raga yaman", language=language)
        asha.taps(texts_in(language).say("button-instrumental"))
        await studio.hear()
        assert asha.from_bot[-1].text == texts_in(language).say("error-too-long", limit_minutes=15)
    assert await studio.jobs() == []


async def test_in_a_group_the_song_comes_to_the_group(studio: SmallStudio, folder: MusicFolder) -> None:
    await folder.put(songs.m4a(), "Jai Ho")
    asha, group = studio.telegram.person("Asha"), studio.telegram.group("Singers")
    asha.says("@melody_standin_bot jai ho", chat=group)
    await studio.hear()
    asha.taps("1", chat=group)
    await studio.hear()
    asha.taps("Instrumental", chat=group)
    await studio.serve()
    (audio,) = [message.audio for message in studio.telegram.chat(group) if message.audio]
    assert audio.title == "Jai Ho (Instrumental)"
    assert asha.from_bot == []


# --- songs whose audio is not ------------------------------------------------------------------------------


async def test_what_may_not_be_fetched_is_asked_for_and_made_when_it_comes(
    studio: SmallStudio, shelf: Shelf
) -> None:
    shelf.lists("abc1", "Kesariya", "Arijit Singh", album="Brahmastra", duration=268.0)
    asha = await finds(studio, "kesariya")
    card = asha.from_bot[-1]
    assert (card.text or "").splitlines() == [
        "♪ Kesariya — Arijit Singh",
        "Brahmastra · 4:28",
        "on Spotify: https://spotify.test/track/abc1",
        "",
        EN.say("song-needs-audio"),
    ]
    assert card.labels == ["Save", "To playlist", "Wrong song?"]
    asha.sends("audio", songs.m4a(), title="Kesariya", performer="Arijit Singh")
    await studio.serve()
    assert audio_titles(asha) == ["Kesariya (Instrumental)"]


@pytest.mark.parametrize("action", [make_action, play_action])
async def test_a_forged_wish_for_such_audio_is_refused(studio: SmallStudio, action: object) -> None:
    song_id = await in_catalogue(studio, "Kesariya")
    for language in ("en", "hi"):
        asha = studio.telegram.person("Asha", language=language)
        forges_tap(studio.telegram, asha, action(song_id))  # type: ignore[operator]
        await studio.hear()
        assert asha.from_bot[-1].text == texts_in(language).say("error-audio-not-offered")
    assert await studio.jobs() == []


async def test_what_somebody_sent_stays_theirs_whatever_is_tapped(studio: SmallStudio) -> None:
    asha, mallory = studio.telegram.person("Asha"), studio.telegram.person("Mallory")
    asha.sends("audio", songs.m4a(), title="My own song")
    await studio.serve()
    song_id = await studio.one(select(Song.id).where(Song.is_private))
    for action in (pick_action(song_id, None), make_action(song_id), play_action(song_id)):
        forges_tap(studio.telegram, mallory, action)
    await studio.serve()
    assert [message.text for message in mallory.from_bot] == [EN.say("song-gone")] * 3
    forges_tap(studio.telegram, mallory, make_action(uuid.uuid4()))
    mallory.says("My own song")
    await studio.hear()
    assert [message.text for message in mallory.from_bot[3:]] == [
        EN.say("song-gone"),
        EN.say("search-nothing", query="My own song"),
    ]


async def test_songs_that_turned_out_to_be_one_share_their_audio(
    studio: SmallStudio, folder: MusicFolder
) -> None:
    twin = await folder.put(songs.m4a(), "Tum Hi Ho")
    other = await in_catalogue(studio, "Tum Hi Ho (Film)")
    await studio.change(update(Song).where(Song.id == other).values(details={"also": [str(twin)]}))
    asha = studio.telegram.person("Asha")
    forges_tap(studio.telegram, asha, play_action(other))
    await studio.serve()
    assert audio_titles(asha) == ["Tum Hi Ho (Film)"]


async def test_the_operators_audio_that_is_here_outlives_its_file(
    studio: SmallStudio, folder: MusicFolder
) -> None:
    await folder.put(songs.m4a(), "Tum Hi Ho")
    asha = await finds(studio, "tum hi ho")
    asha.taps("Play")
    await studio.serve()
    await studio.change(update(SongSource).values(can_fetch=False))
    asha.taps("Instrumental")
    await studio.serve()
    assert audio_titles(asha) == ["Tum Hi Ho", "Tum Hi Ho (Instrumental)"]


# --- the wrong song ---------------------------------------------------------------------------------------


async def test_wrong_song_shows_what_else_there_is(studio: SmallStudio) -> None:
    for number in range(1, 7):
        await in_catalogue(studio, f"Raga {number}", popularity=100 - number)
    asha = await finds(studio, "raga")
    asha.taps("Wrong song?")
    await studio.hear()
    assert "6. Raga 6" in (asha.from_bot[-1].text or "")
    asha.taps("6")
    await studio.hear()
    asha.taps("Wrong song?")
    await studio.hear()
    assert asha.from_bot[-1].text == EN.say("search-say-more", query="raga")


async def test_wrong_song_of_a_forgotten_search_asks_for_the_name(studio: SmallStudio) -> None:
    await in_catalogue(studio, "Raga")
    asha = await finds(studio, "raga", language="hi")
    await studio.services.redis.flushdb()
    asha.taps(HI.say("button-wrong-song"))
    await studio.hear()
    assert asha.from_bot[-1].text == HI.say("search-forgotten")


# --- captions ---------------------------------------------------------------------------------------------


async def test_open_licences_are_credited(
    studio: SmallStudio, folder: MusicFolder, terminal: AtTerminal
) -> None:
    url, licence = "https://archive.org/details/rain", "https://creativecommons.org/licenses/by-sa/4.0/"
    await folder.put_as(
        "internet_archive",
        songs.m4a(),
        "Rain",
        "A. Person",
        facts={"licence": Licence.BY_SA, "licence_url": licence, "url": url},
    )
    asha = await finds(studio, "rain", language="hi")
    card = asha.from_bot[-1]
    credit = HI.say("song-licence", licence=f"CC BY-SA 4.0 · {licence}")
    assert credit in (card.text or "").splitlines()
    asha.taps(HI.say("button-instrumental"))
    await studio.serve()
    asha.taps(HI.say("button-play"))
    await studio.serve()
    instrumental, played = [message.caption or "" for message in asha.from_bot if message.audio]
    assert played.splitlines() == ["Rain — A. Person", url, credit]
    assert instrumental.splitlines() == [
        *played.splitlines(),
        HI.say("caption-voice-removed"),
        HI.say("caption-same-licence"),
    ]
    await terminal.enters("rain")
    await terminal.enters("1")
    shown = await terminal.enters("2")
    place = shown.index(EN.say("caption-voice-removed"))
    assert shown[place + 1] == EN.say("caption-same-licence")


async def test_what_a_person_sent_carries_no_credit(studio: SmallStudio, folder: MusicFolder) -> None:
    """Nor does it when the same bytes are known as a song of the catalogue."""
    data, facts = (
        songs.m4a(),
        {"licence": Licence.BY, "licence_url": None, "url": "https://archive.org/d/rain"},
    )
    await folder.put_as("internet_archive", data, "Rain", "A. Person", facts=facts)
    asha = await finds(studio, "rain")
    asha.taps("Instrumental")
    await studio.serve()
    asha.sends("audio", data, title="Mine")
    await studio.serve()
    captions = [message.caption for message in asha.from_bot if message.audio]
    assert captions[0] is not None
    assert captions[1] is None


# --- at the terminal --------------------------------------------------------------------------------------


async def test_at_the_terminal_numbers_lead_to_the_file(
    studio: SmallStudio, folder: MusicFolder, terminal: AtTerminal
) -> None:
    await folder.put(songs.m4a(), "Tum Hi Ho", "Arijit Singh", duration=262)
    shown = await terminal.enters("tum hi ho")
    assert shown[-1] == "[1] ♫ Tum Hi Ho — Arijit Singh · 4:22 · this studio"
    assert await terminal.enters("1") == [
        "♫ Tum Hi Ho — Arijit Singh",
        "4:22",
        "[2] Instrumental",
        "[3] Play",
        "[4] Options",
        "[5] Save",
        "[6] To playlist",
        "[7] Wrong song?",
    ]
    shown = await terminal.enters("2")
    assert shown[0] == "♪ Tum Hi Ho — Arijit Singh · 4:22"
    place = shown.index("♫ Tum Hi Ho (Instrumental)")
    assert shown[place + 1].endswith("Arijit Singh - Tum Hi Ho (Instrumental).m4a")
