"""Browsers that want to be told, and what they were told."""

from __future__ import annotations

import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Created, Identified
from core.db.lease import Leased


class PushSubscription(Identified, Created, Base):
    """One browser's address at its maker's push service.

    It belongs to the session it was made in: who signs out there is not told anything there any more.
    """

    __tablename__ = "push_subscriptions"
    __table_args__ = (Index(None, "user_id"), Index(None, "session_id"))

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sign_in_sessions.id", ondelete="CASCADE"))
    endpoint_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256: endpoints are long."""
    endpoint: Mapped[str] = mapped_column(String(2000))
    """A capability URL: whoever knows it can send there."""
    p256dh: Mapped[bytes] = mapped_column(LargeBinary(65))
    """The browser's public key, an uncompressed point of P-256."""
    auth: Mapped[bytes] = mapped_column(LargeBinary(16))


class Push(Identified, Created, Leased, Base):
    """One message about one job to one browser, sent at most once.

    `sending` is left only with a result; a process that dies in between leaves it for good, because nobody
    knows whether the message went out.
    """

    __tablename__ = "pushes"
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'sending', 'sent', 'seen', 'given-up')", name="status"),
        UniqueConstraint("job_id", "subscription_id"),
        Index("ix_pushes_pending", "created_at", postgresql_where=text("status = 'pending'")),
        Index(None, "subscription_id"),
    )

    job_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversion_jobs.id", ondelete="CASCADE"))
    subscription_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("push_subscriptions.id", ondelete="CASCADE")
    )
    status: Mapped[str] = mapped_column(String(10), default="pending", server_default="pending")
    """`seen`: the person had a screen open."""
    error: Mapped[str | None] = mapped_column(String(200))
