"""Songs, where they are listed, and the audio that is held for them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Computed,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
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
        Index("uq_songs_private_asset", "asset_id", unique=True, postgresql_where=text("is_private")),
        Index("ix_songs_asset_id", "asset_id"),
        Index("ix_songs_catalogue_updated_at", "updated_at", postgresql_where=text("in_catalogue")),
        Index("ix_songs_isrc", text("(external_ids ->> 'isrc')")),
        CheckConstraint("NOT (is_private AND in_catalogue)", name="private_is_not_catalogue"),
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
    in_catalogue: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """The operator's own: imported or in the music folder, found by the local search."""
    asset_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("audio_assets.id"))
    """The same bytes may be one private song and, apart from it, songs of the catalogue."""

    asset: Mapped[AudioAsset | None] = relationship(lazy="raise")


class SongSource(Base):
    """A song as one source lists it: the id there, kept for good, and its facts, kept while they are good."""

    __tablename__ = "song_sources"
    __table_args__ = (
        Index(None, "song_id"),
        Index("ix_song_sources_expires_at", "expires_at", postgresql_where=text("expires_at IS NOT NULL")),
    )

    source: Mapped[str] = mapped_column(String(20), primary_key=True)
    """`import` and `folder` for the operator's own, else the name of a music source."""
    external_id: Mapped[str] = mapped_column(String(1000), primary_key=True)
    song_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("songs.id", ondelete="CASCADE"))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """What the source tells: the fields of `core.music.SourceSong` that it filled; of `folder` the file's
    `size` and `mtime_ns`. Empty once they have expired."""
    can_fetch: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """The audio itself may be taken from there (core.catalog.licences decided)."""
    fetched_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]


class SongKey(Base):
    """One spelling that a song of all is found by (core.text.keys); made by core.catalog.keys."""

    __tablename__ = "song_keys"
    __table_args__ = (
        Index("ix_song_keys_folded", "folded", postgresql_where=text("kind <> 'artist'")),
        Index(
            "ix_song_keys_skeleton", "skeleton", postgresql_where=text("kind <> 'artist' AND skeleton <> ''")
        ),
        Index("ix_song_keys_artist_folded", "folded", postgresql_where=text("kind = 'artist'")),
        Index(
            "ix_song_keys_artist_skeleton",
            "skeleton",
            postgresql_where=text("kind = 'artist' AND skeleton <> ''"),
        ),
        Index(
            "ix_song_keys_words", "words", postgresql_using="gin", postgresql_where=text("words IS NOT NULL")
        ),
    )

    song_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("songs.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    """title, artist, alias (learnt from what people pick)."""
    folded: Mapped[str] = mapped_column(Text(collation="C"))
    skeleton: Mapped[str] = mapped_column(Text(collation="C"))
    """Empty for a spelling that is not Latin."""
    words: Mapped[list[str] | None] = mapped_column(ARRAY(Text(collation="C")))
    """The skeletons of all words of title and artist, at the song's first key; those of an alias at it."""


class SongActivity(Base):
    """How often a song of all was played, saved or converted on a day (UTC); nobody's name is kept."""

    __tablename__ = "song_activity"
    __table_args__ = (Index(None, "day"),)

    song_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("songs.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    """The skeletons of all words of title and artist, at a song's first key; those of an alias at it."""
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    count: Mapped[int] = mapped_column(default=1, server_default="1")


class SearchPick(Base):
    """The song a person last picked for a query: what a name means to them, and aliases learn from."""

    __tablename__ = "search_picks"
    __table_args__ = (Index(None, "query", "song_id"), Index(None, "song_id"))

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    query: Mapped[str] = mapped_column(String(200), primary_key=True)
    """Folded (core.text.fold)."""
    song_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("songs.id", ondelete="CASCADE"))
    picked_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Recording(Identified, Created, Leased, Base):
    """A file that somebody sent or a source offers, as its origin knows it; fetched once, then it is an audio
    asset."""

    __tablename__ = "recordings"
    __table_args__ = (
        UniqueConstraint("channel", "unique_ref"),
        Index("ix_recordings_open", "created_at", postgresql_where=text("status = 'pending'")),
        Index(None, "song_id"),
    )

    channel: Mapped[str] = mapped_column(String(20))
    """Its origin: a chat channel, `folder`, or a music source."""
    unique_ref: Mapped[str] = mapped_column(String(200))
    """The origin's lasting name of the file."""
    file_ref: Mapped[str] = mapped_column(String(1000))
    """What the origin wants to hear to hand out the bytes; the newest one sent."""
    status: Mapped[str] = mapped_column(String(20), default="pending", server_default="pending")
    """pending, fetched, refused."""
    size: Mapped[int | None]
    duration: Mapped[float | None]
    """Seconds, as the channel says."""
    title: Mapped[str | None] = mapped_column(String(500))
    artist: Mapped[str | None] = mapped_column(String(500))
    asset_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("audio_assets.id"))
    song_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("songs.id", ondelete="CASCADE"))
    """The song of all that this is the audio of; null for what a person sent, which stays private."""
