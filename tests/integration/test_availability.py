"""Where the audio of a song of all is taken from."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from core.bootstrap import Services
from core.catalog.availability import recording_of
from core.catalog.models import Song, SongSource
from core.errors import AudioNotOffered, NotFound

FACTS = {"title": "Rain", "licence": "by"}


async def song(services: Services, *places: SongSource, **columns: Any) -> uuid.UUID:
    made = Song(title="Rain", artist="A. Person", duration=215, **columns)
    async with services.database.transaction() as session:
        session.add(made)
        await session.flush()
        for place in places:
            place.song_id = made.id
            session.add(place)
    return made.id


def place(source: str, external_id: str, *, can_fetch: bool = True, **facts: Any) -> SongSource:
    return SongSource(source=source, external_id=external_id, can_fetch=can_fetch, facts=facts or dict(FACTS))


async def taken_from(services: Services, song_id: uuid.UUID) -> tuple[str, str, str]:
    """(origin, what the origin wants to hear, its lasting name)."""
    async with services.database.transaction() as session:
        recording = await recording_of(session, song_id)
        assert (recording.song_id, recording.duration) == (song_id, 215.0)
        assert (recording.title, recording.artist) == ("Rain", "A. Person")
        return recording.channel, recording.file_ref, recording.unique_ref


async def test_the_nearest_place_is_asked(services: Services) -> None:
    places = {
        "youtube": place("youtube", "aB3dE5fG7hI"),
        "jamendo": place("jamendo", "1000001"),
        "internet_archive": place("internet_archive", "rain/01.mp3"),
        "folder": place("folder", "/music/rain.mp3", size=10, mtime_ns=5, content="c0ffee"),
    }
    song_id = await song(services, *places.values())
    for source in ("folder", "internet_archive", "jamendo", "youtube"):
        origin, file_ref, _ = await taken_from(services, song_id)
        assert (origin, file_ref) == (source, places[source].external_id)
        async with services.database.transaction() as session:
            listing = await session.get_one(SongSource, (source, file_ref))
            listing.can_fetch = False
    async with services.database.transaction() as session:
        with pytest.raises(AudioNotOffered):
            await recording_of(session, song_id)


async def test_what_tells_no_licence_any_more_waits(services: Services) -> None:
    expired = place("jamendo", "1000001")
    expired.facts = {}
    song_id = await song(services, expired, place("spotify", "abc"))
    async with services.database.transaction() as session:
        with pytest.raises(AudioNotOffered):
            await recording_of(session, song_id)


async def test_every_version_of_a_file_is_a_recording_of_its_own(services: Services) -> None:
    song_id = await song(services, place("folder", "/music/rain.mp3", content="one", mtime_ns=1))
    first = await taken_from(services, song_id)
    for facts in ({"content": "one", "mtime_ns": 2}, {"content": "two", "mtime_ns": 3}):
        async with services.database.transaction() as session:
            listing = await session.get_one(SongSource, ("folder", "/music/rain.mp3"))
            listing.facts = facts
        now = await taken_from(services, song_id)
        assert now[:2] == first[:2]
        assert (now[2] == first[2]) == (facts["content"] == "one")


async def test_long_ids_keep_apart(services: Services) -> None:
    ids = [f"{'x' * 400}/{number}.mp3" for number in range(2)]
    found = [await taken_from(services, await song(services, place("internet_archive", one))) for one in ids]
    assert [file_ref for _, file_ref, _ in found] == ids
    names = {unique_ref for _, _, unique_ref in found}
    assert len(names) == 2
    assert max(map(len, names)) <= 200


async def test_nobody_gets_at_private_or_unknown_songs(services: Services) -> None:
    private = await song(services, place("folder", "/music/mine.mp3", size=1), is_private=True)
    for song_id in (private, uuid.uuid4()):
        async with services.database.transaction() as session:
            with pytest.raises(NotFound):
                await recording_of(session, song_id)
    public = await song(services, details={"also": [str(private)]})
    async with services.database.transaction() as session:
        with pytest.raises(AudioNotOffered):
            await recording_of(session, public)
