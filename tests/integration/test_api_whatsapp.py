"""Twilio's webhooks: only Twilio may, each message is stored once, and what is told twice changes nothing."""

from __future__ import annotations

import asyncio
import secrets
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from api.main import create_app
from core.bootstrap import Services, build
from core.chat.models import InboxItem
from core.config import Settings
from core.db.session import Database
from core.errors import ConfigurationError
from core.whatsapp.models import WhatsAppContact, WhatsAppMessage
from tests.fakes.twilio.signing import sign

pytestmark = pytest.mark.broad

TOKEN = "the-account's-token"
PUBLIC = "https://songs.example"
PATH = "/webhooks/whatsapp"
STATUS = "/webhooks/whatsapp/status"
NOWHERE = "127.0.0.1:9"
TWILIO: dict[str, Any] = {
    "twilio_account_sid": "AC" + "0" * 32,
    "twilio_auth_token": SecretStr(TOKEN),
    "twilio_whatsapp_from": "whatsapp:+14155238886",
    "public_url": PUBLIC,
}


def like(services: Services, chosen: dict[str, Any], **changes: Any) -> Services:
    """The same services with other settings, or with one of them exchanged."""
    shared = {name: getattr(services, name) for name in ("database", "redis", "store", "liveness", "tally")}
    return build(services.settings.model_copy(update=chosen), **shared | changes)


@pytest.fixture
def configured(services: Services) -> Services:
    return like(services, TWILIO)


@asynccontextmanager
async def gateway(
    services: Services, base_url: str = "http://127.0.0.1:8000"
) -> AsyncIterator[httpx.AsyncClient]:
    """The gateway as it is reached behind a proxy: by plain http, under another name."""
    transport = httpx.ASGITransport(create_app(services))
    async with httpx.AsyncClient(transport=transport, base_url=base_url) as client:
        yield client


def message(**fields: str) -> dict[str, str]:
    return {
        "MessageSid": "SM" + secrets.token_hex(16),
        "AccountSid": TWILIO["twilio_account_sid"],
        "From": "whatsapp:+919812345678",
        "ExternalUserId": "whatsapp:IN.4566546130240823",
        "To": "whatsapp:+14155238886",
        "WaId": "919812345678",
        "ProfileName": "आशा 🎤",
        "Body": "  तुम ही हो ",
        "NumMedia": "0",
        "ButtonText": "",
        "OfALaterVersion": "x=1&y=2+3",
        **fields,
    }


async def post(
    client: httpx.AsyncClient,
    form: dict[str, str],
    path: str = PATH,
    *,
    key: str = TOKEN,
    origin: str = PUBLIC,
    **headers: str,
) -> httpx.Response:
    signature = {"X-Twilio-Signature": sign(key, origin + path, form)}
    return await client.post(path, data=form, headers=signature | headers)


async def stored(services: Services) -> list[InboxItem]:
    async with services.database.transaction() as session:
        return list((await session.execute(select(InboxItem).order_by(InboxItem.id))).scalars())


