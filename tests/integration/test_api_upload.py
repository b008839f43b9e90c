"""`POST audio/upload`: taken as it arrives, looked at, kept once, and refused before it does harm."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from api.routes import audio
from api.uploads import UPLOAD_BYTES
from core.catalog.models import AudioAsset, Recording, Song
from core.sweep import UPLOADS
from tests.conversation import songs
from tests.e2e.sound import lithium_mix
from tests.fixtures.people import Caller, Gateway

FORM = "multipart/form-data; boundary=b"


def form(content: bytes, name: str = "file", file_name: str = "a.m4a") -> bytes:
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n\r\n'
    return head.encode() + content + b"\r\n--b--\r\n"


async def sends(caller: Caller, body: bytes | AsyncIterator[bytes], kind: str = FORM) -> httpx.Response:
    return await caller.post("audio/upload", content=body, headers={"Content-Type": kind})


def strays(gateway: Gateway) -> list[Path]:
    return list((gateway.services.settings.work_path / UPLOADS).glob("*"))


async def test_the_same_bytes_are_the_same_song(gateway: Gateway, caller: Caller, stranger: Caller) -> None:
    content = songs.m4a(title="Kesariya", artist="Arijit Singh")
    first = await caller.post("audio/upload", files={"file": ("whatever.mp3", content)})
    assert first.status_code == 201
    song = first.json()
    assert (song["title"], song["artist"], song["duration"]) == ("Kesariya", "Arijit Singh", 2)
    assert (song["is_private"], song["can_fetch"], song["sources"]) == (True, True, [])
    again = await caller.post("audio/upload", files={"file": ("other.mp3", content)})
    assert (again.status_code, again.json()) == (200, song)
    theirs = await stranger.post("audio/upload", files={"file": ("x", content)})
    assert (theirs.status_code, theirs.json()["id"]) == (201, song["id"])
    assert (await caller.get(f"library/{song['id']}")).json()["saved"]
    assert (await caller.get(f"music/track/{song['id']}")).status_code == 404
    async with gateway.services.database.transaction() as session:
        for model in (AudioAsset, Recording, Song):
            assert (await session.execute(select(func.count()).select_from(model))).scalar_one() == 1
    assert strays(gateway) == []


@pytest.mark.broad
@pytest.mark.parametrize(
    ("file_name", "title", "artist"),
    [
        ("Arijit Singh - तुम ही हो.m4a", "तुम ही हो", "Arijit Singh"),
        ("../../etc/passwd\\03 - Kesariya.mp3", "Kesariya", ""),
        ("", "Recording", ""),
        ("audio_123.ogg", "Recording", ""),
    ],
)
async def test_what_it_is_called_without_tags(
    caller: Caller, file_name: str, title: str, artist: str
) -> None:
    answer = await sends(caller, form(songs.m4a(), file_name=file_name))
    assert (answer.json()["title"], answer.json()["artist"]) == (title, artist)


@pytest.mark.broad
async def test_what_is_no_song_is_refused_with_its_reason(gateway: Gateway, caller: Caller) -> None:
    for content, status, code in [
        (b"", 422, "empty"),
        (b"MZ" + bytes(500), 422, "not-audio"),
        (b"#EXTM3U\nfile:///etc/passwd\n", 422, "not-audio"),
        (songs.m4a()[:300] + bytes(3000), 422, "damaged"),
        (b"MThd" + bytes(500), 415, "unsupported-format"),
    ]:
        answer = await sends(caller, form(content))
        assert (answer.status_code, answer.json()["code"]) == (status, code), content[:8]
    assert strays(gateway) == []


@pytest.mark.broad
async def test_what_is_no_form_is_refused(gateway: Gateway, caller: Caller) -> None:
    whole = form(songs.m4a())
    for body, kind in [
        (songs.m4a(), "audio/mp4"),
        (whole, "multipart/form-data"),
        (whole, "multipart/form-data; boundary=other"),
        (form(b"x", name="files"), FORM),
        (whole[:-200], FORM),
        (form(b"a")[:-8] + b"--b\r\n" + form(b"b"), FORM),
        (b"", FORM),
        (b"--b\r\n" + b"X: " + b"y" * 20_000 + b"\r\n\r\n--b--", FORM),
        (b"{}", "application/json"),
    ]:
        answer = await sends(caller, body, kind)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), (body[:40], kind)
    assert strays(gateway) == []


async def test_too_large_is_told_before_the_whole_is_read(
    gateway: Gateway, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    announced = await caller.http.post(
        "/api/v1/audio/upload",
        headers={"Content-Type": FORM, "Content-Length": str(UPLOAD_BYTES * 2)},
    )
    assert (announced.status_code, announced.json()["code"]) == (413, "too-large")
    monkeypatch.setattr(audio, "UPLOAD_BYTES", 1_000_000)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield form(b"")[: -len(b"\r\n--b--\r\n")]
        while True:
            sent += 100_000
            yield bytes(100_000)

    answer = await sends(caller, endless())
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert sent == 1_100_000
    assert strays(gateway) == []


async def test_a_stranger_to_the_house_is_not_read_at_all(gateway: Gateway, caller: Caller) -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("somebody who is not signed in was read")
        yield b""

    del caller.http.headers["Authorization"]
    assert (await sends(caller, never())).status_code == 401


@pytest.mark.broad
async def test_a_silent_client_is_sent_away(
    gateway: Gateway, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.uploads.IDLE_SECONDS", 0.05)
    silence = asyncio.Event()

    async def stalls() -> AsyncIterator[bytes]:
        yield form(bytes(100))[:120]
        await silence.wait()

    answer = await sends(caller, stalls())
    assert (answer.status_code, answer.json()["code"]) == (408, "request-timeout")
    assert strays(gateway) == []


@pytest.mark.broad
async def test_few_at_once(gateway: Gateway, caller: Caller) -> None:
    released = asyncio.Event()
    begun = asyncio.Semaphore(0)

    async def waits() -> AsyncIterator[bytes]:
        begun.release()
        await released.wait()
        yield form(songs.m4a())

    running = [asyncio.create_task(sends(caller, waits())) for _ in range(3)]
    for _ in running:
        await begun.acquire()
    refused = await sends(caller, form(songs.m4a()))
    assert (refused.status_code, refused.json()["code"]) == (429, "too-busy")
    released.set()
    assert {answer.status_code for answer in await asyncio.gather(*running)} <= {200, 201}
    assert (await sends(caller, form(songs.m4a()))).status_code == 200


async def test_a_cover_inside_is_there_at_once(caller: Caller, tmp_path: Path) -> None:
    song_id = await caller.uploads(lithium_mix(tmp_path, "Lithium", "Aanya"))
    answer = await caller.get(f"music/track/{song_id}/cover", params={"size": "64"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
