"""Twilio's stand-in says what Twilio says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from tests.fakes.twilio import Person, TwilioStandIn, require_description
from tests.fakes.twilio.signing import sign

pytestmark = pytest.mark.broad


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    require_description()
    with TwilioStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def asha(twilio: TwilioStandIn) -> Person:
    return twilio.person("Asha")


@pytest.fixture
def client(twilio: TwilioStandIn) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=twilio.url, auth=(twilio.account_sid, twilio.auth_token)) as made:
        yield made


def path(twilio: TwilioStandIn) -> str:
    return f"/2010-04-01/Accounts/{twilio.account_sid}/Messages.json"


def create(client: httpx.Client, twilio: TwilioStandIn, to: str, **form: str) -> httpx.Response:
    return client.post(path(twilio), data={"To": to, "From": twilio.sender, **form})


class Ours:
    """Our side: takes webhooks, and serves one file."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[str] = []
        self.forms: list[tuple[str, str, dict[str, str]]] = []
        """(path, signature, form)"""


@contextmanager
def ours(media_type: str = "audio/mpeg", head: int = 200) -> Iterator[Ours]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(head, b"")

        def do_GET(self) -> None:
            self._answer(200, b"ID3 song")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = dict(httpx.QueryParams(body))
            here.forms.append((self.path, self.headers["X-Twilio-Signature"], form))
            self._answer(200, b"")

        def _answer(self, status: int, body: bytes) -> None:
            here.asked.append(self.command)
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *values: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here = Ours(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_strangers_are_told_nothing(twilio: TwilioStandIn, asha: Person) -> None:
    with httpx.Client(base_url=twilio.url) as stranger:
        answer = stranger.post(path(twilio), data={"To": asha.phone, "From": twilio.sender, "Body": "x"})
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"Body": "x" * 1601}, 21617),
        ({"Body": " "}, 21619),
        ({}, 21619),
        ({"Body": "x", "To": "whatsapp:+910000000000"}, 21211),
        ({"Body": "x", "From": "whatsapp:+10000000000"}, 63007),
        ({"MediaUrl": "ftp://x"}, 21620),
    ],
)
def test_refusals(
    client: httpx.Client, twilio: TwilioStandIn, asha: Person, form: dict[str, str], code: int
) -> None:
    answer = create(client, twilio, asha.phone, **form)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert twilio.sent() == []


def test_what_twilio_does_not_describe_is_noticed(
    client: httpx.Client, twilio: TwilioStandIn, asha: Person
) -> None:
    create(client, twilio, asha.phone, Body="x", StatusCallBack="http://127.0.0.1:9", ValidityPeriod="long")
    client.get(path(twilio), params={"Till": "now"})
    client.post(path(twilio), data={"From": twilio.sender, "Body": "x"})
    assert twilio.violations == [
        "StatusCallBack is no field",
        "ValidityPeriod: 'long' is not of type 'integer'",
        f"GET {path(twilio)}: Till is no parameter",
        "the form lacks To",
    ]


async def test_outside_the_24_hours_it_fails_afterwards(
    client: httpx.Client, twilio: TwilioStandIn, asha: Person
) -> None:
    with ours() as here:
        callback = f"{here.url}/status?delivery=1"
        answer = create(client, twilio, asha.phone, Body="x", StatusCallback=callback)
        assert (answer.status_code, answer.json()["status"]) == (201, "queued")
        await twilio.settled()
        ((_, signature, form),) = here.forms
    assert (form["MessageStatus"], form["ErrorCode"]) == ("failed", "63016")
    assert signature == sign(twilio.auth_token, callback, form)
    assert asha.heard == []


@pytest.mark.parametrize(
    ("media_type", "head", "arrives"),
    [("audio/mpeg", 200, True), ("audio/flac", 200, False), ("audio/mpeg", 405, False)],
)
async def test_media_are_asked_for_by_head_and_get(
    client: httpx.Client, twilio: TwilioStandIn, asha: Person, media_type: str, head: int, arrives: bool
) -> None:
    with ours(media_type, head) as here:
        twilio.webhook_url = here.url
        await asha.says("hello")
        create(client, twilio, asha.phone, MediaUrl=f"{here.url}/song.mp3")
        await twilio.settled()
        assert here.asked == ["POST", "HEAD", "GET"]
    assert asha.audios == ([b"ID3 song"] if arrives else [])
    assert twilio.sent()[0].error_code == (None if arrives else 63019)


def test_the_list_comes_in_pages_newest_first(
    client: httpx.Client, twilio: TwilioStandIn, asha: Person
) -> None:
    for number in range(5):
        create(client, twilio, asha.phone, Body=str(number))
    page = client.get(path(twilio), params={"To": asha.phone, "PageSize": 2}).json()
    seen = [message["body"] for message in page["messages"]]
    while page["next_page_uri"]:
        page = client.get(page["next_page_uri"]).json()
        seen += [message["body"] for message in page["messages"]]
    assert seen == ["4", "3", "2", "1", "0"]
    assert twilio.violations == []


def test_it_runs_as_a_process_of_its_own() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with TwilioStandIn(port=port) as twilio, httpx.Client(base_url=twilio.url) as client:
        client.put("/control/webhook", json={"url": f"{twilio.url}/nowhere"})
        person = client.post("/control/people", json={"name": "Asha"}).json()
        client.post(f"/control/people/{person['number']}/says", json={"text": "hello"})
        client.post(
            f"/control/people/{person['number']}/sends",
            content=b"ID3",
            headers={"Content-Type": "audio/mpeg"},
        )
        chat = client.get(f"/control/people/{person['number']}").json()
    assert [message["audio_bytes"] for message in chat] == [0, 3]
