"""Singing over REST: asked for once, made without separating again, fed to a player piece by piece."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import av
import pytest
from sqlalchemy import func, select

from core.accounts.models import User
from core.config import Settings
from core.conversion.estimate import FIRST_GUESS, NO_SEPARATION, Speeds
from core.conversion.models import Asker, Rendition
from core.conversion.queue import queue_in_turn
from core.delivery.models import Delivery
from core.membership.models import Erasure
from core.ports import Quality
from tests.conversation import songs
from tests.conversation.studio import PassThrough
from tests.fixtures.people import Caller, Gateway, gateway_on

CONVERT = "audio/convert-to-instrumental"


@pytest.fixture
def separator() -> PassThrough:
    return PassThrough()


@pytest.fixture
async def gateway(settings: Settings, separator: PassThrough) -> AsyncIterator[Gateway]:
    async with gateway_on(settings, separator=separator) as gateway:
        yield gateway


async def ask(gateway: Gateway, caller: Caller, song_id: str, **wish: Any) -> dict[str, Any]:
    """Have it made, to the end."""
    answer = await caller.post(CONVERT, json={"song_id": song_id, **wish})
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    await gateway.services.maker.make(uuid.UUID(job["id"]))
    done: dict[str, Any] = (await caller.get(f"audio/conversion-status/{job['id']}")).json()
    assert done["status"] == "completed"
    return done


async def rendition_of(caller: Caller, song_id: str) -> dict[str, Any]:
    playback = (await caller.get(f"audio/songs/{song_id}/playback")).json()
    (found,) = [one for one in playback["renditions"] if one["stem"] == "sing"]
    return dict(found)


async def test_from_the_wish_to_the_segments(gateway: Gateway, caller: Caller) -> None:
    song_id = await caller.uploads(songs.m4a(seconds=9))
    job = await ask(gateway, caller, song_id, stems="sing")
    assert (job["stem"], job["key"], job["tempo"], job["guide_vocal"]) == ("sing", 0, 1.0, 0)
    found = await rendition_of(caller, song_id)
    file, segments = found["file"], found["segments"]
    assert (file["media_type"], file["duration"]) == ("audio/mp4", segments["total_samples"] / 44_100)
    assert segments["packets"] == {"first": 86, "rest": 215}
    assert segments["priming_samples"] == 1024
    offsets = segments["offsets"]
    assert (offsets[0], offsets[-1]) == (segments["init_bytes"], file["size"])

    head = await caller.http.head(file["url"])
    assert (head.headers["content-length"], head.headers["accept-ranges"]) == (str(file["size"]), "bytes")
    assert head.headers["content-type"] == "audio/mp4"
    parts = []
    for begin, end in pairwise([0, *offsets]):
        part = await caller.http.get(
            file["url"], headers={"Range": f"bytes={begin}-{end - 1}", "If-Range": head.headers["etag"]}
        )
        assert (part.status_code, part.headers["content-range"]) == (
            206,
            f"bytes {begin}-{end - 1}/{file['size']}",
        )
        assert part.headers["cache-control"] == "private, max-age=60"
        parts.append(part.content)
    assert all(part[4:8] == b"styp" for part in parts[1:])
    whole = (await caller.http.get(file["url"])).content
    assert b"".join(parts) == whole
    changed = await caller.http.get(file["url"], headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (changed.status_code, changed.content) == (200, whole)
    known = await caller.http.get(file["url"], headers={"If-None-Match": head.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    with av.open(io.BytesIO(whole)) as container:
        (stream,) = container.streams.audio
        assert (stream.codec_context.layout.name, stream.duration) == (
            "4.0",
            segments["total_samples"] + 1024,
        )


@pytest.mark.broad
async def test_the_voice_is_found_once(gateway: Gateway, caller: Caller, separator: PassThrough) -> None:
    song_id = await caller.uploads(songs.m4a(seconds=3))
    await ask(gateway, caller, song_id)
    waiting = (await caller.post(CONVERT, json={"song_id": song_id, "stems": "sing"})).json()
    await gateway.services.maker.make(uuid.UUID(waiting["id"]))
    assert (await rendition_of(caller, song_id))["segments"]["offsets"]
    await ask(gateway, caller, song_id, stems="vocals")
    assert separator.made == [Quality.BEST]


@pytest.mark.broad
async def test_the_estimate_knows(gateway: Gateway, caller: Caller) -> None:
    """Seconds where the voice was found before, though four channels take longer than two."""
    song_id = await caller.uploads()
    await ask(gateway, caller, song_id)
    await caller.post(CONVERT, json={"song_id": song_id, "stems": "sing"})
    async with gateway.services.database.transaction() as session:
        (waiting,) = await queue_in_turn(session)
        speed = await Speeds(session).of(waiting.recipe, is_separated=waiting.is_separated)
    assert NO_SEPARATION < speed < FIRST_GUESS[Quality.BEST]


@pytest.mark.broad
async def test_singing_makes_nothing_to_keep(gateway: Gateway, caller: Caller) -> None:
    """The library has no instrumental by it, and no chat hears of it."""
    song_id = await caller.uploads()
    await ask(gateway, caller, song_id, stems="sing")
    item = (await caller.get(f"library/{song_id}")).json()
    assert (item["has_instrumental"], item["instrumental_status"]) == (False, "none")
    (listed,) = (await caller.get("audio/conversions")).json()["items"]
    assert (listed["stem"], listed["status"]) == ("sing", "completed")
    async with gateway.services.database.transaction() as session:
        for nothing in (Asker, Delivery):
            assert (await session.execute(select(func.count()).select_from(nothing))).scalar_one() == 0


@pytest.mark.broad
async def test_preferences_are_for_other_files(gateway: Gateway, caller: Caller) -> None:
    async with gateway.services.database.transaction() as session:
        user = await session.get_one(User, caller.user_id)
        user.preferences = {"stems": "both", "key": -3, "tempo": 90, "guide": 20, "format": "mp3"}
    song_id = await caller.uploads()
    job = (await caller.post(CONVERT, json={"song_id": song_id, "stems": "sing"})).json()
    assert (job["key"], job["tempo"], job["guide_vocal"], job["format"]) == (0, 1.0, 0, "m4a")
    same = {"song_id": song_id, "stems": "sing", "key": 0, "tempo": 1.0, "guide_vocal": 0, "format": "m4a"}
    assert (await caller.post(CONVERT, json=same)).json()["id"] == job["id"]


@pytest.mark.broad
@pytest.mark.parametrize(
    "wrong",
    [{"key": 2}, {"tempo": 0.9}, {"guide_vocal": 20}, {"format": "mp3"}],
    ids=lambda wrong: str(wrong),
)
async def test_what_is_chosen_while_singing_is_not_asked_for(
    gateway: Gateway, caller: Caller, wrong: dict[str, Any]
) -> None:
    song_id = await caller.uploads()
    answer = await caller.post(CONVERT, json={"song_id": song_id, "stems": "sing", **wrong})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    (why,) = answer.json()["errors"]
    assert "please leave" in why["reason"]


@pytest.mark.broad
async def test_it_goes_with_the_song(gateway: Gateway, caller: Caller) -> None:
    song_id = await caller.uploads()
    await ask(gateway, caller, song_id, stems="sing")
    url = (await rendition_of(caller, song_id))["file"]["url"]
    assert (await caller.delete(f"library/{song_id}")).status_code == 204
    async with gateway.services.database.transaction() as session:
        erasure_id = (await session.execute(select(Erasure.id))).scalar_one()
    await gateway.services.eraser.erase(erasure_id)
    assert (await caller.http.get(url)).status_code == 404
    folder = gateway.services.settings.storage_place.path
    assert [path for path in folder.rglob("*") if path.is_file()] == []


@pytest.mark.broad
async def test_it_is_taken_along(gateway: Gateway, caller: Caller) -> None:
    song_id = await caller.uploads(name="Asha - Kesariya.m4a")
    await ask(gateway, caller, song_id, stems="sing")
    file = (await rendition_of(caller, song_id))["file"]
    exported = await caller.get("users/me/export")
    with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
        (name,) = [name for name in archive.namelist() if "sing" in name]
        assert archive.read(name) == (await caller.http.get(file["url"])).content


@pytest.mark.broad
async def test_others_hear_nothing_of_it(gateway: Gateway, caller: Caller, stranger: Caller) -> None:
    song_id = await caller.uploads()
    job = await ask(gateway, caller, song_id, stems="sing")
    wish = {"song_id": song_id, "stems": "sing"}
    for answer in (
        await stranger.post(CONVERT, json=wish),
        await stranger.get(f"audio/songs/{song_id}/playback"),
        await stranger.get(f"audio/conversion-status/{job['id']}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    url = (await rendition_of(caller, song_id))["file"]["url"]
    assert (await stranger.http.get(url.replace("/files/1", "/files/9"))).status_code == 403


@pytest.mark.broad
async def test_a_file_that_is_gone_is_not_offered(gateway: Gateway, caller: Caller) -> None:
    song_id = await caller.uploads()
    await ask(gateway, caller, song_id, stems="sing")
    async with gateway.services.database.transaction() as session:
        sha256 = (await session.execute(select(Rendition.sha256))).scalar_one()
    await gateway.services.store.delete(sha256 or "")
    playback = (await caller.get(f"audio/songs/{song_id}/playback")).json()
    assert playback["renditions"] == []
