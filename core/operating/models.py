"""What the operator says to many people at once."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Created, Identified


class Broadcast(Identified, Created, Base):
    """One message to everybody, or to those of a messenger or a language; its deliveries are made slice by
    slice as they go out."""

    __tablename__ = "broadcasts"
    __table_args__ = (
        CheckConstraint("status IN ('running', 'done', 'cancelled')", name="status"),
        Index("ix_broadcasts_running", "created_at", postgresql_where=text("status = 'running'")),
    )

    texts: Mapped[dict[str, Any]]
    """By language (ISO 639); `*` is for those whose language is not among them."""
    channel: Mapped[str | None] = mapped_column(String(20))
    """Only people of that messenger."""
    language: Mapped[str | None] = mapped_column(String(35))
    """Only people who are spoken to in that language."""
    status: Mapped[str] = mapped_column(String(10), default="running", server_default="running")
    after_id: Mapped[uuid.UUID | None]
    """The last user, in the order of ids, whose turn has come."""
    told: Mapped[int] = mapped_column(default=0, server_default="0")
    """People for whom a delivery was made."""
    sliced_at: Mapped[datetime | None]
    """When the last slice was made."""
    ended_at: Mapped[datetime | None]
