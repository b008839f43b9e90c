"""Handing out the operator's files: those that were imported, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.adapters.sources.local_folder import LocalFolder
from core.bootstrap import Services
from core.catalog.importing.places import folder_of
from core.errors import NotFound, TooLarge
from tests.fixtures.importing import import_folder
from tests.quality.sounds import tone, write_audio

pytestmark = pytest.mark.broad

PLENTY = 10_000_000


def allowing(root: Path) -> LocalFolder:
    """A folder whose every path counts as imported: only the adapter's own rules hold."""

    async def folder_of_any(path: str) -> Path | None:
        return root

    return LocalFolder(folder_of_any)


@pytest.fixture
def music(tmp_path: Path) -> Path:
    music = tmp_path / "music"
    (music / "sub").mkdir(parents=True)
    (music / "sub" / "a.mp3").write_bytes(b"sound")
    (tmp_path / "secret.mp3").write_bytes(b"secret")
    return music


async def test_a_file_is_copied(music: Path, tmp_path: Path) -> None:
    await allowing(music).fetch(str(music / "sub" / "a.mp3"), tmp_path / "into", PLENTY)
    assert (tmp_path / "into").read_bytes() == b"sound"


@pytest.mark.parametrize(
    "path",
    [
        "{tmp}/secret.mp3",
        "{music}/../secret.mp3",
        "{music}/sub/../../secret.mp3",
        "{music}",
        "{music}/",
        "{music}/sub",
        "{music}/nothing.mp3",
        "{music}/sub/a.mp3/more",
        "{music}/linked.mp3",
        "{music}/away/secret.mp3",
        "{music}/inside/a.mp3",
        "{music}/pipe.mp3",
        "{music}-other/a.mp3",
        "sub/a.mp3",
        "/etc/passwd",
        "",
        "{music}/a\x00.mp3",
    ],
)
async def test_nothing_else_is(music: Path, tmp_path: Path, path: str) -> None:
    (music / "linked.mp3").symlink_to(tmp_path / "secret.mp3")
    (music / "away").symlink_to(tmp_path)
    (music / "inside").symlink_to(music / "sub")
    os.mkfifo(music / "pipe.mp3")
    into = tmp_path / "into"
    with pytest.raises(NotFound):
        await allowing(music).fetch(path.format(tmp=tmp_path, music=music), into, PLENTY)
    assert not into.exists()


async def test_files_that_are_too_large(music: Path, tmp_path: Path) -> None:
    into = tmp_path / "into"
    with pytest.raises(TooLarge):
        await allowing(music).fetch(str(music / "sub" / "a.mp3"), into, 4)
    assert not into.exists()
    await allowing(music).fetch(str(music / "sub" / "a.mp3"), into, 5)


async def test_only_imported_files_are_handed_out(services: Services, tmp_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    song = write_audio(music / "a.mp3", tone(1), muxer="mp3", codec="libmp3lame")
    url = services.database.url.replace("+asyncpg", "")
    await import_folder(url, music)
    (music / "new.mp3").write_bytes(song.read_bytes())

    async def listed(path: str) -> Path | None:
        return await folder_of(services.database, path)

    folder = LocalFolder(listed)
    await folder.fetch(str(song), tmp_path / "into", PLENTY)
    assert (tmp_path / "into").read_bytes() == song.read_bytes()
    with pytest.raises(NotFound):
        await folder.fetch(str(music / "new.mp3"), tmp_path / "into2", PLENTY)
    content = song.read_bytes()
    song.unlink()
    await import_folder(url, music)
    song.write_bytes(content)  # it is back, but nobody has looked yet
    with pytest.raises(NotFound):
        await folder.fetch(str(song), tmp_path / "into3", PLENTY)
