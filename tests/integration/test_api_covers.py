"""`music/track/{id}/cover`: fetched once, made small, kept within bounds, and one's own only for oneself."""

from __future__ import annotations

import asyncio
import io
import os
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from core.adapters.sources.thumbnails import Thumbnails
from core.catalog import covers as keeping
from core.catalog.covers import KEPT_SECONDS, NONE_SECONDS, Covers
from core.catalog.models import AudioAsset, Song
from core.config import Settings
from core.errors import NotFound, ServiceUnavailable
from core.music import SourceUnavailable
from tests.fixtures.people import Caller, Gateway, gateway_on

pytestmark = pytest.mark.broad

URL = "https://i.scdn.co/image/ab67616d"


def picture(width: int = 640, height: int = 480, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), (200, 40, 90)).save(buffer, kind)
    return buffer.getvalue()


class Host:
    """Hands out pictures, and counts how often it is asked."""

    def __init__(self) -> None:
        self.content: bytes = picture()
        self.trouble: Exception | None = None
        self.asked = 0
        self.reached = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()

    async def fetch(self, url: str, into: Path, max_bytes: int) -> None:
        self.asked += 1
        self.reached.set()
        await self.open.wait()
        if self.trouble is not None:
            raise self.trouble
        into.write_bytes(self.content)


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
async def covers(host: Host, gateway: Gateway, tmp_path: Path) -> AsyncIterator[Covers]:
    made = Covers(tmp_path / "covers", host.fetch, gateway.services.store)
    yield made
    await made.close()


async def has_cover(gateway: Gateway, song_id: str, content: bytes, tmp_path: Path) -> None:
    """A picture that came inside the song's recording."""
    (tmp_path / "cover").write_bytes(content)
    stored = await gateway.services.store.put(tmp_path / "cover")
    async with gateway.services.database.transaction() as session:
        query = select(AudioAsset).join(Song).where(Song.id == uuid.UUID(song_id))
        (await session.execute(query)).scalar_one().cover_sha256 = stored.sha256


async def test_a_cover_at_a_source(settings: Settings, host: Host, tmp_path: Path) -> None:
    async with gateway_on(settings) as gateway:
        made = Covers(tmp_path / "covers", host.fetch, gateway.services.store)
        gateway.services.covers = made
        caller = await gateway.person("Asha")
        del caller.http.headers["Authorization"]
        song_id = await gateway.song_of_all(thumbnail_url=URL)
        for size, side in (("64", 64), ("512", 480)):
            answer = await caller.get(f"music/track/{song_id}/cover", params={"size": size})
            assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
            assert answer.headers["cache-control"] == "public, max-age=86400"
            with Image.open(io.BytesIO(answer.content)) as image:
                assert (image.format, image.size) == ("WEBP", (side, side))
        assert host.asked == 1
        known = {"If-None-Match": answer.headers["etag"]}
        path = f"music/track/{song_id}/cover"
        assert (await caller.get(path, params={"size": "512"}, headers=known)).status_code == 304
        assert (await caller.get(path, params={"size": "1024"})).json()["code"] == "invalid"
        bare = await gateway.song_of_all("Bare")
        for other in (bare, str(uuid.uuid4())):
            assert (await caller.get(f"music/track/{other}/cover")).status_code == 404


async def test_a_cover_of_ones_own(
    gateway: Gateway, caller: Caller, stranger: Caller, tmp_path: Path
) -> None:
    song_id = await caller.uploads()
    path = f"music/track/{song_id}/cover"
    await has_cover(gateway, song_id, picture(320, 320, "JPEG"), tmp_path)
    answer = await caller.get(path, params={"size": "128"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert answer.headers["cache-control"].startswith("private")
    assert (await stranger.get(path)).status_code == 404
    del stranger.http.headers["Authorization"]
    assert (await stranger.get(path)).status_code == 404
    assert not list((gateway.services.settings.data_dir / "covers").rglob("*.webp"))
    await caller.delete(f"library/{song_id}")
    assert (await caller.get(path)).status_code == 404


async def test_many_who_want_the_same_wait_for_one(covers: Covers, host: Host) -> None:
    host.open.clear()
    wanted = [asyncio.create_task(covers.listed(URL, 64)) for _ in range(20)]
    await host.reached.wait()
    host.open.set()
    assert len(set(await asyncio.gather(*wanted))) == 1
    assert host.asked == 1


async def test_what_is_no_picture_is_none_for_a_while(covers: Covers, host: Host, tmp_path: Path) -> None:
    for content in (b"", b"<svg onload=alert(1)>", picture()[:500], b"\x89PNG\r\n\x1a\n" + bytes(500)):
        host.content = content
        with pytest.raises(NotFound):
            await covers.listed(f"{URL}{len(content)}", 64)
    asked, host.content = host.asked, picture()
    with pytest.raises(NotFound):
        await covers.listed(f"{URL}0", 64)
    assert host.asked == asked
    (marker,) = (path for path in (tmp_path / "covers").glob("*.none") if _is_for(path, f"{URL}0"))
    old = time.time() - NONE_SECONDS - 1
    os.utime(marker, (old, old))
    assert await covers.listed(f"{URL}0", 64)


def _is_for(path: Path, url: str) -> bool:
    import hashlib

    return path.name.startswith(hashlib.sha256(url.encode()).hexdigest()[:40])


async def test_a_host_in_trouble_is_asked_again(covers: Covers, host: Host) -> None:
    host.trouble = SourceUnavailable("HTTP 503")
    with pytest.raises(ServiceUnavailable):
        await covers.listed(URL, 64)
    host.trouble = None
    assert await covers.listed(URL, 64)


async def test_covers_grow_old_and_make_room(
    covers: Covers, host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await covers.listed(URL, 64)
    old = time.time() - KEPT_SECONDS - 1
    for path in (tmp_path / "covers").glob("*.webp"):
        os.utime(path, (old, old))
    await covers.listed(URL, 64)
    assert host.asked == 2
    monkeypatch.setattr(keeping, "MOST_BYTES", 8 * 1024)
    monkeypatch.setattr(keeping, "TRIM_EVERY", 1)
    for number in range(4):
        await covers.listed(f"{URL}/{number}", 64)
    left = list((tmp_path / "covers").glob("*.webp"))
    assert sum(max(path.stat().st_size, 1024) for path in left) <= 8 * 1024
    assert list((tmp_path / "covers" / "making").iterdir()) == []


async def test_only_hosts_of_configured_sources_are_asked(settings: Settings, tmp_path: Path) -> None:
    thumbnails = Thumbnails({"spotify", "lastfm"}, settings)
    refused = (
        "https://i.ytimg.com/vi/x/default.jpg",  # its source is not configured
        "http://i.scdn.co/image/x",
        "https://i.scdn.co.evil.example/x",
        "https://evil.example/i.scdn.co",
        "https://user@i.scdn.co/x",
        "https://i.scdn.co:8443/x",
        "https://xlastfm.freetls.fastly.net/x",
        "https://127.0.0.1/x",
        "file:///etc/passwd",
        "nonsense",
        "",
    )
    for url in refused:
        with pytest.raises(NotFound):
            await thumbnails.fetch(url, tmp_path / "x", 1000)
    for url in (URL, "https://lastfm.freetls.fastly.net/i/u/300x300/a.png"):
        assert any(one.goes_to(url) for one in thumbnails._downloaders)
    await thumbnails.close()
