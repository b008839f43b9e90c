"""What a database looks like to those who use it, and what a change of it takes away from them.

A migration *expands* where a process of the version before notices nothing: all that it reads is still there
and is what it was, all that it writes is still taken, and no table is shut while its rows are written anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import asyncpg


@dataclass(frozen=True)
class Column:
    type: str
    takes_null: bool
    default: str | None
    is_made: bool
    """By PostgreSQL: an identity, or generated."""

    @property
    def may_be_left_out(self) -> bool:
        return self.takes_null or self.is_made or self.default is not None


@dataclass(frozen=True)
class Rule:
    """A constraint or a unique index."""

    text: str
    columns: frozenset[str]
    is_unique: bool


@dataclass
class Table:
    file: int
    """Where its rows are; another one after they were written anew."""
    columns: dict[str, Column] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)


Catalogue = dict[str, Table]

_TABLES = """
SELECT oid, relname AS name, relfilenode AS file
FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
"""
_COLUMNS = """
SELECT attrelid AS oid, attname AS name, format_type(atttypid, atttypmod) AS type,
       NOT attnotnull AS takes_null, pg_get_expr(adbin, adrelid) AS default,
       attidentity <> '' OR attgenerated <> '' AS is_made
FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attnum > 0 AND NOT attisdropped AND attrelid = ANY($1)
"""
_RULES = """
WITH rules AS (
    SELECT conrelid AS oid, conname::text AS name, pg_get_constraintdef(oid) AS text, conkey AS keys,
           contype IN ('p', 'u', 'x') AS is_unique
    FROM pg_constraint
    UNION ALL
    SELECT indrelid, indexrelid::regclass::text, pg_get_indexdef(indexrelid), indkey::int2[], true
    FROM pg_index
    WHERE indisunique AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
)
SELECT oid, name, text, is_unique, ARRAY(
    SELECT attname::text FROM pg_attribute WHERE attrelid = rules.oid AND attnum = ANY(keys)
) AS columns
FROM rules WHERE oid = ANY($1) AND text NOT LIKE 'NOT NULL%'
"""


async def catalogue(connection: asyncpg.Connection) -> Catalogue:
    """As this connection sees it."""
    tables = {row["oid"]: row for row in await connection.fetch(_TABLES)}
    found = {oid: Table(row["file"]) for oid, row in tables.items()}
    for oid, name, *column in await connection.fetch(_COLUMNS, list(tables)):
        found[oid].columns[name] = Column(*column)
    for oid, name, text, is_unique, columns in await connection.fetch(_RULES, list(tables)):
        found[oid].rules[name] = Rule(text, frozenset(columns), is_unique)
    return {row["name"]: found[oid] for oid, row in tables.items()}


def taken_away(before: Catalogue, after: Catalogue) -> list[str]:
    """What processes of the version before would stumble over, a line each; none where it only expands."""
    trouble = [f"{name} is gone" for name in before.keys() - after.keys()]
    for name in before.keys() & after.keys():
        trouble += [f"{name}: {line}" for line in _of_table(before[name], after[name])]
    return sorted(trouble)


def _of_table(before: Table, after: Table) -> Iterator[str]:
    for name, column in before.columns.items():
        if name in after.columns:
            yield from _of_column(name, column, after.columns[name])
        else:
            yield f"{name} is gone"
    new = after.columns.keys() - before.columns.keys()
    for name in new:
        if not after.columns[name].may_be_left_out:
            yield f"{name} is new and has to be given"
    yield from _of_rules(before.rules, after.rules, frozenset(new))
    if before.file != after.file:
        yield "all rows are written anew"


def _of_column(name: str, before: Column, after: Column) -> Iterator[str]:
    if before.type != after.type:
        yield f"{name} is {after.type} and was {before.type}"
    if before.takes_null and not after.takes_null:
        yield f"{name} takes no null any more"
    elif before.may_be_left_out and not after.may_be_left_out:
        yield f"{name} has to be given"
    elif before.default is not None and before.default != after.default:
        yield f"{name} has another default"


def _of_rules(before: dict[str, Rule], after: dict[str, Rule], new: frozenset[str]) -> Iterator[str]:
    """A new rule may bind new columns alone; a unique one that is gone is missed by ON CONFLICT."""
    for name, rule in after.items():
        if name not in before and not (rule.columns and rule.columns <= new):
            yield f"{name} binds what was there before"
        if name in before and before[name].text != rule.text:
            yield f"{name} is another rule"
    for name, rule in before.items():
        if name not in after and rule.is_unique:
            yield f"{name} is gone"
