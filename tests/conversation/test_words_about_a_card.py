"""A word alone is about the song that was shown by itself, or asked for, whichever came last."""

from __future__ import annotations

import pytest

from core.chat.texts import texts_in
from tests.conversation import songs
from tests.conversation.catalogue import MusicFolder
from tests.conversation.studio import SmallStudio
from tests.fakes.telegram import Person

pytestmark = pytest.mark.broad

EN = texts_in("en")


@pytest.fixture
async def asha(studio: SmallStudio, folder: MusicFolder) -> Person:
    """She has sent a song, then looked at another one."""
    await folder.put(songs.m4a(seed=5), "Kesariya", "Arijit Singh", duration=200, language="hi")
    person = studio.telegram.person("Asha")
    person.sends("audio", songs.m4a(seed=1), title="Ilahi")
    await studio.serve()
    for said in ("kesariya", "1"):
        await says(studio, person, said)
    return person


async def says(studio: SmallStudio, person: Person, text: str) -> str:
    """The last answer: its text, or the audio's title."""
    person.says(text)
    await studio.serve()
    last = person.from_bot[-1]
    return (last.audio.title if last.audio is not None else last.text) or ""


async def test_of_the_card(studio: SmallStudio, asha: Person) -> None:
    assert await says(studio, asha, "save") == EN.say("library-saved", title="Kesariya")
    assert await says(studio, asha, "play") == "Kesariya"
    assert await says(studio, asha, "संगीत") == "Kesariya (Instrumental)"


async def test_of_what_was_asked_for_since(studio: SmallStudio, asha: Person) -> None:
    asha.sends("audio", songs.m4a(seed=2), title="Jai Ho")
    await studio.serve()
    assert await says(studio, asha, "save") == EN.say("library-saved", title="Jai Ho")
    assert await says(studio, asha, "key +1") == "Jai Ho (Instrumental, +1)"


async def test_a_wish_makes_the_song_of_the_card_so(studio: SmallStudio, asha: Person) -> None:
    assert await says(studio, asha, "tempo 300") == EN.say(
        "change-range", semitones=6, slowest=70, fastest=130, guide=40
    )
    assert await says(studio, asha, "key +2") == "Kesariya (Instrumental, +2)"
    assert await says(studio, asha, "slower") == "Kesariya (Instrumental, +2, 95 %)"


async def test_without_any_song_they_are_names(studio: SmallStudio) -> None:
    ravi = studio.telegram.person("Ravi")
    for word in ("play", "instrumental", "save"):
        assert await says(studio, ravi, word) == EN.say("search-nothing", query=word)
