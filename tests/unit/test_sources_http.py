"""What all music sources ask through: every answer is bounded, every failure one kind of error."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse, Response

from core.adapters.sources import http
from core.adapters.sources.http import Answer, WebService
from core.adapters.sources.side_by_side import side_by_side
from core.adapters.sources.values import (
    isrc_in,
    number_in,
    object_in,
    objects_in,
    text_in,
    web_address_in,
    whole_in,
    year_in,
)
from core.music import SourceUnavailable
from tests.fakes.sources.base import HttpStandIn, Received

pytestmark = pytest.mark.broad


class Echo(HttpStandIn):
    """Answers with what it was asked."""

    title = "Echo"

    def answer(self, request: Received) -> Response:
        return JSONResponse(
            {
                "method": request.method,
                "path": request.path,
                "query": request.query_list,
                "form": request.form,
            }
        )


@pytest.fixture(scope="module")
def running() -> Iterator[Echo]:
    with Echo() as echo:
        yield echo


@pytest.fixture
def echo(running: Echo) -> Echo:
    running.reset()
    return running


@pytest.fixture
async def service(echo: Echo) -> AsyncIterator[WebService]:
    service = WebService("Echo", echo.url, read_seconds=20)
    yield service
    await service.close()


@pytest.fixture
async def hasty(echo: Echo) -> AsyncIterator[WebService]:
    service = WebService("Echo", echo.url, read_seconds=0.2)
    yield service
    await service.close()


class TestAsking:
    async def test_parameters_arrive_as_they_are(self, service: WebService) -> None:
        answer = await service.get("/a", {"q": "AC/DC & Co? + #1 तुम 🎵", "limit": 10})
        assert answer.ok
        assert answer.json()["query"] == [["q", "AC/DC & Co? + #1 तुम 🎵"], ["limit", "10"]]

    async def test_a_name_may_come_twice(self, service: WebService) -> None:
        answer = await service.get("/a", [("fl[]", "title"), ("fl[]", "creator")])
        assert answer.json()["query"] == [["fl[]", "title"], ["fl[]", "creator"]]

    async def test_half_a_letter_is_no_failure(self, service: WebService) -> None:
        assert (await service.get("/a", {"q": "a\ud800b"})).json()["query"] == [["q", "a?b"]]

    async def test_a_form_with_credentials(self, service: WebService, echo: Echo) -> None:
        answer = await service.post_form("/token", {"grant_type": "x y"}, auth=("me", "secret:+"))
        assert answer.json()["form"] == {"grant_type": "x y"}
        credentials = echo.requests[0].headers["authorization"].removeprefix("Basic ")
        assert base64.b64decode(credentials) == b"me:secret:+"

    async def test_says_who_asks(self, service: WebService, echo: Echo) -> None:
        await service.get("/a", headers={"X-Key": "k"})
        headers = echo.requests[0].headers
        assert (headers["user-agent"], headers["x-key"]) == (http.USER_AGENT, "k")

    async def test_a_status_is_an_answer(self, service: WebService, echo: Echo) -> None:
        echo.goes_wrong("/a", status=403, body="Premium required")
        answer = await service.get("/a")
        assert (answer.ok, answer.status, answer.text, answer.json()) == (
            False,
            403,
            "Premium required",
            None,
        )

    async def test_follows_nobody(self, service: WebService, echo: Echo) -> None:
        echo.goes_wrong("/a", status=301, headers={"Location": f"{echo.url}/b"})
        assert (await service.get("/a")).status == 301
        assert echo.calls("/b") == []

    @pytest.mark.parametrize("charset", ["no-such-charset", "utf-16", "latin-1", '"', "base64", "idna", ""])
    async def test_any_charset_may_be_claimed(self, service: WebService, echo: Echo, charset: str) -> None:
        headers = {"content-type": f"application/json; charset={charset}"}
        echo.goes_wrong("/a", status=200, body=b'{"a": "\xe0\xa4\xb9\xff"}', headers=headers)
        assert (await service.get("/a")).json() == {"a": "ह\ufffd"}


class TestTrouble:
    async def test_silence(self, hasty: WebService, echo: Echo) -> None:
        with echo.holding("/a"), pytest.raises(SourceUnavailable, match="Echo does not answer"):
            await hasty.get("/a")

    async def test_an_answer_in_drops(self) -> None:
        """Each read is quick enough; the whole is not."""

        async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
            for _ in range(100):
                if reader.at_eof():
                    break
                writer.write(b" ")
                await asyncio.sleep(0.02)
            writer.close()

        server = await asyncio.start_server(drip, "127.0.0.1", 0)
        async with server:
            origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            service = WebService("Drip", origin, read_seconds=0.2)
            with pytest.raises(SourceUnavailable, match="Drip does not answer"):
                await service.get("/a")
            await service.close()

    async def test_what_can_not_be_asked(self, service: WebService, echo: Echo) -> None:
        with pytest.raises(SourceUnavailable):
            await service.get("/a", headers={"X-Key": "साँझ"})
        with pytest.raises(SourceUnavailable):
            await service.get("/a\x00b")
        assert echo.requests == []

    @pytest.mark.parametrize("after", [None, 5])
    async def test_a_cut_connection(self, service: WebService, echo: Echo, after: int | None) -> None:
        echo.goes_wrong("/a", cut=True, after=after)
        with pytest.raises(SourceUnavailable):
            await service.get("/a")

    async def test_too_much(self, service: WebService, echo: Echo) -> None:
        echo.goes_wrong("/a", status=200, body=b" " * (http.MOST_BYTES + 1))
        with pytest.raises(SourceUnavailable, match="more than we take"):
            await service.get("/a")

    async def test_too_much_once_unpacked(self, service: WebService, echo: Echo) -> None:
        body = gzip.compress(b" " * (http.MOST_BYTES + 1))
        echo.goes_wrong("/a", status=200, body=body, headers={"Content-Encoding": "gzip"})
        with pytest.raises(SourceUnavailable, match="more than we take"):
            await service.get("/a")

    async def test_packed_wrongly(self, service: WebService, echo: Echo) -> None:
        echo.goes_wrong("/a", status=200, body=b"no gzip", headers={"Content-Encoding": "gzip"})
        with pytest.raises(SourceUnavailable):
            await service.get("/a")

    async def test_the_error_names_no_address_and_no_key(self, service: WebService, echo: Echo) -> None:
        echo.goes_wrong("/a", cut=True)
        with pytest.raises(SourceUnavailable) as raised:
            await service.get("/a", {"api_key": "abcdef"})
        assert "abcdef" not in str(raised.value)
        assert "127.0.0.1" not in str(raised.value)
        assert raised.value.__cause__ is None


def answer(body: str = "", retry_after: str = "") -> Answer:
    return Answer(429, httpx.Headers([(b"retry-after", retry_after.encode("latin-1"))]), body)


class TestAnswer:
    @pytest.mark.parametrize(
        "body", ["", "<html>", "{", '{"a": NaN}', "[Infinity]", "[" * 100_000, "1" * 5000, "\ufeff{}"]
    )
    def test_what_is_no_json(self, body: str) -> None:
        assert answer(body).json() is None

    def test_json(self) -> None:
        assert answer('{"a": [1, null, "तुम"]}').json() == {"a": [1, None, "तुम"]}

    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            ("7", 7),
            (" 0 ", 0),
            ("86400", http.LONGEST_RETRY_AFTER),
            ("9" * 400, http.LONGEST_RETRY_AFTER),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("²", None),
            ("soon", None),
            ("Mon, 99 Foo 2026 99:99:99 GMT", None),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Thu, 01 Jan 1970 00:00:00 -0000", None),
            ("Fri, 31 Dec 9999 23:59:59 GMT", http.LONGEST_RETRY_AFTER),
        ],
    )
    def test_retry_after(self, value: str, seconds: float | None) -> None:
        assert answer(retry_after=value).retry_after == seconds

    def test_retry_after_a_date(self) -> None:
        date = format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)
        seconds = answer(retry_after=date).retry_after
        assert seconds is not None
        assert 0 < seconds <= 300


class TestValues:
    @pytest.mark.parametrize("value", [None, 7, True, "x", [], [{}], {"b": None}, {"b": []}])
    def test_no_object(self, value: object) -> None:
        assert object_in(value, "b") == {}

    def test_object(self) -> None:
        assert object_in({"a": {"b": {"c": 1}}}, "a", "b") == {"c": 1}
        assert object_in({"c": 1}) == {"c": 1}

    def test_objects(self) -> None:
        assert list(objects_in([{"a": 1}, None, 7, "x", [], {"a": 2}])) == [{"a": 1}, {"a": 2}]
        assert list(objects_in({"a": 1})) == [{"a": 1}]
        assert list(objects_in("\n")) == list(objects_in(None)) == []

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ("  तुम  ही\nहो ", "तुम ही हो"),
            ("a\x00b\ud800c\x7f", "a b c"),
            ("क्‍ष", "क्‍ष"),  # the joiner belongs to the word
            ("\x00", ""),
            (None, ""),
            (7, ""),
            (["a"], ""),
        ],
    )
    def test_text(self, value: object, text: str) -> None:
        assert text_in(value) == text

    def test_text_is_bounded(self) -> None:
        assert text_in("a" * 501) == "a" * 500
        assert text_in("ab cd", 3) == "ab"

    @pytest.mark.parametrize(
        ("value", "number"),
        [
            (1, 1),
            (1.5, 1.5),
            ("253", 253),
            (" 7 ", 7),
            (True, None),
            ("", None),
            ("x", None),
            ("nan", None),
            ("inf", None),
            ("1" * 41, None),
            (json.loads("1e999"), None),
            (10**400, None),
            ([1], None),
            (None, None),
        ],
    )
    def test_number(self, value: object, number: float | None) -> None:
        assert number_in(value) == number

    def test_whole(self) -> None:
        assert (whole_in("12"), whole_in(0), whole_in(-1), whole_in(2**31)) == (12, 0, None, None)
        assert (whole_in(101, 0, 100), whole_in(100, 0, 100)) == (None, 100)

    @pytest.mark.parametrize(
        ("value", "year"),
        [("2024", 2024), ("2024-06", 2024), ("1999-12-31T00:00", 1999), ("0000", None), ("20245", None)],
    )
    def test_year(self, value: str, year: int | None) -> None:
        assert year_in(value) == year
        assert year_in(2024) is None

    @pytest.mark.parametrize(
        ("value", "isrc"),
        [
            ("INABC2400012", "INABC2400012"),
            ("in-abc-24-00012", "INABC2400012"),
            ("INABC240001", None),
            ("", None),
        ],
    )
    def test_isrc(self, value: str, isrc: str | None) -> None:
        assert isrc_in(value) == isrc
        assert isrc_in(None) is None

    @pytest.mark.parametrize(
        ("value", "fits"),
        [
            ("https://example.org/a?b=c", True),
            ("http://example.org", True),
            ("javascript:alert(1)", False),
            ("https://a b", False),
            ("https://" + "a" * 2000, False),
            ("", False),
            (None, False),
        ],
    )
    def test_web_address(self, value: Any, fits: bool) -> None:
        assert web_address_in(value) == (value if fits else None)


class TestSideBySide:
    async def test_results_in_order(self) -> None:
        first_may_end = asyncio.Event()

        async def first() -> int:
            await first_may_end.wait()
            return 1

        async def second() -> int:
            first_may_end.set()
            return 2

        assert await side_by_side([first(), second()]) == [1, 2]
        assert await side_by_side([]) == []

    async def test_a_failure_ends_the_others(self) -> None:
        ended: list[str] = []

        async def waits() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("waits")

        async def fails() -> None:
            await asyncio.sleep(0)
            raise SourceUnavailable("no")

        with pytest.raises(SourceUnavailable, match="no"):
            await side_by_side([waits(), fails(), waits()])
        assert ended == ["waits", "waits"]


class TestStandIn:
    """The base of the stand-ins: what tests of sources rely on."""

    async def test_faults_end(self, service: WebService, echo: Echo) -> None:
        fault = echo.goes_wrong("/a*", status=500, times=2)
        statuses = [(await service.get(path)).status for path in ("/b", "/a", "/ab", "/a")]
        assert (statuses, fault.arrived) == ([200, 500, 500, 200], 2)

    async def test_an_edited_answer(self, service: WebService, echo: Echo) -> None:
        echo.goes_wrong("/a", edit=lambda content: {**content, "path": "\ud800"})
        assert (await service.get("/a")).json()["path"] == "\ud800"

    async def test_held_until_released(self, service: WebService, echo: Echo) -> None:
        with echo.holding("/a") as fault:
            asking = asyncio.create_task(service.get("/a"))
            await echo.until(lambda: fault.arrived == 1)
            assert not asking.done()
        assert (await asking).ok

    async def test_what_it_does_not_know_is_a_violation(self) -> None:
        with HttpStandIn() as nothing:
            service = WebService("Nothing", nothing.url)
            assert (await service.get("/x%2Fy")).status == 404
            await service.close()
            assert nothing.violations == ["A stand-in has no /x/y"]
            assert nothing.requests[0].raw_path == "/x%2Fy"

    async def test_controls_for_other_processes(self, service: WebService, echo: Echo) -> None:
        async with httpx.AsyncClient(base_url=echo.url, trust_env=False) as client:
            await client.post("/control/faults", json={"path": "/a", "status": 418})
            assert (await service.get("/a", {"q": "x"})).status == 418
            log = (await client.get("/control/requests")).json()
            assert log == [{"method": "GET", "path": "/a", "query": {"q": "x"}, "form": {}}]
            await client.post("/control/faults", json={"status": 418, "times": 9})
            await client.delete("/control/faults")
            assert (await service.get("/a")).ok
            assert (await client.post("/control/faults", json={"colour": "red"})).status_code == 400
            assert (await client.get("/control/violations")).json() == []
