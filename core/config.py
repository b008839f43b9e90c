"""One typed Settings object; nothing is read at import time."""

from __future__ import annotations

import os
import re
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from core.database_url import parse_database_url
from core.errors import ConfigurationError
from core.redis_url import parse_redis_url
from core.storage_url import FilesPlace, StoragePlace, parse_storage_url

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
SOURCES = ("local", "internet_archive", "jamendo", "spotify", "youtube", "youtube_music", "lastfm")
"""All music sources there are; `local` is the operator's own catalogue."""
OTLP_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"

_DSN = re.compile(r"https?://\w+(:\w+)?@[^/@\s]+(/[^@\s]+)*/\d+")
_CONTACT = re.compile(r"mailto:[^@\s]+@[^@\s]+\.[^@\s]+|https://[^/\s]+\S*")


def default_data_dir() -> Path:
    """XDG's place for data; as root the system's."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/melody")
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "melody"


def variable_of(setting: str) -> str:
    """The variable of the environment that says it."""
    alias = Settings.model_fields[setting].validation_alias
    return alias if isinstance(alias, str) else f"MELODY_{setting.upper()}"


def _parts(value: str) -> list[str]:
    """Of a comma list."""
    return [part.strip() for part in value.split(",") if part.strip()]


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
        raise ValueError("must be an origin like https://host or http://127.0.0.1:8081, without a path")
    return value.rstrip("/")


class _SecretFiles(SecretsSettingsSource):
    """Files of which an empty one says nothing, as an empty variable does."""

    def __call__(self) -> dict[str, Any]:
        return {name: value for name, value in super().__call__().items() if value != ""}


class Settings(BaseSettings):
    """The operator's choices, from the environment or `.env`, each prefixed `MELODY_`."""

    model_config = SettingsConfigDict(
        env_prefix="MELODY_",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        env_ignore_empty=True,
        populate_by_name=True,
    )

    secrets_dir: Path | None = None
    """A folder with a file for each setting that is no business of the environment's, named like it:
    `MELODY_TELEGRAM_TOKEN`. What the environment or `.env` says goes first."""
    env: Literal["auto", "development", "production"] = "auto"
    data_dir: Path = Field(default_factory=default_data_dir)
    database_url: str | None = None
    redis_url: str | None = None
    jwt_private_key_file: Path | None = None
    """RSA keys as PEM: the first signs access tokens, all are believed. Without it we make our own."""
    storage_url: str | None = None
    models_dir: Path | None = None
    public_url: str | None = None
    public_files_url: str | None = None
    """A cache's (CDN's) origin that gets open content from `/files` here; people's own never goes there."""
    player_url: str | None = None
    """The player's origin where it is another than ours: Angular's dev server, say."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    allowed_hosts: str = "*"
    trusted_proxies: str | None = None
    """Comma list of addresses and networks (CIDR) whose X-Forwarded-For and -Proto are believed."""
    cors_origins: str | None = None
    """Comma list of origins whose pages may call the API, with access tokens and without cookies."""
    log_format: Literal["text", "json"] = "text"
    sentry_dsn: SecretStr | None = None
    """Where errors are sent, without anything of people."""
    otel_exporter_otlp_endpoint: str | None = Field(default=None, validation_alias=OTLP_ENDPOINT)
    """Where traces are sent, without anything of people; under the name that OpenTelemetry gives it."""
    default_language: str = "en"
    separator: Literal["auto", "local", "lalal", "audio_separator"] = "auto"
    """Who takes voices out. `auto`: LALAL.AI where it is configured, and this machine where it is not or is
    away; the others: that one alone."""
    lalal_license_key: SecretStr | None = None
    lalal_api_url: str = "https://www.lalal.ai"
    audio_separator_model: str = Field(default="htdemucs.yaml", pattern=r"^[^/\\]+$")
    """A model's file, as `audio-separator --list_models` names them."""
    max_song_seconds: int = Field(default=900, ge=10, le=7200)
    rate_limit_scale: float = Field(default=1.0, gt=0)
    songs_a_day: int | None = Field(default=None, ge=1)
    """How many songs each person may have made in 24 hours; without it as many as they like."""

    telegram_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    telegram_webhook_secret: SecretStr | None = None
    telegram_mode: Literal["auto", "polling", "webhook"] = "auto"

    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_webhook_key: SecretStr | None = None
    """The secret of a shared key, where Twilio signs its webhooks by one instead of the token."""
    twilio_whatsapp_from: str | None = None
    """Our number on WhatsApp, `+14155238886`, or the sender's whole address, `whatsapp:+14155238886`."""
    twilio_api_url: str = "https://api.twilio.com"
    twilio_content_url: str = "https://content.twilio.com"
    twilio_template_ready_sid: str | None = None
    """The approved template that tells people outside the 24 hours that their song is ready."""
    twilio_template_otp_sid: str | None = None
    """The approved authentication template that brings sign-in codes, to whom has asked for one there."""

    vapid_private_key_file: Path | None = None
    """The P-256 key that push services know us by, as PEM. Without it we make our own."""
    vapid_subject: str | None = None
    """Where the operators of push services can reach ours; web push is on where it is set."""

    msg91_auth_key: SecretStr | None = None
    msg91_template_id: str | None = None
    msg91_api_url: str = "https://control.msg91.com"

    music_dir: Path | None = None
    """The operator's own music, watched."""
    sources: str | None = None
    """Comma list of music sources; without it all that are configured."""
    operator_noncommercial: bool = False
    spotify_client_id: str | None = None
    spotify_client_secret: SecretStr | None = None
    spotify_api_url: str = "https://api.spotify.com"
    spotify_accounts_url: str = "https://accounts.spotify.com"
    youtube_api_key: SecretStr | None = None
    youtube_api_url: str = "https://youtube.googleapis.com"
    youtube_audio: bool = False
    lastfm_api_key: SecretStr | None = None
    lastfm_api_url: str = "https://ws.audioscrobbler.com"
    internet_archive_url: str = "https://archive.org"
    jamendo_client_id: SecretStr | None = None
    jamendo_api_url: str = "https://api.jamendo.com"

    @field_validator(
        "public_url",
        "public_files_url",
        "player_url",
        "telegram_api_url",
        "twilio_api_url",
        "twilio_content_url",
        "msg91_api_url",
        "lalal_api_url",
        "spotify_api_url",
        "spotify_accounts_url",
        "youtube_api_url",
        "lastfm_api_url",
        "internet_archive_url",
        "jamendo_api_url",
    )
    @classmethod
    def _is_origin(cls, value: str | None) -> str | None:
        return None if value is None else _origin(value)

    @field_validator("otel_exporter_otlp_endpoint")
    @classmethod
    def _is_collector(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query:
            raise ValueError("must be like http://127.0.0.1:4318")
        return value.rstrip("/")

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, value: str | None) -> str | None:
        return None if value is None else ",".join(_origin(part) for part in _parts(value))

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str | None) -> str | None:
        for part in _parts(value or ""):
            try:
                ip_network(part, strict=False)
            except ValueError:
                raise ValueError(f"{part} is no address and no network like 10.0.0.0/8") from None
        return value

    @field_validator("twilio_whatsapp_from")
    @classmethod
    def _whatsapp_address(cls, value: str | None) -> str | None:
        if value is None or value.startswith("whatsapp:"):
            return value
        return f"whatsapp:{value.strip()}"

    @field_validator("vapid_subject")
    @classmethod
    def _is_contact(cls, value: str | None) -> str | None:
        if value is not None and not _CONTACT.fullmatch(value):
            raise ValueError("must be mailto:somebody@example.org or an https:// address")
        return value

    @field_validator("sources")
    @classmethod
    def _known_sources(cls, value: str | None) -> str | None:
        unknown = set(_parts(value or "")) - set(SOURCES)
        if unknown:
            raise ValueError(f"{', '.join(sorted(unknown))} is none of: {', '.join(SOURCES)}")
        return value

    @field_validator("music_dir", "secrets_dir")
    @classmethod
    def _is_folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError(f"{value} is no folder")
        return None if value is None else value.absolute()

    @field_validator("sentry_dsn")
    @classmethod
    def _is_dsn(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _DSN.fullmatch(value.get_secret_value()):
            raise ValueError("must be as Sentry shows it, https://KEY@HOST/PROJECT")
        return value

    @field_validator("storage_url")
    @classmethod
    def _known_storage(cls, value: str | None) -> str | None:
        if value is not None:
            parse_storage_url(value)
        return value

    @field_validator("database_url")
    @classmethod
    def _postgres(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parse_database_url(value)
        return f"postgresql+asyncpg://{value.partition('://')[2]}"

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str | None) -> str | None:
        if value is not None:
            parse_redis_url(value)
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _webhook_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        secret = value.get_secret_value()
        if not 1 <= len(secret) <= 256 or not all(c.isascii() and (c.isalnum() or c in "_-") for c in secret):
            raise ValueError("must be 1 to 256 of the characters A-Z a-z 0-9 _ -")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The usual sources, and after them the files of `secrets_dir`, wherever that was set."""
        sources = (init_settings, env_settings, dotenv_settings)
        folder = next((said for source in sources if (said := source().get("secrets_dir"))), None)
        if folder is None or not Path(folder).is_dir():  # one that is set and not there is told by its check
            return sources
        return (*sources, _SecretFiles(settings_cls, secrets_dir=folder))

    @classmethod
    def load(cls, **overrides: Any) -> Settings:
        """Read the settings; raises ConfigurationError with one line that names the setting."""
        try:
            settings = cls(**{key: value for key, value in overrides.items() if value is not None})
        except ValidationError as error:
            first = error.errors()[0]
            name = "_".join(str(part) for part in first["loc"]).upper()
            name = name if name == OTLP_ENDPOINT else f"MELODY_{name}"
            reason = first["msg"].removeprefix("Value error, ")
            raise ConfigurationError(f"{name}: {reason}") from None
        except SettingsError as error:
            reason = type(error.__cause__ or error).__name__
            raise ConfigurationError(f"MELODY_SECRETS_DIR: a file there can't be read ({reason})") from None
        _ = (
            settings.whatsapp_is_on,
            settings.msg91_is_on,
            settings.engine,
        )  # they say so when something is missing
        return settings

    @cached_property
    def models_path(self) -> Path:
        return (self.models_dir or self.data_dir / "models").absolute()

    @cached_property
    def storage_place(self) -> StoragePlace:
        """Where objects are kept: in the data directory where nothing else is set."""
        if self.storage_url is None:
            return FilesPlace((self.data_dir / "objects").absolute())
        return parse_storage_url(self.storage_url)

    @cached_property
    def work_path(self) -> Path:
        """Where jobs keep their temporary files."""
        return (self.data_dir / "work").absolute()

    @cached_property
    def is_production(self) -> bool:
        if self.env != "auto":
            return self.env == "production"
        public_host = urlsplit(self.public_url).hostname if self.public_url else None
        return self.host not in LOOPBACK or (public_host is not None and public_host not in LOOPBACK)

    @property
    def public_origin(self) -> str:
        """Where others reach us, without a slash at the end: this machine alone where nothing else is set."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @cached_property
    def own_origins(self) -> frozenset[str]:
        """Whose pages may ask for what only our own pages may."""
        return frozenset([self.public_origin, *_parts(self.cors_origins or "")])

    @property
    def whatsapp_is_on(self) -> bool:
        """Whether Twilio is configured. Raises ConfigurationError when it is so by half."""
        needed = {
            "TWILIO_ACCOUNT_SID": self.twilio_account_sid,
            "TWILIO_AUTH_TOKEN": self.twilio_auth_token,
            "TWILIO_WHATSAPP_FROM": self.twilio_whatsapp_from,
        }
        missing = [name for name, value in needed.items() if value is None]
        if missing and len(missing) < len(needed):
            raise ConfigurationError(f"MELODY_{missing[0]}: is needed too, WhatsApp is configured by half")
        templates = {"READY": self.twilio_template_ready_sid, "OTP": self.twilio_template_otp_sid}
        unused = [name for name, sid in templates.items() if sid is not None]
        if missing and unused:
            raise ConfigurationError(
                f"MELODY_TWILIO_TEMPLATE_{unused[0]}_SID: is of no use without MELODY_TWILIO_ACCOUNT_SID, "
                "MELODY_TWILIO_AUTH_TOKEN and MELODY_TWILIO_WHATSAPP_FROM"
            )
        if not missing and self.public_url is None and self.is_production:
            raise ConfigurationError(
                "MELODY_PUBLIC_URL: is needed for WhatsApp: Twilio comes to this address"
            )
        return not missing

    @property
    def msg91_is_on(self) -> bool:
        """Whether text messages can be sent. Raises ConfigurationError when MSG91 is configured by half."""
        if (self.msg91_auth_key is None) is not (self.msg91_template_id is None):
            missing = "MSG91_AUTH_KEY" if self.msg91_auth_key is None else "MSG91_TEMPLATE_ID"
            raise ConfigurationError(f"MELODY_{missing}: is needed too, MSG91 is configured by half")
        return self.msg91_auth_key is not None

    @property
    def engine(self) -> str:
        """The engine for whoever chooses none. Raises ConfigurationError where its key is missing."""
        has_key = self.lalal_license_key is not None
        if self.separator == "auto":
            return "lalal" if has_key else "local"
        if self.separator == "lalal" and not has_key:
            raise ConfigurationError("MELODY_LALAL_LICENSE_KEY: is needed for MELODY_SEPARATOR=lalal")
        return self.separator

    @cached_property
    def telegram_by_webhook(self) -> bool:
        """Telegram delivers to a public https URL; without one we poll."""
        if self.telegram_mode != "auto":
            return self.telegram_mode == "webhook"
        return self.public_url is not None and self.public_url.startswith("https://")
