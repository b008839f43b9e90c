"""What every object store does, whichever driver: on files, and on S3.

With MELODY_TEST_S3_URL, a storage URL of a bucket that may be written to, the same runs against that service.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from core.adapters.storage import s3_bucket
from core.adapters.storage.s3 import READ_BLOCK, WINDOW, S3Store
from core.adapters.storage.s3_bucket import PART, Bucket
from core.adapters.storage.s3_client import connect
from core.errors import NotFound
from core.outside import store_in
from core.ports import ObjectStore, StoredObject
from core.storage_url import FilesPlace, S3Place, parse_storage_url
from tests.fakes.s3.server import s3_server, storage_url
from tests.fixtures.outside import create_bucket

SONG = secrets.token_bytes(READ_BLOCK + WINDOW + WINDOW // 2 + 7)
ABSENT = "0" * 64


@pytest.fixture(scope="module")
def s3_address() -> Iterator[tuple[str, int]]:
    with s3_server() as address:
        yield address


@pytest.fixture
def s3_place(s3_address: tuple[str, int]) -> S3Place:
    """An empty bucket."""
    if (given := os.environ.get("MELODY_TEST_S3_URL")) is not None:
        url, _, query = given.partition("?")
        place = parse_storage_url(f"{url.rstrip('/')}/{secrets.token_hex(6)}?{query}")
    else:
        host, port = s3_address
        bucket = f"melody-{secrets.token_hex(6)}"
        place = parse_storage_url(storage_url(f"http://{host}:{port}", bucket, "a-part/of-it"))
    assert isinstance(place, S3Place)
    if given is None:
        create_bucket(place)
    return place


@pytest.fixture(params=["files", pytest.param("s3", marks=pytest.mark.broad)])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ObjectStore]:
    if request.param == "files":
        place: FilesPlace | S3Place = FilesPlace(tmp_path / "objects")
    else:
        place = request.getfixturevalue("s3_place")
    made = store_in(place)
    yield made
    await made.close()


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.m4a"
    path.write_bytes(SONG)
    return path


async def whole(store: ObjectStore, sha256: str) -> bytes:
    return b"".join([block async for block in store.read(sha256)])


async def all_in(store: ObjectStore) -> list[StoredObject]:
    return [found async for found in store.objects()]


async def test_bytes_come_back_under_their_name(store: ObjectStore, song: Path) -> None:
    kept = await store.put(song)
    assert kept == StoredObject(hashlib.sha256(SONG).hexdigest(), len(SONG))
    assert await store.size(kept.sha256) == len(SONG)
    assert await whole(store, kept.sha256) == SONG
    assert song.read_bytes() == SONG


async def test_the_same_bytes_at_once_are_one_object(store: ObjectStore, tmp_path: Path) -> None:
    sources = []
    for number in range(9):
        source = tmp_path / f"{number}.mp3"
        source.write_bytes(b"ID3" + bytes([number % 3]) * 5000)
        sources.append(source)
    kept = await asyncio.gather(*(store.put(source) for source in sources))
    assert len(set(kept)) == 3
    assert await all_in(store) == sorted(set(kept), key=lambda one: one.sha256)


async def test_an_empty_file_is_an_object_too(store: ObjectStore, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    kept = await store.put(tmp_path / "empty")
    assert kept.size == 0
    assert await whole(store, kept.sha256) == b""
    async with store.local_copy(kept.sha256, tmp_path) as path:
        assert path.read_bytes() == b""


PARTS = [
    (0, 0),
    (0, 1),
    (5, READ_BLOCK + 5),
    (READ_BLOCK, None),
    (READ_BLOCK - 1, READ_BLOCK + WINDOW + 1),
    (1, 10**9),
    (len(SONG), None),
    (9, 3),
]


async def test_reading_parts(store: ObjectStore, song: Path) -> None:
    kept = await store.put(song)
    for start, end in PARTS:
        blocks = [block async for block in store.read(kept.sha256, start, end)]
        assert b"".join(blocks) == SONG[start:end]
        assert all(0 < len(block) <= READ_BLOCK for block in blocks)


async def test_a_deleted_object_stops_in_the_middle_of_reading(store: ObjectStore, song: Path) -> None:
    kept = await store.put(song)
    blocks = store.read(kept.sha256)
    assert await anext(blocks) == SONG[:READ_BLOCK]
    await store.delete(kept.sha256)
    with pytest.raises(NotFound):
        await anext(blocks)
    assert await all_in(store) == []


async def test_what_is_not_there_is_not_found(store: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        await store.size(ABSENT)
    for part in [(0, None), (0, 0)]:
        with pytest.raises(NotFound):
            _ = [block async for block in store.read(ABSENT, *part)]
    with pytest.raises(NotFound):
        async with store.local_copy(ABSENT, tmp_path):
            pytest.fail("there is nothing to copy")
    await store.delete(ABSENT)


@pytest.mark.parametrize("name", ["", "..", "../" * 8 + "etc/passwd", "A" * 64, "0" * 65, "0" * 64 + "\n"])
async def test_no_name_leads_out_of_the_store(store: ObjectStore, name: str) -> None:
    for use in (store.size, store.delete):
        with pytest.raises(NotFound):
            await use(name)
    with pytest.raises(NotFound):
        await whole(store, name)


async def test_a_missing_source_is_the_callers_mistake(store: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await store.put(tmp_path / "nothing")


async def test_a_local_copy_is_there_for_as_long_as_it_is_read(
    store: ObjectStore, song: Path, tmp_path: Path
) -> None:
    kept = await store.put(song)
    work = tmp_path / "work"
    async with store.local_copy(kept.sha256, work) as path:
        assert path.read_bytes() == SONG
    assert not work.exists() or list(work.iterdir()) == []


async def test_check_leaves_nothing_behind(store: ObjectStore) -> None:
    await store.check()
    assert await all_in(store) == []


@pytest.mark.broad
async def test_a_large_object_goes_up_in_parts(s3_place: S3Place, tmp_path: Path) -> None:
    large = tmp_path / "large.flac"
    head = b"fLaC" + secrets.token_bytes(60)
    with large.open("wb") as file:
        file.write(head)
        file.truncate(2 * PART + 5)
    store = S3Store(s3_place)
    kept = await store.put(large)
    assert await store.size(kept.sha256) == 2 * PART + 5
    assert b"".join([block async for block in store.read(kept.sha256, 0, 64)]) == head
    async with store.local_copy(kept.sha256, tmp_path / "work") as path:
        assert path.stat().st_size == 2 * PART + 5
    if os.environ.get("MELODY_TEST_S3_URL") is None:
        about = await store._call(
            lambda: store.bucket.client.head_object(Bucket=s3_place.bucket, Key=store.bucket.key(kept.sha256))
        )
        assert about["ETag"].endswith('-3"')
        assert about["ContentType"] == "audio/flac"
    await store.delete(kept.sha256)
    await store.close()


@pytest.mark.broad
async def test_listing_goes_on_page_by_page(
    s3_place: S3Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = S3Store(s3_place)
    kept = set()
    for number in range(7):
        (tmp_path / "one").write_bytes(b"%d" % number)
        kept.add(await store.put(tmp_path / "one"))
    listed = store.bucket.listed

    def few(after: str) -> list[dict[str, object]]:
        return listed(after)[:3]

    monkeypatch.setattr(store.bucket, "listed", few)
    assert {found async for found in store.objects()} == kept
    for one in kept:
        await store.delete(one.sha256)
    await store.close()


# --- what nobody needs --------------------------------------------------------------------------------


async def kept(store: ObjectStore, folder: Path, count: int) -> list[str]:
    """So many objects; their names, in order."""
    names = []
    for number in range(count):
        file = folder / f"thing-{number}"
        file.write_bytes(secrets.token_bytes(64))
        names.append((await store.put(file)).sha256)
    return sorted(names)


async def test_objects_are_looked_at_part_by_part(store: ObjectStore, tmp_path: Path) -> None:
    assert await store.aged("", 10) == []
    names = await kept(store, tmp_path, 5)
    first = await store.aged("", 2)
    assert [item.sha256 for item in first] == names[:2]
    assert all(-5 < item.age < 60 for item in first)
    assert [item.sha256 for item in await store.aged(names[1], 10)] == names[2:]
    assert await store.aged(names[-1], 10) == []


async def test_what_is_set_aside_is_not_found_until_it_is_back(store: ObjectStore, song: Path) -> None:
    stored = await store.put(song)
    await store.set_aside(stored.sha256)
    with pytest.raises(NotFound):
        await store.size(stored.sha256)
    assert await all_in(store) == []
    assert await store.aged("", 10) == []
    (aside,) = await store.aside(10)
    assert aside.sha256 == stored.sha256
    assert -5 < aside.age < 60
    await store.bring_back(stored.sha256)
    assert (await all_in(store), await store.aside(10)) == ([stored], [])
    assert b"".join([block async for block in store.read(stored.sha256)]) == SONG


@pytest.mark.parametrize("end", ["discard", "delete"])
async def test_what_is_set_aside_can_go(store: ObjectStore, song: Path, end: str) -> None:
    stored = await store.put(song)
    await store.set_aside(stored.sha256)
    await getattr(store, end)(stored.sha256)
    await store.bring_back(stored.sha256)
    assert (await all_in(store), await store.aside(10)) == ([], [])


async def test_what_is_put_while_it_lies_aside_stays(store: ObjectStore, song: Path) -> None:
    stored = await store.put(song)
    await store.set_aside(stored.sha256)
    await store.put(song)
    await store.bring_back(stored.sha256)
    assert (await all_in(store), await store.aside(10)) == ([stored], [])


async def test_nothing_happens_to_what_is_not_there(store: ObjectStore) -> None:
    await store.set_aside(ABSENT)
    await store.bring_back(ABSENT)
    await store.discard(ABSENT)
    assert (await all_in(store), await store.aside(10)) == ([], [])


@pytest.mark.broad
@pytest.mark.parametrize(("age", "goes_up"), [(11, 1), (13, 2)])
async def test_an_object_in_a_bucket_goes_up_again_when_it_is_old(
    s3_place: S3Place, song: Path, monkeypatch: pytest.MonkeyPatch, age: int, goes_up: int
) -> None:
    """So whoever has just put it finds it young, whatever lay there before."""
    uploads = []
    upload, real_age = Bucket._upload, s3_bucket.age_of
    monkeypatch.setattr(s3_bucket, "age_of", lambda item: real_age(item) + age * 3600)
    monkeypatch.setattr(Bucket, "_upload", lambda *how: uploads.append(1) or upload(*how))
    store = S3Store(s3_place)
    await store.put(song)
    await store.put(song)
    await store.close()
    assert len(uploads) == goes_up


@pytest.mark.broad
async def test_things_of_others_in_the_bucket_are_passed_by(s3_place: S3Place, tmp_path: Path) -> None:
    store = S3Store(s3_place)
    names = await kept(store, tmp_path, 2)
    client = connect(s3_place, connections=1)
    for number in range(5):
        client.put_object(Bucket=s3_place.bucket, Key=f"{s3_place.prefix}00-{number}", Body=b"theirs")
    client.close()
    found = [item.sha256 for item in await store.aged("", 2)]
    while more := await store.aged(found[-1], 2):
        found += [item.sha256 for item in more]
    assert found == names
    await store.close()
