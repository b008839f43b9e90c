"""Signing in with a phone number, as the API takes and answers it."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from core.signin.caps import RESEND_SECONDS
from core.signin.codes import CODE_SECONDS

REQUEST_ID = "0a0f2d6c-7c55-4c1e-9f0e-3f6f2b8f5f10"


class CodeWish(BaseModel):
    """Whose phone a code is to go to."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"phone_number": "+919812345678"}]})

    phone_number: str = Field(
        description="As people type it. Without the code of a country it is an Indian number"
    )
    channel: Literal["sms", "telegram", "whatsapp"] = Field(
        default="sms",
        description="A chat gets the code only if its person has proved this number there within 30 days; "
        "else nothing comes. A text message always may be asked for",
    )


class CodeOnItsWay(BaseModel):
    """The same for every number, whether somebody has it here or not."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"request_id": REQUEST_ID, "expires_in": 300, "resend_after": 60}]}
    )

    request_id: UUID = Field(description="The code is good with this alone; keep it secret")
    expires_in: int = Field(default=int(CODE_SECONDS), description="Seconds that the code is good for")
    resend_after: int = Field(
        default=RESEND_SECONDS, description="Seconds until another code may be asked for"
    )


class CodeTyped(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"request_id": REQUEST_ID, "otp": "048392"}]})

    request_id: UUID
    otp: str = Field(max_length=64, description="The six digits; anything between them is passed over")
