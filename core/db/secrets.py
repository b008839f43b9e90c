"""Secrets of this installation, the same for all of its processes, made when first asked for."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Created

SECRET_BYTES = 32


class InstanceSecret(Created, Base):
    __tablename__ = "instance_secrets"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bytes]


async def instance_secret(session: AsyncSession, name: str) -> bytes:
    """32 random bytes; whoever asks first decides them for all."""
    fresh = insert(InstanceSecret).values(name=name, value=secrets.token_bytes(SECRET_BYTES))
    await session.execute(fresh.on_conflict_do_nothing())
    return (
        await session.execute(select(InstanceSecret.value).where(InstanceSecret.name == name))
    ).scalar_one()
