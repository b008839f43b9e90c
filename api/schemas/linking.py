"""The ways into an account, and codes that join a browser's account with a chat's."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from core.accounts.models import ChannelIdentity, User
from core.accounts.phone import hint
from core.membership.linking import CodeState, Stage

PHONE = "phone"


class Identity(BaseModel):
    """One way into the account."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "9a0d1c0e-7c56-4a0b-9d57-64c2d3a0f5b1",
                    "kind": "telegram",
                    "name": "Asha",
                    "last_seen_at": "2026-11-23T08:15:00Z",
                }
            ]
        }
    )

    id: str = Field(description="For `DELETE users/me/identities/{id}`; of the phone number it is `phone`")
    kind: str = Field(description="`phone`, or the messenger: `telegram`, `whatsapp`, `console`")
    name: str | None = Field(description="The messenger's name for the person; the end of a phone number")
    last_seen_at: datetime | None = Field(description="When they last wrote there; null for a phone number")

    @classmethod
    def of_chat(cls, identity: ChannelIdentity) -> Self:
        return cls(
            id=str(identity.id),
            kind=identity.channel,
            name=identity.display_name,
            last_seen_at=identity.last_seen_at,
        )

    @classmethod
    def of_phone(cls, user: User) -> Self:
        assert user.phone_number is not None
        return cls(id=PHONE, kind=PHONE, name=hint(user.phone_number), last_seen_at=None)


class Identities(BaseModel):
    items: list[Identity]


class OtherSide(BaseModel):
    """The chat where the code was typed."""

    kind: str = Field(description="The messenger")
    name: str | None = Field(description="What it calls the person there")


class LinkCodeState(BaseModel):
    """How far a code got."""

    id: UUID
    stage: Stage = Field(
        description="`given`: type it into the chat. `met`: it was typed; answer whether `other` is you. "
        "`agreed`: the chat has to answer. `linked`: one account. `refused`, `expired`: ask for a new code"
    )
    expires_at: datetime
    other: OtherSide | None = Field(description="Null until the code was typed")

    @classmethod
    def of(cls, state: CodeState) -> Self:
        other = None
        if state.other is not None:
            other = OtherSide(kind=state.other.channel, name=state.other.display_name)
        return cls(id=state.request_id, stage=state.stage, expires_at=state.expires_at, other=other)


class LinkCode(LinkCodeState):
    """A fresh code, shown this once."""

    code: str = Field(description="To be typed into a private chat with the bot", examples=["K7QM-2XPA"])


class LinkAnswer(BaseModel):
    agrees: bool = Field(description="Whether both accounts belong to the same person and become one")


class LinkOutcome(BaseModel):
    result: Literal["waiting", "linked", "refused"] = Field(
        description="`waiting`: the chat has not answered yet"
    )
