"""which trace an update and a job belong to"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("inbox", sa.Column("traceparent", sa.String(length=100), nullable=True))
    op.add_column("conversion_jobs", sa.Column("traceparent", sa.String(length=100), nullable=True))


def downgrade() -> None:
    op.drop_column("conversion_jobs", "traceparent")
    op.drop_column("inbox", "traceparent")
