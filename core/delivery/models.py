"""The outbox: everything that is on its way to a chat, and what became of it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Created, Identified
from core.db.lease import Leased

TEXT, STATUS, AUDIO = "text", "status", "audio"


class Delivery(Identified, Created, Leased, Base):
    """One message to one chat.

    `text` is said once. `status` shows how a job or a batch stands: it is sent once and then edited as the
    work goes on.
    `audio` brings the finished rendition, by turning the status message into it where the channel can.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("kind IN ('text', 'status', 'audio')", name="kind"),
        CheckConstraint("status IN ('pending', 'held', 'sent', 'refused', 'uncertain')", name="status"),
        UniqueConstraint("once"),
        Index("ix_deliveries_pending", "number", postgresql_where=text("status = 'pending'")),
        Index(
            "ix_deliveries_live",
            "edited_at",
            postgresql_where=text("kind = 'status' AND status = 'sent' AND NOT settled"),
        ),
        Index(None, "channel", "chat"),
        Index(None, "created_at"),
        Index(None, "job_id"),
        Index(None, "batch_id"),
        Index(
            "ix_deliveries_broadcast_id",
            "broadcast_id",
            "status",
            postgresql_where=text("broadcast_id IS NOT NULL"),
        ),
    )

    number: Mapped[int] = mapped_column(BigInteger, Identity())
    """In the order in which a chat is told."""
    channel: Mapped[str] = mapped_column(String(20))
    chat: Mapped[str] = mapped_column(String(100))
    identity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("channel_identities.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10), default="pending", server_default="pending")
    """`held`: nothing may be sent to the person until they write to us again."""
    released_at: Mapped[datetime | None]
    """When the person wrote whom it was held for: its time to be sent began anew."""
    unclear_since: Mapped[datetime | None]
    """Where the channel looks back: when the first try began of which nobody knows what became."""
    once: Mapped[str | None] = mapped_column(String(100))
    """Names an intent that must not be delivered twice."""
    reply: Mapped[dict[str, Any] | None]
    """Text and buttons, as last shown, and what they reply to; of a status not yet shown only the latter."""
    job_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("conversion_jobs.id", ondelete="CASCADE"))
    batch_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"))
    """Of a status: it shows how all songs of the batch stand, not one job, and is never turned into audio."""
    broadcast_id: Mapped[uuid.UUID | None]
    """Of a text that the operator says to many."""
    rendition_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("renditions.id"))
    replaces_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("deliveries.id", ondelete="SET NULL"))
    """The message that this one takes the place of: a status that becomes the audio, and has to be sent
    first, or a text that was sent and is changed to this."""
    direct: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """The message to replace is gone for good: this comes as a message of its own, in one single try."""
    settled: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """A status that will not change any more."""
    message_ref: Mapped[str | None] = mapped_column(String(100))
    edited_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(200))

    @property
    def shows(self) -> uuid.UUID | None:
        """The job or batch whose standing it tells; None where it says something else."""
        return self.job_id or self.batch_id


class MediaReference(Created, Base):
    """A rendition that a messenger already holds, named as this song: sending it again needs no upload."""

    __tablename__ = "media_references"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    account: Mapped[str] = mapped_column(String(100), primary_key=True)
    """Our own account there: references are good for that one only."""
    rendition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("renditions.id"), primary_key=True)
    song_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("songs.id", ondelete="CASCADE"), primary_key=True)
    """A song of the catalogue is not sent under the name that somebody gave to the same bytes."""
    media_ref: Mapped[str] = mapped_column(String(500))
