"""Files by signed links: whole, in parts, only with a ticket, and with the right words around them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.main import create_app
from api.routes.files import Unsatisfiable, wanted_part
from core.bootstrap import Services
from core.signing import FileSigner, file_signer

pytestmark = pytest.mark.broad

SONG = bytes(range(251)) * 2400  # 602,400 bytes: three blocks of the store
SIZE = len(SONG)


@pytest.fixture
async def client(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(services))
    async with httpx.AsyncClient(transport=transport, base_url="http://melody") as client:
        yield client


@pytest.fixture
async def signer(services: Services) -> FileSigner:
    async with services.database.transaction() as session:
        return await file_signer(session)


@pytest.fixture
async def sha256(services: Services, tmp_path: Path) -> str:
    (tmp_path / "song").write_bytes(SONG)
    return (await services.store.put(tmp_path / "song")).sha256


@pytest.fixture
def link(signer: FileSigner, sha256: str) -> str:
    return signer.sign(sha256, "Tum Hi Ho (Instrumental).m4a", lifetime=600)


def assert_problem(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (status, status, code)


async def test_the_whole_file(client: httpx.AsyncClient, link: str, sha256: str) -> None:
    answer = await client.get(link)
    assert answer.status_code == 200
    assert answer.content == SONG
    headers = answer.headers
    assert headers["content-type"] == "audio/mp4"
    assert headers["content-length"] == str(SIZE)
    assert headers["etag"] == f'"{sha256}"'
    assert headers["accept-ranges"] == "bytes"
    assert headers["cache-control"] == "private, max-age=60"
    assert headers["x-content-type-options"] == "nosniff"


async def test_head_tells_the_length(client: httpx.AsyncClient, link: str) -> None:
    whole = await client.get(link)
    for asked in ({}, {"Range": "bytes=0-9"}):
        answer = await client.head(link, headers=asked)
        assert (answer.status_code, answer.content) == (200, b"")
        changing = {"x-request-id"}
        assert set(answer.headers.items()) >= {
            (name, value) for name, value in whole.headers.items() if name not in changing
        }


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, SIZE),
        ("bytes=10-19", 10, 20),
        ("bytes=262143-262144", 262143, 262145),
        (f"bytes=100-{SIZE * 9}", 100, SIZE),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        ("bytes=-1", SIZE - 1, SIZE),
        ("bytes=-500", SIZE - 500, SIZE),
        (f"bytes=-{SIZE + 1}", 0, SIZE),
        ("Bytes = 5-6", 5, 7),
    ],
)
async def test_a_part(client: httpx.AsyncClient, link: str, asked: str, start: int, end: int) -> None:
    answer = await client.get(link, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == SONG[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert answer.headers["content-length"] == str(end - start)


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=",
        "bytes=-",
        "bytes=9-5",
        "bytes=a-b",
        "seconds=0-9",
        "bytes=0-1,5-6",
        "0-9",
        "bytes=0-" + "9" * 30,
    ],
)
async def test_a_range_that_says_nothing_gives_the_whole(
    client: httpx.AsyncClient, link: str, asked: str
) -> None:
    answer = await client.get(link, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, SONG)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 9}", "bytes=-0"])
async def test_a_part_behind_the_end(client: httpx.AsyncClient, link: str, asked: str) -> None:
    answer = await client.get(link, headers={"Range": asked})
    assert_problem(answer, 416, "range-not-satisfiable")
    assert answer.headers["content-range"] == f"bytes */{SIZE}"


@given(
    size=st.integers(0, 50),
    first=st.one_of(st.none(), st.integers(0, 60)),
    last=st.one_of(st.none(), st.integers(0, 60)),
)
def test_parts_lie_within_the_file(size: int, first: int | None, last: int | None) -> None:
    """Against the definition: the bytes whose positions the range names (RFC 9110, 14.1.2)."""
    header = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    if first is None:
        named = [] if last is None else [at for at in range(size) if at >= size - last]
    else:
        named = [at for at in range(size) if first <= at <= (size if last is None else last)]
    is_range = (first, last) != (None, None) and not (first is not None and last is not None and last < first)
    if is_range and not named:
        with pytest.raises(Unsatisfiable):
            wanted_part(header, None, '"x"', size)
        return
    part = wanted_part(header, None, '"x"', size)
    assert part == ((named[0], named[-1] + 1) if is_range else None)


async def test_a_part_only_of_what_the_caller_began(
    client: httpx.AsyncClient, link: str, sha256: str
) -> None:
    async def status(if_range: str) -> int:
        return (await client.get(link, headers={"Range": "bytes=5-", "If-Range": if_range})).status_code

    assert await status(f'"{sha256}"') == 206
    assert await status('"another"') == 200
    assert await status(f'W/"{sha256}"') == 200
    assert await status("Mon, 23 Nov 2026 10:00:00 GMT") == 200


async def test_what_the_caller_has_is_not_sent_again(
    client: httpx.AsyncClient, link: str, sha256: str
) -> None:
    for tags in (f'"{sha256}"', f'W/"{sha256}"', f'"x", "{sha256}"', "*"):
        for method in ("GET", "HEAD"):
            headers = {"If-None-Match": tags, "Range": "bytes=0-9"}
            answer = await client.request(method, link, headers=headers)
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["etag"] == f'"{sha256}"'
    assert (await client.get(link, headers={"If-None-Match": '"x"'})).status_code == 200


@pytest.mark.parametrize(
    ("name", "media_type", "disposition"),
    [
        ("a b.m4a", "audio/mp4", "inline; filename=\"a b.m4a\"; filename*=UTF-8''a%20b.m4a"),
        ("ॐ.mp3", "audio/mpeg", "inline; filename=\"_.mp3\"; filename*=UTF-8''%E0%A5%90.mp3"),
        ('x";y.jpg', "image/jpeg", "inline; filename=\"x_;y.jpg\"; filename*=UTF-8''x%22%3By.jpg"),
        (
            "page.html",
            "application/octet-stream",
            "attachment; filename=\"page.html\"; filename*=UTF-8''page.html",
        ),
    ],
)
async def test_name_and_type(
    client: httpx.AsyncClient,
    signer: FileSigner,
    sha256: str,
    name: str,
    media_type: str,
    disposition: str,
) -> None:
    answer = await client.get(signer.sign(sha256, name, lifetime=60))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"] == disposition


async def test_an_old_link_says_that_it_is_old(
    client: httpx.AsyncClient, services: Services, signer: FileSigner, sha256: str
) -> None:
    answer = await client.get(signer.sign(sha256, "a.m4a", lifetime=-1))
    assert_problem(answer, 403, "link-expired")
    assert "expired" in answer.json()["detail"]


async def test_a_forged_link_is_refused(client: httpx.AsyncClient, link: str, sha256: str) -> None:
    later = str(int(time.time()) + 10**6)
    _, files, expires, signature, sha, name = link.split("/")
    for forged in (
        f"/{files}/{later}/{signature}/{sha}/{name}",
        f"/{files}/{expires}/{'A' * 43}/{sha}/{name}",
        f"/{files}/{expires}/{signature}/{'0' * 64}/{name}",
        f"/{files}/{expires}/{signature}/{sha}/other.html",
        f"/{files}/never/{signature}/{sha}/{name}",
        f"/{files}/{expires}/{signature}/..%2f..%2fetc%2fpasswd/{name}",
    ):
        answer = await client.get(forged)
        assert answer.status_code in {403, 404}
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_deleted_file_is_gone_for_all_links(
    client: httpx.AsyncClient, services: Services, link: str, sha256: str
) -> None:
    await services.store.delete(sha256)
    assert_problem(await client.get(link), 404, "not-found")
    assert (await client.head(link)).status_code == 404


async def test_an_empty_file(
    client: httpx.AsyncClient, services: Services, signer: FileSigner, tmp_path: Path
) -> None:
    (tmp_path / "empty").touch()
    kept = await services.store.put(tmp_path / "empty")
    link = signer.sign(kept.sha256, "a.mp3", lifetime=60)
    answer = await client.get(link)
    assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, "0", b"")
    assert_problem(await client.get(link, headers={"Range": "bytes=0-"}), 416, "range-not-satisfiable")
