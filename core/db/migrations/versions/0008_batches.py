"""batches: several songs under one status message"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("key", sa.String(length=300), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("chat", sa.String(length=100), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("left_out", sa.Integer(), server_default="0", nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["channel_identities.id"],
            name=op.f("fk_batches_identity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint("key", name=op.f("uq_batches_key")),
    )
    op.create_index(op.f("ix_batches_identity_id"), "batches", ["identity_id"], unique=False)
    op.create_table(
        "batch_songs",
        sa.Column("number", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=500), server_default="", nullable=False),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column(
            "error_params",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_batch_songs_batch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["conversion_jobs.id"], name=op.f("fk_batch_songs_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_batch_songs")),
    )
    op.create_index(op.f("ix_batch_songs_batch_id"), "batch_songs", ["batch_id"], unique=False)
    op.create_index(op.f("ix_batch_songs_job_id"), "batch_songs", ["job_id"], unique=False)
    for table, gone in (("conversion_askers", "SET NULL"), ("deliveries", "CASCADE")):
        op.add_column(table, sa.Column("batch_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{table}_batch_id"), table, "batches", ["batch_id"], ["id"], ondelete=gone
        )
        op.create_index(op.f(f"ix_{table}_batch_id"), table, ["batch_id"], unique=False)


def downgrade() -> None:
    for table in ("conversion_askers", "deliveries"):
        op.drop_column(table, "batch_id")
    op.drop_table("batch_songs")
    op.drop_table("batches")
