"""Clearing away what crashes and time leave behind."""

from __future__ import annotations

from celery import shared_task

from core.sweep import sweep as clear_away
from tasks import child


@shared_task(name="maintenance.sweep")
def sweep() -> None:
    child.run(clear_away)
