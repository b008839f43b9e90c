"""A folder of music and the catalogue: new, changed, renamed, copied, broken and deleted files."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.bootstrap import Services
from core.catalog.importing import reading
from core.catalog.importing.folder import FolderImport
from core.catalog.importing.tally import Tally
from core.errors import ServiceUnavailable
from tests.fixtures.importing import KeysHere, connected, import_folder, import_rows
from tests.material import audio_dir
from tests.quality.sounds import tone, write_audio

pytestmark = pytest.mark.broad


@dataclass(frozen=True)
class Row:
    song_id: uuid.UUID
    title: str
    artist: str
    in_catalogue: bool
    can_fetch: bool


class Folder:
    """A music folder and what the catalogue says about it."""

    def __init__(self, root: Path, url: str) -> None:
        self.root = root
        self.url = url
        root.mkdir()

    def song(self, name: str, *, frequency: float = 440.0, **tags: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        sound = tone(1, frequency=frequency)
        return write_audio(path, sound, muxer="mp3", codec="libmp3lame", metadata=tags)

    async def look(self, importing: FolderImport | None = None) -> Tally:
        return await import_folder(self.url, self.root, importing)

    async def rows(self) -> dict[str, Row]:
        """The listed files, by path in the folder."""
        async with connected(self.url) as connection:
            found = await connection.fetch(
                "SELECT external_id, song_id, title, artist, in_catalogue, can_fetch"
                " FROM song_sources JOIN songs ON songs.id = song_id WHERE source = 'folder'"
            )
        return {os.path.relpath(path, self.root): Row(*rest) for path, *rest in found}

    async def value(self, query: str) -> Any:
        async with connected(self.url) as connection:
            return await connection.fetchval(query)


@pytest.fixture
def folder(services: Services, tmp_path: Path) -> Folder:
    return Folder(tmp_path / "music", services.database.url.replace("+asyncpg", ""))


def counts(tally: Tally) -> tuple[int, int, int, int, int]:
    return tally.new, tally.changed, tally.unchanged, tally.gone, tally.refused


async def test_files_become_songs(folder: Folder) -> None:
    path = folder.song(
        "film/tum.mp3",
        title="तुम ही हो",
        artist="Arijit Singh",
        album="Aashiqui 2",
        date="2013",
        genre="Film; Ballad",
        language="hin",
    )
    folder.song("Кино - Группа крови.mp3")
    folder.song("Track 01.mp3", title="Track 01", artist="<unknown>")
    (folder.root / "cover.jpg").write_bytes(b"no song")
    assert counts(await folder.look()) == (3, 0, 0, 0, 0)
    rows = await folder.rows()
    assert (rows["film/tum.mp3"].title, rows["film/tum.mp3"].artist) == ("तुम ही हो", "Arijit Singh")
    kino = rows["Кино - Группа крови.mp3"]
    assert (kino.title, kino.artist) == ("Группа крови", "Кино")
    assert (rows["Track 01.mp3"].title, rows["Track 01.mp3"].artist) == ("Track 01", "")
    assert all(row.in_catalogue and row.can_fetch for row in rows.values())
    async with connected(folder.url) as connection:
        song = await connection.fetchrow("SELECT * FROM songs WHERE title = 'तुम ही हो'")
        listing = await connection.fetchrow("SELECT * FROM song_sources WHERE song_id = $1", song["id"])
    assert (song["album"], song["release_year"], song["language"]) == ("Aashiqui 2", 2013, "hi")
    assert (song["genre"], song["duration"]) == (["Film", "Ballad"], 1)
    facts = json.loads(listing["facts"])
    assert (facts["size"], facts["root"]) == (path.stat().st_size, str(folder.root))
    assert listing["external_id"] == str(path)


async def test_a_real_file(services: Services, folder: Folder) -> None:
    shutil.copy(audio_dir() / "lithium_full.m4a", folder.root)
    await folder.look()
    row = (await folder.rows())["lithium_full.m4a"]
    assert (row.title, row.artist) == ("Lithium", "ichbinsoftware")


async def test_what_is_as_it_was_is_not_opened(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.song("a.mp3", title="A")
    await folder.look()

    def opened(*arguments: object) -> None:
        raise AssertionError("a file was opened")

    monkeypatch.setattr(reading, "read_file", opened)
    assert counts(await folder.look()) == (0, 0, 1, 0, 0)


async def test_edited_tags_change_the_song(folder: Folder) -> None:
    folder.song("a.mp3", title="Before")
    await folder.look()
    before = (await folder.rows())["a.mp3"]
    folder.song("a.mp3", title="Afterwards", artist="Somebody")
    assert counts(await folder.look()) == (0, 1, 0, 0, 0)
    after = (await folder.rows())["a.mp3"]
    assert (after.song_id, after.title, after.artist) == (before.song_id, "Afterwards", "Somebody")
    assert await folder.value("SELECT count(*) FROM song_keys WHERE folded LIKE 'before%'") == 0


async def test_a_deleted_file_hides_its_song_and_brings_it_back(folder: Folder, tmp_path: Path) -> None:
    path = folder.song("a.mp3", title="A")
    folder.song("b.mp3", title="B", frequency=500)
    await folder.look()
    before = await folder.rows()
    kept = shutil.move(path, tmp_path / "kept")
    assert counts(await folder.look()) == (0, 0, 1, 1, 0)
    gone = (await folder.rows())["a.mp3"]
    assert (gone.song_id, gone.in_catalogue, gone.can_fetch) == (before["a.mp3"].song_id, False, False)
    assert (await folder.rows())["b.mp3"] == before["b.mp3"]
    assert counts(await folder.look()) == (0, 0, 1, 0, 0)
    shutil.move(kept, path)
    await folder.look()
    assert await folder.rows() == before


async def test_a_renamed_file_stays_its_song(folder: Folder) -> None:
    path = folder.song("a.mp3", title="A")
    await folder.look()
    before = (await folder.rows())["a.mp3"]
    path.rename(folder.root / "renamed.mp3")
    assert counts(await folder.look()) == (1, 0, 0, 1, 0)
    rows = await folder.rows()
    assert rows["renamed.mp3"] == before
    assert not rows["a.mp3"].can_fetch
    assert await folder.value("SELECT count(*) FROM songs") == 1


async def test_files_that_change_names_with_each_other(folder: Folder) -> None:
    first, second = folder.song("a.mp3", title="A"), folder.song("b.mp3", title="B", frequency=500)
    await folder.look()
    before = await folder.rows()
    between = first.rename(folder.root / "between")
    second.rename(first)
    between.rename(second)
    await folder.look()
    after = await folder.rows()
    assert (after["a.mp3"], after["b.mp3"]) == (before["b.mp3"], before["a.mp3"])


async def test_the_same_bytes_twice_are_one_song(folder: Folder) -> None:
    path = folder.song("a.mp3", title="A")
    copy = folder.root / "sub" / "copy.mp3"
    copy.parent.mkdir()
    shutil.copy(path, copy)
    assert counts(await folder.look()) == (2, 0, 0, 0, 0)
    rows = await folder.rows()
    assert rows["a.mp3"].song_id == rows["sub/copy.mp3"].song_id
    path.unlink()
    await folder.look()
    assert (await folder.rows())["sub/copy.mp3"].in_catalogue  # the other file still lists it
    folder.song("a.mp3", title="A")
    await folder.look()
    folder.song("a.mp3", title="Another")  # now their tags differ
    await folder.look()
    rows = await folder.rows()
    assert (rows["a.mp3"].title, rows["sub/copy.mp3"].title) == ("Another", "A")


async def test_broken_files_are_told_once_and_the_rest_goes_in(folder: Folder) -> None:
    good = folder.song("good.mp3", title="Good")
    (folder.root / "empty.mp3").write_bytes(b"")
    (folder.root / "text.mp3").write_bytes(b"just a text")
    (folder.root / "cut.flac").write_bytes(b"fLaC" + bytes(50))
    (folder.root / "old.wma").write_bytes(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(100))
    shutil.copy(good, folder.root / "wrong extension.ogg")
    importing = FolderImport(KeysHere())
    tally = await folder.look(importing)
    assert counts(tally) == (2, 0, 0, 0, 4)
    assert sorted(remark.removeprefix(f"{folder.root}/") for remark in tally.remarks) == [
        "cut.flac: damaged, or no sound inside",
        "empty.mp3: the file is empty",
        "old.wma: WMA is not supported",
        "text.mp3: no audio, whatever its name says",
    ]
    assert counts(await folder.look(importing)) == (0, 0, 2, 0, 0)
    folder.song("text.mp3", title="Mended", frequency=500)
    assert counts(await folder.look(importing)) == (1, 0, 2, 0, 0)
    assert counts(await folder.look()) == (0, 0, 3, 0, 3)  # another process is told again


async def test_a_song_whose_file_breaks_leaves_the_catalogue(folder: Folder) -> None:
    path = folder.song("a.mp3", title="A")
    await folder.look()
    path.write_bytes(b"oops")
    assert counts(await folder.look()) == (0, 0, 0, 0, 1)
    row = (await folder.rows())["a.mp3"]
    assert (row.in_catalogue, row.can_fetch) == (False, False)


async def test_tags_in_other_charsets(folder: Folder) -> None:
    """ID3v1 knows no charsets at all."""
    path = folder.root / "a.mp3"
    write_audio(path, tone(1), muxer="mp3", codec="libmp3lame", muxer_options={"id3v2_version": "0"})
    latin = "Группа крови".encode("cp1251").ljust(30, b"\0") + "Кино".encode("cp1251").ljust(30, b"\0")
    with path.open("ab") as file:
        file.write(b"TAG" + latin + bytes(64) + b"\x11")
    await folder.look()
    row = (await folder.rows())["a.mp3"]
    assert (row.title, row.artist) == ("Группа крови", "Кино")


async def test_a_folder_that_is_away_changes_nothing(folder: Folder) -> None:
    folder.song("a.mp3", title="A")
    await folder.look()
    before = await folder.rows()
    folder.root.rename(folder.root.with_name("elsewhere"))
    with pytest.raises(ServiceUnavailable):
        await folder.look()
    assert await folder.rows() == before


async def test_a_folder_that_was_moved(folder: Folder) -> None:
    folder.song("a.mp3", title="A")
    await folder.look()
    before = (await folder.rows())["a.mp3"]
    old, folder.root = folder.root, folder.root.rename(folder.root.with_name("elsewhere"))
    await folder.look()
    rows = await folder.rows()
    assert rows["a.mp3"] == before
    assert not rows[os.path.relpath(old / "a.mp3", folder.root)].can_fetch


async def test_a_song_that_is_listed_elsewhere_stays_in_the_catalogue(folder: Folder, tmp_path: Path) -> None:
    path = folder.song("a.mp3", title="A")
    await folder.look()
    await import_rows(folder.url, tmp_path / "a.jsonl", [{"title": "A"}])
    async with connected(folder.url) as connection:
        await connection.execute(
            "UPDATE song_sources SET song_id = (SELECT song_id FROM song_sources WHERE source = 'folder')"
        )
    path.unlink()
    await folder.look()
    row = (await folder.rows())["a.mp3"]
    assert (row.in_catalogue, row.can_fetch) == (True, False)
