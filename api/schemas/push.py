"""Browsers that are told when nobody looks."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from core.push.models import PushSubscription
from core.push.subscriptions import LONGEST_ENDPOINT


class PushKeys(BaseModel):
    p256dh: str = Field(max_length=100, description="The browser's public key, URL-safe base64")
    auth: str = Field(max_length=30, description="Its secret, URL-safe base64")


class NewSubscription(BaseModel):
    """What `PushSubscription.toJSON()` says."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "endpoint": "https://fcm.googleapis.com/fcm/send/dpH5lCsTSSM:APA91b",
                    "expirationTime": None,
                    "keys": {
                        "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAk"
                        "j7I99e8QcYP7DkM",
                        "auth": "tBHItJI5svbpez7KI4CCXg",
                    },
                }
            ]
        }
    )

    endpoint: str = Field(max_length=LONGEST_ENDPOINT, description="Of a known browser maker's push service")
    keys: PushKeys


class Subscription(BaseModel):
    id: UUID
    service: str = Field(description="The push service's host", examples=["fcm.googleapis.com"])
    created_at: datetime
    is_here: bool = Field(description="Made in the session that asks")

    @classmethod
    def of(cls, row: PushSubscription, session_id: UUID) -> Self:
        return cls(
            id=row.id,
            service=urlsplit(row.endpoint).hostname or "",
            created_at=row.created_at,
            is_here=row.session_id == session_id,
        )


class Subscriptions(BaseModel):
    items: list[Subscription] = Field(description="The newest first; at most 20")
