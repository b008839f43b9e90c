"""Forgetting people who ask for it."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from tasks import child


@shared_task(name="account.erase")
def erase(erasure_id: str) -> None:
    child.run(lambda services: services.eraser.erase(UUID(erasure_id)))
