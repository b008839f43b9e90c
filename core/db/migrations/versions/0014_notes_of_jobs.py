"""what is worth knowing of how a job is made"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("conversion_jobs", sa.Column("note", sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column("conversion_jobs", "note")
