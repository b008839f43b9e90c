"""keys of songs"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

OF_TITLES = "kind <> 'artist'"
OF_ARTISTS = "kind = 'artist'"


def upgrade() -> None:
    op.create_table(
        "song_keys",
        sa.Column("song_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("folded", sa.Text(collation="C"), nullable=False),
        sa.Column("skeleton", sa.Text(collation="C"), nullable=False),
        sa.Column("words", postgresql.ARRAY(sa.Text(collation="C")), nullable=True),
        sa.ForeignKeyConstraint(
            ["song_id"], ["songs.id"], name=op.f("fk_song_keys_song_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("song_id", "place", name=op.f("pk_song_keys")),
    )
    for name, column, condition in (
        ("ix_song_keys_folded", "folded", OF_TITLES),
        ("ix_song_keys_skeleton", "skeleton", f"{OF_TITLES} AND skeleton <> ''"),
        ("ix_song_keys_artist_folded", "folded", OF_ARTISTS),
        ("ix_song_keys_artist_skeleton", "skeleton", f"{OF_ARTISTS} AND skeleton <> ''"),
    ):
        op.create_index(name, "song_keys", [column], unique=False, postgresql_where=sa.text(condition))
    op.create_index(
        "ix_song_keys_words",
        "song_keys",
        ["words"],
        unique=False,
        postgresql_using="gin",
        postgresql_where=sa.text("words IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("song_keys")
