"""Keeping what is shown of songs of all up to date: charts each hour, facts each day."""

from __future__ import annotations

from celery import shared_task
from sqlalchemy import select

from core.bootstrap import Services
from core.library.models import LibraryEntry
from tasks import child


@shared_task(name="catalog.refresh_trending")
def refresh_trending() -> None:
    child.run(lambda services: services.music.refresh_trending())


@shared_task(name="catalog.expire")
def expire() -> None:
    child.run(_expire)


async def _expire(services: Services) -> None:
    kept = select(LibraryEntry.song_id).where(LibraryEntry.saved)
    await services.music.expire(kept_first=kept)
