"""What belongs to one person: the songs they keep and what they made of them."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.catalog.models import Song
from core.db.base import Base, Created, Identified


class LibraryEntry(Identified, Base):
    __tablename__ = "user_library"
    __table_args__ = (
        UniqueConstraint("user_id", "song_id"),
        CheckConstraint(
            "instrumental_status IN ('none', 'pending', 'processing', 'completed', 'failed')",
            name="instrumental_status",
        ),
        Index(None, "user_id"),
        Index("ix_user_library_added_at", text("added_at DESC")),
        Index("ix_user_library_play_count", text("play_count DESC")),
    )

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    song_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("songs.id", ondelete="CASCADE"))
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())
    play_count: Mapped[int] = mapped_column(default=0, server_default="0")
    last_played_at: Mapped[datetime | None]
    has_instrumental: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    instrumental_status: Mapped[str] = mapped_column(String(20), default="none", server_default="none")
    instrumental_url: Mapped[str | None]
    """`sha256:<hex>` of the newest instrumental; links are signed when they are handed out."""
    saved: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Kept on purpose; asking for a conversion alone makes the row with false."""

    song: Mapped[Song] = relationship(lazy="raise")


class Playlist(Identified, Created, Base):
    """Songs that a person put in a row."""

    __tablename__ = "playlists"
    __table_args__ = (Index(None, "user_id"),)

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))


class PlaylistSong(Base):
    __tablename__ = "playlist_songs"
    __table_args__ = (Index(None, "song_id"),)

    playlist_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("playlists.id", ondelete="CASCADE"), primary_key=True
    )
    song_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("songs.id", ondelete="CASCADE"), primary_key=True)
    added_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    place: Mapped[int] = mapped_column(default=0, server_default="0")
    """The order of the songs; after one was taken out there may be gaps."""


class CountedPlay(Base):
    """A play that a client named, so that telling of it twice counts once; kept for a month."""

    __tablename__ = "counted_plays"
    __table_args__ = (Index(None, "counted_at"),)

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    play_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    counted_at: Mapped[datetime] = mapped_column(server_default=func.now())
