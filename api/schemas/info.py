"""What this installation offers, as the API shows it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class SourceInfo(BaseModel):
    """A music source that is set up here."""

    source: str = Field(description="As `music/search` takes it")
    label: str = Field(description="What people know it as")


class Language(BaseModel):
    code: str = Field(description="ISO 639")
    name: str = Field(description="In its own words")


class StudioInfo(BaseModel):
    """The public part of the configuration."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "phone_sign_in": True,
                    "code_channels": ["sms", "telegram"],
                    "telegram": "melody_bot",
                    "whatsapp": None,
                    "languages": [{"code": "en", "name": "English"}, {"code": "hi", "name": "हिन्दी"}],
                    "default_language": "en",
                    "max_song_seconds": 900,
                    "max_upload_bytes": 200_000_000,
                    "vapid_public_key": None,
                    "public_url": "https://songs.example",
                    "sources": [{"source": "spotify", "label": "Spotify"}],
                    "embeds": ["youtube"],
                    "engines": ["local"],
                }
            ]
        }
    )

    phone_sign_in: bool = Field(description="People can sign in by phone; else from a chat alone")
    code_channels: list[str] = Field(
        description="Where sign-in codes can be sent to; empty without phone_sign_in"
    )
    public_url: str | None = Field(description="Where others reach this studio; null for this machine alone")
    telegram: str | None = Field(description="Our name at Telegram, without @; null where there is none")
    whatsapp: str | None = Field(description="Our number at WhatsApp, E.164; null where there is none")
    languages: list[Language]
    default_language: str
    max_song_seconds: int = Field(description="The longest recording that is taken, in seconds of sound")
    max_upload_bytes: int = Field(description="The largest file that `audio/upload` takes")
    vapid_public_key: str | None = Field(
        description="`applicationServerKey` to subscribe to web push with; null where there is none"
    )
    sources: list[SourceInfo] = Field(description="Music sources besides the operator's own catalogue")
    engines: list[str] = Field(description="Who may take voices out; the first does where none is named")
    embeds: list[str] = Field(description="Sources whose own player may be shown: `/embed/{source}/{id}`")
