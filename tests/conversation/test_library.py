"""The library: what a person sent, saved and heard, found again a page at a time, and taken out for good."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from core.catalog.models import AudioAsset, Song, SongActivity
from core.chat.actions import pick_action, remove_action, save_action, shelf_action
from core.chat.texts import languages, texts_in
from core.db.lease import seconds_from_now
from core.library.models import LibraryEntry
from core.library.shelves import Shelf
from core.membership.models import Erasure
from tests.conversation import songs
from tests.conversation.catalogue import MusicFolder, in_catalogue
from tests.conversation.studio import SmallStudio, forges_tap
from tests.conversation.terminal import AtTerminal
from tests.fakes.telegram import Person

pytestmark = pytest.mark.broad

EN = texts_in("en")


async def who_sent(studio: SmallStudio, *titles: str) -> Person:
    """Somebody who sent these songs, the last one last."""
    asha = studio.telegram.person("Asha")
    for seed, title in enumerate(titles, start=1):
        asha.sends("audio", songs.m4a(seed=seed), title=title, performer="Asha Rao")
        await studio.serve()
        age = seconds_from_now(seed - 1000)
        await studio.change(
            update(LibraryEntry).where(LibraryEntry.added_at > seconds_from_now(-60)).values(added_at=age)
        )
    return asha


async def asks(studio: SmallStudio, person: Person, text: str) -> str:
    person.says(text)
    await studio.hear()
    return person.from_bot[-1].text or ""


async def taps(studio: SmallStudio, person: Person, label: str) -> str:
    person.taps(label)
    await studio.serve()
    return person.from_bot[-1].text or ""


@pytest.mark.parametrize("language", languages())
async def test_an_empty_library_says_how_to_fill_it(studio: SmallStudio, language: str) -> None:
    asha = studio.telegram.person("Asha", language=language)
    assert await asks(studio, asha, "/library") == texts_in(language).say("library-empty-recent")
    forges_tap(studio.telegram, asha, shelf_action(Shelf.SAVED))
    await studio.hear()
    assert asha.from_bot[-1].text == texts_in(language).say("library-empty-saved")


async def test_it_is_paged_and_each_row_opens_the_song(studio: SmallStudio) -> None:
    asha = await who_sent(studio, *(f"Song {number}" for number in range(1, 8)))
    shown = await asks(studio, asha, "/library")
    first = [line for line in shown.splitlines() if line[:1].isdigit()]
    assert first == [f"{n}. ♫ Song {8 - n} — Asha Rao · 0:02 · yours" for n in range(1, 6)]
    shown = await asks(studio, asha, "more")
    assert [line[:12] for line in shown.splitlines() if line[:1].isdigit()] == [
        "6. ♫ Song 2 ",
        "7. ♫ Song 1 ",
    ]
    assert await asks(studio, asha, "more") == EN.say("library-no-more")
    await taps(studio, asha, "Back")
    assert "1. ♫ Song 7" in (asha.from_bot[-2].text or ""), "the second page has become the first"
    shown = await asks(studio, asha, "7")
    assert shown.splitlines() == ["♫ Song 1 — Asha Rao", "0:02", EN.say("library-yours-only")]
    assert asha.from_bot[-1].labels == ["Instrumental", "Play", "Options", "Save", "To playlist", "Remove"]


async def test_what_was_sent_can_be_heard_and_made_again(studio: SmallStudio) -> None:
    asha = await who_sent(studio, "Kesariya")
    await asks(studio, asha, "/library")
    await taps(studio, asha, "1")
    await taps(studio, asha, "Play")
    asha.taps("Instrumental")
    await studio.serve()
    titles = [message.audio.title for message in asha.from_bot if message.audio]
    assert titles == ["Kesariya (Instrumental)", "Kesariya", "Kesariya (Instrumental)"]
    assert len(studio.separator.made) == 1
    entry = await studio.one(select(LibraryEntry))
    assert entry.play_count == 1


async def test_a_song_is_saved_and_no_longer(studio: SmallStudio, folder: MusicFolder) -> None:
    await folder.put(songs.m4a(), "Tum Hi Ho", "Arijit Singh")
    asha = studio.telegram.person("Asha")
    await asks(studio, asha, "tum hi ho")
    await taps(studio, asha, "1")
    assert await taps(studio, asha, "Save") == EN.say("library-saved", title="Tum Hi Ho")
    assert await taps(studio, asha, "Save") == EN.say("library-saved", title="Tum Hi Ho")
    assert await studio.one(select(SongActivity.count)) == 1
    await asks(studio, asha, "/library")
    shown = await taps(studio, asha, EN.say("button-shelf-saved"))
    assert "1. ♫ Tum Hi Ho — Arijit Singh" in shown
    await taps(studio, asha, "1")
    undo = EN.say("button-unsave")
    assert undo in asha.from_bot[-1].labels
    assert await taps(studio, asha, undo) == EN.say("library-unsaved", title="Tum Hi Ho")
    forges_tap(studio.telegram, asha, shelf_action(Shelf.SAVED))
    await studio.hear()
    assert asha.from_bot[-1].text == EN.say("library-empty-saved")


async def test_names_are_found_in_any_script(studio: SmallStudio) -> None:
    asha = await who_sent(studio, "Kesariya", "तुम ही हो", "Munbe Vaa")
    shown = await asks(studio, asha, "/library tum he ho")
    assert "1. ♫ तुम ही हो" in shown
    assert "Munbe" not in shown
    assert await asks(studio, asha, "/library naatu") == EN.say("library-not-found", query="naatu")
    await in_catalogue(studio, "Naatu Naatu")
    assert await asks(studio, asha, "/library naatu") == EN.say("library-not-found", query="naatu")


async def test_what_is_removed_is_gone_for_good(studio: SmallStudio) -> None:
    asha = await who_sent(studio, "Kesariya")
    await asks(studio, asha, "/library")
    await taps(studio, asha, "1")
    assert await taps(studio, asha, "Remove") == EN.say("library-remove-sure", title="Kesariya")
    assert await studio.count(LibraryEntry) == 1
    assert await taps(studio, asha, EN.say("button-remove-sure")) == EN.say(
        "library-removed", title="Kesariya"
    )
    await studio.services.eraser.erase(await studio.one(select(Erasure.id)))
    assert await studio.leftovers() == {}
    assert await studio.count(Erasure) == 0
    asha.sends("audio", songs.m4a(seed=1), title="Kesariya")
    await studio.serve()
    assert asha.from_bot[-1].audio is not None


async def test_what_somebody_else_sent_too_stays_theirs(studio: SmallStudio) -> None:
    asha = await who_sent(studio, "Kesariya")
    bala = studio.telegram.person("Bala")
    bala.sends("audio", songs.m4a(seed=1), title="Kesariya")
    await studio.serve()
    song_id = await studio.one(select(Song.id))
    forges_tap(studio.telegram, asha, remove_action(song_id, is_sure=True))
    await studio.serve()
    assert await studio.count(Erasure) == 0
    assert await studio.count(AudioAsset) == 1
    assert "Kesariya" in await asks(studio, bala, "/library")
    assert await asks(studio, asha, "/library") == EN.say("library-empty-recent")


async def test_a_song_in_the_making_is_not_removed(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    asha.sends("audio", songs.m4a(), title="Ilahi")
    await studio.hear()
    working = await studio.working()
    song_id = await studio.one(select(Song.id))
    forges_tap(studio.telegram, asha, remove_action(song_id, is_sure=True))
    await studio.hear()
    assert asha.from_bot[-1].text == EN.say("library-still-making", title="Ilahi")
    studio.separator.release()
    await working


async def test_other_peoples_songs_can_not_be_opened_saved_or_removed(studio: SmallStudio) -> None:
    await who_sent(studio, "My own song")
    mallory = studio.telegram.person("Mallory")
    song_id = await studio.one(select(Song.id))
    for action in (pick_action(song_id, None), save_action(song_id), remove_action(song_id, is_sure=True)):
        forges_tap(studio.telegram, mallory, action)
    await studio.hear()
    assert [message.text for message in mallory.from_bot] == [EN.say("song-gone")] * 3
    assert await studio.count(LibraryEntry) == 1


async def test_in_a_group_the_library_stays_closed(studio: SmallStudio) -> None:
    asha = await who_sent(studio, "My own song")
    group = studio.telegram.group("Singers")
    song_id = await studio.one(select(Song.id))
    asha.says("/library", chat=group)
    forges_tap(studio.telegram, asha, pick_action(song_id, None), chat=group)
    await studio.hear()
    said = [message.text for message in studio.telegram.chat(group) if message.from_bot]
    assert said == [EN.say("private-only"), EN.say("song-gone")]


async def test_at_the_terminal(studio: SmallStudio, folder: MusicFolder, terminal: AtTerminal) -> None:
    await folder.put(songs.m4a(), "Tum Hi Ho", "Arijit Singh")
    await terminal.enters("tum hi ho")
    assert "[5] Save" in await terminal.enters("1")
    assert await terminal.enters("5") == [EN.say("library-saved", title="Tum Hi Ho")]
    shown = await terminal.enters("/library arijit")
    assert shown[0] == EN.say("library-found", query="arijit")
    assert "♫ Tum Hi Ho — Arijit Singh" in shown[-1]
