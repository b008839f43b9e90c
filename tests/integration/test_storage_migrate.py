"""`melody storage migrate`: all objects arrive, none is touched, and a repeat goes on where it ended."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.adapters.storage.files import FileStore
from core.commands.storage import GIVE_UP_AFTER, copy_all, migrate
from core.config import Settings
from core.errors import ConfigurationError, ServiceUnavailable
from core.outside import store_in
from core.ports import StoredObject
from core.storage_url import FilesPlace, S3Place, files_url, parse_storage_url
from tests.fakes.s3.server import s3_server, storage_url
from tests.fixtures.outside import create_bucket
from tests.material import ROOT

pytestmark = pytest.mark.broad


@pytest.fixture(scope="module")
def bucket_url() -> Iterator[str]:
    with s3_server() as (host, port):
        url = storage_url(f"http://{host}:{port}", "melody-objects")
        place = parse_storage_url(url)
        assert isinstance(place, S3Place)
        create_bucket(place)
        yield url


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(data_dir=tmp_path / "data")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "objects"


async def fill(url: str, tmp_path: Path, count: int) -> dict[str, bytes]:
    store = store_in(parse_storage_url(url))
    kept = {}
    for _ in range(count):
        content = secrets.token_bytes(50_000)
        (tmp_path / "one").write_bytes(content)
        kept[(await store.put(tmp_path / "one")).sha256] = content
    await store.close()
    return kept


async def content_of(url: str) -> dict[str, bytes]:
    store = store_in(parse_storage_url(url))
    found = {}
    async for one in store.objects():
        found[one.sha256] = b"".join([block async for block in store.read(one.sha256)])
    await store.close()
    return found


def run(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "core.cli", "storage", "migrate", *arguments],
        cwd=ROOT,
        env={**os.environ, "MELODY_DATA_DIR": str(settings.data_dir)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_to_a_bucket_and_back(
    settings: Settings, folder: Path, tmp_path: Path, bucket_url: str
) -> None:
    there = f"{bucket_url.replace('?', secrets.token_hex(4) + '?')}"
    kept = await fill(files_url(folder), tmp_path, 9)
    stray = folder / "tmp" / "half"
    stray.write_bytes(b"half")

    done = run(settings, files_url(folder), there)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("9 copied (0.5 MB), 0 there already, 0 failed in ")
    assert "secret" not in done.stdout
    assert await content_of(there) == kept
    assert await content_of(files_url(folder)) == kept

    back = files_url(tmp_path / "back")
    assert run(settings, there, back, "--reread").returncode == 0
    assert await content_of(back) == kept
    assert list(settings.work_path.iterdir()) == []


async def test_a_repeat_copies_only_what_is_missing(settings: Settings, folder: Path, tmp_path: Path) -> None:
    kept = await fill(files_url(folder), tmp_path, 5)
    target = files_url(tmp_path / "target")
    first, cut, *_ = sorted(kept)
    await fill(target, tmp_path, 2)
    assert "5 copied" in run(settings, files_url(folder), target).stdout
    (tmp_path / "target" / first[:2] / first[2:4] / first).unlink()
    (tmp_path / "target" / cut[:2] / cut[2:4] / cut).write_bytes(kept[cut][:100])
    done = run(settings, files_url(folder), target)
    assert "2 copied (0.1 MB), 3 there already, 0 failed" in done.stdout
    found = await content_of(target)
    assert {sha256: found[sha256] for sha256 in kept} == kept
    assert len(found) == 7


async def test_a_damaged_object_is_told_and_not_passed_on(
    settings: Settings, folder: Path, tmp_path: Path
) -> None:
    kept = await fill(files_url(folder), tmp_path, 3)
    bad, spoilt, good = sorted(kept)
    (folder / bad[:2] / bad[2:4] / bad).write_bytes(b"not the song")
    target = tmp_path / "target"
    done = run(settings, files_url(folder), files_url(target))
    assert done.returncode == 1
    assert f"{bad}: is damaged where it is" in done.stderr
    assert set(await content_of(files_url(target))) == {spoilt, good}

    # What was there already with the right size is taken on trust, unless it is asked to be read.
    (target / spoilt[:2] / spoilt[2:4] / spoilt).write_bytes(bytes(50_000))
    assert f"{spoilt}:" not in run(settings, files_url(folder), files_url(target)).stderr
    done = run(settings, files_url(folder), files_url(target), "--reread")
    assert f"{spoilt}: is damaged where it was copied to" in done.stderr


def test_wrong_usage_is_one_line(settings: Settings, folder: Path, bucket_url: str) -> None:
    here = files_url(folder)
    for arguments, said in {
        (here, here): "the same place",
        (here, "s3://x"): "TO: must name a bucket",
        ("http://x", here): "FROM: must be",
        (here, bucket_url.replace("melody-objects", "no-such-bucket")): "no such bucket",
    }.items():
        done = run(settings, *arguments)
        assert done.returncode == 2
        assert said in done.stderr
        assert done.stderr.count("\n") == 1


def test_a_store_that_does_not_answer(settings: Settings, folder: Path) -> None:
    away = "s3://key:secret@melody?endpoint_url=http://127.0.0.1:9"
    with pytest.raises(ServiceUnavailable, match="no answer"):
        migrate(settings, files_url(folder), away)
    with pytest.raises(ConfigurationError):
        migrate(settings, away, away)


async def test_a_store_that_goes_away_ends_it_with_one_error(folder: Path, tmp_path: Path) -> None:
    await fill(files_url(folder), tmp_path, GIVE_UP_AFTER + 5)
    source, target = store_in(FilesPlace(folder)), AwayStore(tmp_path / "target")
    with pytest.raises(ServiceUnavailable, match="away"):
        await copy_all(source, target, tmp_path)


class AwayStore(FileStore):
    async def put(self, path: Path) -> StoredObject:
        raise ServiceUnavailable("is away")
