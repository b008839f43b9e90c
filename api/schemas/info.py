"""What this installation offers, as the API shows it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class SourceInfo(BaseModel):
    """A music source that is set up here."""

    source: str = Field(description="As `music/search` takes it")
    label: str = Field(description="What people know it as")


class StudioInfo(BaseModel):
    """Public configuration: what a client needs to know before it shows anything."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Melody Studio",
                    "public_url": "https://studio.example",
                    "default_language": "en",
                    "telegram": "melody_bot",
                    "whatsapp": "+14155238886",
                    "sources": [{"source": "youtube", "label": "YouTube"}],
                    "embeds": ["youtube"],
                }
            ]
        }
    )

    name: str = "Melody Studio"
    public_url: str | None = Field(description="Where others reach this studio")
    default_language: str
    telegram: str | None = Field(description="The bot's name on Telegram, without @")
    whatsapp: str | None = Field(description="The studio's number on WhatsApp, E.164")
    sources: list[SourceInfo] = Field(description="Beside the own collection")
    embeds: list[str] = Field(description="Sources whose own player may be shown: `/embed/{source}/{id}`")
