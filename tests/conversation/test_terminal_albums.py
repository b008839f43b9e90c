"""Several files named in one line at the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.chat.texts import texts_in
from tests.conversation import songs
from tests.conversation.terminal import AtTerminal

pytestmark = pytest.mark.broad

EN = texts_in("en")


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "Tum Hi Ho.m4a", tmp_path / "Ilahi.m4a", tmp_path / "Jeena Jeena's.m4a"]
    for seed, path in enumerate(paths):
        path.write_bytes(songs.m4a(seed=seed))
    return paths


def heard(lines: list[str]) -> list[str]:
    return sorted(line for line in lines if line.startswith("♫"))


@pytest.mark.parametrize("begin", ["send ", ""])
async def test_several_paths_are_several_songs(terminal: AtTerminal, files: list[Path], begin: str) -> None:
    """Typed, or dragged in together."""
    escaped = str(files[2]).replace(" ", "\\ ").replace("'", "\\'")
    shown = await terminal.enters(f"{begin}'{files[0]}' {files[1]} {escaped}")
    assert heard(shown) == [
        "♫ Ilahi (Instrumental)", "♫ Jeena Jeena's (Instrumental)", "♫ Tum Hi Ho (Instrumental)",
    ]  # fmt: skip
    assert "0 of 3 ready" in shown
    assert sum("Cancel all" in line for line in shown) == 1


async def test_one_path_with_spaces_is_one_song(terminal: AtTerminal, files: list[Path]) -> None:
    for line in (f"send {files[0]}", f"send '{files[0]}'", f"send {files[2]}"):
        shown = await terminal.enters(line)
        assert len(heard(shown)) == 1
        assert not any("Cancel all" in line for line in shown)


async def test_a_path_to_nothing_is_named_and_none_is_sent(terminal: AtTerminal, files: list[Path]) -> None:
    missing = files[1].with_name("missing.m4a")
    shown = await terminal.enters(f"send {files[1]} {missing}")
    assert shown == [EN.say("console-no-file", path=missing)]
