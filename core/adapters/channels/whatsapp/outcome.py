"""What is known after a call to Twilio: its own refusals, and answers that never came.

The codes are Twilio's (https://www.twilio.com/docs/api/errors); its error bodies come in two shapes, its own
and RFC 9457, and both name a `code`.
"""

from __future__ import annotations

from typing import Any

import httpx

from core.adapters.channels.never_sent import NEVER_SENT
from core.adapters.json_objects import json_object
from core.errors import ConfigurationError, MelodyError, ServiceUnavailable
from core.ports import Outcome, SendResult

WRONG_CREDENTIALS = (
    "MELODY_TWILIO_ACCOUNT_SID, MELODY_TWILIO_AUTH_TOKEN: Twilio does not know this account and token"
)
DEFAULT_RETRY_AFTER = 2.0
LONGEST_RETRY_AFTER = 600.0
SETTLED_AFTER = 5.0
"""Seconds after which a message that Twilio took can be found in its list."""

_TOO_FAST = {20429, 63018, 14107}
_OUTSIDE_WINDOW = {63016}
_OPTED_OUT = {21610}
_NO_SUCH_PERSON = {21211, 63003, 63024}
_TOO_LONG = {21617, 21658}
_BAD_MEDIA = {12300, 21620, 21623, 63005, 63019, 63021}
BAD_MEDIA = "bad-media"


def result_of(answer: httpx.Response, *, has_media: bool = False) -> SendResult:
    """The outcome of a request to create a message."""
    body = body_of(answer)
    if answer.is_success:
        sid = body.get("sid")
        if isinstance(sid, str) and sid:
            return SendResult(Outcome.SENT, message_ref=sid)
        return SendResult(Outcome.UNCERTAIN, retry_after=SETTLED_AFTER, error="an answer without a sid")
    if answer.status_code >= 500:
        error = f"Twilio answers with HTTP {answer.status_code}"
        return SendResult(Outcome.UNCERTAIN, retry_after=SETTLED_AFTER, error=error)
    code = body.get("code")
    if answer.status_code == 429 or code in _TOO_FAST:
        return SendResult(Outcome.RETRY, retry_after=retry_after_of(answer), error="rate-limit")
    if code in _OUTSIDE_WINDOW:
        return SendResult(Outcome.HELD, error="outside-window")
    if code in _OPTED_OUT:
        return SendResult(Outcome.REFUSED, blocked=True, error="blocked")
    if code in _NO_SUCH_PERSON:
        return SendResult(Outcome.REFUSED, error="chat-not-found")
    if code in _TOO_LONG:
        return SendResult(Outcome.REFUSED, error="too-long")
    if has_media and code in _BAD_MEDIA:
        return SendResult(Outcome.REFUSED, error=BAD_MEDIA)
    if answer.status_code in {401, 403, 404}:
        return SendResult(Outcome.RETRY, error="wrong-credentials")  # the operator will mend it
    return SendResult(
        Outcome.REFUSED, error=f"twilio-{code if isinstance(code, int) else answer.status_code}"
    )


def is_of_the_template(result: SendResult) -> bool:
    """Whether a message made of a template was refused for what only the template explains."""
    if result.outcome is Outcome.RETRY:
        return result.error == "wrong-credentials"  # also Twilio's word for a sid that it can't find
    return result.outcome is Outcome.REFUSED and not result.blocked and result.error != "chat-not-found"


def result_of_failure(error: Exception) -> SendResult:
    """The outcome of a request that had no answer; `error` is an httpx.HTTPError or TimeoutError."""
    if isinstance(error, NEVER_SENT):
        return SendResult(Outcome.RETRY, error="unreachable")
    return SendResult(
        Outcome.UNCERTAIN, retry_after=SETTLED_AFTER, error=f"no-answer: {type(error).__name__}"
    )


def melody_error(answer: httpx.Response) -> MelodyError:
    """The same failures where no send is at stake."""
    if answer.status_code in {401, 403, 404}:
        return ConfigurationError(WRONG_CREDENTIALS)
    return ServiceUnavailable(f"Twilio answers with HTTP {answer.status_code}")


def body_of(answer: httpx.Response) -> dict[str, Any]:
    """The answer's JSON object; empty where it is none."""
    return json_object(answer.content)


def retry_after_of(answer: httpx.Response) -> float:
    value = answer.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(max(1.0, float(value)), LONGEST_RETRY_AFTER)
    return DEFAULT_RETRY_AFTER
