"""`melody catalog import` from outside: exit codes, what it says, interruption, and servers of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.commands.catalog import import_catalog
from core.config import Settings
from core.errors import ServiceUnavailable
from tests.fixtures.importing import connected, write_rows
from tests.material import ROOT
from tests.quality.sounds import tone, write_audio

pytestmark = pytest.mark.broad

COMMAND = [sys.executable, "-m", "core.cli", "catalog", "import"]


def run(path: Path, database_url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, str(path)],
        cwd=ROOT,
        env={**os.environ, "MELODY_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def start(path: Path, database_url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, str(path)],
        cwd=ROOT,
        env={**os.environ, "MELODY_DATABASE_URL": database_url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_nothing_to_import_is_wrong_usage(
    tmp_path: Path, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings.load(data_dir=tmp_path / "data", database_url=database_url)
    (tmp_path / "songs.csv").write_text("title\n")
    (tmp_path / "songs.jsonl.gz").write_text("")
    os.mkfifo(tmp_path / "pipe.jsonl")
    for name, reason in {
        "nothing.jsonl": "there is no such file or folder",
        "songs.csv": "neither a folder nor a .jsonl file of songs",
        "songs.jsonl.gz": "neither a folder nor a .jsonl file of songs",
        "pipe.jsonl": "neither a folder nor a .jsonl file of songs",
        "x" * 300: "file name too long",
        "a\x1b[31m\udcff": "a\ufffd[31m\ufffd: there is no such file or folder",
    }.items():
        assert import_catalog(settings, tmp_path / name) == 2
        shown = capsys.readouterr()
        assert (shown.out, shown.err.count("\n")) == ("", 1)
        assert reason in shown.err


def test_no_path_is_wrong_usage() -> None:
    shown = subprocess.run(COMMAND, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert shown.returncode == 2
    assert "Traceback" not in shown.stderr


@pytest.mark.slow
def test_exit_codes_and_what_is_said(tmp_path: Path, database_url: str) -> None:
    path = write_rows(tmp_path / "songs.jsonl", [{"title": "A"}, {"title": "B"}])
    shown = run(path, database_url)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert re.fullmatch(
        r"2 lines: 2 new, 0 changed, 0 unchanged, 0 refused \(\d+\.\d s, [\d,]+ rows per second\)\n",
        shown.stdout,
    )
    write_rows(path, [{"title": "A"}, b"{", {"title": "B"}, {"title": "A"}])
    shown = run(path, database_url)
    assert shown.returncode == 1
    assert shown.stderr == "line 2: not JSON\nline 4: the same song as on an earlier line\n"
    assert shown.stdout.startswith("4 lines: 0 new, 0 changed, 2 unchanged, 1 repeated, 1 refused (")


@pytest.mark.slow
def test_a_folder(tmp_path: Path, database_url: str) -> None:
    music = tmp_path / "music"
    music.mkdir()
    write_audio(music / "a.mp3", tone(1), muxer="mp3", codec="libmp3lame", metadata={"title": "A"})
    (music / "b.mp3").write_bytes(b"")
    shown = run(music, database_url)
    assert shown.returncode == 1
    assert shown.stderr == f"{music}/b.mp3: the file is empty\n"
    assert shown.stdout.startswith("2 files: 1 new, 0 changed, 0 unchanged, 1 refused (")


def test_a_database_that_is_away_is_one_clear_line(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "songs.jsonl", [{"title": "A"}])
    settings = Settings.load(data_dir=tmp_path, database_url="postgresql://nobody:wrong@127.0.0.1:9/none")
    with pytest.raises(ServiceUnavailable, match="does not answer"):
        import_catalog(settings, path)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_interrupted_anywhere_the_next_run_goes_on(
    tmp_path: Path, database_url: str, number: signal.Signals
) -> None:
    """The signal reaches the whole group of processes, as Ctrl-C in a terminal does."""
    count = 12_000
    path = write_rows(tmp_path / "songs.jsonl", [{"title": f"Song number {n}"} for n in range(count)])
    process = start(path, database_url)
    async with connected(database_url) as connection:
        while not await connection.fetchval("SELECT EXISTS (SELECT FROM song_keys)"):
            assert process.poll() is None, "it ended before it could be interrupted"
        os.killpg(process.pid, number)
        out, errors = process.communicate(timeout=60)
        if number != signal.SIGKILL:
            assert process.returncode == 130
            assert out == ""
            assert errors.splitlines()[-1] == (
                "Interrupted. What was written stays; the same command goes on from there."
            )
            assert "Traceback" not in errors
        written = await connection.fetchval("SELECT count(*) FROM songs")
        assert 0 < written < count
        assert written % 2_000 == 0  # whole batches only
        shown = run(path, database_url)
        assert shown.returncode == 0
        assert f" {count - written:,} new, 0 changed, {written:,} unchanged, 0 refused" in shown.stdout
        assert await connection.fetchval("SELECT count(DISTINCT title) FROM songs") == count
        assert await connection.fetchval("SELECT count(*) FROM songs") == count
        assert await connection.fetchval("SELECT count(DISTINCT song_id) FROM song_keys") == count


@pytest.mark.slow
def test_with_servers_of_its_own(tmp_path: Path) -> None:
    """Without any server configured or running."""
    path = write_rows(tmp_path / "songs.jsonl", [{"title": "A"}])
    for expected in ("1 new", "1 unchanged"):
        shown = subprocess.run(
            [*COMMAND, str(path), "--data-dir", str(tmp_path / "data")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert shown.returncode == 0, shown.stderr
        assert expected in shown.stdout
