"""Text messages with codes by MSG91's OTP API, version 5: only to send; we make and check codes ourselves.

https://docs.msg91.com/otp. Errors come with HTTP 200 as a rule, so only `"type": "success"` counts, and what
a failure means is in its words, which vary. A success says that the message was accepted, not that it came.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httpx

from core.adapters.json_objects import json_object
from core.errors import ConfigurationError, ServiceUnavailable
from core.ports import Outcome, SendResult

PATH = "/api/v5/otp"
CALL_SECONDS = 15.0
MOST_BYTES = 65_536
PAUSE_WHEN_BUSY = 15.0
NOBODYS_NUMBER = "910000000000"
"""Asked about to learn whether MSG91 knows us; no number begins like this."""

DROPPED_AS_REPEATED = "311"
"""The same text went to the same number within ten seconds."""
FOREIGN_ADDRESS = "418"

_KEY = "MELODY_MSG91_AUTH_KEY: MSG91 does not take it"
_TEMPLATE = "MELODY_MSG91_TEMPLATE_ID: MSG91 does not take it"
_ADDRESS = "MSG91 refuses this server's address: allow it for the auth key, or switch its IP security off"
_BALANCE = "the balance of the MSG91 account is used up"
_OURS = {
    re.compile(r"auth\s*key|authentication|unauthori[sz]ed", re.I): _KEY,
    re.compile(r"template", re.I): _TEMPLATE,
    re.compile(r"ip\s*blocked|white\s*-?list|allow\s*-?list", re.I): _ADDRESS,
    re.compile(r"balance|credit|wallet|recharge", re.I): _BALANCE,
}
"""Words of failures that the operator has to mend -> what to tell them."""
_NUMBER = re.compile(r"mobile|number|country", re.I)
_LIMIT = re.compile(r"limit|maxed out|too many", re.I)


class Msg91Sender:
    """`api_url` is an origin."""

    name = "msg91"

    def __init__(self, auth_key: str, template_id: str, api_url: str) -> None:
        self._template_id = template_id
        self._http = httpx.AsyncClient(
            base_url=api_url,
            headers={"authkey": auth_key, "Accept": "application/json", "User-Agent": "MelodyStudio/1"},
            timeout=httpx.Timeout(10.0, connect=5.0, pool=5.0),
            limits=httpx.Limits(max_connections=10, max_keepalive_connections=5),
            follow_redirects=False,
        )

    async def send(self, number: str, code: str, *, lifetime: float) -> SendResult:
        """One call. Raises ConfigurationError, ServiceUnavailable."""
        params = {
            "template_id": self._template_id,
            "mobile": _digits(number),
            "otp": code,
            "otp_length": str(len(code)),
            "otp_expiry": str(max(1, round(lifetime / 60))),
        }
        status, body = await self._call("POST", PATH, params)
        if body.get("type") == "success":
            return SendResult(Outcome.SENT)
        said, error_code = _said(body)
        if error_code == DROPPED_AS_REPEATED:
            return SendResult(Outcome.SENT, error="repeated")  # the first one is on its way
        _raise_if_ours(status, said, error_code)
        if status == 429:
            return SendResult(Outcome.RETRY, retry_after=PAUSE_WHEN_BUSY, error="rate-limit")
        if _LIMIT.search(said):
            return SendResult(Outcome.REFUSED, error="rate-limit")
        if _NUMBER.search(said):
            return SendResult(Outcome.REFUSED, error="number-refused")
        return SendResult(
            Outcome.RETRY, error=f"HTTP {status}, code {error_code or 'none'}: {said or 'no reason'}"
        )

    async def check(self) -> str:
        """Ask about a number that is nobody's: whoever is told that it is unknown has the right key.

        Raises ConfigurationError, ServiceUnavailable.
        """
        params = {"mobile": NOBODYS_NUMBER, "otp": "000000"}
        status, body = await self._call("GET", f"{PATH}/verify", params)
        said, error_code = _said(body)
        _raise_if_ours(status, said, error_code)
        if "type" not in body:
            raise ServiceUnavailable(f"MSG91 answers with HTTP {status}")
        return "MSG91 knows the auth key (the template is tried with the first code)"

    async def close(self) -> None:
        await self._http.aclose()

    async def _call(self, method: str, path: str, params: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Status and JSON object of an answer; the object is empty where it is none."""
        try:
            async with (
                asyncio.timeout(CALL_SECONDS),
                self._http.stream(
                    method, path, params=params, json={} if method == "POST" else None
                ) as answer,
            ):
                content = bytearray()
                async for chunk in answer.aiter_bytes():
                    content += chunk
                    if len(content) > MOST_BYTES:
                        break
        except (httpx.HTTPError, TimeoutError) as error:
            raise ServiceUnavailable(f"MSG91 does not answer: {type(error).__name__}") from None
        return answer.status_code, json_object(bytes(content))


def _raise_if_ours(status: int, said: str, error_code: str) -> None:
    """Raises ConfigurationError for what the operator has to mend."""
    if error_code == FOREIGN_ADDRESS or status == int(FOREIGN_ADDRESS):
        raise ConfigurationError(_ADDRESS)
    for words, advice in _OURS.items():
        if words.search(said):
            raise ConfigurationError(advice)
    if status in {401, 403}:
        raise ConfigurationError(_KEY)


def _said(body: dict[str, Any]) -> tuple[str, str]:
    """The message without any digits, since it may name a number, and the error code."""
    message, code = body.get("message"), body.get("code")
    text = re.sub(r"\d+", "…", message)[:100] if isinstance(message, str) else ""
    return text, str(code) if isinstance(code, int | str) else ""


def _digits(number: str) -> str:
    """`919812345678`: MSG91 wants the country's code, and no plus."""
    return number.removeprefix("+")
