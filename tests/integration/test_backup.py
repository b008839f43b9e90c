"""`melody db backup` and `db restore`: backup, wipe, restore, and every song plays as before."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from sqlalchemy import select

from api.main import create_app
from core.accounts.models import User
from core.bootstrap import build
from core.commands import db
from core.config import Settings
from core.db.upgrade import newest_revision, upgrade
from core.errors import ConfigurationError, ServiceUnavailable
from tests.conftest import ENCODING, Servers, drop_database, run_statement
from tests.conversation import songs
from tests.fixtures.people import Caller, Gateway
from tests.integration.test_api_conversions import CONVERT, finish
from tests.material import ROOT

pytestmark = pytest.mark.broad


@pytest.fixture
def empty_database(servers: Servers) -> Iterator[str]:
    """The URL of a database as a server's owner makes it."""
    name = f"melody_test_{uuid.uuid4().hex[:12]}"
    run_statement(servers, f"CREATE DATABASE {name} TEMPLATE template0 {ENCODING}")
    yield servers.url_of(name)
    drop_database(servers, name)


@pytest.fixture
def elsewhere(empty_database: str, redis_url: str, tmp_path: Path) -> Settings:
    """A machine on which nothing is yet."""
    return Settings.load(data_dir=tmp_path / "new", database_url=empty_database, redis_url=redis_url)


async def back_up(settings: Settings, path: Path, **options: bool) -> int:
    return await asyncio.to_thread(lambda: db.backup(settings, path, **options))


async def restore(settings: Settings, path: Path, **options: bool) -> int:
    return await asyncio.to_thread(lambda: db.restore(settings, path, **options))


async def asked(database_url: str, query: str) -> object:
    connection = await asyncpg.connect(f"postgresql://{database_url.partition('://')[2]}")
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def played(settings: Settings, caller: Caller, song_id: str) -> tuple[bytes, bytes]:
    """The recording and its instrumental, as this person hears them in the studio of these settings, who
    is still signed in there."""
    services = build(settings)
    transport = httpx.ASGITransport(create_app(services))
    try:
        async with httpx.AsyncClient(
            transport=transport, base_url="http://melody", headers=dict(caller.http.headers)
        ) as http:
            playback = (await http.get(f"/api/v1/audio/songs/{song_id}/playback")).json()
            links = [playback["original"]["url"], playback["renditions"][0]["file"]["url"]]
            answers = [await http.get(link) for link in links]
            assert [answer.status_code for answer in answers] == [200, 200]
            return answers[0].content, answers[1].content
    finally:
        await services.close()


async def test_backup_wipe_restore_and_a_song_plays(
    gateway: Gateway,
    caller: Caller,
    elsewhere: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = gateway.services.settings
    song_id = await caller.uploads()
    await caller.post(CONVERT, json={"song_id": song_id})
    await finish(gateway, tmp_path)
    before = await played(settings, caller, song_id)
    link = (await caller.get(f"audio/songs/{song_id}/playback")).json()["original"]["url"]

    path = tmp_path / "backup.zip"
    assert await back_up(settings, path) == 0
    assert "and 2 objects" in capsys.readouterr().out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert zipfile.ZipFile(path).testzip() is None

    assert await restore(elsewhere, path) == 0
    assert "2 objects (2 were not here)" in capsys.readouterr().out
    assert await played(elsewhere, caller, song_id) == before == (songs.m4a(), songs.m4a(seed=7))
    services = build(elsewhere)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create_app(services)), base_url="http://melody"
    ) as http:
        assert (await http.get(link)).content == songs.m4a()  # links given out before work on
    await services.close()

    # All of it is there, and no more: a backup of the restored studio says the same, table by table.
    assert await back_up(elsewhere, tmp_path / "again.zip") == 0
    with zipfile.ZipFile(path) as first, zipfile.ZipFile(tmp_path / "again.zip") as second:
        tables = [name for name in first.namelist() if name.startswith("database/")]
        assert len(tables) > 30
        for name in tables:
            assert sorted(first.read(name).splitlines()) == sorted(second.read(name).splitlines()), name


async def test_nothing_is_replaced_unasked(
    gateway: Gateway, caller: Caller, elsewhere: Settings, tmp_path: Path
) -> None:
    song_id = await caller.uploads()
    await caller.post(CONVERT, json={"song_id": song_id})
    await finish(gateway, tmp_path)
    settings = gateway.services.settings
    path = tmp_path / "backup.zip"
    await back_up(settings, path)
    with pytest.raises(ConfigurationError, match="is there already"):
        await back_up(settings, path)
    await gateway.person("Somebody new")
    with pytest.raises(ConfigurationError, match=r"people: 2, songs: 1, recordings: 1\): --replace"):
        await restore(settings, path)
    assert await restore(settings, path, replace=True) == 0
    assert await asked(settings.database_url or "", "SELECT string_agg(name, '') FROM users") == "Asha"
    await played(settings, caller, song_id)


