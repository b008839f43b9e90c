"""codes that prove phone numbers, and when numbers were proved"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "phone_codes",
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=True),
        sa.Column("phone_number", sa.String(length=15), nullable=False),
        sa.Column("route", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_token", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("route IN ('sms', 'telegram', 'whatsapp')", name=op.f("ck_phone_codes_route")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_codes")),
        sa.UniqueConstraint("request_hash", name=op.f("uq_phone_codes_request_hash")),
    )
    op.create_index(op.f("ix_phone_codes_phone_number"), "phone_codes", ["phone_number"], unique=False)
    op.create_index(op.f("ix_phone_codes_expires_at"), "phone_codes", ["expires_at"], unique=False)
    op.create_index(
        "ix_phone_codes_unsent",
        "phone_codes",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("nonce IS NOT NULL"),
    )
    op.add_column("users", sa.Column("number_proved_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE users SET number_proved_at = now() WHERE phone_number IS NOT NULL")
    op.add_column("channel_identities", sa.Column("phone_number", sa.String(length=15), nullable=True))
    op.add_column(
        "channel_identities", sa.Column("number_proved_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index(
        op.f("ix_channel_identities_phone_number"), "channel_identities", ["phone_number"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_channel_identities_phone_number"), table_name="channel_identities")
    op.drop_column("channel_identities", "number_proved_at")
    op.drop_column("channel_identities", "phone_number")
    op.drop_column("users", "number_proved_at")
    op.drop_table("phone_codes")
