"""Telegram's webhook: only Telegram may, and each update is stored once before it is answered."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import HTTPException
from pydantic import SecretStr
from redis.asyncio import Redis
from sqlalchemy import func, select

from api.main import BODY_BYTES, create_app
from api.webhooks.telegram import parse_update
from core.bootstrap import Services, build
from core.chat.models import InboxItem
from core.db.session import Database
from core.signing import webhook_secret
from core.tally import Tally
from core.telegram.inbox import chat_of

SECRET = "chosen-by-the-operator"
PATH = "/webhooks/telegram"
NOWHERE = "127.0.0.1:9"
"""The discard port: nothing listens there."""


def like(services: Services, chosen: dict[str, Any] | None = None, **changes: Any) -> Services:
    """The same services with other settings, or with one of them exchanged."""
    shared = {name: getattr(services, name) for name in ("database", "redis", "store", "liveness", "tally")}
    return build(services.settings.model_copy(update=chosen), **shared | changes)


@pytest.fixture
def configured(services: Services) -> Services:
    """The services with a bot."""
    bot = {"telegram_token": SecretStr("123456:test"), "telegram_webhook_secret": SecretStr(SECRET)}
    return like(services, bot)


@asynccontextmanager
async def telegram(services: Services, secret: str | None = SECRET) -> AsyncIterator[httpx.AsyncClient]:
    """Telegram, as the gateway sees it."""
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    transport = httpx.ASGITransport(create_app(services))
    async with httpx.AsyncClient(transport=transport, base_url="http://melody", headers=headers) as client:
        yield client


@asynccontextmanager
async def silent_server() -> AsyncIterator[str]:
    """The address of a server that takes connections and never says a word."""
    end = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await end.wait()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        yield f"{host}:{port}"
    finally:
        end.set()
        server.close()
        await server.wait_closed()


def text_update(**fields: Any) -> dict[str, Any]:
    chat = {"id": 700100200, "type": "private"}
    message = {"message_id": 55, "date": 1795390000, "chat": chat, "text": "तुम ही हो 🎤"}
    return {"update_id": secrets.randbelow(2**52), "message": message | fields}


async def stored(services: Services, update: dict[str, Any]) -> InboxItem | None:
    query = select(InboxItem).where(InboxItem.external_id == str(update["update_id"]))
    async with services.database.transaction() as session:
        return (await session.execute(query)).scalar_one_or_none()


async def inbox_size(services: Services) -> int:
    async with services.database.transaction() as session:
        return (await session.execute(select(func.count()).select_from(InboxItem))).scalar_one()


def assert_problem(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert {"type", "title", "detail"} <= body.keys()


async def test_an_update_is_stored_before_the_answer(configured: Services) -> None:
    update = text_update()
    async with telegram(configured) as client:
        answer = await client.post(PATH, json=update)
    assert (answer.status_code, answer.json()) == (200, {})
    item = await stored(configured, update)
    assert item is not None
    assert (item.channel, item.chat, item.status) == ("telegram", "700100200", "pending")
    assert item.payload == update


async def test_the_same_update_a_hundred_times_at_once_is_one_row(configured: Services) -> None:
    update = text_update()
    before = await inbox_size(configured)
    async with telegram(configured) as client:
        answers = await asyncio.gather(*(client.post(PATH, json=update) for _ in range(100)))
    assert [answer.status_code for answer in answers] == [200] * 100
    assert await inbox_size(configured) == before + 1


@pytest.mark.parametrize("secret", [None, "", "chosen", SECRET + "x", SECRET.upper()])
async def test_who_does_not_know_the_secret_is_refused(configured: Services, secret: str | None) -> None:
    update = text_update()
    async with telegram(configured, secret) as client:
        assert_problem(await client.post(PATH, json=update), 403, "forbidden")
    assert await stored(configured, update) is None


async def test_without_a_bot_there_is_no_webhook(services: Services) -> None:
    async with telegram(like(services, {"telegram_token": None})) as client:
        assert_problem(await client.post(PATH, json=text_update()), 404, "not-found")


async def test_a_secret_of_our_own_where_none_is_chosen(configured: Services) -> None:
    configured = like(configured, {"telegram_webhook_secret": None})
    async with configured.database.transaction() as session:
        secret = await webhook_secret(session, configured.settings)
        assert secret == await webhook_secret(session, configured.settings)
    assert len(secret) == 64
    async with telegram(configured, secret) as client:
        assert (await client.post(PATH, json=text_update())).status_code == 200
    async with telegram(configured, SECRET) as client:
        assert_problem(await client.post(PATH, json=text_update()), 403, "forbidden")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'"update_id"',
        b"{}",
        b'{"update_id": "7"}',
        b'{"update_id": true}',
        b'{"update_id": -1}',
        b'{"update_id": 7.0}',
        b'{"update_id": 9223372036854775808}',
        b'{"update_id": 7, "x": NaN}',
        b'{"update_id": 7, "x": 1e999}',
        b'{"update_id": 7, "x": ' + b"9" * 5000 + b"}",
        b'{"update_id": 7, "x": ' + b"[" * 100_000,
    ],
)
async def test_what_is_no_update_is_refused(configured: Services, body: bytes) -> None:
    before = await inbox_size(configured)
    async with telegram(configured) as client:
        assert_problem(await client.post(PATH, content=body), 400, "bad-request")
    assert await inbox_size(configured) == before


async def test_more_than_a_megabyte_is_refused(configured: Services) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(BODY_BYTES // 1024 + 1):
            yield b" " * 1024

    async with telegram(configured) as client:
        assert_problem(await client.post(PATH, content=b" " * (BODY_BYTES + 1)), 413, "too-large")
        assert_problem(await client.post(PATH, content=endless()), 413, "too-large")
        almost = json.dumps(text_update()).encode().ljust(BODY_BYTES)
        assert (await client.post(PATH, content=almost)).status_code == 200


@pytest.mark.parametrize("text", ["a\0b", "\ud83d", "\udfa4\ud83c", "🎤"])
async def test_what_the_database_cannot_hold_blocks_no_chat(configured: Services, text: str) -> None:
    update = text_update(text=text)
    async with telegram(configured) as client:
        answer = await client.post(PATH, content=json.dumps(update))
    assert answer.status_code == 200
    item = await stored(configured, update)
    assert item is not None
    assert (item.payload["message"]["text"] == text) == (text == "🎤")


async def test_a_database_that_is_away_makes_telegram_come_again(configured: Services) -> None:
    away = Database(f"postgresql+asyncpg://melody:melody@{NOWHERE}/melody")
    async with telegram(like(configured, database=away)) as client:
        answer = await client.post(PATH, json=text_update())
    assert_problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "5"
    await away.dispose()


async def test_a_database_that_hangs_is_not_waited_for(
    configured: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.deps.DATABASE_SECONDS", 0.1)
    async with silent_server() as address:
        silent = Database(f"postgresql+asyncpg://melody:melody@{address}/melody")
        async with telegram(like(configured, database=silent)) as client:
            assert_problem(await client.post(PATH, json=text_update()), 503, "unavailable")
        await silent.dispose()


async def test_redis_is_not_needed(configured: Services) -> None:
    away = Redis.from_url(f"redis://{NOWHERE}")
    tally, update = Tally(away), text_update()
    async with telegram(like(configured, redis=away, tally=tally)) as client:
        assert (await client.post(PATH, json=update)).status_code == 200
    assert await stored(configured, update) is not None
    await tally.close()
    await away.aclose()


PERSON = {"id": 5, "is_bot": False, "first_name": "Asha"}
GROUP = {"id": -100123, "type": "supergroup"}


@pytest.mark.parametrize(
    ("fields", "chat"),
    [
        ({"message": {"chat": GROUP, "from": PERSON}}, "-100123"),
        ({"edited_message": {"chat": GROUP, "from": PERSON}}, "-100123"),
        ({"callback_query": {"from": PERSON, "message": {"chat": GROUP, "date": 0}}}, "-100123"),
        ({"callback_query": {"from": PERSON, "inline_message_id": "x"}}, "5"),
        ({"my_chat_member": {"chat": GROUP, "from": PERSON}}, "-100123"),
        ({"message_reaction": {"chat": GROUP, "user": PERSON}}, "-100123"),
        ({"inline_query": {"from": PERSON, "query": "x"}}, "5"),
        ({"chosen_inline_result": {"from": PERSON, "result_id": "x"}}, "5"),
        ({"poll_answer": {"poll_id": "1", "user": PERSON}}, "5"),
        ({"poll": {"id": "1"}}, "0"),
        ({"message": "x"}, "0"),
        ({"message": {"chat": {"id": "x"}}}, "0"),
        ({}, "0"),
    ],
)
def test_the_chat_that_an_update_belongs_to(fields: dict[str, Any], chat: str) -> None:
    assert chat_of({"update_id": 1} | fields) == chat


def test_an_update_is_taken_as_it_came() -> None:
    update = text_update() | {"of_a_later_version": {"x": [1, 2.5, None, True]}}
    assert parse_update(json.dumps(update).encode()) == update
    with pytest.raises(HTTPException):
        parse_update(b"null")
