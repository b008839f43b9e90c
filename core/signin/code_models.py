"""Codes that prove a phone number."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Created, Identified
from core.db.lease import Leased


class PhoneCode(Identified, Created, Leased, Base):
    """A code that somebody asked for: six digits, on their way or waiting to be typed in.

    The row alone proves nothing: `code_hash` can't be checked without the request's id, which only whoever
    asked holds.
    """

    __tablename__ = "phone_codes"
    __table_args__ = (
        CheckConstraint("route IN ('sms', 'telegram', 'whatsapp')", name="route"),
        Index(None, "phone_number"),
        Index(None, "expires_at"),
        Index("ix_phone_codes_unsent", "created_at", postgresql_where=text("nonce IS NOT NULL")),
    )

    request_hash: Mapped[bytes] = mapped_column(unique=True)
    """SHA-256 of the request's id: 122 random bits."""
    code_hash: Mapped[bytes]
    """HMAC-SHA256 of request and code, with a key of this installation."""
    nonce: Mapped[bytes | None]
    """What the code is derived from, for whoever sends it; null from then on."""
    phone_number: Mapped[str] = mapped_column(String(15))
    """E.164."""
    route: Mapped[str] = mapped_column(String(10))
    """`sms`, or the channel of a chat that has proved the number."""
    tries: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    expires_at: Mapped[datetime]
