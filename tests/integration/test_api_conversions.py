"""Conversions over REST: asked for once, however often it is said; seen, cancelled, and heard."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core.accounts.models import RememberedAnswer
from core.accounts.repeats import KEPT_SECONDS
from core.catalog.models import Recording, Song, SongSource
from core.conversion.models import OPEN, Asker, ConversionJob, Rendition
from core.db.lease import seconds_from_now
from core.delivery.models import Delivery
from core.dispatch import take_hints
from core.errors import DamagedRecording
from tests.conversation import songs
from tests.fixtures.people import Caller, Gateway

pytestmark = pytest.mark.broad

CONVERT = "audio/convert-to-instrumental"


async def finish(gateway: Gateway, tmp_path: Path) -> None:
    """Every rendition that is wanted is made."""
    (tmp_path / "made").write_bytes(songs.m4a(seed=7))
    stored = await gateway.services.store.put(tmp_path / "made")
    async with gateway.services.database.transaction() as session:
        query = select(Rendition).where(Rendition.status.in_(OPEN)).with_for_update()
        for rendition in (await session.execute(query)).scalars():
            rendition.status, rendition.progress, rendition.completed_at = "completed", 100, func.now()
            rendition.sha256, rendition.size, rendition.seconds = stored.sha256, stored.size, 1.5
            await session.flush()
            await gateway.services.conversion.rendition_finished(session, rendition)


async def fetchable(gateway: Gateway, title: str = "Tum Hi Ho") -> str:
    """A song of all whose file lies in the operator's folder."""
    song_id = await gateway.song_of_all(title, duration=262)
    async with gateway.services.database.transaction() as session:
        session.add(
            SongSource(
                source="folder",
                external_id=f"/music/{song_id}.mp3",
                song_id=uuid.UUID(song_id),
                facts={"size": 4_000_000, "mtime_ns": 1},
                can_fetch=True,
            )
        )
    return song_id


async def count(gateway: Gateway, model: type[Any]) -> int:
    async with gateway.services.database.transaction() as session:
        return (await session.execute(select(func.count()).select_from(model))).scalar_one()


async def test_from_an_upload_to_the_music(gateway: Gateway, caller: Caller, tmp_path: Path) -> None:
    song_id = await caller.uploads()
    started = await caller.post(CONVERT, json={"song_id": song_id, "key": 2, "tempo": 0.9, "guide_vocal": 20})
    assert started.status_code == 202
    job = started.json()
    assert job["jobs"] == [{name: value for name, value in job.items() if name != "jobs"}]
    assert (job["song_id"], job["status"], job["result"], job["error"]) == (song_id, "queued", None, None)
    assert (job["stem"], job["key"], job["tempo"], job["guide_vocal"]) == ("instrumental", 2, 0.9, 20)
    assert job["estimated_time"] >= 1
    item = (await caller.get(f"library/{song_id}")).json()
    assert (item["instrumental_status"], item["has_instrumental"]) == ("pending", False)
    async with gateway.services.database.transaction() as session:
        (hint,) = await take_hints(session, gateway.services.pushed_channels)
    assert (hint.task, str(hint.row)) == ("conversion.run", job["id"])
    await finish(gateway, tmp_path)
    done = (await caller.get(f"audio/conversion-status/{job['id']}")).json()
    assert (done["status"], done["progress"], done["estimated_time"]) == ("completed", 100, 0)
    music = await caller.http.get(done["result"]["url"])
    assert (music.status_code, music.content) == (200, songs.m4a(seed=7))
    assert (music.headers["content-type"], done["result"]["size"]) == ("audio/mp4", len(music.content))
    assert music.headers["cache-control"].startswith("private")
    item = (await caller.get(f"library/{song_id}")).json()
    assert (item["instrumental_status"], item["has_instrumental"]) == ("completed", True)
    playback = (await caller.get(f"audio/songs/{song_id}/playback")).json()
    (rendition,) = playback["renditions"]
    assert (rendition["key"], rendition["tempo"], rendition["stem"]) == (2, 0.9, "instrumental")
    original = await caller.http.get(playback["original"]["url"])
    assert (original.content, original.headers["content-type"]) == (songs.m4a(), "audio/mp4")
    assert (playback["is_private"], playback["credit"]) == (True, None)
    again = await caller.post(CONVERT, json={"song_id": song_id, "key": 2, "tempo": 0.9, "guide_vocal": 20})
    assert (again.json()["status"], again.json()["id"] != job["id"]) == ("completed", True)
    assert await count(gateway, Asker) == await count(gateway, Delivery) == 0


