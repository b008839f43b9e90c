"""The base of all tables, and the columns that several of them share."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, DateTime, MetaData, String, Table, Uuid, func, literal_column
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        dict[str, Any]: JSONB,
        list[int]: JSONB,
        datetime: DateTime(timezone=True),
        uuid.UUID: Uuid,
    }


class Identified:
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)


class Created:
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Updated:
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


def table_of(model: type[Base]) -> Table:
    """A model's table: what is asked of it costs less on the way, since no row becomes an object."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def word(value: str) -> ColumnElement[str]:
    """A word of our own that stands in the statement itself: only so the planner sees that a partial index
    fits, in a plan that it keeps."""
    assert value.isalpha(), "no place for anything but a word"
    return literal_column(f"'{value}'", String)
