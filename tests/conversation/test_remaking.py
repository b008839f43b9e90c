"""After the audio: another key, tempo or guide vocal, or the voice alone, by buttons and by words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from core.chat.actions import remake_action
from core.chat.texts import texts_in
from core.chat.wishes import Wish, parse_code
from core.conversion.models import KeptVocals, Rendition
from core.library.models import LibraryEntry
from core.ports import Stem
from tests.conversation import songs
from tests.conversation.catalogue import MusicFolder
from tests.conversation.studio import SmallStudio, forges_tap
from tests.conversation.terminal import AtTerminal
from tests.fakes.telegram import Person

pytestmark = pytest.mark.broad

EN = texts_in("en")


async def who_sent(studio: SmallStudio, title: str = "Ilahi", language: str = "en") -> Person:
    asha = studio.telegram.person("Asha", language=language)
    asha.sends("audio", songs.m4a(), title=title)
    await studio.serve()
    return asha


def titles(person: Person) -> list[str | None]:
    return [message.audio.title for message in person.from_bot if message.audio is not None]


def labels(person: Person) -> list[list[str]]:
    return [[button.text for button in row] for row in person.from_bot[-1].buttons]


async def test_the_audio_carries_what_can_be_done_with_it(studio: SmallStudio) -> None:
    asha = await who_sent(studio)
    assert titles(asha) == ["Ilahi (Instrumental)"]
    assert labels(asha) == [
        ["Save", "Key −", "Key +"],
        ["Slower", "Faster"],
        ["Guide vocal 20 %", "Vocals only"],
    ]


async def test_each_tap_is_one_more_audio_without_another_separation(studio: SmallStudio) -> None:
    asha = await who_sent(studio)
    for label in ("Key +", "Key +", "Slower", "Guide vocal 20 %", "Guide vocal 40 %", "No guide vocal"):
        asha.taps(label)
        await studio.serve()
    asha.taps("Vocals only")
    await studio.serve()
    assert titles(asha)[1:] == [
        "Ilahi (Instrumental, +1)",
        "Ilahi (Instrumental, +2)",
        "Ilahi (Instrumental, +2, 95 %)",
        "Ilahi (Instrumental, +2, 95 %, ♪ 20 %)",
        "Ilahi (Instrumental, +2, 95 %, ♪ 40 %)",
        "Ilahi (Instrumental, +2, 95 %)",
        "Ilahi (Vocals, +2, 95 %)",
    ]
    assert labels(asha)[-1] == ["Instrumental"]
    assert len(studio.separator.made) == 1
    assert await studio.count(KeptVocals) == 1


async def test_its_status_does_not_say_that_the_voice_is_taken_out(studio: SmallStudio) -> None:
    asha = await who_sent(studio)
    asha.taps("Key +")
    await studio.hear()
    await studio.change(update(Rendition).where(Rendition.status == "queued").values(status="processing"))
    await studio.refresh()
    assert "Mixing it anew" in (asha.from_bot[-1].text or "")


async def test_words_mean_the_last_song_of_the_chat(studio: SmallStudio) -> None:
    asha = await who_sent(studio, "First")
    asha.sends("audio", songs.m4a(seed=2), title="Second")
    await studio.serve()
    for words in ("key +2", "Tempo: 90 %", "guide 20", "key 0", "vocals"):
        asha.says(words)
        await studio.serve()
    assert titles(asha)[2:] == [
        "Second (Instrumental, +2)",
        "Second (Instrumental, +2, 90 %)",
        "Second (Instrumental, +2, 90 %, ♪ 20 %)",
        "Second (Instrumental, 90 %, ♪ 20 %)",
        "Second (Vocals, 90 %)",
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("hi", "सुर −१"), ("ta", "சுருதி -௧"), ("te", "శ్రుతి -౧"), ("bn", "স্কেল -১"), ("mr", "पट्टी -१"),
        ("gu", "સૂર −૧"), ("kn", "ಶ್ರುತಿ -೧"), ("ml", "ശ്രുതി -൧"), ("pa", "ਸੁਰ −੧"), ("ur", "سُر \u2066-۱\u2069"),
    ],
)  # fmt: skip
async def test_the_words_of_each_language_and_their_digits(
    studio: SmallStudio, language: str, words: str
) -> None:
    asha = await who_sent(studio, language=language)
    asha.says(words)
    await studio.serve()
    assert titles(asha)[1:] == ["Ilahi (Instrumental, -1)"]


@pytest.mark.parametrize("words", ["key 7", "key -9", "tempo 300", "tempo 10", "tempo 0.5", "guide 90"])
async def test_what_is_out_of_range_says_what_there_is(studio: SmallStudio, words: str) -> None:
    asha = await who_sent(studio)
    asha.says(words)
    await studio.serve()
    said = EN.say("change-range", semitones=6, slowest=70, fastest=130, guide=40)
    assert asha.from_bot[-1].text == said
    assert await studio.jobs() == ["completed"]


async def test_without_a_song_the_words_are_a_name(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    asha.says("key 2")
    await studio.hear()
    assert asha.from_bot[-1].text == EN.say("search-nothing", query="key 2")


async def test_at_the_end_of_the_range_there_is_no_button(studio: SmallStudio) -> None:
    asha = await who_sent(studio)
    for words in ("key -6", "tempo 130"):
        asha.says(words)
        await studio.serve()
    assert labels(asha)[:2] == [["Save", "Key +"], ["Slower"]]


async def test_saving_from_under_the_audio(studio: SmallStudio) -> None:
    asha = await who_sent(studio)
    asha.taps("Save")
    await studio.hear()
    assert asha.from_bot[-1].text == EN.say("library-saved", title="Ilahi")
    assert await studio.one(select(LibraryEntry.saved))
    asha.taps("Key +")
    await studio.serve()
    assert "Save" not in labels(asha)[0]


async def test_of_a_song_as_it_is_an_instrumental_can_be_made(
    studio: SmallStudio, folder: MusicFolder
) -> None:
    await folder.put(songs.m4a(), "Tum Hi Ho")
    asha = studio.telegram.person("Asha")
    asha.says("tum hi ho")
    await studio.hear()
    asha.taps("1")
    await studio.hear()
    asha.taps("Play")
    await studio.serve()
    assert labels(asha) == [["Save", "Instrumental"]]
    asha.taps("Instrumental")
    await studio.serve()
    assert titles(asha) == ["Tum Hi Ho", "Tum Hi Ho (Instrumental)"]


async def test_other_people_can_only_change_songs_of_all(studio: SmallStudio, folder: MusicFolder) -> None:
    asha, mallory = await who_sent(studio), studio.telegram.person("Mallory")
    private = await studio.job_id()
    song_id = await folder.put(songs.m4a(seed=2), "Tum Hi Ho")
    forges_tap(studio.telegram, asha, f"make:{song_id.hex}")
    await studio.serve()
    public = await studio.job_id()
    for job_id in (private, public):
        forges_tap(studio.telegram, mallory, remake_action(job_id, Wish(key=1)))
        await studio.serve()
    assert mallory.from_bot[0].text == EN.say("song-gone")
    assert titles(mallory) == ["Tum Hi Ho (Instrumental, +1)"]


async def test_where_no_buttons_stand_under_audio_a_message_follows(studio: SmallStudio) -> None:
    channel = studio.services.telegram
    assert channel is not None
    channel.capabilities = replace(channel.capabilities, audio_buttons=False)
    asha = await who_sent(studio)
    asha.says("/start")
    await studio.hear()
    audio, choices, _ = asha.from_bot
    assert audio.audio is not None
    assert not audio.buttons
    assert choices.text == EN.say("choices-now")
    assert choices.labels[:3] == ["Save", "Key −", "Key +"]


async def test_at_the_terminal(studio: SmallStudio, folder: MusicFolder, terminal: AtTerminal) -> None:
    await folder.put(songs.m4a(), "Tum Hi Ho")
    await terminal.enters("tum hi ho")
    await terminal.enters("1")
    shown = await terminal.enters("2")
    (higher,) = [line for line in shown if line.endswith("Key +")]
    shown = await terminal.enters(higher.strip("[] +Key"))
    assert "♫ Tum Hi Ho (Instrumental, +1)" in shown
    shown = await terminal.enters("tempo 80")
    assert "♫ Tum Hi Ho (Instrumental, +1, 80 %)" in shown


@pytest.mark.parametrize(
    "wish",
    [Wish(key=-6), Wish(tempo=70), Wish(guide=0), Wish(stem=Stem.VOCALS), Wish(stem=Stem.INSTRUMENTAL)],
)
def test_what_a_button_carries_is_what_it_means(wish: Wish) -> None:
    assert parse_code(wish.code()) == wish
