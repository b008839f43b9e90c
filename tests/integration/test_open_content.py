"""What anybody may keep goes through the operator's cache; what is a person's own never does."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from core.catalog.models import AudioAsset, Song, SongSource
from core.config import Settings
from core.errors import Forbidden, LinkExpired
from core.signing import OPEN_SECONDS, FileSigner, SignedFile
from tests.conversation import songs
from tests.fixtures.people import Gateway, gateway_on
from tests.integration.test_api_conversions import CONVERT, finish

SHA = "ab" * 32
NOW = 1_795_000_000.0


def verified(signer: FileSigner, link: str) -> SignedFile:
    expires, signature, sha256, name = urlsplit(link).path.split("/")[2:]
    return signer.verify(expires, signature, sha256, name)


def test_links_to_open_content_are_the_same_for_weeks() -> None:
    now = [NOW]
    signer = FileSigner(bytes(32), lambda: now[0], open_at="https://cdn.example")
    link = signer.sign_open(SHA, "song.m4a", lifetime=1800)
    assert link.startswith("https://cdn.example/files/")
    now[0] += 60
    assert signer.sign_open(SHA, "song.m4a", lifetime=1800) == link
    kept = verified(signer, link)
    assert kept.open_until is not None
    assert kept.open_until - NOW >= 1800
    now[0] += OPEN_SECONDS
    assert signer.sign_open(SHA, "song.m4a", lifetime=1800) != link
    now[0] += OPEN_SECONDS
    with pytest.raises(LinkExpired):
        verified(signer, link)


def test_a_private_link_can_not_be_made_an_open_one() -> None:
    signer = FileSigner(bytes(32), lambda: NOW)
    private = signer.sign(SHA, "song.m4a", lifetime=OPEN_SECONDS - NOW % OPEN_SECONDS)
    public = signer.sign_open(SHA, "song.m4a", lifetime=1)
    assert private.split("/")[2] == public.split("/")[2]
    assert private.split("/")[3] != public.split("/")[3]
    assert verified(signer, private).open_until is None
    with pytest.raises(Forbidden):
        verified(signer, public.replace("ab" * 32, "cd" * 32))


async def open_song(gateway: Gateway, tmp_path: Path, licence: str | None) -> str:
    (tmp_path / "song").write_bytes(songs.m4a(seed=3))
    stored = await gateway.services.store.put(tmp_path / "song")
    async with gateway.services.database.transaction() as session:
        asset = AudioAsset(sha256=stored.sha256, size=stored.size)
        session.add(asset)
        await session.flush()
        song = Song(title="Open", artist="Everybody", in_catalogue=True, asset_id=asset.id)
        session.add(song)
        await session.flush()
        session.add(
            SongSource(
                song_id=song.id,
                source="internet_archive" if licence else "folder",
                external_id="open.m4a",
                can_fetch=True,
                facts={"licence": licence} if licence else {},
            )
        )
    return str(song.id)


@pytest.mark.broad
async def test_open_content_is_public_and_all_else_private(settings: Settings, tmp_path: Path) -> None:
    cached = settings.model_copy(update={"public_files_url": "https://cdn.example"})
    async with gateway_on(cached) as gateway:
        asha, ravi = await gateway.person("Asha"), await gateway.person("Ravi")
        song_id = await open_song(gateway, tmp_path, "by-sa")
        links = [
            (await person.get(f"audio/songs/{song_id}/playback")).json()["original"]["url"]
            for person in (asha, ravi)
        ]
        assert links[0] == links[1]
        assert links[0].startswith("https://cdn.example/files/")
        answer = await fetched(asha.http, links[0])
        assert answer.content == songs.m4a(seed=3)
        keeping = re.fullmatch(r"public, max-age=(\d+), immutable", answer.headers["cache-control"])
        assert keeping is not None
        assert 1800 <= int(keeping[1]) <= 2 * OPEN_SECONDS
        assert answer.headers["access-control-allow-origin"] == "*"
        part = await fetched(asha.http, links[0], Range="bytes=0-9")
        assert (part.status_code, part.headers["cache-control"][:6]) == (206, "public")

        own = await asha.uploads()
        await asha.post(CONVERT, json={"song_id": own})
        await finish(gateway, tmp_path)
        playback = (await asha.get(f"audio/songs/{own}/playback")).json()
        for link in (playback["original"]["url"], playback["renditions"][0]["file"]["url"]):
            assert link.startswith("/files/")
            answer = await asha.http.get(link)
            assert answer.headers["cache-control"] == "private, max-age=60"
            assert "access-control-allow-origin" not in answer.headers


@pytest.mark.broad
async def test_the_operators_own_music_without_a_licence_is_not_open(
    gateway: Gateway, tmp_path: Path
) -> None:
    asha = await gateway.person("Asha")
    song_id = await open_song(gateway, tmp_path, None)
    link = (await asha.get(f"audio/songs/{song_id}/playback")).json()["original"]["url"]
    assert (await asha.http.get(link)).headers["cache-control"] == "private, max-age=60"


async def fetched(http: httpx.AsyncClient, link: str, **headers: str) -> httpx.Response:
    """As the cache gets it from us: by the same path, without knowing who asks."""
    return await http.get(urlsplit(link).path, headers={"Authorization": "", **headers})
