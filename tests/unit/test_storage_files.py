"""Objects as files: named by content, whole or absent, for this user only."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.adapters.storage.files import READ_BLOCK, FileStore
from core.errors import NotFound, ServiceUnavailable

SONG = bytes(range(256)) * 4096  # 1 MiB, four read blocks
ABSENT = "0" * 64


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "data" / "objects"


@pytest.fixture
def store(root: Path) -> FileStore:
    return FileStore(root)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.m4a"
    path.write_bytes(SONG)
    return path


def files_below(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


async def whole(store: FileStore, sha256: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([block async for block in store.read(sha256, start, end)])


async def test_an_object_is_named_by_its_bytes(store: FileStore, root: Path, song: Path) -> None:
    kept = await store.put(song)
    assert kept.sha256 == hashlib.sha256(SONG).hexdigest()
    assert kept.size == len(SONG) == await store.size(kept.sha256)
    assert await whole(store, kept.sha256) == SONG
    assert files_below(root) == [root / kept.sha256[:2] / kept.sha256[2:4] / kept.sha256]


async def test_only_this_user_can_read_it(store: FileStore, root: Path, song: Path) -> None:
    before = os.umask(0)
    try:
        await store.put(song)
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [root, *root.rglob("*")]}
    assert all(mode == (0o700 if path.is_dir() else 0o600) for path, mode in modes.items())


async def test_an_empty_file_is_an_object_too(store: FileStore, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    kept = await store.put(tmp_path / "empty")
    assert kept.size == 0
    assert await whole(store, kept.sha256) == b""


async def test_the_same_bytes_many_times_at_once_are_one_object(
    store: FileStore, root: Path, tmp_path: Path
) -> None:
    sources = []
    for number in range(24):
        source = tmp_path / f"{number}.mp3"
        source.write_bytes(SONG + bytes([number % 3]))
        sources.append(source)
    kept = await asyncio.gather(*(store.put(source) for source in sources))
    assert len(set(kept)) == 3
    assert sorted(path.name for path in files_below(root)) == sorted({one.sha256 for one in kept})


async def test_a_damaged_object_heals_when_its_bytes_come_again(store: FileStore, song: Path) -> None:
    kept = await store.put(song)
    async with store.local_copy(kept.sha256, song.parent) as path:
        path.write_bytes(b"damaged")
    await store.put(song)
    assert await whole(store, kept.sha256) == SONG


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 0), (0, 1), (5, READ_BLOCK + 5), (READ_BLOCK, None), (1, 10**9), (len(SONG), None), (9, 3)],
)
async def test_reading_a_part(store: FileStore, song: Path, start: int, end: int | None) -> None:
    kept = await store.put(song)
    blocks = [block async for block in store.read(kept.sha256, start, end)]
    assert b"".join(blocks) == SONG[start:end]
    assert all(0 < len(block) <= READ_BLOCK for block in blocks)


async def test_a_deleted_object_stops_in_the_middle_of_reading(store: FileStore, song: Path) -> None:
    kept = await store.put(song)
    blocks = store.read(kept.sha256)
    assert await anext(blocks) == SONG[:READ_BLOCK]
    await store.delete(kept.sha256)
    with pytest.raises(NotFound):
        await anext(blocks)


async def test_what_is_not_there_is_not_found(store: FileStore, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        await store.size(ABSENT)
    with pytest.raises(NotFound):
        await whole(store, ABSENT)
    with pytest.raises(NotFound):
        async with store.local_copy(ABSENT, tmp_path):
            pytest.fail("there is nothing to copy")
    await store.delete(ABSENT)


@pytest.mark.parametrize(
    "name", ["", "..", "../" * 8 + "etc/passwd", "A" * 64, "0" * 63, "0" * 65, "0" * 64 + "\n", "é" * 64]
)
async def test_no_name_leads_out_of_the_store(store: FileStore, name: str) -> None:
    with pytest.raises(NotFound):
        await store.size(name)
    with pytest.raises(NotFound):
        await whole(store, name)
    with pytest.raises(NotFound):
        await store.delete(name)


async def test_a_local_copy_is_the_object_itself(store: FileStore, song: Path, tmp_path: Path) -> None:
    kept = await store.put(song)
    async with store.local_copy(kept.sha256, tmp_path / "work") as path:
        assert path.read_bytes() == SONG
    assert not (tmp_path / "work").exists()


async def test_check_leaves_nothing_behind(store: FileStore, root: Path) -> None:
    await store.check()
    assert files_below(root) == []


async def test_a_place_that_cannot_be_written_is_unavailable(tmp_path: Path, song: Path) -> None:
    (tmp_path / "objects").write_text("a file where the folder should be")
    store = FileStore(tmp_path / "objects")
    with pytest.raises(ServiceUnavailable) as refused:
        await store.check()
    assert str(tmp_path) not in str(refused.value)
    with pytest.raises(ServiceUnavailable):
        await store.put(song)


async def test_a_missing_source_is_the_callers_mistake(store: FileStore, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await store.put(tmp_path / "nothing")


def kill_in_the_middle_of_a_put(root: Path, pipe: Path) -> None:
    """Let another process keep an endless recording, and kill it when a part is copied."""
    os.mkfifo(pipe)
    program = (
        "import asyncio, sys, pathlib; from core.adapters.storage.files import FileStore;"
        "asyncio.run(FileStore(pathlib.Path(sys.argv[1])).put(pathlib.Path(sys.argv[2])))"
    )
    putting = subprocess.Popen([sys.executable, "-c", program, str(root), str(pipe)])
    try:
        with pipe.open("wb", buffering=0) as source:
            # A pipe holds 64 KiB: when this returns, the first two blocks of 1 MiB were copied.
            for _ in range(48):
                source.write(bytes(64 * 1024))
            putting.send_signal(signal.SIGKILL)
            assert putting.wait(10) == -signal.SIGKILL
    finally:
        putting.kill()
        putting.wait(10)


async def test_kill_in_the_middle_leaves_no_object(store: FileStore, root: Path, tmp_path: Path) -> None:
    kill_in_the_middle_of_a_put(root, tmp_path / "endless.m4a")
    [stray] = files_below(root)
    assert stray.parent == root / "tmp"

    assert await store.sweep_temporary(older_than=3600) == 0
    assert stray.exists()
    os.utime(stray, (0, 0))
    assert await store.sweep_temporary(older_than=3600) == 1
    assert files_below(root) == []


async def test_sweeping_a_store_that_was_never_used(store: FileStore) -> None:
    assert await store.sweep_temporary(older_than=0) == 0
