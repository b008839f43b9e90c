"""Several recordings sent at once: one status message for all of them, and each audio once."""

from __future__ import annotations

from core.chat.texts import texts_in
from tests.conversation import songs
from tests.conversation.studio import SmallStudio
from tests.fakes.telegram import ChatMessage, Person

EN = texts_in("en")


def sends_album(person: Person, *titles: str, album: str = "1357", **about: object) -> None:
    for seed, title in enumerate(titles, start=1):
        person.sends("audio", songs.m4a(seed=seed), title=title, album=album, **about)  # type: ignore[arg-type]


def titles(person: Person) -> list[str | None]:
    return [message.audio.title for message in person.from_bot if message.audio is not None]


def status_of(person: Person) -> ChatMessage:
    return person.from_bot[0]


def lines(person: Person) -> list[str]:
    """Of the status message, a line a song."""
    return [line for line in (status_of(person).text or "").splitlines() if line.startswith("♪")]


async def test_an_album_is_several_songs_under_one_status(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    sends_album(asha, "Kesariya", "Ilahi", "Jai Ho")
    await studio.hear()
    await studio.refresh()
    assert len(asha.from_bot) == 1
    assert status_of(asha).text == (
        "0 of 3 ready\n\n♪ Kesariya · Starting now · about 2 s\n"
        "♪ Ilahi · 2nd in line · about 2 s\n♪ Jai Ho · 3rd in line · about 2 s"
    )
    assert [[button.text for button in row] for row in status_of(asha).buttons] == [
        ["Cancel: Kesariya", "Cancel: Ilahi"],
        ["Cancel: Jai Ho"],
        ["Cancel all"],
    ]
    await studio.work()
    await studio.refresh()
    assert status_of(asha).text == "3 of 3 ready\n\n♪ Kesariya · ready\n♪ Ilahi · ready\n♪ Jai Ho · ready"
    assert status_of(asha).labels == []
    assert len(asha.from_bot) == 4
    assert sorted(map(str, titles(asha))) == [
        "Ilahi (Instrumental)", "Jai Ho (Instrumental)", "Kesariya (Instrumental)",
    ]  # fmt: skip
    assert studio.telegram.calls("sendAudio") == []
