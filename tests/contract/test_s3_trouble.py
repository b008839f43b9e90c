"""S3 when it errs, is too busy, breaks off or says nothing: tried again a few times, then said plainly."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.adapters.storage import s3, s3_client
from core.adapters.storage.s3 import READ_BLOCK, TRIES, S3Store
from core.adapters.storage.s3_bucket import PART
from core.errors import ConfigurationError, NotFound, ServiceUnavailable
from core.storage_url import S3Place, parse_storage_url
from tests.contract.test_object_stores import ABSENT, whole
from tests.fakes.s3.faults import Answers, Cuts, FaultyWay, Hangs, faulty_way
from tests.fakes.s3.server import s3_server, storage_url
from tests.fixtures.outside import create_bucket

pytestmark = pytest.mark.broad

SONG = secrets.token_bytes(READ_BLOCK * 3)
BUSY = Answers(503, "SlowDown")
BROKEN = Answers(500, "InternalError")


@pytest.fixture(scope="module")
def service() -> Iterator[tuple[str, int]]:
    with s3_server() as address:
        yield address


@pytest.fixture
def bucket(service: tuple[str, int]) -> str:
    name = f"melody-{secrets.token_hex(6)}"
    create_bucket(place_of(f"http://{service[0]}:{service[1]}", name))
    return name


def place_of(url: str, bucket: str) -> S3Place:
    place = parse_storage_url(storage_url(url, bucket))
    assert isinstance(place, S3Place)
    return place


@pytest.fixture
async def way(service: tuple[str, int]) -> AsyncIterator[FaultyWay]:
    async with faulty_way(service) as way:
        yield way


@pytest.fixture
async def store(way: FaultyWay, bucket: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[S3Store]:
    """Has less patience than the real one, and pauses as long."""
    monkeypatch.setattr(s3_client, "READ_SECONDS", 0.3)
    store = S3Store(place_of(way.url, bucket))
    yield store
    await store.close()


@pytest.fixture
def song(tmp_path: Path) -> Path:
    (tmp_path / "song").write_bytes(SONG)
    return tmp_path / "song"


async def test_errors_and_busy_answers_are_waited_out(store: S3Store, way: FaultyWay, song: Path) -> None:
    way.next("PUT", BUSY, BROKEN)
    kept = await store.put(song)
    way.next("GET", BROKEN, BUSY)
    assert await whole(store, kept.sha256) == SONG
    assert way.asked["PUT"] == 3


async def test_what_stays_broken_is_said_after_a_few_tries(
    store: S3Store, way: FaultyWay, song: Path
) -> None:
    way.next("PUT", *[BUSY] * 20)
    with pytest.raises(ServiceUnavailable, match="SlowDown"):
        await store.put(song)
    assert way.asked["PUT"] == s3_client.TRIES


@pytest.mark.parametrize("fault", [Cuts(1000), Cuts(0), Hangs(1000), Hangs()], ids=str)
async def test_a_download_that_breaks_off_goes_on(
    store: S3Store, way: FaultyWay, song: Path, tmp_path: Path, fault: Cuts | Hangs
) -> None:
    kept = await store.put(song)
    way.next("GET", fault, fault)
    assert await whole(store, kept.sha256) == SONG
    way.next("GET", fault)
    async with store.local_copy(kept.sha256, tmp_path / "work") as path:
        assert path.read_bytes() == SONG


async def test_a_download_that_keeps_breaking_off_ends(store: S3Store, way: FaultyWay, song: Path) -> None:
    kept = await store.put(song)
    way.next("GET", *[Cuts(10)] * 20)
    with pytest.raises(ServiceUnavailable, match="broke off"):
        await whole(store, kept.sha256)
    assert way.asked["GET"] == TRIES


async def test_an_upload_that_is_cut_is_tried_again(store: S3Store, way: FaultyWay, song: Path) -> None:
    way.next("PUT", Hangs())
    kept = await store.put(song)
    assert await whole(store, kept.sha256) == SONG


async def test_a_part_that_fails_for_good_leaves_no_parts(
    store: S3Store, way: FaultyWay, tmp_path: Path
) -> None:
    large = tmp_path / "large"
    large.write_bytes(bytes(PART + 1))
    way.next("PUT", *[BROKEN] * 20)
    with pytest.raises(ServiceUnavailable):
        await store.put(large)
    assert await unfinished(store) == []


async def unfinished(store: S3Store) -> list[Any]:
    bucket = store.bucket
    listed = await store._call(lambda: bucket.client.list_multipart_uploads(Bucket=bucket.place.bucket))
    return list(listed.get("Uploads", []))


async def test_the_parts_of_a_killed_upload_are_swept(store: S3Store, song: Path) -> None:
    kept = await store.put(song)
    await store.delete(kept.sha256)
    bucket, key = store.bucket, store.bucket.key(kept.sha256)
    for name in (key, "somebody/elses"):
        await store._call(
            lambda name=name: bucket.client.create_multipart_upload(Bucket=bucket.place.bucket, Key=name)
        )
    # The stand-in says of all of them that they began in 2010.
    assert await store.sweep_temporary(older_than=100 * 365 * 86_400) == 0
    assert await store.sweep_temporary(older_than=3600) == 1
    assert [upload["Key"] for upload in await unfinished(store)] == ["somebody/elses"]


async def test_an_object_that_is_damaged_there_is_not_given_out(
    store: S3Store, song: Path, tmp_path: Path
) -> None:
    kept = await store.put(song)
    bucket, key = store.bucket, store.bucket.key(kept.sha256)
    await store._call(
        lambda: bucket.client.put_object(Bucket=bucket.place.bucket, Key=key, Body=bytes(len(SONG)))
    )
    with pytest.raises(ServiceUnavailable, match="damaged"):
        async with store.local_copy(kept.sha256, tmp_path / "work"):
            pytest.fail("this is another song")
    assert list((tmp_path / "work").iterdir()) == []


async def test_nobody_listens_there(tmp_path: Path, song: Path) -> None:
    store = S3Store(place_of("http://127.0.0.1:9", "melody"))
    for use in (store.check(), store.size(ABSENT), store.put(song), store.delete(ABSENT)):
        with pytest.raises(ServiceUnavailable) as refused:
            await use
        assert "secret" not in str(refused.value)
        assert str(tmp_path) not in str(refused.value)
    await store.close()


async def test_a_bucket_that_is_not_there_is_the_operators_to_mend(
    service: tuple[str, int], song: Path
) -> None:
    store = S3Store(place_of(f"http://{service[0]}:{service[1]}", "no-such-bucket"))
    with pytest.raises(ConfigurationError, match="no such bucket"):
        await store.check()
    with pytest.raises(ServiceUnavailable, match="no such bucket"):
        await store.put(song)
    await store.close()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Answers(403, "SignatureDoesNotMatch"), "secret"),
        (Answers(403, "InvalidAccessKeyId"), "key"),
        (Answers(403, "AccessDenied"), "may not"),
        (Answers(403, "RequestTimeTooSkewed"), "clock"),
        (Answers(400, "AuthorizationHeaderMalformed"), "region"),
    ],
    ids=lambda value: getattr(value, "code", ""),
)
async def test_check_says_what_is_to_be_mended(
    store: S3Store, way: FaultyWay, fault: Answers, said: str
) -> None:
    way.next("PUT", *[fault] * 5)
    with pytest.raises(ConfigurationError, match=said) as refused:
        await store.check()
    assert str(refused.value).startswith("MELODY_STORAGE_URL: ")


async def test_keys_that_may_not_list_are_found_out(store: S3Store, way: FaultyWay) -> None:
    way.next("HEAD", Answers(403, "AccessDenied"))
    with pytest.raises(ConfigurationError, match="list"):
        await store.check()


async def test_many_who_check_ask_once(store: S3Store, way: FaultyWay) -> None:
    await asyncio.gather(*(store.check() for _ in range(20)))
    await store.check()
    assert way.asked["PUT"] == 1


async def test_without_keys_anywhere(service: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    place = parse_storage_url(f"s3://melody?endpoint_url=http://{service[0]}:{service[1]}")
    assert isinstance(place, S3Place)
    store = S3Store(place)
    with pytest.raises(ConfigurationError, match="no keys"):
        await store.check()
    await store.close()


async def test_who_finds_no_thread_is_told(store: S3Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "WAIT_SECONDS", 0.01)
    for _ in range(s3.THREADS):
        await store._free.acquire()
    with pytest.raises(ServiceUnavailable, match="too many"):
        await store.size(ABSENT)
    store._free.release()
    with pytest.raises(NotFound):
        await store.size(ABSENT)
