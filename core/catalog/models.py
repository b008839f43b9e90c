"""Songs, and the audio that is held for them."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Computed, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db.base import Base, Created, Identified, Updated
from core.db.lease import Leased

SEARCH_VECTOR = (
    "setweight(to_tsvector('simple', coalesce(title, '')), 'A') || "
    "setweight(to_tsvector('simple', coalesce(artist, '')), 'B') || "
    "setweight(to_tsvector('simple', coalesce(album, '')), 'C')"
)


class AudioAsset(Identified, Created, Base):
    """The bytes of a recording, once, whoever sent them; what is inside is added when first decoded."""

    __tablename__ = "audio_assets"

    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int]
    container: Mapped[str | None] = mapped_column(String(40))
    codec: Mapped[str | None] = mapped_column(String(40))
    seconds: Mapped[float | None]
    """Length of the decoded sound."""
    loudness_lufs: Mapped[float | None]
    peaks: Mapped[list[int] | None]
    """Waveform: up to 1,000 values 0..255."""
    cover_sha256: Mapped[str | None] = mapped_column(String(64))


class Song(Identified, Created, Updated, Base):
    __tablename__ = "songs"
    __table_args__ = (
        Index("ix_songs_search_vector", "search_vector", postgresql_using="gin"),
        Index(None, "language"),
        Index("ix_songs_popularity", text("popularity DESC")),
    )

    title: Mapped[str] = mapped_column(String(500))
    artist: Mapped[str] = mapped_column(String(500))
    album: Mapped[str | None] = mapped_column(String(500))
    language: Mapped[str | None] = mapped_column(String(10))
    duration: Mapped[int | None]
    """Seconds."""
    genre: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    release_year: Mapped[int | None]
    popularity: Mapped[int] = mapped_column(default=0, server_default="0")
    explicit: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    thumbnail_url: Mapped[str | None]
    external_ids: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    audio_files: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """`original`: the SHA-256 of the recording."""
    details: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict, server_default=text("'{}'"))
    search_vector: Mapped[str | None] = mapped_column(TSVECTOR, Computed(SEARCH_VECTOR, persisted=True))
    is_private: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """A recording that people sent: only in the libraries of those who sent the same bytes."""
    asset_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("audio_assets.id"), unique=True)

    asset: Mapped[AudioAsset | None] = relationship(lazy="raise")


class Recording(Identified, Created, Leased, Base):
    """A file somebody sent, as its channel knows it; fetched once, then it is an audio asset."""

    __tablename__ = "recordings"
    __table_args__ = (
        UniqueConstraint("channel", "unique_ref"),
        Index("ix_recordings_open", "created_at", postgresql_where=text("status = 'pending'")),
    )

    channel: Mapped[str] = mapped_column(String(20))
    unique_ref: Mapped[str] = mapped_column(String(200))
    """The channel's lasting name of the file."""
    file_ref: Mapped[str] = mapped_column(String(500))
    """What the channel wants to hear to hand out the bytes; the newest one sent."""
    status: Mapped[str] = mapped_column(String(20), default="pending", server_default="pending")
    """pending, fetched, refused."""
    size: Mapped[int | None]
    duration: Mapped[float | None]
    """Seconds, as the channel says."""
    title: Mapped[str | None] = mapped_column(String(500))
    artist: Mapped[str | None] = mapped_column(String(500))
    asset_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("audio_assets.id"))
