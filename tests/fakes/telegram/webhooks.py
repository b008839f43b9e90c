"""How updates travel: getUpdates, and webhooks as the real server delivers them.

Source: tdlib/telegram-bot-api, WebhookActor.cpp: any 2xx confirms an update; all else is tried again, first
at once, then after a doubling delay; a Retry-After header is honoured. One chat's updates stay in order,
other chats go on meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from typing import Any

import httpx

from tests.fakes.telegram.model import Json, Refusal, bad_request
from tests.fakes.telegram.wire import Form
from tests.fakes.telegram.world import DEFAULT_UPDATES, Webhook, World

FIRST_DELAY = 0.2
LONGEST_DELAY = 5.0
"""The real server waits up to 60 to 120 s; tests have no time for that."""
LONGEST_RETRY_AFTER = 3600.0
REQUEST_TIMEOUT = 20.0


class Travel:
    """The methods that say how the bot wants its updates."""

    NAMES = frozenset({"getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo"})

    def __init__(self, world: World) -> None:
        self._world = world

    async def call(self, name: str, form: Form) -> Any:
        if name == "getUpdates":
            return await self._get_updates(form)
        with self._world.lock:
            if name == "setWebhook":
                return self._set_webhook(form)
            if name == "deleteWebhook":
                return self._delete_webhook(form)
            return self._get_webhook_info()

    async def _get_updates(self, form: Form) -> list[Json]:
        world = self._world
        offset = int(form.fields.get("offset", "0"))
        limit = int(form.fields.get("limit", "100"))
        with world.lock:
            if world.webhook:
                raise Refusal(
                    409,
                    "Conflict: can't use getUpdates method while webhook is active; "
                    "use deleteWebhook to delete the webhook first",
                )
            world.poll += 1
            mine = world.poll
            world.changed()
            self._allow(form)
            world.confirm(u["update_id"] for u in world.pending if u["update_id"] < offset)
        try:
            await world.wait_for_async(
                lambda: world.pending or world.poll != mine or world.webhook or world.closing,
                float(form.fields.get("timeout", "0")),
            )
        except TimeoutError:
            return []
        with world.lock:
            if world.poll != mine or world.webhook:
                raise Refusal(
                    409,
                    "Conflict: terminated by other getUpdates request; "
                    "make sure that only one bot instance is running",
                )
            return world.pending[:limit]

    def _set_webhook(self, form: Form) -> bool:
        url = form.fields.get("url", "")
        if not url:
            return self._delete_webhook(form)
        # The real server takes https alone; the stand-in serves tests on one machine.
        if not re.match(r"https?://", url):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        secret = form.fields.get("secret_token")
        if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise bad_request("secret token contains unallowed characters")
        self._allow(form)
        self._drop(form)
        self._world.webhook = Webhook(url, secret)
        self._world.changed()
        return True

    def _delete_webhook(self, form: Form) -> bool:
        self._drop(form)
        self._world.webhook = None
        self._world.changed()
        return True

    def _get_webhook_info(self) -> Json:
        webhook = self._world.webhook
        info: Json = {
            "url": webhook.url if webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._world.pending),
            "allowed_updates": list(self._world.allowed_updates),
        }
        if webhook and webhook.last_error:
            info |= {"last_error_date": webhook.last_error_date, "last_error_message": webhook.last_error}
        return info

    def _allow(self, form: Form) -> None:
        if "allowed_updates" in form.fields:
            self._world.allowed_updates = tuple(json.loads(form.fields["allowed_updates"])) or DEFAULT_UPDATES

    def _drop(self, form: Form) -> None:
        if form.fields.get("drop_pending_updates") == "true":
            self._world.pending.clear()


class WebhookDelivery:
    """Brings pending updates to the webhook, one task a chat."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._chats: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Until cancelled."""
        async with httpx.AsyncClient(timeout=REQUEST_TIMEOUT, trust_env=False, verify=False) as client:
            try:
                while True:
                    chat = await self._world.wait_for_async(self._chat_to_serve, timeout=86_400)
                    self._chats[chat[0]] = asyncio.create_task(self._serve(client, chat[0]))
            finally:
                for task in self._chats.values():
                    task.cancel()
                await asyncio.gather(*self._chats.values(), return_exceptions=True)

    def _chat_to_serve(self) -> tuple[int] | None:
        if self._world.webhook is None:
            return None
        for update in self._world.pending:
            task = self._chats.get(chat_of(update))
            if task is None or task.done():
                return (chat_of(update),)
        return None

    async def _serve(self, client: httpx.AsyncClient, chat: int) -> None:
        delay = 0.0
        while (update := self._oldest(chat)) and (webhook := self._world.webhook):
            retry_after = await self._post(client, webhook, update)
            if retry_after is None:
                delay = 0.0
                self._world.confirm([update["update_id"]])
                continue
            await asyncio.sleep(max(retry_after, delay))
            delay = min(max(FIRST_DELAY, 2 * delay), LONGEST_DELAY)
        asyncio.get_running_loop().call_soon(self._world.changed)

    def _oldest(self, chat: int) -> Json | None:
        with self._world.lock:
            return next((update for update in self._world.pending if chat_of(update) == chat), None)

    async def _post(self, client: httpx.AsyncClient, webhook: Webhook, update: Json) -> float | None:
        """None for a 2xx, else the seconds the receiver asks to wait, 0 when it does not."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        try:
            answer = await client.post(webhook.url, json=update, headers=headers)
        except httpx.HTTPError as error:
            self._failed(webhook, f"Connection failed: {type(error).__name__}")
            return 0.0
        if answer.is_success:
            return None
        self._failed(webhook, f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}")
        wait = answer.headers.get("Retry-After", "")
        return min(float(wait), LONGEST_RETRY_AFTER) if wait.isdigit() else 0.0

    def _failed(self, webhook: Webhook, what: str) -> None:
        with self._world.lock:
            webhook.last_error = what
            webhook.last_error_date = int(time.time())
            self._world.changed()


def chat_of(update: Json) -> int:
    """The chat whose order an update keeps."""
    for kind in ("inline_query", "chosen_inline_result"):
        if kind in update:
            return int(update[kind]["from"]["id"])
    for kind in ("message", "edited_message", "my_chat_member"):
        if kind in update:
            return int(update[kind]["chat"]["id"])
    query = update.get("callback_query", {})
    if "message" in query:
        return int(query["message"]["chat"]["id"])
    return int(query["from"]["id"]) if query else 0
