"""The librarian: what appears in the music folder appears in the catalogue."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from core.bootstrap import Services
from core.commands.up import exported, programs
from core.config import Settings
from tasks.librarian import Librarian
from tests.fixtures.importing import connected
from tests.material import ROOT
from tests.quality.sounds import tone, write_audio

pytestmark = pytest.mark.broad

PATIENCE = 60.0


@pytest.fixture
def music(tmp_path: Path) -> Path:
    music = tmp_path / "music"
    music.mkdir()
    return music


@pytest.fixture
def url(services: Services) -> str:
    return services.database.url.replace("+asyncpg", "")


def song(path: Path, title: str, frequency: float = 440.0) -> Path:
    """A file that appears whole, as a careful program writes it."""
    hidden = path.with_name(f".{path.name}")
    sound = tone(1, frequency=frequency)
    write_audio(hidden, sound, muxer="mp3", codec="libmp3lame", metadata={"title": title})
    return hidden.rename(path)


async def titles(url: str) -> set[str]:
    async with connected(url) as connection:
        return {row[0] for row in await connection.fetch("SELECT title FROM songs WHERE in_catalogue")}


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110 - what changes is in another process
            await asyncio.sleep(0.05)


@asynccontextmanager
async def at_work(librarian: Librarian) -> AsyncIterator[None]:
    async def work() -> None:
        while True:
            await librarian.step()

    tasks = [asyncio.create_task(work()), asyncio.create_task(librarian.watch())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_the_catalogue_follows_the_folder(music: Path, url: str) -> None:
    first = song(music / "first.mp3", "First")
    async with at_work(Librarian(url, music)):

        async def holds(*expected: str) -> None:
            async def same() -> bool:
                return await titles(url) == set(expected)

            await until(same)

        await holds("First")
        song(music / "second.mp3", "Second", 500)
        await holds("First", "Second")
        song(music / "second.mp3", "Second, retold", 500)
        await holds("First", "Second, retold")
        first.unlink()
        await holds("Second, retold")


async def test_a_folder_that_is_away_is_waited_for(
    music: Path, url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    song(music / "a.mp3", "A")
    away = music.rename(music.with_name("away"))
    monkeypatch.setattr("tasks.librarian.AWAY_PAUSE", 0.05)
    with caplog.at_level(logging.WARNING, "tasks.librarian"):
        async with at_work(Librarian(url, music)):

            async def told() -> bool:
                return any("can't be read" in record.getMessage() for record in caplog.records)

            await until(told)
            away.rename(music)

            async def is_there() -> bool:
                return await titles(url) == {"A"}

            await until(is_there)


async def test_two_librarians_do_the_work_once(music: Path, url: str) -> None:
    for number in range(5):
        song(music / f"{number}.mp3", f"Song {number}", 300 + 100 * number)
    tallies = await asyncio.gather(*(Librarian(url, music).look() for _ in range(2)))
    assert sorted((tally.new, tally.unchanged) for tally in tallies) == [(0, 5), (5, 0)]
    async with connected(url) as connection:
        assert await connection.fetchval("SELECT count(*) FROM songs") == 5


def test_it_runs_only_where_there_is_a_folder(music: Path, tmp_path: Path) -> None:
    assert "librarian" not in [name for name, *_ in programs(Settings.load(data_dir=tmp_path))]
    settings = Settings.load(data_dir=tmp_path, music_dir=music)
    assert [name for name, *_ in programs(settings)][-1] == "librarian"
    assert exported(settings)["MELODY_MUSIC_DIR"] == str(music)


@pytest.mark.slow
async def test_the_program_outlives_its_database_connections(music: Path, url: str) -> None:
    """Its connections are cut while it waits and while it works; SIGTERM ends it."""
    song(music / "a.mp3", "A")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tasks.librarian"),
        cwd=ROOT,
        env={**os.environ, "MELODY_DATABASE_URL": url, "MELODY_MUSIC_DIR": str(music)},
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        for number in range(3):
            title = f"Song {number}"
            song(music / f"{number}.mp3", title, 300 + 100 * number)
            async with connected(url) as connection:
                await connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

            async def is_there(title: str = title) -> bool:
                return title in await titles(url)

            await until(is_there)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@pytest.mark.slow
async def test_a_missing_folder_is_one_clear_line(url: str, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tasks.librarian"),
        cwd=ROOT,
        env={**os.environ, "MELODY_DATABASE_URL": url, "MELODY_MUSIC_DIR": str(tmp_path / "nothing")},
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 2
    assert errors.decode() == f"MELODY_MUSIC_DIR: {tmp_path / 'nothing'} is no folder\n"