async def test_a_song_that_is_still_to_be_fetched(gateway: Gateway, caller: Caller) -> None:
    song_id = await fetchable(gateway)
    job = (await caller.post(CONVERT, json={"song_id": song_id})).json()
    assert (job["song_id"], job["title"], job["status"]) == (song_id, "Tum Hi Ho", "queued")
    item = (await caller.get(f"library/{song_id}")).json()
    assert item["instrumental_status"] == "pending"
    async with gateway.services.database.transaction() as session:
        (hint,) = await take_hints(session, gateway.services.pushed_channels)
        assert hint.task == "conversion.fetch"
        recording = await session.get_one(Recording, hint.row, with_for_update=True)
        await gateway.services.conversion.recording_refused(session, recording, DamagedRecording())
    failed = (await caller.get(f"audio/conversion-status/{job['id']}")).json()
    assert (failed["status"], failed["error"]["code"]) == ("failed", "damaged")
    assert "\n" not in failed["error"]["detail"]
    assert (await caller.get(f"library/{song_id}")).json()["instrumental_status"] == "failed"
    playback = (await caller.get(f"audio/songs/{song_id}/playback")).json()
    assert (playback["original"], playback["renditions"]) == (None, [])


async def test_preferences_are_followed_unless_something_else_is_asked(
    gateway: Gateway, caller: Caller
) -> None:
    from core.accounts.models import User

    async with gateway.services.database.transaction() as session:
        user = await session.get_one(User, caller.user_id)
        user.preferences = {"stems": "both", "key": -3, "quality": "fast", "format": "mp3"}
    song_id = await caller.uploads()
    both = (await caller.post(CONVERT, json={"song_id": song_id, "key": 1})).json()
    assert [(job["stem"], job["key"]) for job in both["jobs"]] == [("instrumental", 1), ("vocals", 1)]
    assert {(job["quality"], job["format"]) for job in both["jobs"]} == {("fast", "mp3")}
    mix = (await caller.post(CONVERT, json={"song_id": song_id, "stems": "mix"})).json()
    assert [(job["stem"], job["key"]) for job in mix["jobs"]] == [("mix", 0)]


WRONG: list[dict[str, Any]] = [
    {"key": 7},
    {"key": -7},
    {"key": 1.5},
    {"key": "1"},
    {"tempo": 0.69},
    {"tempo": 1.31},
    {"tempo": "fast"},
    {"guide_vocal": 41},
    {"guide_vocal": -1},
    {"guide_vocal": 0.2},
    {"stems": "drums"},
    {"quality": "perfect"},
    {"format": "exe"},
    {"song_ids": ["0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81"]},
]


async def test_what_is_out_of_range_is_refused(gateway: Gateway, caller: Caller) -> None:
    song_id = await caller.uploads()
    for wrong in WRONG:
        answer = await caller.post(CONVERT, json={"song_id": song_id, **wrong})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), wrong
    for body in ({}, {"song_ids": []}, {"song_ids": [song_id] * 51}, {"song_id": "1"}, [], None):
        assert (await caller.post(CONVERT, json=body)).status_code == 422, body
    assert await count(gateway, ConversionJob) == 0


