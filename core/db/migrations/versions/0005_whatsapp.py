"""WhatsApp: contacts, what became of each message, and deliveries that wait for their person"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "whatsapp_contacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_ref", sa.String(length=140), nullable=True),
        sa.Column("phone", sa.String(length=140), nullable=True),
        sa.Column("address", sa.String(length=140), nullable=False),
        sa.Column(
            "last_message_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_whatsapp_contacts")),
        sa.UniqueConstraint("phone", name=op.f("uq_whatsapp_contacts_phone")),
        sa.UniqueConstraint("user_ref", name=op.f("uq_whatsapp_contacts_user_ref")),
    )
    op.create_table(
        "whatsapp_messages",
        sa.Column("sid", sa.String(length=34), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("parts", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("error_code", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_whatsapp_messages_delivery_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_whatsapp_messages")),
    )
    op.create_index(
        op.f("ix_whatsapp_messages_delivery_id"), "whatsapp_messages", ["delivery_id"], unique=False
    )
    op.add_column("deliveries", sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deliveries", sa.Column("unclear_since", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f("ck_deliveries_status"), "deliveries", type_="check")
    op.create_check_constraint(
        op.f("ck_deliveries_status"),
        "deliveries",
        "status IN ('pending', 'held', 'sent', 'refused', 'uncertain')",
    )


def downgrade() -> None:
    op.execute("UPDATE deliveries SET status = 'pending' WHERE status = 'held'")
    op.drop_constraint(op.f("ck_deliveries_status"), "deliveries", type_="check")
    op.create_check_constraint(
        op.f("ck_deliveries_status"), "deliveries", "status IN ('pending', 'sent', 'refused', 'uncertain')"
    )
    op.drop_column("deliveries", "unclear_since")
    op.drop_column("deliveries", "released_at")
    op.drop_index(op.f("ix_whatsapp_messages_delivery_id"), table_name="whatsapp_messages")
    op.drop_table("whatsapp_messages")
    op.drop_table("whatsapp_contacts")
