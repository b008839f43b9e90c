"""The API with its objects on S3: what is uploaded is heard, in parts too, and gone when it is deleted."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from core.config import Settings
from core.membership.models import Erasure
from core.storage_url import S3Place, parse_storage_url
from core.sweep import sweep
from tests.conversation import songs
from tests.fakes.s3.server import s3_server, storage_url
from tests.fixtures.outside import create_bucket
from tests.fixtures.people import Caller, Gateway, gateway_on
from tests.integration.test_api_conversions import CONVERT, finish

pytestmark = pytest.mark.broad


@pytest.fixture(scope="module")
def service() -> Iterator[tuple[str, int]]:
    with s3_server() as address:
        yield address


@pytest.fixture
async def on_s3(settings: Settings, service: tuple[str, int]) -> AsyncIterator[Gateway]:
    bucket = f"melody-{secrets.token_hex(6)}"
    url = storage_url(f"http://{service[0]}:{service[1]}", bucket)
    place = parse_storage_url(url)
    assert isinstance(place, S3Place)
    create_bucket(place)
    async with gateway_on(settings.model_copy(update={"storage_url": url})) as gateway:
        yield gateway


async def kept(gateway: Gateway) -> int:
    return len([one async for one in gateway.services.store.objects()])


async def test_from_an_upload_to_the_music_and_away(on_s3: Gateway, tmp_path: Path) -> None:
    asha = await on_s3.person("Asha")
    song_id = await asha.uploads()
    await asha.post(CONVERT, json={"song_id": song_id})
    await finish(on_s3, tmp_path)
    playback = (await asha.get(f"audio/songs/{song_id}/playback")).json()
    link = playback["renditions"][0]["file"]["url"]
    music = songs.m4a(seed=7)
    assert (await asha.http.get(link)).content == music
    assert (await asha.http.get(playback["original"]["url"])).content == songs.m4a()
    head = await asha.http.head(link)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(music)))
    part = await asha.http.get(link, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, music[100:200])
    last = await asha.http.get(link, headers={"Range": "bytes=-50"})
    assert last.content == music[-50:]
    export = await asha.get("users/me/export")
    assert songs.m4a() in export.content

    assert await kept(on_s3) == 2
    await sweep(on_s3.services)
    assert await kept(on_s3) == 2
    await leave(on_s3, asha)
    assert await kept(on_s3) == 0
    assert (await asha.http.get(link)).status_code == 404


async def leave(gateway: Gateway, caller: Caller) -> None:
    services = gateway.services
    assert (await caller.delete("users/me")).status_code == 202
    async with services.database.transaction() as session:
        (erasure,) = (await session.execute(select(Erasure.id))).scalars()
    await services.eraser.erase(erasure)
