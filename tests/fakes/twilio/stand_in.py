"""Twilio on this machine: messages out, media in, webhooks and callbacks to us."""

from __future__ import annotations

import asyncio
import base64
import queue
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
from starlette.applications import Starlette
from starlette.responses import JSONResponse, RedirectResponse, Response

from tests.fakes.sources.base import HttpStandIn, Received
from tests.fakes.twilio.content import CONTENT, ContentShelf
from tests.fakes.twilio.controls import RemoteControls
from tests.fakes.twilio.description import description_path, read_description
from tests.fakes.twilio.model import (
    AUDIO_TYPES,
    MAX_BODY,
    MAX_MEDIA,
    WINDOW_SECONDS,
    Media,
    Message,
    Refusal,
    new_sid,
)
from tests.fakes.twilio.people import Person
from tests.fakes.twilio.signing import sign

CALL_SECONDS = 15.0
"""The longest that Twilio waits for a webhook."""


class TwilioStandIn(HttpStandIn):
    """One account with one WhatsApp sender.

    `webhook_url` is where messages are brought. `tells` says which statuses a message goes through, in which
    order they are told, and how often.
    """

    title = "Twilio stand-in"

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__(host=host, port=port)
        self.account_sid = "AC" + "0123456789abcdef" * 2
        self.auth_token = "stand-in-token-of-no-worth"
        self.sender = "whatsapp:+14155238886"
        self.webhook_url = ""
        self.is_cut_off = False
        """Whether none of its webhooks gets through, now and later: messages are in its list alone."""
        self.algorithm = "sha1"
        self.tells: tuple[str, ...] = ("sent", "delivered", "read")
        self.tells_failures: tuple[str, ...] = ("failed",)
        self.fails_with: list[int] = []
        """Error codes that the next messages fail with, at WhatsApp."""
        self.before_fetching: Callable[[], None] = lambda: None
        """Called when Twilio is about to fetch an audio."""
        self.refuses_after: int | None = None
        """So many more messages are taken; then requests are refused with 429."""
        self.messages: list[Message] = []
        self.people: list[Person] = []
        self.brought: list[tuple[dict[str, str], int]] = []
        """Forms brought to the webhook, with the statuses they were answered with."""
        self.told: list[tuple[dict[str, str], int]] = []
        self._cdn: dict[str, Media] = {}
        path = description_path()
        self._description = read_description(path) if path.is_file() else None
        path = description_path("twilio_content.json")
        self._of_content = read_description(path) if path.is_file() else None
        self.content = ContentShelf(self.account_sid)
        """The content templates; the Content API has the same address as the other one."""
        self._outgoing: queue.Queue[Message | None] = queue.Queue()
        self._courier = threading.Thread(target=self._carry, name="Twilio's courier", daemon=True)

    def __enter__(self) -> Self:
        super().__enter__()
        self._courier.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._outgoing.put(None)
        self._courier.join(CALL_SECONDS)
        super().__exit__(kind, error, trace)

    def run(self) -> None:
        """As a process it has its courier, too."""
        if threading.current_thread() is threading.main_thread():
            self._courier.start()
        super().run()

    # --- what tests do ------------------------------------------------------------------------------------

    def person(self, name: str = "Asha", *, user_id: str | None = "", phone: str = "") -> Person:
        """Somebody with WhatsApp; `user_id=None` is one whose id Twilio does not tell."""
        number = 98123_00000 + len(self.people)
        found = Person(self, name, phone or f"+91{number}", user_id if user_id != "" else f"IN.{number * 7}")
        self.people.append(found)
        return found

    async def settled(self) -> None:
        """Until every message has arrived or failed, and that was told."""
        await asyncio.to_thread(self._outgoing.join)

    def sent(self) -> list[Message]:
        """All messages that we made Twilio take, whatever became of them."""
        with self.lock:
            return [message for message in self.messages if not message.inbound]

    def creations(self) -> list[Received]:
        """The requests that wanted to create a message."""
        with self.lock:
            return [r for r in self.requests if r.method == "POST" and r.path == self._messages_path]

    def day_passes(self, person: Person) -> None:
        """The 24 hours after the person's last message are over."""
        assert person.wrote_at is not None
        person.wrote_at -= WINDOW_SECONDS + 60

    def bring(self, form: dict[str, str]) -> int:
        """Bring a message to the webhook, signed; the status it is answered with."""
        status = self._post(self.webhook_url, form)
        with self.lock:
            self.brought.append((form, status))
        return status

    def tell(self, message: Message, status: str, error_code: int | None = None) -> int:
        """One status callback, whatever was told before."""
        assert message.callback is not None
        form = {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "MessageStatus": status,
            "SmsStatus": status,
            "AccountSid": self.account_sid,
            "From": self.sender,
            "To": message.person,
            "ApiVersion": "2010-04-01",
            "ChannelPrefix": "whatsapp",
            "EventType": status.upper(),
        }
        if error_code is not None:
            form["ErrorCode"] = str(error_code)
        answered = self._post(message.callback, form)
        with self.lock:
            self.told.append((form, answered))
        return answered

    # --- the API ------------------------------------------------------------------------------------------

    @property
    def _messages_path(self) -> str:
        return f"/2010-04-01/Accounts/{self.account_sid}/Messages.json"

    def complaints(self, request: Received) -> Iterable[str]:
        if request.path.startswith("/cdn/"):
            if "authorization" in request.headers:
                yield "the credentials went where the media lie"
            return
        if request.path.startswith(CONTENT):
            if self._of_content is not None:
                yield from self._of_content.json_violations(
                    request.method, request.path, request.query_list, request.body
                )
            return
        if self._description is not None and not request.path.rpartition("/")[2].startswith("ME"):
            form = parse_qsl(request.body.decode(), keep_blank_values=True)
            yield from self._description.violations(request.method, request.path, request.query_list, form)

    def answer(self, request: Received) -> Response:
        if request.path.startswith("/cdn/"):
            media = self._cdn[request.path.removeprefix("/cdn/")]
            return Response(media.data, media_type=media.content_type)
        expected = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {expected}":
            return _refused(Refusal(401, 20003, "Authenticate"))
        try:
            if request.path.startswith(CONTENT):
                return self.content.answer(request, self.url)
            if request.path == self._messages_path:
                return self._create(request) if request.method == "POST" else self._list(request)
            return self._resource(request.path)
        except Refusal as refusal:
            return _refused(refusal)

    def _create(self, request: Received) -> Response:
        form = request.form
        self._admit()
        person = next((p for p in self.people if form.get("To") in {p.phone, p.user_id}), None)
        if form.get("From") != self.sender:
            raise Refusal(400, 63007, "Twilio could not find a Channel with the specified From address")
        if person is None:
            raise Refusal(400, 21211, "Invalid 'To' Phone Number")
        if person.opted_out:
            raise Refusal(400, 21610, "Attempt to send to unsubscribed recipient")
        made = None
        if "ContentSid" in form:
            made = self.content.make(form, in_window=person.is_in_window)
        elif "ContentVariables" in form:
            raise Refusal(400, 21654, "ContentSid Required")
        body, media_url = made.body if made else form.get("Body", ""), form.get("MediaUrl")
        if not body.strip() and media_url is None:
            raise Refusal(400, 21619, "A text message body or media urls must be specified.")
        if len(body) > MAX_BODY:
            raise Refusal(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        if media_url is not None and urlsplit(media_url).scheme not in {"http", "https"}:
            raise Refusal(400, 21620, "Invalid media URL(s)")
        message = Message(
            sid=new_sid("MM" if media_url else "SM"),
            inbound=False,
            person=form["To"],
            ours=self.sender,
            body=body,
            media_url=media_url,
            callback=form.get("StatusCallback"),
            content_sid=form.get("ContentSid"),
            choices=made.choices if made else (),
            list_button=made.list_button if made else None,
            fate=made.error if made else None,
        )
        self.messages.append(message)
        self._outgoing.put(message)
        return JSONResponse(message.as_json(self.account_sid), 201)

    def _admit(self) -> None:
        """Raises Refusal 429 for a request too many."""
        if self.refuses_after is None:
            return
        if self.refuses_after == 0:
            raise Refusal(429, 20429, "Too Many Requests")
        self.refuses_after -= 1

    def _list(self, request: Received) -> Response:
        query = request.query
        size, page = int(query.get("PageSize", "50")), int(query.get("Page", "0"))
        fitting = [
            message.as_json(self.account_sid)
            for message in reversed(self.messages)
            if query.get("To") in {None, message.ours if message.inbound else message.person}
            and query.get("From") in {None, message.person if message.inbound else message.ours}
            and _was_sent_within(message, query.get("DateSent>"), query.get("DateSent<"))
        ]
        shown = fitting[page * size : (page + 1) * size]
        following = None
        if len(fitting) > (page + 1) * size:
            token = {**query, "PageSize": size, "Page": page + 1, "PageToken": f"PA{shown[-1]['sid']}"}
            following = f"{self._messages_path}?{urlencode(token)}"
        return JSONResponse(
            {
                "messages": shown,
                "page": page,
                "page_size": size,
                "start": page * size,
                "end": page * size + len(shown) - 1,
                "uri": f"{self._messages_path}?{urlencode(query)}",
                "first_page_uri": f"{self._messages_path}?{urlencode({**query, 'Page': 0})}",
                "previous_page_uri": None,
                "next_page_uri": following,
            }
        )

    def _resource(self, path: str) -> Response:
        """One message, the list of its files, or a file."""
        base, _, name = path.removesuffix(".json").rpartition("/")
        for message in self.messages:
            if name == message.sid:
                return JSONResponse(message.as_json(self.account_sid))
            if name == "Media" and base.endswith(message.sid):
                return JSONResponse({"media_list": [media.as_json(base) for media in message.media]})
        return self._media(path)

    def _media(self, path: str) -> Response:
        parts = path.removesuffix(".json").split("/")
        for message in self.messages:
            for media in message.media:
                if message.sid in parts and parts[-1] == media.sid:
                    token = new_sid("cdn")
                    self._cdn[token] = media
                    return RedirectResponse(f"{self.url}/cdn/{token}", 307)
        raise Refusal(404, 20404, "The requested resource was not found")

    # --- the way to WhatsApp ------------------------------------------------------------------------------

    def _carry(self) -> None:
        """Take messages to WhatsApp, one after the other, and tell what became of them."""
        while (message := self._outgoing.get()) is not None:
            try:
                self._deliver(message)
            finally:
                self._outgoing.task_done()
        self._outgoing.task_done()

    def _deliver(self, message: Message) -> None:
        error = self._error_of(message)
        if error is not None:
            with self.lock:
                message.status, message.error_code = "failed", error
        else:
            with self.lock:
                message.status = "delivered"
        if message.callback is None:
            return
        if self.is_cut_off:
            return
        with suppress(httpx.HTTPError):  # Twilio does not try again
            for status in self.tells if error is None else self.tells_failures:
                self.tell(message, status, error)

    def _error_of(self, message: Message) -> int | None:
        """Why WhatsApp does not take it."""
        person = next(p for p in self.people if message.person in {p.phone, p.user_id})
        if message.content_sid is None and not person.is_in_window:
            return 63016
        if self.fails_with:
            return self.fails_with.pop(0)
        if message.fate is not None:
            return message.fate
        if message.media_url is None:
            return None
        self.before_fetching()
        try:
            message.media.append(self._fetched(message.media_url))
        except (httpx.HTTPError, ValueError):
            return 63019
        return None

    def _fetched(self, url: str) -> Media:
        """Ask with HEAD first, then GET, as Twilio does. Raises ValueError for what WhatsApp won't play."""
        with httpx.Client(timeout=CALL_SECONDS, trust_env=False) as client:
            head, answer = client.head(url), client.get(url)
        kind = answer.headers.get("content-type", "").partition(";")[0]
        if head.status_code != 200 or answer.status_code != 200 or head.headers.get("content-type") != kind:
            raise ValueError("media that can't be fetched")
        if kind not in AUDIO_TYPES or len(answer.content) > MAX_MEDIA:
            raise ValueError("media that WhatsApp does not play")
        return Media(new_sid("ME"), answer.content, kind)

    def _post(self, url: str, form: dict[str, str]) -> int:
        headers = {"X-Twilio-Signature": sign(self.auth_token, url, form, self.algorithm)}
        if self.algorithm != "sha1":
            named = f"HMAC_{self.algorithm.upper()}"
            headers["X-Twilio-Webhooks-Signature-Settings"] = f"key=webhooks_sharedkey_1,algorithm={named}"
        with httpx.Client(timeout=CALL_SECONDS, trust_env=False) as client:
            return client.post(url, data=form, headers=headers).status_code

    def _app(self) -> Starlette:
        app = super()._app()
        app.router.routes[:0] = RemoteControls(self).routes()
        return app


def _was_sent_within(message: Message, since: str | None, until: str | None) -> bool:
    """Twilio's filter by the time of sending, to the second; what waits in its queue has none."""
    if since is None and until is None:
        return True
    sent_at = None if message.sent_at is None else message.sent_at.replace(microsecond=0)
    return (
        sent_at is not None
        and (since is None or sent_at >= datetime.fromisoformat(since))
        and (until is None or sent_at <= datetime.fromisoformat(until))
    )


def _refused(refusal: Refusal) -> Response:
    return JSONResponse(refusal.as_json(), refusal.status)
