"""Who is signed in, as the API shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from core.accounts.models import User
from core.signin.tokens import ACCESS_SECONDS

USER: JsonDict = {
    "id": "5b1f4a52-6f39-4a57-8f6e-0d1c8a2f9e11",
    "phone_number": "+919812345678",
    "country_code": "+91",
    "is_verified": True,
    "name": "Asha",
    "avatar_url": None,
    "preferences": {"language": "hi"},
    "created_at": "2026-11-23T08:15:00Z",
}


class UserItem(BaseModel):
    """A person's account, as they see it themselves."""

    model_config = ConfigDict(json_schema_extra={"examples": [USER]})

    id: UUID
    phone_number: str | None = Field(description="E.164; null until it is proved")
    country_code: str | None = Field(description="Calling code, as `+91`")
    is_verified: bool = Field(description="The phone number is proved")
    name: str | None
    avatar_url: str | None
    preferences: dict[str, object] = Field(description="What the person chose; a missing key is the default")
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(
            id=user.id,
            phone_number=user.phone_number,
            country_code=user.country_code,
            is_verified=user.is_verified,
            name=user.name,
            avatar_url=user.avatar_url,
            preferences=user.preferences,
            created_at=user.created_at,
        )


class SignedIn(BaseModel):
    """Somebody is signed in; the refresh token is in a cookie that scripts do not see."""

    access_token: str = Field(description="Goes into `Authorization: Bearer …`")
    token_type: Literal["bearer"] = "bearer"
    expires_in: int = Field(default=ACCESS_SECONDS, description="Seconds that the access token is good for")
    user: UserItem


class NativeSignedIn(SignedIn):
    """With `?client=native`: the refresh token is here and in no cookie."""

    refresh_token: str = Field(description="Good once, for `POST auth/refresh-token`; keep it secret")
