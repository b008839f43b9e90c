"""People, and the chat accounts through which they are known."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db.base import Base, Created, Identified, Updated

UNLIMITED = -1
"""In `User.songs_a_day`: as many as they like."""


class User(Identified, Created, Updated, Base):
    __tablename__ = "users"
    __table_args__ = (Index(None, "phone_number"), Index(None, "created_at"))

    phone_number: Mapped[str | None] = mapped_column(String(15), unique=True)
    """E.164; null while only a chat identity is known."""
    number_proved_at: Mapped[datetime | None]
    """When the person last showed that a number is theirs; stays where the number goes."""
    country_code: Mapped[str | None] = mapped_column(String(5))
    is_verified: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    name: Mapped[str | None] = mapped_column(String(200))
    avatar_url: Mapped[str | None]
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """`language` (BCP 47), `quality` (core.ports.Quality); a missing key means the default."""
    last_login_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    """Since when the operator keeps the person out; what is theirs stays."""
    songs_a_day: Mapped[int | None]
    """How many this person may have made in 24 hours, or UNLIMITED; null: as many as everybody."""


class ChannelIdentity(Identified, Created, Base):
    """One person's account at one messenger."""

    __tablename__ = "channel_identities"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index(None, "user_id"),
        Index(None, "phone_number"),
    )

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(100))
    display_name: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(35))
    """The messenger's own setting, BCP 47; followed until the person chooses."""
    phone_number: Mapped[str | None] = mapped_column(String(15))
    """E.164: the number that the messenger vouches for, as of `number_proved_at`."""
    number_proved_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    """Since when the person does not want to hear from us there."""
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())

    user: Mapped[User] = relationship(lazy="raise")


class RememberedAnswer(Created, Base):
    """What a request with an `Idempotency-Key` was answered, for whoever sends it once more within a day."""

    __tablename__ = "remembered_answers"
    __table_args__ = (Index(None, "created_at"),)

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256 of what was asked."""
    answer: Mapped[str | None] = mapped_column(Text)
    """JSON, as it was sent. Null only inside the transaction that is at it."""
