"""`/api/v1/library`: pages, shelves, names in any script, saving, taking out, and plays told late."""

from __future__ import annotations

import asyncio
import uuid
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from api.schemas.library import LibraryItems
from core.catalog.models import SongActivity
from core.conversion.models import ConversionJob
from core.library.models import LibraryEntry
from tests.fixtures.people import Caller, Gateway

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


async def shelved(gateway: Gateway, caller: Caller, count: int, **columns: Any) -> list[str]:
    """Songs of all in the person's library, the first the oldest."""
    ids = [await gateway.song_of_all(f"Song {number:02}") for number in range(count)]
    async with gateway.services.database.transaction() as session:
        for number, song_id in enumerate(ids):
            added_at = NEW_YEAR + timedelta(minutes=number // 2)  # some come at the same moment
            session.add(
                LibraryEntry(user_id=caller.user_id, song_id=uuid.UUID(song_id), added_at=added_at, **columns)
            )
    return ids


async def pages(caller: Caller, **params: Any) -> list[list[dict[str, Any]]]:
    """The whole library, page after page."""
    found, cursor = [], None
    while True:
        asked = params | ({} if cursor is None else {"cursor": cursor})
        answer = await caller.get("library", params=asked)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found.append(page["items"])
        cursor = page["next_cursor"]
        if cursor is None:
            return found
        assert len(found) < 50


def ids_of(found: list[list[dict[str, Any]]]) -> list[str]:
    return [item["song_id"] for page in found for item in page]


async def test_a_song_is_saved_seen_and_taken_out(gateway: Gateway, caller: Caller) -> None:
    song_id = await gateway.song_of_all(duration=262)
    for status in (201, 200):
        answer = await caller.put(f"library/{song_id}")
        assert (answer.status_code, answer.json()["saved"]) == (status, True)
    (item,) = (await caller.get("library", params={"shelf": "saved"})).json()["items"]
    assert item == (await caller.get(f"library/{song_id}")).json()
    assert (item["song"]["title"], item["song"]["is_private"]) == ("Tum Hi Ho", False)
    assert (item["play_count"], item["has_instrumental"], item["instrumental_status"]) == (0, False, "none")
    unsaved = await caller.put(f"library/{song_id}", json={"saved": False})
    assert (unsaved.status_code, unsaved.json()["saved"]) == (200, False)
    assert (await caller.get("library", params={"shelf": "saved"})).json()["items"] == []
    assert len((await caller.get("library")).json()["items"]) == 1
    assert (await caller.delete(f"library/{song_id}")).status_code == 204
    assert (await caller.delete(f"library/{song_id}")).status_code == 404
    assert (await caller.get("library")).json() == {"items": [], "next_cursor": None}


@pytest.mark.broad
@pytest.mark.parametrize("sort", ["used", "added", "plays", "title"])
async def test_every_song_is_on_one_page(gateway: Gateway, caller: Caller, sort: str) -> None:
    ids = await shelved(gateway, caller, 11)
    found = await pages(caller, sort=sort, limit=3)
    assert [len(page) for page in found] == [3, 3, 3, 2]
    assert sorted(ids_of(found)) == sorted(ids)
    whole = ids_of(await pages(caller, sort=sort, limit=100))
    assert ids_of(found) == whole
    if sort == "title":
        assert whole == ids
    if sort in {"used", "added"}:
        assert {whole[0], whole[1], whole[2]} == {ids[10], ids[9], ids[8]}


async def test_what_comes_meanwhile_moves_nothing(gateway: Gateway, caller: Caller) -> None:
    ids = await shelved(gateway, caller, 6)
    first = (await caller.get("library", params={"limit": 3})).json()
    await caller.put(f"library/{await gateway.song_of_all('Newest')}")
    rest = (await caller.get("library", params={"limit": 9, "cursor": first["next_cursor"]})).json()
    seen = [item["song_id"] for item in [*first["items"], *rest["items"]]]
    assert sorted(seen) == sorted(ids)
    assert rest["next_cursor"] is None


async def test_names_are_found_in_any_script(gateway: Gateway, caller: Caller) -> None:
    await shelved(gateway, caller, 5)
    wanted = await gateway.song_of_all("तुम ही हो")
    await caller.put(f"library/{wanted}")
    for name in ("tum hi ho", "TUM HI HO", "तुम ही हो", "तुम"):
        assert ids_of(await pages(caller, q=name)) == [wanted], name
    assert len(ids_of(await pages(caller, q="arijit", limit=2))) == 6
    assert ids_of(await pages(caller, q="nothing like it")) == []


@pytest.mark.broad
async def test_shelves_and_sorting(gateway: Gateway, caller: Caller) -> None:
    quiet, loud, made = await shelved(gateway, caller, 3)
    await caller.put(f"library/{quiet}")
    for _ in range(2):
        await caller.post(f"library/{loud}/plays")
    async with gateway.services.database.transaction() as session:
        entry = await session.scalar(select(LibraryEntry).where(LibraryEntry.song_id == uuid.UUID(made)))
        assert entry is not None
        entry.instrumental_status = "failed"
    assert ids_of(await pages(caller, shelf="saved")) == [quiet]
    assert ids_of(await pages(caller, shelf="conversions")) == [made]
    assert ids_of(await pages(caller, sort="plays"))[0] == loud
    assert ids_of(await pages(caller))[0] == loud


BAD: list[dict[str, Any]] = [
    {"limit": 0},
    {"limit": 101},
    {"shelf": "attic"},
    {"sort": "taste"},
    {"q": "x" * 201},
    {"cursor": ""},
    {"cursor": "nonsense"},
    {"cursor": "é"},
    {"cursor": "W10"},
    {"cursor": "[" * 999},
    {"cursor": "x" * 5000},
]


@pytest.mark.broad
async def test_nonsense_is_told(gateway: Gateway, caller: Caller) -> None:
    await shelved(gateway, caller, 3)
    other = (await caller.get("library", params={"sort": "title", "limit": 1})).json()["next_cursor"]
    for params in [*BAD, {"cursor": other, "sort": "added"}]:
        answer = await caller.get("library", params=params)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), params
    for key in ("\\u0000", "\\ud800", "x" * 61):
        broken = urlsafe_b64encode(f'["title", "{key}", "{uuid.uuid4()}"]'.encode()).decode()
        answer = await caller.get("library", params={"sort": "title", "cursor": broken})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), key
    for moment in ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-01-01T00:00:00", "now"):
        answer = await caller.post(f"library/{uuid.uuid4()}/plays", json={"played_at": moment})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), moment
    for name in ("🎵", "\x00", "%", "'; DROP TABLE songs; --", "(((("):
        assert (await caller.get("library", params={"q": name})).status_code == 200, name


