"""Twilio's Content API: which templates there are, making them, and what WhatsApp thinks of them.

https://www.twilio.com/docs/content/content-api-resources. Nothing of an answer but codes goes into an error.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from core.adapters.channels.whatsapp.outcome import body_of, melody_error, retry_after_of
from core.adapters.channels.whatsapp.templates import Template
from core.errors import NotFound, ServiceUnavailable

CONTENT = "/v1/Content"
CALL_SECONDS = 20.0
PAGE = 500
MOST_PAGES = 20
MOST_TRIES = 4
LONGEST_PAUSE = 5.0
UTILITY = "UTILITY"
APPROVED, UNSUBMITTED = "approved", "unsubmitted"
REFUSED_BY_WHATSAPP = {"rejected", "paused", "disabled"}


@dataclass(frozen=True)
class Approval:
    """WhatsApp's word on a template: unsubmitted, received, pending, approved, rejected, paused, disabled."""

    status: str
    reason: str = ""


class TemplateRefused(Exception):
    """Twilio does not take a template; the text names its error's code."""


class ContentApi:
    """`content_url` is an origin."""

    def __init__(self, account_sid: str, auth_token: str, content_url: str) -> None:
        self._origin = content_url
        self._http = httpx.AsyncClient(
            auth=httpx.BasicAuth(account_sid, auth_token),
            headers={"Accept": "application/json", "User-Agent": "MelodyStudio/1"},
            timeout=httpx.Timeout(15.0, connect=5.0, pool=5.0),
            follow_redirects=False,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def sids(self) -> dict[str, str]:
        """The sids of all templates, by their names. Raises ServiceUnavailable, ConfigurationError."""
        found: dict[str, str] = {}
        address = f"{CONTENT}?PageSize={PAGE}"
        for _ in range(MOST_PAGES):
            page = await self._call("GET", address)
            contents, meta = page.get("contents"), page.get("meta")
            if not isinstance(contents, list):
                raise ServiceUnavailable("Twilio's answer is no list of templates")
            for content in contents:
                name, sid = content.get("friendly_name"), content.get("sid")
                if isinstance(name, str) and isinstance(sid, str):
                    found.setdefault(name, sid)
            following = meta.get("next_page_url") if isinstance(meta, dict) else None
            if not isinstance(following, str) or not following:
                return found
            parts = urlsplit(following)  # the origin stays ours, so that the token goes nowhere else
            address = f"{parts.path}?{parts.query}"
        raise ServiceUnavailable("Twilio lists more templates than we look through")

    async def create(self, template: Template) -> str:
        """Make a template; its sid. Raises TemplateRefused, ServiceUnavailable, ConfigurationError."""
        sid = (await self._call("POST", CONTENT, template.as_json)).get("sid")
        if not isinstance(sid, str) or not sid:
            raise ServiceUnavailable("Twilio made a template without a sid")
        return sid

    async def approval(self, sid: str) -> Approval:
        """Raises NotFound for a template that is not there, ServiceUnavailable, ConfigurationError."""
        answer = (await self._call("GET", f"{_path(sid)}/ApprovalRequests")).get("whatsapp")
        return _approval(answer if isinstance(answer, dict) else {})

    async def submit(self, sid: str, name: str) -> Approval:
        """Ask WhatsApp for its approval. Raises as `create` does, and NotFound."""
        wish = {"name": name, "category": UTILITY}
        return _approval(await self._call("POST", f"{_path(sid)}/ApprovalRequests/whatsapp", wish))

    async def _call(self, method: str, address: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """One request; only what Twilio turned away for speed is asked again."""
        for attempt in range(1, MOST_TRIES + 1):
            try:
                async with asyncio.timeout(CALL_SECONDS):
                    answer = await self._http.request(method, self._origin + address, json=body)
            except (httpx.HTTPError, TimeoutError, ValueError) as error:
                raise ServiceUnavailable(
                    f"Twilio's Content API does not answer: {type(error).__name__}"
                ) from None
            if answer.status_code != 429 or attempt == MOST_TRIES:
                break
            pause = min(LONGEST_PAUSE, retry_after_of(answer))
            await asyncio.sleep(pause * random.uniform(1.0, 1.25))
        if answer.is_success:
            return body_of(answer)
        if answer.status_code == 404:
            raise NotFound("Twilio knows no such template")
        if 400 <= answer.status_code < 500 and answer.status_code not in {401, 403, 429}:
            code = body_of(answer).get("code")
            raise TemplateRefused(f"error {code if isinstance(code, int) else answer.status_code}")
        raise melody_error(answer)


def _path(sid: str) -> str:
    return f"{CONTENT}/{quote(sid, safe='')}"


def _approval(value: dict[str, Any]) -> Approval:
    status, reason = value.get("status"), value.get("rejection_reason")
    return Approval(
        status=status if isinstance(status, str) and status else UNSUBMITTED,
        reason=" ".join(reason.split())[:200] if isinstance(reason, str) else "",
    )
