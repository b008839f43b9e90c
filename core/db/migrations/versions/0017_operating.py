"""who is blocked, how many songs a day, and words of the operator to many"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("users", sa.Column("blocked_at", sa.DateTime(timezone=True)))
    op.add_column("users", sa.Column("songs_a_day", sa.Integer()))
    op.create_table(
        "song_charges",
        sa.Column("job_id", sa.Uuid(), primary_key=True),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("sound", sa.String(200), nullable=False),
        sa.Column("charged_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )
    op.create_index("ix_song_charges_user_id_charged_at", "song_charges", ["user_id", "charged_at"])
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("texts", JSONB(), nullable=False),
        sa.Column("channel", sa.String(20)),
        sa.Column("language", sa.String(35)),
        sa.Column("status", sa.String(10), server_default="running", nullable=False),
        sa.Column("after_id", sa.Uuid()),
        sa.Column("told", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sliced_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("status IN ('running', 'done', 'cancelled')", name="status"),
    )
    op.create_index(
        "ix_broadcasts_running", "broadcasts", ["created_at"], postgresql_where=sa.text("status = 'running'")
    )
    op.add_column("deliveries", sa.Column("broadcast_id", sa.Uuid()))
    op.create_index(
        "ix_deliveries_broadcast_id",
        "deliveries",
        ["broadcast_id", "status"],
        postgresql_where=sa.text("broadcast_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_broadcast_id", table_name="deliveries")
    op.drop_column("deliveries", "broadcast_id")
    op.drop_table("broadcasts")
    op.drop_table("song_charges")
    op.drop_column("users", "songs_a_day")
    op.drop_column("users", "blocked_at")
