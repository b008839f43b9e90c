"""Telling browsers that nobody looks at."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from tasks import child


@shared_task(name="push.send")
def send(push_id: str) -> None:
    child.run(lambda services: services.push_sender.send(UUID(push_id)))
