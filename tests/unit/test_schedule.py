"""What is done again and again."""

from __future__ import annotations

from pydantic import SecretStr

from core.config import Settings
from tasks.app import QUEUE_OF
from tasks.relay import SCHEDULE, schedule

TWILIO = {
    "twilio_account_sid": "AC" + "0" * 32,
    "twilio_auth_token": SecretStr("of-no-worth"),
    "twilio_whatsapp_from": "whatsapp:+14155238886",
}


def test_twilio_is_asked_only_where_there_is_one() -> None:
    settings = Settings.load()
    assert schedule(settings.model_copy(update=TWILIO)) == SCHEDULE
    assert SCHEDULE.keys() - schedule(settings) == {"whatsapp.catch_up"}


def test_every_task_has_a_queue() -> None:
    assert SCHEDULE.keys() <= QUEUE_OF.keys()
