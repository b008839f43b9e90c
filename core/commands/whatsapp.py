"""`./melody whatsapp setup`: buttons, lists and the ready template at Twilio, and what is left to enter."""

from __future__ import annotations

import asyncio
import sys
from contextlib import ExitStack

from core.bootstrap import build
from core.chat.texts import closest
from core.config import Settings
from core.db.session import DATABASE_ERRORS
from core.db.upgrade import upgrade
from core.embedded.servers import EmbeddedServers
from core.errors import ConfigurationError, ServiceUnavailable
from core.whatsapp.templates import Found

OK, SOME_REFUSED = 0, 1
WEBHOOK_PATH = "/webhooks/whatsapp"
RETRIES = "#rc=5&rp=all"
"""Twilio tries five times more, whatever went wrong (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides)."""


def setup(settings: Settings) -> int:
    """Make what is missing at Twilio; a repeat makes nothing twice.

    The exit code: 0 all is there; 1 Twilio or WhatsApp refused something, or did not answer. Raises
    ConfigurationError where Twilio is not configured, or does not know the account.
    """
    if not settings.whatsapp_is_on:
        raise ConfigurationError(
            "MELODY_TWILIO_ACCOUNT_SID, MELODY_TWILIO_AUTH_TOKEN, MELODY_TWILIO_WHATSAPP_FROM: set them first"
        )
    with ExitStack() as stack:
        if settings.database_url is None:
            url = stack.enter_context(EmbeddedServers(settings.data_dir)).start_postgres()
            settings = Settings.load(database_url=url, data_dir=settings.data_dir)
        assert settings.database_url is not None
        upgrade(settings.database_url)
        try:
            found = asyncio.run(_set_up(settings))
        except ServiceUnavailable as error:
            print(f"melody: {error.detail}; the same command goes on from there", file=sys.stderr)
            return SOME_REFUSED
        except DATABASE_ERRORS as error:
            print(f"melody: the database went away ({type(error).__name__})", file=sys.stderr)
            return SOME_REFUSED
    _say_what_is_left(settings, found)
    return SOME_REFUSED if any(item.problem for item in found) else OK


async def _set_up(settings: Settings) -> list[Found]:
    services = build(settings)
    try:
        assert services.whatsapp is not None
        found = []
        async for item in services.whatsapp.templates.run():
            print(_line(item), flush=True)
            found.append(item)
        return found
    finally:
        await services.close()


def _line(item: Found) -> str:
    if item.problem is not None:
        return f"problem  {item.name}: {item.problem}"
    state = f" ({item.approval})" if item.approval else ""
    return f"{'made' if item.is_new else 'there':7}  {item.name} {item.sid}{state}"


def _say_what_is_left(settings: Settings, found: list[Found]) -> None:
    new = sum(item.is_new for item in found)
    print(f"\n{new} made, {sum(item.sid is not None for item in found) - new} there before.")
    language = closest(settings.default_language)
    ready = next((item for item in found if item.says_ready_in == language), None)
    if ready is not None and ready.sid is not None:
        _say_what_to_set(settings, ready.sid)
    print("\nIn Twilio's console enter for your sender or sandbox, as “When a message comes in” (POST):")
    print(f"{settings.public_origin}{WEBHOOK_PATH}{RETRIES}")
    if settings.public_url is None:
        print("This is an address of this machine alone: set MELODY_PUBLIC_URL to one that Twilio can reach.")


def _say_what_to_set(settings: Settings, sid: str) -> None:
    chosen = settings.twilio_template_ready_sid
    if chosen == sid:
        print("\nMELODY_TWILIO_TEMPLATE_READY_SID is set to it.")
        return
    print("\nPut this line into .env; once WhatsApp approves, people hear of songs that are ready late:")
    print(f"MELODY_TWILIO_TEMPLATE_READY_SID={sid}")
    if chosen is not None:
        print(f"(It is set to another template now: {chosen}.)")
