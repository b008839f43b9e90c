"""Tasks around the making of a rendition."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from tasks import child


@shared_task(name="conversion.fetch")
def fetch(recording_id: str) -> None:
    child.run(lambda services: services.fetcher.fetch_next(UUID(recording_id)))


@shared_task(name="conversion.run")
def run(job_id: str) -> None:
    child.run(lambda services: services.maker.make_next(UUID(job_id)))
