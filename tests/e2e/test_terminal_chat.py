"""`melody chat`: the same conversation in a terminal, with a studio started for it and ended with it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import psutil
import pytest

from tests.conversation import songs
from tests.e2e.terminal import Terminal
from tests.fixtures.outside import outside
from tests.material import ROOT, audio_dir

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

START_SECONDS = 120.0
SONG_SECONDS = 60.0
END_SECONDS = 20.0
CTRL_C, CTRL_D, TAB = "\x03", "\x04", "\t"


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh data directory; the test fails when processes go on working on it afterwards."""
    folder = tmp_path / "data"
    for name, value in outside(folder).items():
        monkeypatch.setenv(name, value)
    yield folder
    _, left = psutil.wait_procs(processes_of(folder), END_SECONDS)
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    assert left == []


def processes_of(data_dir: Path) -> list[psutil.Process]:
    """All processes that belong to a data directory."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            line, environment = process.cmdline(), process.environ()
            if str(data_dir) in " ".join(line) or environment.get("MELODY_DATA_DIR") == str(data_dir):
                found.append(process)
    return found


def command(data_dir: Path, out: Path) -> list[str]:
    return [sys.executable, "-m", "core.cli", "chat", "--data-dir", str(data_dir), "--out", str(out)]


def test_a_piped_conversation(data_dir: Path, tmp_path: Path) -> None:
    song, out = tmp_path / "my song.m4a", tmp_path / "out"
    song.write_bytes(songs.m4a(3.0, title="Jai Ho", artist="A.R. Rahman"))
    lines = [
        "hello",
        "/quality",
        "1",
        f"send {song}",
        "/help",
        "send",
        "send /nowhere/song.mp3",
        "99",
        "quit",
    ]
    lines.append("nobody reads this")
    done = subprocess.run(
        command(data_dir, out),
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=START_SECONDS + SONG_SECONDS,
    )
    assert (done.returncode, done.stderr) == (0, "")
    (saved,) = out.iterdir()
    assert saved.name == "A.R. Rahman - Jai Ho (Instrumental).m4a"
    with av.open(saved) as container:
        assert container.metadata["title"] == "Jai Ho (Instrumental)"
        assert container.duration is not None
        assert container.duration / av.time_base == pytest.approx(3.0, abs=0.1)

    shown = [line.removeprefix("  ") for line in done.stdout.splitlines()]
    expected = [
        "What shall we sing?",
        "I found no song for “hello”.",
        "How shall I take the voice out? Now: Best.",
        "[1] Fast",
        "[2] Best",
        "From now on: Fast.",
        "♪ my song",
        "[3] Cancel",
        "Which file? For example: send ~/Music/song.mp3",
        "I can't read a file at /nowhere/song.mp3. Tab completes names.",
        "No choice here has the number 99. The numbers stand in brackets before the choices.",
    ]
    in_order = iter(shown)
    assert [line for line in expected if line not in in_order] == []
    assert "♫ Jai Ho (Instrumental)" in shown
    assert str(saved) in shown
    assert any("up to 50 MB and 15 minutes" in line for line in shown)
    assert not any("nobody" in line for line in shown)


@pytest.mark.parametrize("ending", [signal.SIGHUP, signal.SIGKILL], ids=lambda number: number.name)
def test_a_chat_that_is_killed_ends_its_studio(
    data_dir: Path, tmp_path: Path, ending: signal.Signals
) -> None:
    with subprocess.Popen(
        command(data_dir, tmp_path / "out"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as chat:
        assert chat.stdin is not None
        assert chat.stdout is not None
        assert chat.stdout.readline().strip() == "What shall we sing?"
        chat.send_signal(ending)
        chat.wait(30)


def test_a_conversation_at_a_terminal(data_dir: Path, tmp_path: Path) -> None:
    folder, out = tmp_path / "My Music", tmp_path / "out"
    folder.mkdir()
    (folder / "long song.m4a").symlink_to(audio_dir() / "lithium_full.m4a")
    (folder / "short.m4a").write_bytes(songs.m4a(2.0, title="Ilahi"))
    environment = {**os.environ, "HOME": str(tmp_path)}
    with Terminal(command(data_dir, out), ROOT, environment) as person:
        at = person.wait_for(r"What shall we sing\?[\s\S]*»", START_SECONDS)

        person.types("send ~/My" + TAB)
        at = person.wait_for("Music/", after=at)
        person.types("lo" + TAB)
        at = person.wait_for(r"ng song\.m4a", after=at)
        person.enters("")
        at = person.wait_for(r"♪ long song[\s\S]*\[1\] Cancel", after=at)
        at = person.wait_to_see(
            r"\d+ % · Taking the voice out · \d+ s left · \[1\] Cancel", SONG_SECONDS, after=at
        )
        person.enters("1")
        at = person.wait_for(r"Cancelled\.", after=at)

        person.enters(f"'{folder / 'short.m4a'}'")
        at = person.wait_for(r"♫ Ilahi \(Instrumental\)", SONG_SECONDS, after=at)
        assert [file.name for file in out.iterdir()] == ["Ilahi (Instrumental).m4a"]
        person.enters("1")
        at = person.wait_for(r"That one is finished already\.", after=at)

        person.types("never mind" + CTRL_C)
        person.types("/help\r")
        at = person.wait_for(r"up to 50 MB and 15\s+minutes", after=at)
        person.wait_to_see("»", after=at)  # typed before anybody reads, it is the end of nothing
        person.types(CTRL_D)
        assert person.process.wait(30) == 0
        assert "Traceback" not in person.shown
