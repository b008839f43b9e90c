"""Settings: what is read, what is refused, and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.config import Settings
from core.errors import ConfigurationError


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_nothing_needs_to_be_set() -> None:
    settings = Settings.load()
    assert settings.database_url is None
    assert settings.telegram_token is None
    assert not settings.is_production


def test_environment_and_dotenv_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MELODY_PORT=9001\nMELODY_DEFAULT_LANGUAGE=hi\nUNRELATED=1\n")
    monkeypatch.setenv("MELODY_PORT", "9002")
    settings = Settings.load()
    assert (settings.port, settings.default_language) == (9002, "hi")


@pytest.mark.parametrize(
    ("url", "driver_url"),
    [
        ("postgresql://u:p@h/db", "postgresql+asyncpg://u:p@h/db"),
        ("postgres://u@h:5433/db", "postgresql+asyncpg://u@h:5433/db"),
        ("postgresql+asyncpg://u@h/db", "postgresql+asyncpg://u@h/db"),
    ],
)
def test_the_driver_is_ours_to_choose(url: str, driver_url: str) -> None:
    assert Settings.load(database_url=url).database_url == driver_url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("DATABASE_URL", "mysql://x"),
        ("REDIS_URL", "http://x"),
        ("STORAGE_URL", "file://relative"),
        ("PUBLIC_URL", "https://host/with/path"),
        ("PUBLIC_URL", "host"),
        ("TELEGRAM_API_URL", "ftp://host"),
        ("TELEGRAM_MODE", "sometimes"),
        ("TELEGRAM_WEBHOOK_SECRET", "no spaces allowed"),
        ("SEPARATOR", "magic"),
        ("RATE_LIMIT_SCALE", "0"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"MELODY_{name}", value)
    with pytest.raises(ConfigurationError) as raised:
        Settings.load()
    assert raised.value.detail.startswith(f"MELODY_{name}: ")
    assert "\n" not in raised.value.detail


def test_secrets_come_from_files_named_like_their_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "MELODY_TELEGRAM_TOKEN").write_text("123456:HUSHHUSH\n")
    (secrets / "melody_database_url").write_text("postgresql://u:p@h/db\n")
    (secrets / "MELODY_LASTFM_API_KEY").write_text("")
    (secrets / "MELODY_DEFAULT_LANGUAGE").write_text("hi")
    monkeypatch.setenv("MELODY_SECRETS_DIR", str(secrets))
    monkeypatch.setenv("MELODY_DEFAULT_LANGUAGE", "ta")
    settings = Settings.load()
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == "123456:HUSHHUSH"
    assert settings.database_url == "postgresql+asyncpg://u:p@h/db"
    assert settings.lastfm_api_key is None
    assert settings.default_language == "ta"


def test_dotenv_may_name_the_folder_of_secrets(tmp_path: Path) -> None:
    (tmp_path / "MELODY_PORT").write_text("9003")
    (tmp_path / ".env").write_text(f"MELODY_SECRETS_DIR={tmp_path}\n")
    assert Settings.load().port == 9003


def test_a_folder_of_secrets_that_is_not_there_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MELODY_SECRETS_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(ConfigurationError, match=r"^MELODY_SECRETS_DIR: .* is no folder$"):
        Settings.load()


def test_a_secret_that_is_no_text_is_told_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "MELODY_TELEGRAM_TOKEN").write_bytes(b"\xff\xfe")
    monkeypatch.setenv("MELODY_SECRETS_DIR", str(tmp_path))
    with pytest.raises(ConfigurationError) as raised:
        Settings.load()
    assert raised.value.detail == "MELODY_SECRETS_DIR: a file there can't be read (UnicodeDecodeError)"


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELODY_TELEGRAM_TOKEN", "123456:HUSHHUSH")
    assert "HUSH" not in repr(Settings.load())


@pytest.mark.parametrize(
    ("set_to", "is_production"),
    [
        ({}, False),
        ({"host": "0.0.0.0"}, True),
        ({"public_url": "https://songs.example"}, True),
        ({"public_url": "http://localhost:8000"}, False),
        ({"host": "0.0.0.0", "env": "development"}, False),
        ({"env": "production"}, True),
    ],
)
def test_production_is_what_others_can_reach(set_to: dict[str, str], is_production: bool) -> None:
    assert Settings.load(**set_to).is_production is is_production


@pytest.mark.parametrize(
    ("public_url", "mode", "by_webhook"),
    [
        (None, "auto", False),
        ("http://localhost:8000", "auto", False),
        ("https://songs.example", "auto", True),
        ("https://songs.example", "polling", False),
        ("http://localhost:8000", "webhook", True),
    ],
)
def test_telegram_comes_by_webhook_where_it_can(public_url: str | None, mode: str, by_webhook: bool) -> None:
    assert Settings.load(public_url=public_url, telegram_mode=mode).telegram_by_webhook is by_webhook


@pytest.mark.parametrize(
    ("separator", "key", "engine"),
    [("auto", None, "local"), ("auto", "key", "lalal"), ("local", "key", "local"), ("lalal", "key", "lalal")],
)
def test_who_takes_voices_out(
    monkeypatch: pytest.MonkeyPatch, separator: str, key: str | None, engine: str
) -> None:
    monkeypatch.setenv("MELODY_SEPARATOR", separator)
    if key is not None:
        monkeypatch.setenv("MELODY_LALAL_LICENSE_KEY", key)
    assert Settings.load().engine == engine


def test_an_engine_without_its_key_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELODY_SEPARATOR", "lalal")
    with pytest.raises(ConfigurationError, match="MELODY_LALAL_LICENSE_KEY: "):
        Settings.load()


@pytest.mark.parametrize(
    ("given", "missing"), [("AUTH_KEY", "MSG91_TEMPLATE_ID"), ("TEMPLATE_ID", "MSG91_AUTH_KEY")]
)
def test_msg91_by_half_names_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, given: str, missing: str
) -> None:
    monkeypatch.setenv(f"MELODY_MSG91_{given}", "something")
    with pytest.raises(ConfigurationError, match=f"MELODY_{missing}: "):
        Settings.load()


@pytest.mark.parametrize("template", ["READY", "OTP"])
def test_a_template_without_twilio_is_told(monkeypatch: pytest.MonkeyPatch, template: str) -> None:
    monkeypatch.setenv(f"MELODY_TWILIO_TEMPLATE_{template}_SID", "HX1")
    with pytest.raises(ConfigurationError, match=f"MELODY_TWILIO_TEMPLATE_{template}_SID: .*ACCOUNT_SID"):
        Settings.load()
