"""The stand-in itself, where a test may rely on more than it can see."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.telegram import Flood, TelegramStandIn, require_description
from tests.fakes.telegram.spec import Description
from tests.fakes.telegram.wire import Form, Upload

pytestmark = pytest.mark.broad

KEYBOARD = {"inline_keyboard": [[{"text": "Cancel", "callback_data": "c"}]]}
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def description() -> Description:
    return Description(require_description())


@pytest.fixture
def tg() -> Iterator[TelegramStandIn]:
    with TelegramStandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def http(tg: TelegramStandIn) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=tg.url, timeout=20, trust_env=False) as client:
        yield client


def call(
    http: httpx.AsyncClient, tg: TelegramStandIn, method: str, /, **fields: object
) -> asyncio.Task[httpx.Response]:
    form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
    return asyncio.ensure_future(http.post(f"/bot{tg.token}/{method}", data=form))


async def result(answer: asyncio.Task[httpx.Response]) -> Any:
    response = await answer
    assert response.status_code == 200, response.text
    return response.json()["result"]


async def refusal(answer: asyncio.Task[httpx.Response]) -> tuple[int, str]:
    response = await answer
    content = response.json()
    assert content["ok"] is False
    assert content["error_code"] == response.status_code
    return response.status_code, content["description"]


class TestDescription:
    """The checker: a wrong request must not pass."""

    FILE = Upload("audio", "a.m4a", "audio/mp4", b"x")
    ATTACHED = Upload("attached1", "a.m4a", "audio/mp4", b"x")

    def wrong(self, description: Description, method: str, *files: Upload, **fields: object) -> list[str]:
        texts = {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()
        }
        return list(description.violations(method, Form(texts, {file.name: file for file in files})))

    def test_right_requests(self, description: Description) -> None:
        assert self.wrong(description, "getMe") == []
        assert self.wrong(description, "sendMessage", chat_id="1", text="x", reply_markup=KEYBOARD) == []
        assert self.wrong(description, "sendAudio", self.FILE, chat_id="1", duration="3") == []
        media = {"type": "audio", "media": "attach://attached1", "duration": 3}
        assert self.wrong(description, "editMessageMedia", self.ATTACHED, chat_id="1", media=media) == []

    @pytest.mark.parametrize(
        ("method", "fields", "complaint"),
        [
            ("sendSong", {}, "no such method"),
            ("sendMessage", {"chat_id": "1"}, "text is missing"),
            ("sendMessage", {"chat_id": "1", "text": "x", "reply_to_message_id": "4"}, "is no field"),
            ("editMessageText", {"chat_id": "1", "message_id": "x", "text": "x"}, "message_id"),
            ("editMessageText", {"chat_id": "1", "message_id": "1.5", "text": "x"}, "not Integer"),
            ("sendMessage", {"chat_id": "1", "text": "x", "disable_notification": "True"}, "is not Boolean"),
            ("sendMessage", {"chat_id": "1", "text": "x", "disable_notification": "1"}, "not Boolean"),
            ("sendAudio", {"chat_id": "1", "audio": "attach://nothing"}, "names no part"),
            ("editMessageMedia", {"media": {"type": "audio"}}, "media is missing"),
            ("editMessageMedia", {"media": {"type": "song", "media": "x"}}, "none of"),
            ("editMessageMedia", {"media": {"type": "audio", "media": "x", "duration": "3"}}, "not Integer"),
            ("editMessageMedia", {"media": {"type": "audio", "media": "x", "width": 3}}, "width is no field"),
            ("setWebhook", {"url": "https://x", "allowed_updates": "message"}, "allowed_updates"),
            ("setWebhook", {"url": "https://x", "allowed_updates": [1]}, "not String"),
            ("setMyCommands", {"commands": [{"command": "x"}]}, "description is missing"),
        ],
    )
    def test_wrong_requests(
        self, description: Description, method: str, fields: dict[str, object], complaint: str
    ) -> None:
        wrong = self.wrong(description, method, **fields)
        assert len(wrong) == 1
        assert complaint in wrong[0]

    @pytest.mark.parametrize(
        "button",
        [{"callback_data": "c"}, {"text": 5}, {"text": "x", "data": "c"}, {"text": "x", "pay": "yes"}],
    )
    def test_wrong_buttons(self, description: Description, button: dict[str, object]) -> None:
        markup = {"inline_keyboard": [[button]]}
        assert self.wrong(description, "sendMessage", chat_id="1", text="x", reply_markup=markup)

    def test_file_that_nothing_names(self, description: Description) -> None:
        wrong = self.wrong(description, "sendMessage", self.ATTACHED, chat_id="1", text="x")
        assert wrong == ["sendMessage: no field takes the file attached1"]

    async def test_violations_are_collected(self, tg: TelegramStandIn, http: httpx.AsyncClient) -> None:
        require_description()
        await call(http, tg, "sendMessage", chat_id="1", text="x", colour="red")
        await http.post(f"/bot{tg.token}/sendMessage", json={"chat_id": 1, "text": "x"})
        await call(http, tg, "sendDice", chat_id="1")
        assert tg.violations == [
            "sendMessage: colour is no field",
            "sendMessage: the body is application/json, not a form",
            "sendDice: unknown to the stand-in",
        ]


class TestMessages:
    async def test_editing_a_text_without_buttons_takes_them_away(
        self, tg: TelegramStandIn, http: httpx.AsyncClient
    ) -> None:
        asha = tg.person()
        sent = await result(call(http, tg, "sendMessage", chat_id=asha.id, text="x", reply_markup=KEYBOARD))
        await result(
            call(http, tg, "editMessageText", chat_id=asha.id, message_id=sent["message_id"], text="y")
        )
        assert [version.labels for version in asha.history(sent["message_id"])] == [["Cancel"], []]

    async def test_limits_have_the_servers_words(self, tg: TelegramStandIn, http: httpx.AsyncClient) -> None:
        asha = tg.person()
        too_long = call(http, tg, "sendMessage", chat_id=asha.id, text="🎵" * 2049)
        assert await refusal(too_long) == (400, "Bad Request: message is too long")
        empty = call(http, tg, "sendMessage", chat_id=asha.id, text=" ")
        assert await refusal(empty) == (400, "Bad Request: message text is empty")
        action = call(http, tg, "sendChatAction", chat_id=asha.id, action="upload_audio")
        assert (await refusal(action))[0] == 400
        assert await refusal(call(http, tg, "sendVideoNote")) == (404, "Not Found")

    async def test_thumbnail_must_be_a_small_jpeg(self, tg: TelegramStandIn, http: httpx.AsyncClient) -> None:
        files = {"audio": ("a.m4a", b"x"), "thumbnail": ("t.jpg", b"\xff\xd8 no picture")}
        answer = await http.post(
            f"/bot{tg.token}/sendAudio", data={"chat_id": str(tg.person().id)}, files=files
        )
        assert answer.status_code == 400
        assert "thumbnail" in answer.json()["description"]

    async def test_equal_bytes_are_one_file_unless_told_otherwise(self, tg: TelegramStandIn) -> None:
        asha, ravi = tg.person("Asha"), tg.person("Ravi")
        first, second, forced = (
            update["message"]["audio"]
            for update in (
                asha.sends("audio", b"song"),
                ravi.sends("audio", b"song"),
                ravi.sends("audio", b"song", file_unique_id="AgADother"),
            )
        )
        assert first["file_unique_id"] == second["file_unique_id"] != forced["file_unique_id"]
        assert first["file_id"] != second["file_id"]

    async def test_cannot_edit_what_a_person_wrote(
        self, tg: TelegramStandIn, http: httpx.AsyncClient
    ) -> None:
        asha = tg.person()
        number = asha.says("hello")["message"]["message_id"]
        edit = call(http, tg, "editMessageText", chat_id=asha.id, message_id=number, text="y")
        assert await refusal(edit) == (400, "Bad Request: message can't be edited")

    async def test_flood(self, tg: TelegramStandIn, http: httpx.AsyncClient) -> None:
        tg.limit_flood(Flood(private=(2, 100.0)))
        asha = tg.person()
        for _ in range(2):
            await result(call(http, tg, "sendMessage", chat_id=asha.id, text="x"))
        answer = await call(http, tg, "sendMessage", chat_id=asha.id, text="x")
        assert answer.status_code == 429
        assert 90 < answer.json()["parameters"]["retry_after"] <= 100
        await result(call(http, tg, "sendMessage", chat_id=tg.person("Ravi").id, text="x"))

    async def test_held_answers(self, tg: TelegramStandIn, http: httpx.AsyncClient) -> None:
        asha = tg.person()
        with tg.holding("sendMessage") as fault:
            answer = call(http, tg, "sendMessage", chat_id=asha.id, text="x")
            await tg.wait_for_async(lambda: fault.arrived == 1)
            assert len(asha.chat) == 1
            assert not answer.done()
        assert (await result(answer))["text"] == "x"


class TestPolling:
    async def test_a_waiting_poll_is_woken(self, tg: TelegramStandIn, http: httpx.AsyncClient) -> None:
        asha = tg.person()
        poll = call(http, tg, "getUpdates", timeout=20)
        await tg.wait_for_async(lambda: tg.calls("getUpdates"))
        update = asha.says("/start")
        assert await result(poll) == [update]

    async def test_the_newer_of_two_polls_wins(self, tg: TelegramStandIn, http: httpx.AsyncClient) -> None:
        first = call(http, tg, "getUpdates", timeout=20)
        await tg.wait_for_async(lambda: tg.world.poll == 1)
        second = call(http, tg, "getUpdates", timeout=20)
        status, description = await refusal(first)
        assert status == 409
        assert "terminated by other getUpdates request" in description
        update = tg.person().says("x")
        assert await result(second) == [update]

    async def test_updates_nobody_asked_for_do_not_come(
        self, tg: TelegramStandIn, http: httpx.AsyncClient
    ) -> None:
        await result(call(http, tg, "getUpdates", allowed_updates=["callback_query"]))
        tg.person().says("x")
        assert await result(call(http, tg, "getUpdates")) == []


@dataclass
class Receiver:
    """A webhook that answers as `status_for` says and remembers what came."""

    url: str = ""
    seen: list[tuple[str, str]] = field(default_factory=list)
    """(secret, text) of each request."""
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def wait(self, predicate: Callable[[list[str]], bool]) -> list[str]:
        async with asyncio.timeout(10), self.arrived:
            await self.arrived.wait_for(lambda: predicate([text for _, text in self.seen]))
            return [text for _, text in self.seen]


@asynccontextmanager
async def receiver(status_for: Callable[[str, int], int]) -> AsyncIterator[Receiver]:
    """`status_for(text, attempt)` is the status a message is answered with, attempts counted from 1."""
    webhook = Receiver()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:] if line)
        update = json.loads(await reader.readexactly(int(headers["content-length"])))
        text = update["message"]["text"]
        async with webhook.arrived:
            webhook.seen.append((headers.get("x-telegram-bot-api-secret-token", ""), text))
            status = status_for(text, [t for _, t in webhook.seen].count(text))
            webhook.arrived.notify_all()
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        webhook.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/webhooks/telegram"
        yield webhook


class TestWebhook:
    async def test_updates_arrive_in_order_with_the_secret(
        self, tg: TelegramStandIn, http: httpx.AsyncClient
    ) -> None:
        asha = tg.person()
        asha.says("0")
        async with receiver(lambda text, attempt: 200) as webhook:
            await result(call(http, tg, "setWebhook", url=webhook.url, secret_token="s3cret"))
            for number in range(1, 6):
                asha.says(str(number))
            assert await webhook.wait(lambda texts: len(texts) == 6) == list("012345")
            assert {secret for secret, _ in webhook.seen} == {"s3cret"}
            await tg.wait_for_async(lambda: tg.pending == [])
        await result(call(http, tg, "deleteWebhook"))

    async def test_a_failing_update_holds_back_its_own_chat_only(
        self, tg: TelegramStandIn, http: httpx.AsyncClient
    ) -> None:
        asha, ravi = tg.person("Asha"), tg.person("Ravi")
        healed = False
        async with receiver(lambda text, attempt: 200 if healed or text != "bad" else 500) as webhook:
            await result(call(http, tg, "setWebhook", url=webhook.url))
            asha.says("bad")
            asha.says("after")
            await webhook.wait(lambda texts: texts.count("bad") >= 2)
            ravi.says("other")
            assert "after" not in await webhook.wait(lambda texts: "other" in texts)
            info = await result(call(http, tg, "getWebhookInfo"))
            assert info["pending_update_count"] >= 2
            assert "500" in info["last_error_message"]
            healed = True
            texts = await webhook.wait(lambda texts: "after" in texts)
            assert texts.index("after") > texts.index("bad")
        await result(call(http, tg, "deleteWebhook"))

    async def test_bad_secret_is_refused(self, tg: TelegramStandIn, http: httpx.AsyncClient) -> None:
        answer = call(http, tg, "setWebhook", url="https://example.org/", secret_token="not allowed")
        assert (await refusal(answer))[0] == 400


async def test_as_a_process_with_its_controls() -> None:
    command = [sys.executable, "-m", "tests.fakes.telegram", "--token", "1:t"]
    process = await asyncio.create_subprocess_exec(*command, cwd=REPOSITORY, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            url = (await process.stdout.readline()).decode().split()[-1]
        async with httpx.AsyncClient(base_url=url, timeout=20, trust_env=False) as http:
            await http.put("/control/people/7", params={"first_name": "Asha"})
            said = (await http.post("/control/people/7/says", params={"text": "hello"})).json()
            about = {"title": "Song", "file_unique_id": "U1", "duration": "3"}
            sent = await http.post("/control/people/7/sends/audio", content=b"song", params=about)
            assert sent.json()["message"]["audio"]["file_unique_id"] == "U1"
            updates = (await http.post("/bot1:t/getUpdates")).json()["result"]
            assert updates == [said, sent.json()]
            await http.post("/control/faults", json={"method": "sendMessage", "status": 500})
            answers = [
                await http.post("/bot1:t/sendMessage", data={"chat_id": "7", "text": "x"}) for _ in range(2)
            ]
            assert [answer.status_code for answer in answers] == [500, 200]
            transcript = (await http.get("/control/chats/7")).json()
            assert [message["text"] for message in transcript] == ["hello", None, "x"]
            log = (await http.get("/control/requests", params={"after": 1})).json()
            assert [entry["method"] for entry in log] == ["sendMessage", "sendMessage"]
    finally:
        process.terminate()
        async with asyncio.timeout(20):
            await process.communicate()
    assert process.returncode is not None
