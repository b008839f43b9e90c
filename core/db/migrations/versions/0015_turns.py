"""when people were served last, which their turns in the queue depend on"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_index(
        "ix_conversion_jobs_served_at", "conversion_jobs", [sa.text("coalesce(completed_at, started_at)")]
    )


def downgrade() -> None:
    op.drop_index("ix_conversion_jobs_served_at", table_name="conversion_jobs")
