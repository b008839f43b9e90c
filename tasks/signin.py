"""Sending codes to people who sign in by phone."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from tasks import child


@shared_task(name="signin.send_code")
def send_code(code_id: str) -> None:
    child.run(lambda services: services.code_sender.send(UUID(code_id)))
