"""Sending what is in the outbox."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from tasks import child


@shared_task(name="delivery.send")
def send(delivery_id: str) -> None:
    child.run(lambda services: services.delivery.deliver(UUID(delivery_id)))
