"""Keeping level with Twilio: messages and receipts that its webhooks could not bring."""

from __future__ import annotations

from celery import shared_task

from core.bootstrap import Services
from tasks import child


@shared_task(name="whatsapp.catch_up")
def catch_up() -> None:
    child.run(_catch_up)


async def _catch_up(services: Services) -> None:
    if services.whatsapp_catch_up is not None:
        await services.whatsapp_catch_up.run()