async def test_an_engine_may_be_named(gateway: Gateway, caller: Caller) -> None:
    song_id = await caller.uploads()
    offered = (await caller.get("system/info")).json()["engines"]
    assert offered == ["local"]
    asked = await caller.post(CONVERT, json={"song_id": song_id, "engine": offered[0]})
    assert (asked.status_code, asked.json()["note"]) == (202, None)
    unknown = await caller.post(CONVERT, json={"song_id": song_id, "engine": "lalal"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "engine-unknown")
    assert await count(gateway, ConversionJob) == 1


async def test_many_songs_at_once_are_all_or_nothing(gateway: Gateway, caller: Caller) -> None:
    ids = [await fetchable(gateway, f"Song {number}") for number in range(50)]
    silent = await gateway.song_of_all("Nobody hands it out")
    refused = await caller.post(CONVERT, json={"song_ids": [*ids[:3], silent]})
    assert (refused.status_code, refused.json()["code"]) == (409, "audio-not-offered")
    assert refused.json()["song_id"] == silent
    assert await count(gateway, ConversionJob) == 0
    started = await caller.post(CONVERT, json={"song_ids": [*ids, ids[0]][:50]})
    assert [job["song_id"] for job in started.json()["jobs"]] == ids
    again = await caller.post(CONVERT, json={"song_ids": ids[:2]})
    assert [job["id"] for job in again.json()["jobs"]] == [job["id"] for job in started.json()["jobs"][:2]]
    assert await count(gateway, ConversionJob) == 50


async def test_the_queue_of_one_person_is_bounded(
    gateway: Gateway, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.conversion import service

    monkeypatch.setattr(service, "MOST_OPEN_OF_LIBRARY", 2)
    ids = [await fetchable(gateway, f"Song {number}") for number in range(3)]
    refused = await caller.post(CONVERT, json={"song_ids": ids})
    assert (refused.status_code, refused.json()["code"]) == (429, "too-busy")
    assert refused.headers["retry-after"]
    assert (await caller.post(CONVERT, json={"song_ids": ids[:2]})).status_code == 202


async def test_a_request_that_is_sent_again(gateway: Gateway, caller: Caller, stranger: Caller) -> None:
    song_id = await fetchable(gateway)
    key = {"Idempotency-Key": "8e03978e-40d5"}
    body = {"song_id": song_id}
    answers = await asyncio.gather(*(caller.post(CONVERT, json=body, headers=key) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.text for answer in answers}) == 1
    assert await count(gateway, ConversionJob) == 1
    await caller.delete(f"audio/conversions/{answers[0].json()['id']}")
    assert (await caller.post(CONVERT, json=body, headers=key)).text == answers[0].text
    other = await caller.post(CONVERT, json={**body, "key": 1}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert (await stranger.post(CONVERT, json=body, headers=key)).json()["id"] != answers[0].json()["id"]
    async with gateway.services.database.transaction() as session:
        for kept in (await session.execute(select(RememberedAnswer))).scalars():
            kept.created_at = seconds_from_now(-KEPT_SECONDS - 1)
    later = await caller.post(CONVERT, json={**body, "key": 1}, headers=key)
    assert later.status_code == 202


async def test_a_request_that_failed_may_be_sent_again(gateway: Gateway, caller: Caller) -> None:
    song_id, key = await gateway.song_of_all(), {"Idempotency-Key": "k"}
    assert (await caller.post(CONVERT, json={"song_id": song_id}, headers=key)).status_code == 409
    assert await count(gateway, RememberedAnswer) == 0
    for bad in ("", "a b", "x" * 256):
        answer = await caller.post(CONVERT, json={"song_id": song_id}, headers={"Idempotency-Key": bad})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_cancelling(gateway: Gateway, caller: Caller, tmp_path: Path) -> None:
    song_id = await caller.uploads()
    job = (await caller.post(CONVERT, json={"song_id": song_id})).json()
    for _ in range(2):
        assert (await caller.delete(f"audio/conversions/{job['id']}")).status_code == 204
    cancelled = (await caller.get(f"audio/conversion-status/{job['id']}")).json()
    assert (cancelled["status"], cancelled["estimated_time"]) == ("cancelled", 0)
    assert (await caller.get(f"library/{song_id}")).json()["instrumental_status"] == "none"
    retry = (await caller.post(CONVERT, json={"song_id": song_id})).json()
    assert (retry["status"], retry["id"] != job["id"]) == ("queued", True)
    await finish(gateway, tmp_path)
    over = await caller.delete(f"audio/conversions/{retry['id']}")
    assert (over.status_code, over.json()["code"]) == (409, "job-over")
    assert (await caller.delete(f"audio/conversions/{uuid.uuid4()}")).status_code == 404


async def test_the_history_page_after_page(gateway: Gateway, caller: Caller, tmp_path: Path) -> None:
    song_id = await caller.uploads()
    made = [
        (await caller.post(CONVERT, json={"song_id": song_id, "key": key})).json()["id"] for key in range(5)
    ]
    seen, cursor = [], None
    while True:
        params = {"limit": 2} | ({} if cursor is None else {"cursor": cursor})
        page = (await caller.get("audio/conversions", params=params)).json()
        seen += [job["id"] for job in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == made[::-1]
    await caller.delete(f"audio/conversions/{made[0]}")
    only = (await caller.get("audio/conversions", params={"status": ["cancelled", "failed"]})).json()["items"]
    assert [job["id"] for job in only] == made[:1]
    for params in ({"cursor": "nonsense"}, {"limit": 0}, {"status": "lost"}):
        assert (await caller.get("audio/conversions", params=params)).status_code == 422


async def test_audio_whose_licence_nobody_vouches_for_any_more(gateway: Gateway, caller: Caller) -> None:
    """The bytes may be here still; they are handed out no more."""
    mine = await caller.uploads()
    song_id = await gateway.song_of_all()
    async with gateway.services.database.transaction() as session:
        asset = (await session.execute(select(Song.asset_id).where(Song.id == uuid.UUID(mine)))).scalar_one()
        (await session.get_one(Song, uuid.UUID(song_id))).asset_id = asset
    playback = (await caller.get(f"audio/songs/{song_id}/playback")).json()
    assert (playback["original"], playback["renditions"]) == (None, [])
    assert (await caller.get(f"audio/songs/{uuid.uuid4()}/playback")).status_code == 404
