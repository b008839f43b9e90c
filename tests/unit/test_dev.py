"""What `melody dev` decides before it starts anything."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from watchfiles import Change

from core.commands import sandbox
from core.commands.dev import dev
from core.commands.sandbox import MARK, SPARED, empty, read_settings, sandboxed, use_in_earnest
from core.commands.watch_sources import Sources, watched
from core.config import Settings
from core.embedded.home import Home
from core.errors import ConfigurationError
from core.player import player_url
from tests.material import ROOT


@pytest.fixture
def somebodys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a studio in earnest, from everywhere they may come from."""
    for name in [name for name in os.environ if name.startswith("MELODY_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("MELODY_LASTFM_API_KEY=somebodys\nMELODY_DEFAULT_LANGUAGE=hi\n")
    monkeypatch.setenv("MELODY_TELEGRAM_TOKEN", "1:somebodys")
    monkeypatch.setenv("melody_sentry_dsn", "https://key@crashes.example/1")
    monkeypatch.setenv("MELODY_TEST_AUDIO_DIR", "/audio")
    return Settings.load(data_dir=tmp_path / "data", port=8123, database_url="postgresql://localhost/songs")


def test_no_account_reaches_the_stand_ins(somebodys: Settings, tmp_path: Path) -> None:
    made = sandboxed(somebodys)
    assert made.model_fields_set == {"data_dir", "models_dir", "port", "default_language"}
    assert (made.port, made.default_language, made.data_dir) == (8123, "hi", tmp_path / "data")
    assert [name for name in os.environ if name.upper().startswith("MELODY_")] == ["MELODY_TEST_AUDIO_DIR"]


def test_without_a_choice_the_sandbox_is_inside_the_usual_place(
    somebodys: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    made = sandboxed(Settings.load())
    assert (made.data_dir, made.models_path) == (tmp_path / "melody/mocks", tmp_path / "melody/models")


def test_a_studio_in_earnest_is_left_alone(somebodys: Settings, tmp_path: Path) -> None:
    earnest = Home(tmp_path / "data")
    earnest.create()
    (earnest.root / "objects").mkdir()
    assert sandboxed(somebodys).data_dir == tmp_path / "data" / "mocks"
    with pytest.raises(ConfigurationError, match="holds other things"):
        empty(earnest)
    assert (earnest.root / "objects").is_dir()


def test_a_sandbox_forgets_all_but_its_models(tmp_path: Path) -> None:
    home = Home(tmp_path / "data")
    home.create()
    empty(home)
    for name in ("objects", "models"):
        (home.root / name).mkdir()
        (home.root / name / "file").touch()
    (home.root / "up.lock").touch()
    (tmp_path / "elsewhere").mkdir()
    (home.root / "link").symlink_to(tmp_path / "elsewhere")
    empty(home)
    assert {entry.name for entry in home.root.iterdir()} == SPARED
    assert (home.root / "models" / "file").exists()
    assert (tmp_path / "elsewhere").is_dir()


def test_a_sandbox_that_is_used_in_earnest_is_none_any_more(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.create()
    empty(home)
    use_in_earnest(home)
    (tmp_path / "pg18").mkdir()
    assert not (tmp_path / MARK).exists()
    with pytest.raises(ConfigurationError):
        empty(home)


def test_an_installed_studio_says_that_it_has_no_stand_ins(
    somebodys: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "ROOT", tmp_path)
    with pytest.raises(ConfigurationError, match=r"--mocks.* takes the whole repository"):
        dev(somebodys, with_stand_ins=True)
    assert os.environ["MELODY_TELEGRAM_TOKEN"] == "1:somebodys"


def test_settings_are_told_in_json_and_nothing_else_is() -> None:
    assert read_settings('{"MELODY_TELEGRAM_TOKEN": "1:x"}') == {"MELODY_TELEGRAM_TOKEN": "1:x"}
    assert read_settings("Stand-ins of all services") is None


@pytest.mark.parametrize("path", ["core/errors.py", "core/chat/texts/hi.po", "api/static/home.css"])
def test_what_programs_are_made_of_is_followed(path: str) -> None:
    assert Sources()(Change.modified, str(ROOT / path))


@pytest.mark.parametrize(
    "path", ["core/__pycache__/errors.cpython-311.pyc", "core/.errors.py.swp", "core/errors.py~", "core/4913"]
)
def test_what_lies_beside_them_is_not(path: str) -> None:
    assert not Sources()(Change.modified, str(ROOT / path))


def test_all_programs_are_watched() -> None:
    names = {place.name for place in watched(ROOT)}
    assert names == {"api", "bot", "core", "tasks", "angular.json", "package-lock.json", "proxy.mjs"}


def test_links_lead_to_the_player_wherever_it_is(tmp_path: Path) -> None:
    elsewhere = Settings.load(player_url="http://127.0.0.1:4200/")
    assert player_url(elsewhere, tmp_path) == "http://127.0.0.1:4200"
    assert player_url(Settings.load(), tmp_path) is None
