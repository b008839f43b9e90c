"""Where Twilio brings WhatsApp messages, and tells what became of ours.

Only Twilio can sign a request: HMAC over our public address and all fields of the form, by the account's
token or by a key of its own (https://www.twilio.com/docs/usage/security#validating-requests). Twilio may
bring a message once only, so it is stored before the answer, and nothing else happens here.
"""

from __future__ import annotations

import asyncio
import logging
import random
from http import HTTPStatus
from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response
from twilio.request_validator import RequestValidator, get_signature_algorithm

from api.deps import UsesServices, transaction
from api.errors import problems
from api.webhooks.body import body_of
from core.bootstrap import Services
from core.errors import Forbidden, NotFound
from core.whatsapp.inbox import NotAMessage, store_message
from core.whatsapp.receipts import Receipt, Recorded, read_receipt, record_receipt

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/webhooks", tags=["webhooks"])

MOST_FIELDS = 500
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""TwiML that asks for nothing (https://www.twilio.com/docs/messaging/twiml)."""
EARLY_TRIES = 8
EARLY_PAUSE = 0.25
"""Seconds between the tries to record a failure that is faster than its own sender."""


class TwiML(Response):
    media_type = "text/xml"


@router.post(
    "/whatsapp",
    summary="A message from WhatsApp",
    response_class=TwiML,
    responses=problems(400, 403, 404, 408, 413, 503),
)
async def receive_message(request: Request, services: UsesServices) -> Response:
    """Store one message that a person sent (twilio.com/docs/messaging/guides/webhook-request)."""
    form = await _signed_form(request, services)
    if "MessageStatus" in form:  # the sender's own status address, which may be this one
        return await _record(services, read_receipt(request.query_params, _fields(form)))
    try:
        async with transaction(services.database) as session:
            await store_message(session, _fields(form))
    except NotAMessage:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
    return TwiML(EMPTY)


@router.post(
    "/whatsapp/status",
    summary="What became of a message",
    response_class=TwiML,
    responses=problems(400, 403, 404, 408, 413, 503),
)
async def receive_status(request: Request, services: UsesServices) -> Response:
    """Record what became of a message of ours; what is told twice or late changes nothing."""
    form = await _signed_form(request, services)
    return await _record(services, read_receipt(request.query_params, _fields(form)))


async def _record(services: Services, receipt: Receipt | None) -> Response:
    if receipt is None:
        logger.info("a status of a message that is none of ours")
        return TwiML(EMPTY)
    for _ in range(EARLY_TRIES):
        async with transaction(services.database) as session:
            recorded = await record_receipt(session, receipt, services.held_news.tell)
        if recorded is Recorded.DONE:
            break
        await asyncio.sleep(EARLY_PAUSE * random.uniform(1.0, 1.25))
    return TwiML(EMPTY)


async def _signed_form(request: Request, services: Services) -> FormData:
    """The form of a request that Twilio signed. Raises Forbidden, NotFound, HTTPException."""
    settings = services.settings
    if not settings.whatsapp_is_on or settings.twilio_auth_token is None:
        raise NotFound("WhatsApp is not configured")
    form = _parse(await body_of(request))
    signature = request.headers.get("x-twilio-signature", "")
    algorithm = get_signature_algorithm(request.headers.get("x-twilio-webhooks-signature-settings"))
    address = _address(request, services)
    for key in (settings.twilio_auth_token, settings.twilio_webhook_key):
        if key is not None and _is_signed(key.get_secret_value(), address, form, signature, algorithm):
            return form
    raise Forbidden("wrong signature of a Twilio webhook")


def _is_signed(key: str, address: str, form: FormData, signature: str, algorithm: str) -> bool:
    try:
        return bool(RequestValidator(key).validate(address, form, signature, algorithm))
    except ValueError:  # an address that is none
        return False


def _address(request: Request, services: Services) -> str:
    """The address that Twilio called: proxies may have changed all but its path and query."""
    origin = services.settings.public_url
    if origin is None:  # on this machine alone, by whichever of its names
        origin = f"http://{request.headers.get('host', '')}"
    path = request.scope.get("raw_path") or request.url.path.encode()
    query = request.scope.get("query_string") or b""
    return origin + path.decode("latin-1") + (f"?{query.decode('latin-1')}" if query else "")


def _parse(body: bytes) -> FormData:
    """The form as it was signed: nothing stripped, blank values kept. Raises Forbidden for none at all."""
    try:
        pairs: list[tuple[str, str | UploadFile]] = [
            *parse_qsl(
                body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
            )
        ]
    except ValueError:
        raise Forbidden("no form that Twilio could have signed") from None
    return FormData(pairs)


def _fields(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}
