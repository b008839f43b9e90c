"""Alembic's environment: migrations run on asyncpg, in one transaction, under a lock of the database."""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from core.db.tables import metadata

MIGRATION_LOCK = 0x4D656C6F
"""The advisory lock that makes several starting processes take turns."""


def migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, compare_type=True)
    with context.begin_transaction():
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        # Who waits for a table's lock stops all who come after: rather give up (core.db.upgrade tries again).
        patience = context.config.attributes["lock_milliseconds"]
        connection.execute(text(f"SET LOCAL lock_timeout = {patience}"))
        context.run_migrations()


async def run() -> None:
    connect = context.config.attributes["connect"]
    engine = create_async_engine("postgresql+asyncpg://", poolclass=NullPool, connect_args=connect)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(migrate)
            await connection.commit()
    finally:
        await engine.dispose()


asyncio.run(run())
