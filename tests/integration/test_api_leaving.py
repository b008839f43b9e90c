"""What somebody did over REST goes with them, and comes along into another account."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from sqlalchemy import String, cast, func, select

from core.accounts.models import RememberedAnswer
from core.db.tables import metadata
from core.library.models import CountedPlay
from core.membership.forgetting import forget_user
from core.membership.merging import merge
from core.membership.models import Erasure
from tests.conversation import songs
from tests.e2e.sound import lithium_mix
from tests.fixtures.people import Caller, Gateway

pytestmark = pytest.mark.broad

CONVERT = "audio/convert-to-instrumental"


async def is_active(caller: Caller, tmp_path: Path) -> str:
    """Somebody who used everything there is."""
    song_id = await caller.uploads(lithium_mix(tmp_path, "Lithium", "Aanya"), name="secret name.m4a")
    play = {"play_id": str(uuid.uuid4())}
    assert (await caller.post(f"library/{song_id}/plays", json=play)).status_code == 204
    playlist = (await caller.post("playlists", json={"name": "Hers"})).json()["id"]
    assert (await caller.put(f"playlists/{playlist}/songs/{song_id}")).status_code == 201
    key = {"Idempotency-Key": "k"}
    started = await caller.post(CONVERT, json={"song_id": song_id}, headers=key)
    assert started.status_code == 202
    return song_id


async def mentions(gateway: Gateway, word: str) -> list[str]:
    """The tables in which any row has the word."""
    found = []
    async with gateway.services.database.transaction() as session:
        for table in metadata.sorted_tables:
            row = cast(func.to_jsonb(table.table_valued()), String)
            if (await session.execute(select(row).where(row.contains(word)).limit(1))).first():
                found.append(table.name)
    return found


async def test_nothing_is_left(gateway: Gateway, caller: Caller, tmp_path: Path) -> None:
    song_id = await is_active(caller, tmp_path)
    assert await mentions(gateway, song_id)
    async with gateway.services.database.transaction() as session:
        objects = await forget_user(session, caller.user_id)
    assert len(objects) == 2, "the recording and its cover"
    for word in (song_id, str(caller.user_id), "Lithium", "secret", "Hers"):
        assert await mentions(gateway, word) == []


async def test_a_recording_that_was_only_handed_over_goes_too(gateway: Gateway, caller: Caller) -> None:
    await caller.uploads(songs.m4a(), name="Nobody - Unheard.m4a")
    async with gateway.services.database.transaction() as session:
        assert len(await forget_user(session, caller.user_id)) == 1
    assert await mentions(gateway, "Unheard") == []


async def test_taking_a_song_out_takes_its_bytes_along(gateway: Gateway, caller: Caller) -> None:
    song_id = await caller.uploads(name="Nobody - Unheard.m4a")
    assert (await caller.delete(f"library/{song_id}")).status_code == 204
    async with gateway.services.database.transaction() as session:
        erasure = (await session.execute(select(Erasure))).scalar_one()
    assert (erasure.told, erasure.rows_gone, len(erasure.objects)) == (True, True, 1)
    await gateway.services.eraser.erase(erasure.id)
    assert await mentions(gateway, erasure.objects[0]) == []
    folder = gateway.services.settings.storage_place.path
    assert [path for path in folder.rglob("*") if path.is_file()] == []


async def test_two_become_one(gateway: Gateway, caller: Caller, stranger: Caller, tmp_path: Path) -> None:
    song_id = await is_active(stranger, tmp_path)
    (tmp_path / "again").mkdir()
    await is_active(caller, tmp_path / "again")
    async with gateway.services.database.transaction() as session:
        assert await merge(session, caller.user_id, stranger.user_id) == caller.user_id
    assert (await caller.get(f"library/{song_id}")).json()["play_count"] == 2
    async with gateway.services.database.transaction() as session:
        plays = (await session.execute(select(CountedPlay.user_id))).scalars().all()
        answers = (await session.execute(select(RememberedAnswer.user_id))).scalars().all()
    assert (plays, answers) == ([caller.user_id] * 2, [caller.user_id])
    assert len((await caller.get("playlists")).json()["items"]) == 2
