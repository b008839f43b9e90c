"""Catching up with Twilio: when each message is asked about, up to when its lists were read, and which
updates were forgotten with their person"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "whatsapp_marks",
        sa.Column("sender", sa.String(length=140), nullable=False),
        sa.Column("read_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("sender", name=op.f("pk_whatsapp_marks")),
    )
    op.create_table(
        "forgotten_updates",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column(
            "forgotten_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_forgotten_updates")),
    )
    op.add_column("whatsapp_messages", sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "whatsapp_messages", sa.Column("asked", sa.SmallInteger(), server_default="0", nullable=False)
    )
    op.execute(
        "UPDATE whatsapp_messages SET ask_at = now()"
        " WHERE status IN ('accepted', 'queued', 'sending', 'sent') AND created_at > now() - interval '1 day'"
    )
    op.alter_column("whatsapp_messages", "ask_at", server_default=sa.text("now() + interval '3 minutes'"))
    op.create_index(
        "ix_whatsapp_messages_ask_at",
        "whatsapp_messages",
        ["ask_at"],
        postgresql_where=sa.text("ask_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_whatsapp_messages_ask_at", table_name="whatsapp_messages")
    op.drop_column("whatsapp_messages", "asked")
    op.drop_column("whatsapp_messages", "ask_at")
    op.drop_table("forgotten_updates")
    op.drop_table("whatsapp_marks")
