"""the order of playlists, plays counted once, answers given once"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

PLACES = """
UPDATE playlist_songs SET place = numbered.place
FROM (
    SELECT playlist_id, song_id,
           row_number() OVER (PARTITION BY playlist_id ORDER BY added_at, song_id) - 1 AS place
    FROM playlist_songs
) AS numbered
WHERE playlist_songs.playlist_id = numbered.playlist_id AND playlist_songs.song_id = numbered.song_id
"""


def upgrade() -> None:
    op.add_column(
        "playlist_songs", sa.Column("place", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.execute(PLACES)
    op.create_table(
        "counted_plays",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("play_id", sa.Uuid(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_counted_plays_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "play_id", name=op.f("pk_counted_plays")),
    )
    op.create_index(op.f("ix_counted_plays_counted_at"), "counted_plays", ["counted_at"], unique=False)
    op.create_table(
        "remembered_answers",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_remembered_answers_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_remembered_answers")),
    )
    op.create_index(
        op.f("ix_remembered_answers_created_at"), "remembered_answers", ["created_at"], unique=False
    )


def downgrade() -> None:
    op.drop_table("remembered_answers")
    op.drop_table("counted_plays")
    op.drop_column("playlist_songs", "place")