async def test_one_song_is_asked_about_without_an_error(gateway: Gateway, caller: Caller) -> None:
    other, asked = await shelved(gateway, caller, 2)
    (item,) = (await caller.get("library", params={"song_id": asked})).json()["items"]
    assert item["song_id"] == asked
    absent = {"items": [], "next_cursor": None}
    assert (await caller.get("library", params={"song_id": other, "shelf": "saved"})).json() == absent
    for not_there in (await gateway.song_of_all(), str(uuid.uuid4())):
        assert (await caller.get("library", params={"song_id": not_there})).json() == absent
    assert (await caller.get("library", params={"song_id": "none"})).status_code == 422


async def test_a_page_is_what_its_description_says(gateway: Gateway, caller: Caller) -> None:
    """It is not checked on its way out (`page_fields`), so here it is, to the letter."""
    song_id = (await shelved(gateway, caller, 3))[0]
    assert (await caller.post(f"library/{song_id}/plays")).status_code == 204
    page = (await caller.get("library", params={"limit": 2})).text
    checked = LibraryItems.model_validate_json(page, strict=True)
    assert checked.model_dump_json() == page
    assert [item.play_count for item in checked.items] == [1, 0]


async def test_a_page_that_is_known_is_not_sent_again(gateway: Gateway, caller: Caller) -> None:
    song_id = (await shelved(gateway, caller, 2))[0]
    first = await caller.get("library")
    known = {"If-None-Match": first.headers["etag"]}
    again = await caller.get("library", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"].startswith("private")
    await caller.post(f"library/{song_id}/plays")
    assert (await caller.get("library", headers=known)).status_code == 200


async def test_a_play_is_counted_once_however_often_it_is_told(gateway: Gateway, caller: Caller) -> None:
    song_id = await gateway.song_of_all()
    play = {"play_id": str(uuid.uuid4()), "played_at": "2026-11-01T10:00:00+05:30"}
    answers = await asyncio.gather(*(caller.post(f"library/{song_id}/plays", json=play) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {204}
    item = (await caller.get(f"library/{song_id}")).json()
    assert (item["play_count"], item["last_played_at"]) == (1, "2026-11-01T04:30:00Z")
    older = {"play_id": str(uuid.uuid4()), "played_at": "2026-10-01T10:00:00Z"}
    await caller.post(f"library/{song_id}/plays", json=older)
    item = (await caller.get(f"library/{song_id}")).json()
    assert (item["play_count"], item["last_played_at"]) == (2, "2026-11-01T04:30:00Z")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    await caller.post(f"library/{song_id}/plays", json={"played_at": tomorrow})
    item = (await caller.get(f"library/{song_id}")).json()
    assert datetime.fromisoformat(item["last_played_at"]) <= datetime.now(UTC)
    async with gateway.services.database.transaction() as session:
        activity = (await session.execute(select(SongActivity.count))).scalars().all()
    assert activity == [3]


async def test_a_song_of_which_something_is_made_stays(gateway: Gateway, caller: Caller) -> None:
    song_id = await caller.uploads()
    job = (await caller.post("audio/convert-to-instrumental", json={"song_id": song_id})).json()
    refused = await caller.delete(f"library/{song_id}")
    assert (refused.status_code, refused.json()["code"]) == (409, "still-making")
    assert (await caller.delete(f"audio/conversions/{job['id']}")).status_code == 204
    assert (await caller.delete(f"library/{song_id}")).status_code == 204
    for path in (f"library/{song_id}", f"audio/songs/{song_id}/playback"):
        assert (await caller.get(path)).status_code == 404
    async with gateway.services.database.transaction() as session:
        assert (await session.execute(select(ConversionJob))).first() is None
