"""Asking to join two chat accounts, and asking to be forgotten."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Created, Identified
from core.db.lease import Leased
from core.signin.models import SignInSession


class LinkRequest(Identified, Created, Base):
    """One person's wish to be the same account in two chats, or in a chat and a browser; both sides have to
    say yes.

    A code alone joins nothing: whoever was made to type somebody else's would see whose it is and say no, and
    so would whoever sees a stranger answer his own.
    """

    __tablename__ = "link_requests"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'done', 'refused')", name="status"),
        CheckConstraint("num_nonnulls(asker_id, asker_session_id) = 1", name="asker"),
        Index("uq_link_requests_code", "code_hash", unique=True, postgresql_where=text("status = 'open'")),
        Index(None, "asker_id"),
        Index(None, "other_id"),
        Index(None, "asker_session_id"),
    )

    code_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 (hex) of the code: 40 random bits, good for minutes, tried a few times at most."""
    asker_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("channel_identities.id", ondelete="CASCADE")
    )
    """The chat that got the code; null where it was a signed-in session."""
    asker_session_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(SignInSession.id, ondelete="CASCADE")
    )
    other_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("channel_identities.id", ondelete="CASCADE")
    )
    """The chat where it was typed; null until then, and never another one afterwards."""
    asker_agreed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    other_agreed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    status: Mapped[str] = mapped_column(String(10), default="open", server_default="open")
    expires_at: Mapped[datetime]


class Erasure(Identified, Created, Leased, Base):
    """Somebody wants everything that we know of them gone; the row itself goes last.

    It names no user that still exists once its first step is done, so it holds itself what the rest needs.
    """

    __tablename__ = "erasures"

    user_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    channel: Mapped[str] = mapped_column(String(20))
    chat: Mapped[str] = mapped_column(String(100))
    """Where it was asked for: there the person is told that it is done."""
    language: Mapped[str] = mapped_column(String(35))
    rows_gone: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    told: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    objects: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    """SHA-256 of stored objects that may go with the person."""