async def test_while_somebody_works_with_the_database(
    gateway: Gateway, caller: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.backup.restoring.LOCK_SECONDS", 1)
    settings = gateway.services.settings
    await back_up(settings, tmp_path / "backup.zip")
    async with gateway.services.database.transaction() as session:
        await session.execute(select(User.id))
        with pytest.raises(ConfigurationError, match="end the studio first"):
            await restore(settings, tmp_path / "backup.zip", replace=True)


async def test_a_backup_of_an_earlier_schema_is_brought_up_to_date(
    servers: Servers, elsewhere: Settings, settings: Settings, tmp_path: Path
) -> None:
    old = Settings.load(data_dir=tmp_path / "old", database_url=elsewhere.database_url)
    await asyncio.to_thread(upgrade, old.database_url, "0006")
    connection = await asyncpg.connect(f"postgresql://{(old.database_url or '').partition('://')[2]}")
    await connection.execute("INSERT INTO users (id, name) VALUES (gen_random_uuid(), 'Asha')")
    await connection.close()
    await back_up(old, tmp_path / "backup.zip")
    assert await asked(old.database_url or "", "SELECT version_num FROM alembic_version") == "0006"
    # Into a studio whose schema is newer, as every new one's is.
    assert await restore(settings, tmp_path / "backup.zip") == 0
    url = settings.database_url or ""
    assert await asked(url, "SELECT version_num FROM alembic_version") == newest_revision()
    assert await asked(url, "SELECT name FROM users") == "Asha"


async def test_without_objects(
    gateway: Gateway, caller: Caller, elsewhere: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await caller.uploads()
    path = tmp_path / "backup.zip"
    assert await back_up(gateway.services.settings, path, with_objects=False) == 0
    assert not [name for name in zipfile.ZipFile(path).namelist() if name.startswith("objects/")]
    assert await restore(elsewhere, path) == 0
    assert "The backup holds no objects" in capsys.readouterr().out


async def test_objects_that_are_gone_or_damaged_are_told(
    gateway: Gateway, caller: Caller, elsewhere: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, gone, damaged = [await caller.uploads(songs.m4a(seed=seed)) for seed in (1, 2, 3)]
    settings = gateway.services.settings
    root = settings.storage_place.path  # type: ignore[union-attr]
    by_song = {song: await sha256_of(settings, song) for song in (kept, gone, damaged)}
    file_of(root, by_song[gone]).unlink()
    file_of(root, by_song[damaged]).write_bytes(b"not the song")
    path = tmp_path / "backup.zip"
    assert await back_up(settings, path) == 1
    told = capsys.readouterr()
    assert f"{by_song[damaged]}: is damaged" in told.err
    assert "1 objects" in told.out
    assert "(1 are not there any more)" in told.out
    assert await restore(elsewhere, path) == 0
    new_root = elsewhere.storage_place.path  # type: ignore[union-attr]
    assert [one.name for one in new_root.glob("??/??/*")] == [by_song[kept]]


async def sha256_of(settings: Settings, song_id: str) -> str:
    query = f"SELECT sha256 FROM audio_assets a JOIN songs s ON s.asset_id = a.id WHERE s.id = '{song_id}'"
    return str(await asked(settings.database_url or "", query))


def file_of(root: Path, sha256: str) -> Path:
    return root / sha256[:2] / sha256[2:4] / sha256


async def test_what_is_no_whole_backup_changes_nothing(
    gateway: Gateway, caller: Caller, elsewhere: Settings, tmp_path: Path
) -> None:
    await caller.uploads()
    settings = gateway.services.settings
    path = tmp_path / "backup.zip"
    await back_up(settings, path)
    whole = path.read_bytes()
    spoilt = {
        "cut": whole[: len(whole) // 2],
        "empty": b"",
        "an object": changed_in(path, whole, "objects/"),
        "a table": changed_in(path, whole, "database/users"),
        "newer": newer(path, tmp_path),
    }
    for name, content in spoilt.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ConfigurationError, match="backup"):
            await restore(elsewhere, tmp_path / name)
        people = await asked(elsewhere.database_url or "", "SELECT to_regclass('users') IS NULL")
        assert people or await asked(elsewhere.database_url or "", "SELECT count(*) FROM users") == 0
    with pytest.raises(ConfigurationError, match="not there"):
        await restore(elsewhere, tmp_path / "nothing")
    assert await restore(elsewhere, path) == 0


def changed_in(path: Path, whole: bytes, name: str) -> bytes:
    """The backup with one byte changed in the middle of an entry."""
    with zipfile.ZipFile(path) as archive:
        (entry, *_) = [one for one in archive.infolist() if one.filename.startswith(name)]
    start = whole.index(entry.filename.encode(), entry.header_offset) + len(entry.filename)
    at = start + entry.compress_size // 2 + 20
    return whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]


def newer(path: Path, tmp_path: Path) -> bytes:
    target = tmp_path / "rewritten"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(target, "w") as copy:
        for entry in archive.infolist():
            content = archive.read(entry)
            if entry.filename == "melody-backup.json":
                content = content.replace(f'"{newest_revision()}"'.encode(), b'"9999"')
            copy.writestr(entry, content)
    return target.read_bytes()


async def test_a_store_that_does_not_answer_leaves_no_file(
    gateway: Gateway, caller: Caller, tmp_path: Path
) -> None:
    await caller.uploads()
    away = gateway.services.settings.model_copy(
        update={"storage_url": "s3://key:secret@melody?endpoint_url=http://127.0.0.1:9"}
    )
    vars(away).pop("storage_place", None)
    with pytest.raises(ServiceUnavailable, match="no answer"):
        await back_up(away, tmp_path / "backup.zip")
    assert not list(tmp_path.glob("backup*"))


def test_the_command_itself(settings: Settings, elsewhere: Settings, tmp_path: Path) -> None:
    def run(where: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "core.cli", "db", *arguments],
            cwd=ROOT,
            env={
                **os.environ,
                "MELODY_DATABASE_URL": where.database_url or "",
                "MELODY_DATA_DIR": str(where.data_dir),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    path = str(tmp_path / "backup.zip")
    done = run(elsewhere, "backup", path)
    assert (done.returncode, done.stderr.strip().count("\n")) == (2, 0)
    assert "no studio in this database" in done.stderr
    assert run(settings, "backup", path).returncode == 0
    done = run(elsewhere, "restore", path)
    assert done.returncode == 0
    assert "The studio is what it was at 20" in done.stdout
    assert run(elsewhere, "restore", path + "x").returncode == 2
