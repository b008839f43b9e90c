"""Where Telegram brings its updates: check the secret, store the update once, answer.

Telegram waits for a 2xx and brings an update again until it gets one, the updates of one chat in order. So
the answer comes after the commit, repeats are acknowledged, and nothing else happens here: the bot takes
the update from the inbox.
"""

from __future__ import annotations

import json
import math
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Request

from api.deps import UsesKeys, UsesServices, reading
from api.errors import problems
from api.webhooks.body import body_of
from core.errors import Forbidden, NotFound
from core.signing import same_secret
from core.telegram.inbox import store_telegram_update

router = APIRouter(prefix="/webhooks", tags=["webhooks"])


@router.post("/telegram", summary="An update from Telegram", responses=problems(400, 403, 404, 408, 413, 503))
async def receive_update(
    request: Request,
    services: UsesServices,
    keys: UsesKeys,
    x_telegram_bot_api_secret_token: Annotated[
        str, Header(description="The secret we gave to setWebhook")
    ] = "",
) -> dict[str, Any]:
    """Store one update of the Bot API (core.telegram.org/bots/api#update); the answer asks for nothing."""
    if services.settings.telegram_token is None:
        raise NotFound("no Telegram token is configured")
    if not same_secret(x_telegram_bot_api_secret_token, await keys.webhook_secret()):
        raise Forbidden("wrong secret of a Telegram webhook")
    update = parse_update(await body_of(request))
    async with reading():
        await store_telegram_update(services.database.reading, update)
    return {}


def parse_update(body: bytes) -> dict[str, Any]:
    """The update, whatever else is in it. Raises HTTPException 400 when it is none."""
    try:
        update = json.loads(body, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError):
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
    update_id = update.get("update_id") if isinstance(update, dict) else None
    if type(update_id) is not int or not 0 <= update_id < 2**63:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    return dict(update)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number that is too large")
    return number
