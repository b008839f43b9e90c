"""songs of all"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "search_picks",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("query", sa.String(length=200), nullable=False),
        sa.Column("song_id", sa.Uuid(), nullable=False),
        sa.Column("picked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["song_id"], ["songs.id"], name=op.f("fk_search_picks_song_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_search_picks_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "query", name=op.f("pk_search_picks")),
    )
    op.create_index(op.f("ix_search_picks_query_song_id"), "search_picks", ["query", "song_id"], unique=False)
    op.create_table(
        "song_activity",
        sa.Column("song_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["song_id"], ["songs.id"], name=op.f("fk_song_activity_song_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("song_id", "kind", "day", name=op.f("pk_song_activity")),
    )
    op.create_index(op.f("ix_song_activity_day"), "song_activity", ["day"], unique=False)
    op.create_table(
        "song_sources",
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("external_id", sa.String(length=1000), nullable=False),
        sa.Column("song_id", sa.Uuid(), nullable=False),
        sa.Column(
            "facts", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("can_fetch", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["song_id"], ["songs.id"], name=op.f("fk_song_sources_song_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source", "external_id", name=op.f("pk_song_sources")),
    )
    op.create_index(
        "ix_song_sources_expires_at",
        "song_sources",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_song_sources_song_id"), "song_sources", ["song_id"], unique=False)
    op.add_column("recordings", sa.Column("song_id", sa.Uuid(), nullable=True))
    op.alter_column(
        "recordings",
        "file_ref",
        existing_type=sa.VARCHAR(length=500),
        type_=sa.String(length=1000),
        existing_nullable=False,
    )
    op.create_foreign_key(
        op.f("fk_recordings_song_id"), "recordings", "songs", ["song_id"], ["id"], ondelete="CASCADE"
    )
    op.add_column(
        "songs", sa.Column("in_catalogue", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.drop_constraint(op.f("uq_songs_asset_id"), "songs", type_="unique")
    op.create_index("ix_songs_asset_id", "songs", ["asset_id"], unique=False)
    op.create_index(
        "ix_songs_catalogue_updated_at",
        "songs",
        ["updated_at"],
        unique=False,
        postgresql_where=sa.text("in_catalogue"),
    )
    op.create_index("ix_songs_isrc", "songs", [sa.literal_column("(external_ids ->> 'isrc')")], unique=False)
    op.create_index(
        "uq_songs_private_asset", "songs", ["asset_id"], unique=True, postgresql_where=sa.text("is_private")
    )
    op.create_index(op.f("ix_recordings_song_id"), "recordings", ["song_id"], unique=False)
    op.create_index(op.f("ix_search_picks_song_id"), "search_picks", ["song_id"], unique=False)
    op.create_check_constraint(
        op.f("ck_songs_private_is_not_catalogue"), "songs", "NOT (is_private AND in_catalogue)"
    )

    # A cache of what messengers hold: it fills again by itself.
    op.drop_table("media_references")
    op.create_table(
        "media_references",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("account", sa.String(length=100), nullable=False),
        sa.Column("rendition_id", sa.Uuid(), nullable=False),
        sa.Column("song_id", sa.Uuid(), nullable=False),
        sa.Column("media_ref", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["rendition_id"], ["renditions.id"], name=op.f("fk_media_references_rendition_id")
        ),
        sa.ForeignKeyConstraint(
            ["song_id"], ["songs.id"], name=op.f("fk_media_references_song_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "channel", "account", "rendition_id", "song_id", name=op.f("pk_media_references")
        ),
    )


def downgrade() -> None:
    op.drop_table("media_references")
    op.create_table(
        "media_references",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("account", sa.String(length=100), nullable=False),
        sa.Column("rendition_id", sa.Uuid(), nullable=False),
        sa.Column("media_ref", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["rendition_id"], ["renditions.id"], name=op.f("fk_media_references_rendition_id")
        ),
        sa.PrimaryKeyConstraint("channel", "account", "rendition_id", name=op.f("pk_media_references")),
    )
    op.drop_constraint(op.f("ck_songs_private_is_not_catalogue"), "songs", type_="check")
    op.drop_index(op.f("ix_recordings_song_id"), table_name="recordings")
    op.drop_index("uq_songs_private_asset", table_name="songs", postgresql_where=sa.text("is_private"))
    op.drop_index("ix_songs_isrc", table_name="songs")
    op.drop_index("ix_songs_catalogue_updated_at", table_name="songs")
    op.drop_index("ix_songs_asset_id", table_name="songs")
    op.create_unique_constraint(
        op.f("uq_songs_asset_id"), "songs", ["asset_id"], postgresql_nulls_not_distinct=False
    )
    op.drop_column("songs", "in_catalogue")
    op.drop_constraint(op.f("fk_recordings_song_id"), "recordings", type_="foreignkey")
    op.alter_column(
        "recordings",
        "file_ref",
        existing_type=sa.String(length=1000),
        type_=sa.VARCHAR(length=500),
        existing_nullable=False,
    )
    op.drop_column("recordings", "song_id")
    op.drop_index(op.f("ix_song_sources_song_id"), table_name="song_sources")
    op.drop_index(
        "ix_song_sources_expires_at",
        table_name="song_sources",
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
    op.drop_table("song_sources")
    op.drop_index(op.f("ix_song_activity_day"), table_name="song_activity")
    op.drop_table("song_activity")
    op.drop_index(op.f("ix_search_picks_query_song_id"), table_name="search_picks")
    op.drop_table("search_picks")
