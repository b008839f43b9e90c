"""A person's own account: what they may change."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from core.chat.texts import languages
from core.conversion.preferences import Stems
from core.conversion.recipe import FASTEST, LARGEST_GUIDE, LARGEST_KEY, SLOWEST
from core.ports import AudioFormat, Quality


def _spoken(code: str) -> str:
    if code not in languages():
        raise ValueError(f"is none of: {', '.join(languages())}")
    return code


class PreferenceChanges(BaseModel):
    """How songs are to be made, and in which language we speak. Null takes a choice back to the default; what
    is left out stays."""

    model_config = ConfigDict(extra="forbid")

    language: Annotated[str, AfterValidator(_spoken)] | None = Field(
        default=None, description="One of `system/info`'s languages"
    )
    quality: Quality | None = None
    stems: Stems | None = None
    guide: int | None = Field(
        default=None, ge=0, le=LARGEST_GUIDE, description="Per cent of the voice in the instrumental"
    )
    key: int | None = Field(default=None, ge=-LARGEST_KEY, le=LARGEST_KEY, description="Semitones")
    tempo: int | None = Field(default=None, ge=SLOWEST, le=FASTEST, description="Per cent")
    format: AudioFormat | None = None


class ProfileChanges(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "Asha", "preferences": {"language": "hi", "guide": 20, "key": None}}]
        },
    )

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] | None = (
        Field(default=None, description="Null for none")
    )
    preferences: PreferenceChanges = PreferenceChanges()
