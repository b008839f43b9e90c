"""What is found in a folder, and what is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.catalog.importing.walk import shown, walk
from core.errors import ServiceUnavailable


def write(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def names(root: Path) -> set[str]:
    found = walk(root)
    return {path.removeprefix(found.prefix) for path in found.files}


def test_audio_by_its_extension(tmp_path: Path) -> None:
    for name in (
        "a.mp3",
        "sub/B.FLAC",
        "sub/deep/तुम.m4a",
        "cover.jpg",
        "notes.txt",
        "mp3",
        "list.m3u",
        "c.wma",
    ):
        write(tmp_path / name)
    assert names(tmp_path) == {"a.mp3", "sub/B.FLAC", "sub/deep/तुम.m4a", "c.wma"}


def test_hidden_things_are_passed_over(tmp_path: Path) -> None:
    for name in (".a.mp3", "._b.mp3", ".cache/c.mp3", "@eaDir/d.mp3", "$RECYCLE.BIN/e.mp3", "f.mp3"):
        write(tmp_path / name)
    assert names(tmp_path) == {"f.mp3"}
    assert walk(tmp_path).refused == []


def test_symbolic_links_are_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside" / "secret.mp3")
    music = tmp_path / "music"
    write(music / "a.mp3")
    (music / "loop").symlink_to(music)
    (music / "away").symlink_to(outside.parent)
    (music / "secret.mp3").symlink_to(outside)
    (music / "nowhere.mp3").symlink_to(tmp_path / "nothing")
    found = walk(music)
    assert [Path(path).name for path in found.files] == ["a.mp3"]
    assert (found.links, found.refused) == (4, [])


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    real = write(tmp_path / "real" / "a.mp3")
    (tmp_path / "music").symlink_to(real.parent)
    assert list(walk(tmp_path / "music").files) == [os.path.realpath(real)]


def test_what_is_no_file_is_refused_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    (tmp_path / "folder.mp3").mkdir()
    found = walk(tmp_path)
    assert found.files == {}
    assert found.refused == [(str(tmp_path / "pipe.mp3"), "not a regular file")]


def test_names_that_are_no_text(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/bad\xff.mp3"
    Path(os.fsdecode(name)).write_bytes(b"x")
    found = walk(tmp_path)
    assert found.files == {}
    assert found.refused == [(f"{tmp_path}/bad\ufffd.mp3", "its name is not UTF-8")]


@pytest.mark.parametrize("letter", ["d", "த"])
def test_paths_that_are_too_long_to_keep(tmp_path: Path, letter: str) -> None:
    """In letters, or in bytes, which an index counts."""
    folder, part = tmp_path, letter * (200 // len(letter.encode()))
    while len(str(folder)) < 1000 and len(str(folder).encode()) < 2500:
        folder /= part
    write(folder / "a.mp3")
    write(folder.parent.parent / "b.mp3")
    found = walk(tmp_path)
    assert [Path(path).name for path in found.files] == ["b.mp3"]
    assert [reason for _, reason in found.refused] == ["its path is too long"]


def test_a_folder_that_can_not_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permissions do not hold root back, so the system call fails here."""
    closed = write(tmp_path / "closed" / "a.mp3").parent
    write(tmp_path / "open" / "b.mp3")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path == str(closed):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = walk(tmp_path)
    assert [Path(path).name for path in found.files] == ["b.mp3"]
    assert found.refused == [(str(closed), "permission denied")]
    assert not found.knows(str(closed / "a.mp3"))
    assert found.knows(str(tmp_path / "open" / "gone.mp3"))
    assert found.knows(f"{closed}-other/a.mp3")


@pytest.mark.parametrize("name", ["nothing", "file.mp3"])
def test_a_folder_that_is_away(tmp_path: Path, name: str) -> None:
    write(tmp_path / "file.mp3")
    with pytest.raises(ServiceUnavailable):
        walk(tmp_path / name)


def test_names_are_shown_without_controls() -> None:
    assert shown("/music/a\nb\x1b[31m.mp3") == "/music/a\ufffdb\ufffd[31m.mp3"
    assert shown("/music/क्\u200dष.mp3") == "/music/क्\u200dष.mp3"
