"""Clearing away: work folders of killed processes, updates that were done long ago, vocals without room,
sessions and codes that are over."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
import uuid
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.repeats import forget_old_answers
from core.bootstrap import Services
from core.catalog.models import Recording
from core.chat.models import ForgottenUpdate, InboxItem
from core.conversion.kept_vocals import drop_surplus
from core.conversion.models import Rendition
from core.db.lease import seconds_from_now
from core.library.service import forget_old_plays
from core.membership.linking import sweep_codes
from core.orphans import collect_orphans
from core.outside import SEPARATING
from core.ports import COPY_PREFIX
from core.push.outgoing import forget_old_pushes
from core.signin.codes import forget_old
from core.signin.keys import change_keys
from core.signin.links import sweep_links
from core.signin.sessions import sweep_sessions

logger = logging.getLogger(__name__)

YOUNGEST_LEFTOVER = 60.0
"""Seconds; a folder is made a moment before its lease is seen by others."""
OLDEST_UPLOAD = 3600.0
"""Seconds; no file takes longer to be stored, or to be separated elsewhere."""
OLDEST_COPY = 2 * 3600.0
"""Seconds; no task that reads a copy of an object lives longer."""
UPLOADS = "uploads"
"""The folder in the work folder where uploads arrive."""
KEEP_UPDATES = 7 * 86_400.0
"""Messengers repeat an update for at most a day."""


async def sweep(services: Services) -> None:
    async with services.database.transaction() as session:
        held = await _held_tokens(session)
        old = InboxItem.received_at < seconds_from_now(-KEEP_UPDATES)
        await session.execute(delete(InboxItem).where(InboxItem.status != "pending", old))
        await forget_old(session)
        long_gone = ForgottenUpdate.forgotten_at < seconds_from_now(-KEEP_UPDATES)
        await session.execute(delete(ForgottenUpdate).where(long_gone))
        vocals = await drop_surplus(session)
        await sweep_sessions(session)
        await sweep_links(session)
        await forget_old_pushes(session)
        await sweep_codes(session)
        await change_keys(session)
        await forget_old_answers(session)
        await forget_old_plays(session)
    work = services.settings.work_path
    await asyncio.to_thread(_remove_old, work / UPLOADS, "*", OLDEST_UPLOAD)
    await asyncio.to_thread(_remove_old, work / SEPARATING, "*", OLDEST_UPLOAD)
    await asyncio.to_thread(_remove_old, work, f"{COPY_PREFIX}*", OLDEST_COPY)
    removed = await asyncio.to_thread(_remove_leftovers, work, held)
    if removed:
        logger.info("removed %d work folders of processes that are gone", removed)
    # Last, as the store may be away.
    for sha256 in vocals:
        await services.store.delete(sha256)
    await services.store.sweep_temporary(OLDEST_UPLOAD)
    await collect_orphans(services.database, services.store, services.redis)


async def _held_tokens(session: AsyncSession) -> set[uuid.UUID]:
    tokens: set[uuid.UUID] = set()
    for model in (Rendition, Recording):
        found = await session.execute(select(model.lease_token).where(model.lease_token.is_not(None)))
        tokens.update(token for token in found.scalars() if token is not None)
    return tokens


def _remove_leftovers(work_dir: Path, held: set[uuid.UUID]) -> int:
    """Remove the folders named after leases that nobody holds any more."""
    removed = 0
    for folder in work_dir.glob("*"):
        try:
            token = uuid.UUID(folder.name)
            is_young = time.time() - folder.stat().st_mtime < YOUNGEST_LEFTOVER
        except (ValueError, OSError):
            continue
        if token not in held and not is_young:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def _remove_old(parent: Path, names: str, older_than: float) -> None:
    """Remove the folders of uploads and copies whose process is gone."""
    for folder in parent.glob(names):
        try:
            is_old = time.time() - folder.stat().st_mtime > older_than
        except OSError:
            continue
        if is_old:
            shutil.rmtree(folder, ignore_errors=True)
