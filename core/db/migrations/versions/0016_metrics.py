"""what was made and sent lately is found for the metrics without looking at all of it"""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_index("ix_deliveries_created_at", "deliveries", ["created_at"])
    op.create_index("ix_renditions_completed_at", "renditions", ["completed_at"])


def downgrade() -> None:
    op.drop_index("ix_renditions_completed_at", table_name="renditions")
    op.drop_index("ix_deliveries_created_at", table_name="deliveries")
