"""Songs of the catalogue: their audio is everybody's, what a person sends stays apart."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from core.catalog.models import AudioAsset, Song
from core.conversion.models import Rendition
from core.conversion.recipe import as_it_is
from core.conversion.view import view
from core.library.models import LibraryEntry
from core.ports import AudioFormat
from tests.fakes.telegram import Person, TelegramStandIn
from tests.integration.desk import Desk


async def in_catalogue(desk: Desk, title: str = "Lithium (Live)") -> uuid.UUID:
    song = Song(title=title, artist="The Band", in_catalogue=True)
    async with desk.database.transaction() as session:
        session.add(song)
    return song.id


async def songs(desk: Desk) -> dict[str, Song]:
    async with desk.database.transaction() as session:
        return {song.title: song for song in (await session.execute(select(Song))).scalars()}


async def test_the_catalogue_names_what_comes(desk: Desk, asha: Person) -> None:
    song_id = await in_catalogue(desk)
    await desk.asks(asha, song_id=song_id)
    await desk.deliver(await desk.status(asha))
    await desk.made()
    await desk.deliver(await desk.audio(asha))
    (message,) = asha.from_bot
    assert message.audio is not None
    assert (message.audio.title, message.audio.performer) == ("Lithium (Live) (Instrumental)", "The Band")
    (song,) = (await songs(desk)).values()
    assert (song.id, song.is_private, song.asset_id is not None) == (song_id, False, True)


async def test_the_same_bytes_sent_by_a_person_stay_private(
    desk: Desk, telegram: TelegramStandIn, asha: Person
) -> None:
    """One rendition serves both, but nobody learns from the catalogue what a person sent, nor its name."""
    ravi = telegram.person("Ravi")
    song_id = await in_catalogue(desk)
    await desk.asks(ravi)
    await desk.made()
    await desk.asks(asha, song_id=song_id)
    await desk.made()
    found = await songs(desk)
    assert set(found) == {"Lithium", "Lithium (Live)"}
    assert found["Lithium"].is_private
    assert found["Lithium"].asset_id == found["Lithium (Live)"].asset_id
    async with desk.database.transaction() as session:
        assert len((await session.execute(select(Rendition))).scalars().all()) == 1
        entries = (await session.execute(select(LibraryEntry.song_id))).scalars().all()
    assert sorted(entries) == sorted(song.id for song in found.values())
    for person, title in ((ravi, "Lithium (Instrumental)"), (asha, "Lithium (Live) (Instrumental)")):
        await desk.deliver(await desk.status(person))
        await desk.deliver(await desk.audio(person))
        assert [message.audio.title for message in person.from_bot if message.audio] == [title]


async def test_playing_is_no_instrumental(desk: Desk, asha: Person) -> None:
    song_id = await in_catalogue(desk)
    asked = await desk.asks(asha, song_id=song_id, recipe=as_it_is(AudioFormat.M4A))
    await desk.fetched()
    async with desk.database.transaction() as session:
        assert not (await view(session, asked.job_id)).separates
    await desk.made()
    async with desk.database.transaction() as session:
        entry = (await session.execute(select(LibraryEntry))).scalar_one()
    assert (entry.instrumental_status, entry.has_instrumental) == ("none", False)
    await desk.deliver(await desk.status(asha))
    await desk.deliver(await desk.audio(asha))
    assert [message.audio.title for message in asha.from_bot if message.audio] == ["Lithium (Live)"]


async def test_bytes_that_are_no_use_leave_the_song_in_the_catalogue(desk: Desk, asha: Person) -> None:
    song_id = await in_catalogue(desk)
    await desk.asks(asha, song_id=song_id)
    await desk.asks(asha, "AgAD2")
    await desk.fetched()
    async with desk.database.transaction() as session:
        for rendition in (await session.execute(select(Rendition))).scalars():
            rendition.status = "failed"
        asset_id = (await session.execute(select(AudioAsset.id))).scalar_one()
        assert await desk.services.conversion.discard_asset(session, asset_id)
    (song,) = (await songs(desk)).values()
    assert (song.id, song.asset_id, song.audio_files) == (song_id, None, {})