def assert_problem(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_message_is_stored_as_it_came_before_the_answer(configured: Services) -> None:
    form = message()
    async with gateway(configured) as client:
        answer = await post(client, form)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert answer.text.endswith("<Response/>")
    (item,) = await stored(configured)
    assert (item.channel, item.external_id, item.status) == ("whatsapp", form["MessageSid"], "pending")
    assert item.payload == form
    async with configured.database.transaction() as session:
        contact = (await session.execute(select(WhatsAppContact))).scalar_one()
    assert item.chat == contact.id.hex
    assert (contact.phone, contact.user_ref) == (form["From"], form["ExternalUserId"])


async def test_the_same_message_a_hundred_times_at_once_is_one_row(configured: Services) -> None:
    form = message()
    async with gateway(configured) as client:
        answers = await asyncio.gather(*(post(client, form) for _ in range(100)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(await stored(configured)) == 1
    async with configured.database.transaction() as session:
        assert (await session.execute(select(func.count()).select_from(WhatsAppContact))).scalar_one() == 1


# --- signatures -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("public_url", "signed_for"),
    [
        ("https://songs.example", "https://songs.example"),
        ("https://songs.example", "https://songs.example:443"),
        ("https://songs.example:8443", "https://songs.example:8443"),
        ("https://songs.example:8443", "https://songs.example"),
        (None, "http://127.0.0.1:8000"),
    ],
)
async def test_the_public_address_is_what_counts(
    configured: Services, public_url: str | None, signed_for: str
) -> None:
    async with gateway(like(configured, {"public_url": public_url})) as client:
        assert (await post(client, message(), origin=signed_for)).status_code == 200


async def test_a_query_in_the_address_is_signed_too(configured: Services) -> None:
    path = f"{PATH}?who=a%20b&empty="
    async with gateway(configured) as client:
        assert (await post(client, message(), path)).status_code == 200
        signature = {"X-Twilio-Signature": sign(TOKEN, PUBLIC + PATH, form := message())}
        assert_problem(await client.post(path, data=form, headers=signature), 403, "forbidden")


@pytest.mark.parametrize("key", [TOKEN, "a shared key's secret"])
async def test_shared_keys_sign_with_sha_256(configured: Services, key: str) -> None:
    services = like(configured, {"twilio_webhook_key": SecretStr("a shared key's secret")})
    form = message()
    headers = {
        "X-Twilio-Signature": sign(key, PUBLIC + PATH, form, "sha256"),
        "X-Twilio-Webhooks-Signature-Settings": "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256",
    }
    async with gateway(services) as client:
        assert (await client.post(PATH, data=form, headers=headers)).status_code == 200
        headers["X-Twilio-Webhooks-Signature-Settings"] = "key=1,algorithm=NONE"
        assert_problem(await client.post(PATH, data=form, headers=headers), 403, "forbidden")


@pytest.mark.parametrize("path", [PATH, STATUS])
async def test_who_does_not_know_the_token_is_refused(configured: Services, path: str) -> None:
    form = message()
    right = sign(TOKEN, PUBLIC + path, form)
    wrong = ["", "x", right[:-2], right.swapcase(), sign("another", PUBLIC + path, form), "é"]
    async with gateway(configured) as client:
        assert_problem(await client.post(path, data=form), 403, "forbidden")
        for signature in wrong:
            headers = [(b"X-Twilio-Signature", signature.encode())]
            assert_problem(await client.post(path, data=form, headers=headers), 403, "forbidden")
        changed = form | {"Body": form["Body"].strip()}
        headers_right = {"X-Twilio-Signature": right}
        assert_problem(await client.post(path, data=changed, headers=headers_right), 403, "forbidden")
        assert_problem(await client.post(path, json=form, headers=headers_right), 403, "forbidden")
    assert await stored(configured) == []


async def test_without_twilio_there_is_no_webhook(services: Services) -> None:
    async with gateway(services) as client:
        for path in (PATH, STATUS):
            assert_problem(await post(client, message(), path), 404, "not-found")


def test_half_a_configuration_is_one_clear_line() -> None:
    with pytest.raises(ConfigurationError, match="MELODY_TWILIO_AUTH_TOKEN"):
        Settings.load(twilio_account_sid="AC1", twilio_whatsapp_from="+14155238886")
    with pytest.raises(ConfigurationError, match="MELODY_PUBLIC_URL"):
        Settings.load(
            twilio_account_sid="AC1", twilio_auth_token="x", twilio_whatsapp_from="+1415", env="production"
        )
    settings = Settings.load(
        twilio_account_sid="AC1", twilio_auth_token="x", twilio_whatsapp_from="+14155238886"
    )
    assert settings.twilio_whatsapp_from == "whatsapp:+14155238886"
    assert settings.public_origin == "http://127.0.0.1:8000"


# --- odd messages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [{"MessageSid": ""}, {"MessageSid": "x"}, {"From": ""}, {"From": "+919812345678"}, {"From": "sms:x"}],
)
async def test_what_is_no_message_is_refused(configured: Services, fields: dict[str, str]) -> None:
    async with gateway(configured) as client:
        assert_problem(await post(client, message(**fields)), 400, "bad-request")
    assert await stored(configured) == []


@pytest.mark.parametrize("body", [b"\xff\xfe=1", b"a=%ff", b"&".join([b"a=1"] * 600)])
async def test_what_is_no_form_is_refused(configured: Services, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": "x"}
    async with gateway(configured) as client:
        assert_problem(await client.post(PATH, content=body, headers=headers), 403, "forbidden")


async def test_what_the_database_cannot_hold_blocks_nobody(configured: Services) -> None:
    async with gateway(configured) as client:
        assert (await post(client, message(Body="a\0b"))).status_code == 200
    (item,) = await stored(configured)
    assert item.payload["Body"] == "a\N{REPLACEMENT CHARACTER}b"


async def test_who_hides_their_number_has_only_an_id(configured: Services) -> None:
    hidden = "whatsapp:IN." + "a" * 120
    form = message(From=hidden, ExternalUserId=hidden, WaId="")
    async with gateway(configured) as client:
        assert (await post(client, form)).status_code == 200
    async with configured.database.transaction() as session:
        contact = (await session.execute(select(WhatsAppContact))).scalar_one()
    assert (contact.phone, contact.user_ref, contact.address) == (None, hidden, hidden)


async def test_a_database_that_is_away_is_said(configured: Services) -> None:
    away = Database(f"postgresql+asyncpg://melody:melody@{NOWHERE}/melody")
    async with gateway(like(configured, {}, database=away)) as client:
        assert_problem(await post(client, message()), 503, "unavailable")
    await away.dispose()


# --- statuses ---------------------------------------------------------------------------------------------


def status_form(status: str = "delivered", **fields: str) -> dict[str, str]:
    sid = "SM" + "0" * 32
    return {"MessageSid": sid, "MessageStatus": status, "SmsStatus": status, **fields}


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ({}, status_form()),
        ({"delivery": "x"}, status_form()),
        ({"delivery": uuid.uuid4().hex}, status_form()),
        ({"delivery": uuid.uuid4().hex, "part": "0"}, status_form()),
        ({"delivery": uuid.uuid4().hex, "part": "9" * 5000}, status_form()),
        ({"delivery": uuid.uuid4().hex}, status_form("of a later version")),
        ({"delivery": uuid.uuid4().hex}, status_form("failed", ErrorCode="²")),
        ({"delivery": uuid.uuid4().hex}, {"MessageSid": "SM1"}),
    ],
)
async def test_a_status_of_nothing_we_know_changes_nothing(
    configured: Services, query: dict[str, str], form: dict[str, str]
) -> None:
    path = f"{STATUS}?{urlencode(query)}" if query else STATUS
    async with gateway(configured) as client:
        assert (await post(client, form, path)).status_code == 200
        assert (await post(client, form)).status_code in {200, 400}
    async with configured.database.transaction() as session:
        assert (await session.execute(select(func.count()).select_from(WhatsAppMessage))).scalar_one() == 0
    assert await stored(configured) == []
