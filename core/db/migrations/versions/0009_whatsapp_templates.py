"""WhatsApp: the content templates that lie at Twilio, and which message was made of one; a closed window"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "whatsapp_templates",
        sa.Column("account", sa.String(length=34), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("sid", sa.String(length=64), nullable=False),
        sa.Column("approval", sa.String(length=20), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=60), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("account", "name", name=op.f("pk_whatsapp_templates")),
    )
    op.add_column("whatsapp_contacts", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("whatsapp_messages", sa.Column("template", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("whatsapp_messages", "template")
    op.drop_column("whatsapp_contacts", "closed_at")
    op.drop_table("whatsapp_templates")
