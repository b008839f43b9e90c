"""What `melody up` decides before it starts anything."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from core.commands.up import _free_address, _missing, _url, exported, up
from core.config import Settings
from core.embedded.home import Home, free_port
from core.errors import ConfigurationError


def test_programs_get_the_settings_that_were_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("MELODY_TELEGRAM_TOKEN=1:secret\nMELODY_LOG_FORMAT=json\n")
    monkeypatch.setenv("MELODY_MODELS_DIR", "/models")
    monkeypatch.delenv("MELODY_SOURCES")
    assert exported(Settings.load(data_dir=Path("data"), port=8123)) == {
        "MELODY_DATA_DIR": str(tmp_path / "data"),
        "MELODY_MODELS_DIR": "/models",
        "MELODY_PORT": "8123",
        "MELODY_TELEGRAM_TOKEN": "1:secret",
        "MELODY_LOG_FORMAT": "json",
    }


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("studio.local", "http://studio.local:8000"),
    ],
)
def test_the_url_that_is_shown_can_be_opened(host: str, url: str) -> None:
    assert _url(host, 8000) == url


def test_port_zero_takes_a_free_one() -> None:
    host, port = _free_address(Settings.load(host="127.0.0.1", port=0))
    assert host == "127.0.0.1"
    assert port > 0


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1"])
def test_a_host_that_is_not_ours_is_named(host: str) -> None:
    with pytest.raises(ConfigurationError, match=f"MELODY_HOST: .*{host}"):
        _free_address(Settings.load(host=host, port=0))


def test_nobody_there_means_the_api_is_missing() -> None:
    assert _missing("127.0.0.1", free_port()) == ["api"]


def test_a_taken_port_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert up(Settings.load(data_dir=tmp_path, port=port)) == 2
    assert capsys.readouterr() == (
        "",
        f"Port {port} on 127.0.0.1 is taken by another program; choose one with --port\n",
    )
    assert Home(tmp_path).claimed_by() is None


def test_a_data_directory_that_can_not_be_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert up(Settings.load(data_dir=tmp_path / "file" / "data")) == 2
    out, errors = capsys.readouterr()
    assert out == ""
    assert errors.count("\n") == 1
    assert "can't be made" in errors


def test_a_second_one_names_the_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = Home(tmp_path)
    home.create()
    claim = home.claim()
    assert claim is not None
    try:
        assert up(Settings.load(data_dir=tmp_path, port=0)) == 2
    finally:
        claim.close()
    assert "just starting or ending" in capsys.readouterr().err
