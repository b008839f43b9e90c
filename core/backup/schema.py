"""The tables as they stand in a database, asked of its catalogue."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from core.backup.archive import Table

VERSION_TABLE = "alembic_version"

_COLUMNS = """
SELECT relation.relname AS name, array_agg(attribute.attname ORDER BY attribute.attnum) AS columns
FROM pg_class AS relation
JOIN pg_attribute AS attribute ON attribute.attrelid = relation.oid
WHERE relation.relnamespace = current_schema()::regnamespace AND relation.relkind = 'r'
  AND relation.relname = ANY($1)
  AND attribute.attnum > 0 AND NOT attribute.attisdropped AND attribute.attgenerated = ''
GROUP BY relation.relname ORDER BY relation.relname
"""
_FOREIGN_KEYS = """
SELECT conrelid::regclass::text AS name, quote_ident(conname) AS key, pg_get_constraintdef(oid) AS definition
FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
  AND (SELECT relname FROM pg_class WHERE oid = conrelid) = ANY($1)
ORDER BY 1, 2
"""
_SEQUENCES = """
SELECT quote_ident(relation.relname) AS name, quote_ident(attribute.attname) AS column,
  pg_get_serial_sequence(quote_ident(relation.relname), attribute.attname) AS sequence
FROM pg_class AS relation
JOIN pg_attribute AS attribute ON attribute.attrelid = relation.oid
WHERE relation.relnamespace = current_schema()::regnamespace AND relation.relname = ANY($1)
  AND attribute.attnum > 0 AND NOT attribute.attisdropped
  AND pg_get_serial_sequence(quote_ident(relation.relname), attribute.attname) IS NOT NULL
"""
_LIKE_EVERYWHERE = """
SET LOCAL datestyle = 'ISO';
SET LOCAL intervalstyle = 'postgres';
SET LOCAL timezone = 'UTC';
SET LOCAL extra_float_digits = 1;
SET LOCAL bytea_output = 'hex';
SET LOCAL statement_timeout = 0;
"""


async def speak_plainly(connection: asyncpg.Connection) -> None:
    """For this transaction: values as text mean the same whatever the server's settings are."""
    await connection.execute(_LIKE_EVERYWHERE)


def our_tables() -> list[str]:
    """By name; those of somebody else in the same schema are not ours to touch."""
    from core.db.tables import metadata

    return sorted(metadata.tables)


async def tables_of(connection: asyncpg.Connection, names: Sequence[str]) -> list[Table]:
    """Those of the names that are there, with their columns."""
    rows = await connection.fetch(_COLUMNS, names)
    return [Table(row["name"], tuple(row["columns"])) for row in rows]


async def drop_foreign_keys(connection: asyncpg.Connection, names: Sequence[str]) -> list[str]:
    """Rows can come in any order then; returns the statements that bring the keys back, and check them."""
    keys = await connection.fetch(_FOREIGN_KEYS, names)
    for key in keys:
        await connection.execute(f"ALTER TABLE {key['name']} DROP CONSTRAINT {key['key']}")
    return [f"ALTER TABLE {key['name']} ADD CONSTRAINT {key['key']} {key['definition']}" for key in keys]


async def go_on_counting(connection: asyncpg.Connection, names: Sequence[str]) -> None:
    """Numbers given from now on are none of those that are there."""
    for row in await connection.fetch(_SEQUENCES, names):
        next_free = f"coalesce((SELECT max({row['column']}) FROM {row['name']}), 0) + 1"
        await connection.execute(f"SELECT setval('{row['sequence']}', {next_free}, false)")


async def drop_all(connection: asyncpg.Connection) -> None:
    """Our tables, with all that is in them."""
    names = ", ".join(f'"{name}"' for name in [*our_tables(), VERSION_TABLE])
    await connection.execute(f"DROP TABLE IF EXISTS {names} CASCADE")
