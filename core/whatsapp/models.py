"""Whom we know on WhatsApp, what became of each message to them, and the templates they are made of."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Created, Identified


class WhatsAppContact(Identified, Created, Base):
    """A person on WhatsApp. The `id` is their chat and person everywhere else, so that telephone numbers
    stand in this table alone."""

    __tablename__ = "whatsapp_contacts"

    user_ref: Mapped[str | None] = mapped_column(String(140), unique=True)
    """WhatsApp's own id of the person, `whatsapp:IN.4566…`: it stays with the person's number."""
    phone: Mapped[str | None] = mapped_column(String(140), unique=True)
    """`whatsapp:+91…`, where the person shows it."""
    address: Mapped[str] = mapped_column(String(140))
    """Where their last message came from and our answers go to: one of the two above."""
    last_message_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When they last wrote: for 24 hours after it anything may be sent to them."""
    closed_at: Mapped[datetime | None]
    """When WhatsApp said that those hours are over, whatever our clock says; until they write again."""


class WhatsAppMessage(Created, Base):
    """A message that Twilio took from us."""

    __tablename__ = "whatsapp_messages"
    __table_args__ = (
        Index(None, "delivery_id"),
        Index("ix_whatsapp_messages_ask_at", "ask_at", postgresql_where=text("ask_at IS NOT NULL")),
    )

    sid: Mapped[str] = mapped_column(String(34), primary_key=True)
    delivery_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"))
    part: Mapped[int] = mapped_column(SmallInteger)
    """Which message of the delivery it is, from 1; long texts are several."""
    parts: Mapped[int] = mapped_column(SmallInteger)
    status: Mapped[str] = mapped_column(String(12))
    """As Twilio told last: queued, sending, sent, delivered, read, failed, undelivered."""
    error_code: Mapped[int | None]
    template: Mapped[str | None] = mapped_column(String(64))
    """The name of the content template it was made of; None for a text or an audio."""
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    ask_at: Mapped[datetime | None] = mapped_column(server_default=text("now() + interval '3 minutes'"))
    """When to ask Twilio what became of it, where no receipt tells; null once that is known for good."""
    asked: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    """How often that was done."""


class WhatsAppTemplate(Created, Base):
    """A content template that lies at Twilio, as `./melody whatsapp setup` found or made it."""

    __tablename__ = "whatsapp_templates"

    account: Mapped[str] = mapped_column(String(34), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    sid: Mapped[str] = mapped_column(String(64))
    approval: Mapped[str | None] = mapped_column(String(20))
    """WhatsApp's word as last heard; None for what it is not asked about."""
    failed_at: Mapped[datetime | None]
    """When a message made of it failed last, for what the template is; setting up again forgets it."""
    error: Mapped[str | None] = mapped_column(String(60))


class WhatsAppMark(Base):
    """How far Twilio's list of messages to one of our numbers was read."""

    __tablename__ = "whatsapp_marks"

    sender: Mapped[str] = mapped_column(String(140), primary_key=True)
    """Our number there, `whatsapp:+…`."""
    read_until: Mapped[datetime | None]
    """Everything that was sent to us before is in the inbox."""
    busy_until: Mapped[datetime | None]
    """Somebody is reading, at the longest until then."""
