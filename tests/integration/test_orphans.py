"""What crashes leave in the store goes, and never anything that somebody needs or is about to need."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import pytest
from sqlalchemy import text

from core import orphans
from core.adapters.storage.files import FileStore
from core.bootstrap import Services
from core.catalog.service import asset_for
from core.errors import NotFound
from core.ports import StoredObject
from core.sweep import sweep

DAY = 86_400.0


class Room:
    """A studio's store, in which time passes when the test says so."""

    def __init__(self, services: Services, folder: Path) -> None:
        self.services = services
        self.store = services.store
        self.root = services.settings.storage_place.path  # type: ignore[union-attr]
        self.folder = folder

    async def put(self, content: bytes | None = None) -> StoredObject:
        file = self.folder / secrets.token_hex(4)
        file.write_bytes(content or secrets.token_bytes(100))
        return await self.store.put(file)

    async def named(self, content: bytes | None = None) -> StoredObject:
        """An object that is somebody's recording."""
        stored = await self.put(content)
        await self.name(stored)
        return stored

    async def name(self, stored: StoredObject) -> None:
        async with self.services.database.transaction() as session:
            await asset_for(session, stored)

    def pass_time(self, seconds: float = DAY + 60) -> None:
        for file in self.root.rglob("*"):
            if file.is_file():
                then = file.stat().st_mtime - seconds
                os.utime(file, (then, then))

    async def look(self) -> None:
        """Of the sweep, once round."""
        await self.services.redis.delete(orphans.PLACE)
        await sweep(self.services)

    async def has(self, stored: StoredObject) -> bool:
        try:
            return await self.store.size(stored.sha256) == stored.size
        except NotFound:
            return False

    def files(self) -> int:
        return sum(1 for file in self.root.rglob("*") if file.is_file())


@pytest.fixture
def room(services: Services, tmp_path: Path) -> Room:
    return Room(services, tmp_path)


async def test_what_nobody_named_goes_after_two_days(room: Room) -> None:
    kept, orphan = await room.named(), await room.put()
    await room.look()
    assert await room.has(orphan), "somebody may just be about to name it"
    room.pass_time()
    await room.look()
    assert (await room.has(kept), await room.has(orphan)) == (True, False)
    assert room.files() == 2, "it is only set aside"
    room.pass_time()
    await room.look()
    assert (await room.has(kept), room.files()) == (True, 1)


async def test_bytes_that_are_put_again_are_young_again(room: Room) -> None:
    """An orphan of last week, which somebody sends again while we look: content is its own name."""
    orphan = await room.put(b"the same song")
    room.pass_time()
    assert await room.put(b"the same song") == orphan
    await room.look()
    assert await room.has(orphan)


async def test_what_is_put_and_named_while_we_look_is_there(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between our question to the database and what we do about the answer, a worker stores the same bytes
    and names them: the worst moment there is."""
    orphan = await room.put(b"the same song")
    room.pass_time()
    set_aside = FileStore.set_aside

    async def too_late(store: FileStore, sha256: str) -> None:
        await room.named(b"the same song")
        await set_aside(store, sha256)

    monkeypatch.setattr(FileStore, "set_aside", too_late)
    await room.look()
    monkeypatch.undo()
    await room.look()
    assert await room.has(orphan)
    room.pass_time()
    await room.look()
    assert (await room.has(orphan), room.files()) == (True, 1)


async def test_what_is_named_after_it_was_set_aside_comes_back(room: Room) -> None:
    """As by a worker of the version before, whose store left the time of what was there as it was."""
    orphan = await room.put()
    room.pass_time()
    await room.look()
    await room.name(orphan)
    await room.look()
    assert await room.has(orphan)


async def test_bytes_that_are_put_while_they_lie_aside_stay(room: Room) -> None:
    orphan = await room.put(b"the same song")
    room.pass_time()
    await room.look()
    await room.named(b"the same song")
    room.pass_time()
    await room.look()
    assert (await room.has(orphan), room.files()) == (True, 1)


async def test_a_column_of_the_next_version_counts(room: Room) -> None:
    thing = await room.put()
    room.pass_time()
    async with room.services.database.transaction() as session:
        await session.execute(text("CREATE TABLE lyrics (sheet_sha256 varchar(64))"))
        await session.execute(text("INSERT INTO lyrics VALUES (:name)"), {"name": thing.sha256})
    await room.look()
    assert await room.has(thing)


async def test_another_studios_storage_is_left_alone(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    """An empty database, a full bucket: a typing error, or a restore that is still to come."""
    theirs = [await room.put() for _ in range(orphans.FEW + 1)]
    room.pass_time()
    await room.look()
    assert all([await room.has(thing) for thing in theirs])
    assert "storage of another studio" in caplog.text


async def test_each_look_is_bounded_and_goes_on_where_the_last_one_ended(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orphans, "MOST_AT_ONCE", 3)
    things = [await room.put() for _ in range(7)]
    room.pass_time()
    left = []
    for _ in range(3):
        await sweep(room.services)
        left.append(sum([await room.has(thing) for thing in things]))
    assert left == [4, 1, 0]
    await sweep(room.services)  # the end is found, and the next look begins anew
    again = await room.put()
    room.pass_time()
    await sweep(room.services)
    assert not await room.has(again)
