"""Jobs: what one person asked for. Renditions: what is made, once, for all who asked."""

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
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.catalog.models import AudioAsset
from core.db.base import Base, Created, Identified
from core.db.lease import Leased

STATUSES = "('queued', 'processing', 'completed', 'failed', 'cancelled')"
OPEN = ("queued", "processing")


class Rendition(Identified, Created, Leased, Base):
    """One file made from one asset by one recipe; the unit of work that workers claim."""

    __tablename__ = "renditions"
    __table_args__ = (
        UniqueConstraint("asset_id", "recipe"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        Index(
            "ix_renditions_open", "created_at", postgresql_where=text("status IN ('queued', 'processing')")
        ),
        Index(None, "completed_at"),
    )

    asset_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audio_assets.id"))
    recipe: Mapped[str] = mapped_column(String(200))
    """`core.conversion.recipe.Recipe` as text."""
    status: Mapped[str] = mapped_column(String(20), default="queued", server_default="queued")
    progress: Mapped[int] = mapped_column(default=0, server_default="0")
    """Per cent."""
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
    seconds: Mapped[float | None]
    work_seconds: Mapped[float | None]
    """Wall time of the making, weighted with the share of the machine it used: what the estimate learns. Null
    where kept vocals made it short."""
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_params: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    queued_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]

    asset: Mapped[AudioAsset] = relationship(lazy="raise")


class KeptVocals(Identified, Created, Base):
    """The vocals that an engine found in an asset, kept so that other renditions need no separation.

    A cache: the ones used least lately go when there is no room.
    """

    __tablename__ = "kept_vocals"
    __table_args__ = (UniqueConstraint("asset_id", "effort"), Index(None, "used_at"))

    asset_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audio_assets.id", ondelete="CASCADE"))
    effort: Mapped[str] = mapped_column(String(100))
    """`Recipe.effort`: engine and quality."""
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ConversionJob(Identified, Created, Base):
    __tablename__ = "conversion_jobs"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        CheckConstraint("recording_id IS NOT NULL OR library_id IS NOT NULL", name="has_source"),
        Index(None, "user_id"),
        Index(None, "status"),
        Index(None, "celery_task_id"),
        Index(None, "rendition_id"),
        Index(None, "recording_id"),
    )

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    library_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_library.id", ondelete="CASCADE"))
    """Null until the bytes of what was sent are known."""
    celery_task_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The job's own id: what the message to the worker carries."""
    status: Mapped[str] = mapped_column(String(20), default="queued", server_default="queued")
    progress: Mapped[int] = mapped_column(default=0, server_default="0")
    error_message: Mapped[str | None]
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_params: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    note: Mapped[str | None] = mapped_column(String(40))
    """What is worth knowing of how it is made: `other-engine` where another one stepped in."""
    original_audio_url: Mapped[str | None]
    instrumental_audio_url: Mapped[str | None]
    """Both `sha256:<hex>`; links are signed when they are handed out."""
    estimated_time: Mapped[int | None]
    """Seconds from asking to the audio message, as told to the person."""
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    recording_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("recordings.id"))
    rendition_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("renditions.id"))
    """Null until the bytes of what was sent are known."""
    recipe: Mapped[str] = mapped_column(String(200))
    traceparent: Mapped[str | None] = mapped_column(String(100))
    """Where it is traced (core.tracing): what asked for it."""

    rendition: Mapped[Rendition | None] = relationship(lazy="raise")


SERVED_AT = func.coalesce(ConversionJob.completed_at, ConversionJob.started_at)
"""When workers last spent time on it."""
Index("ix_conversion_jobs_served_at", SERVED_AT)


class Batch(Identified, Created, Base):
    """Songs that a person sent at once: an album, or several links. One status message shows them all."""

    __tablename__ = "batches"
    __table_args__ = (UniqueConstraint("key"), Index(None, "identity_id"))

    key: Mapped[str | None] = mapped_column(String(300))
    """What its songs have in common where they arrive one by one."""
    channel: Mapped[str] = mapped_column(String(20))
    chat: Mapped[str] = mapped_column(String(100))
    identity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("channel_identities.id", ondelete="CASCADE"))
    left_out: Mapped[int] = mapped_column(default=0, server_default="0")
    """Songs that found no room among the person's open jobs."""


class BatchSong(Base):
    """One line of a batch: a job, or why there is none."""

    __tablename__ = "batch_songs"
    __table_args__ = (Index(None, "batch_id"), Index(None, "job_id"))

    number: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    """In the order in which they were sent."""
    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"))
    job_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("conversion_jobs.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(500), default="", server_default="")
    """Where there is no job: what the person sent."""
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_params: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))


class Asker(Identified, Base):
    """A chat that waits for a job's audio."""

    __tablename__ = "conversion_askers"
    __table_args__ = (UniqueConstraint("job_id", "channel", "chat"), Index(None, "batch_id"))

    job_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversion_jobs.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(20))
    chat: Mapped[str] = mapped_column(String(100))
    identity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("channel_identities.id", ondelete="CASCADE"))
    status_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("deliveries.id", ondelete="SET NULL"))
    """The message that shows the progress and becomes the audio."""
    batch_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("batches.id", ondelete="SET NULL"))
    """The batch whose status message shows the progress instead; that one stays when the audio comes."""
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
