"""Codes by text message: what we ask of MSG91, and what each of its answers means."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from core.adapters.otp.msg91 import Msg91Sender
from core.errors import ConfigurationError, ServiceUnavailable
from core.ports import Outcome
from tests.fakes.msg91 import Msg91StandIn
from tests.fakes.sources.faults import html_error

pytestmark = pytest.mark.broad

NUMBER = "+919812345678"
FIVE_MINUTES = 300.0


@pytest.fixture
def msg91() -> Iterator[Msg91StandIn]:
    with Msg91StandIn() as stand_in:
        yield stand_in
    assert stand_in.violations == []


@pytest.fixture
async def sender(msg91: Msg91StandIn) -> AsyncIterator[Msg91Sender]:
    made = Msg91Sender(msg91.auth_key, msg91.template_id, msg91.url)
    yield made
    await made.close()


async def test_a_code_of_ours_is_sent(msg91: Msg91StandIn, sender: Msg91Sender) -> None:
    result = await sender.send(NUMBER, "048392", lifetime=FIVE_MINUTES)
    assert result.outcome is Outcome.SENT
    [text] = msg91.texts_to(NUMBER)
    assert (text.otp, text.minutes, text.template_id) == ("048392", 5, msg91.template_id)


async def test_what_was_dropped_as_a_repetition_is_on_its_way(
    msg91: Msg91StandIn, sender: Msg91Sender
) -> None:
    for _ in range(2):
        assert (await sender.send(NUMBER, "048392", lifetime=FIVE_MINUTES)).outcome is Outcome.SENT
    assert len(msg91.texts) == 1


@pytest.mark.parametrize(
    ("account", "named"),
    [
        ({"auth_key": "another"}, "MELODY_MSG91_AUTH_KEY"),
        ({"templates": {"another"}}, "MELODY_MSG91_TEMPLATE_ID"),
        ({"address_is_allowed": False}, "IP security"),
        ({"has_balance": False}, "balance"),
    ],
)
async def test_what_the_operator_has_to_mend_is_named(
    msg91: Msg91StandIn, sender: Msg91Sender, account: dict[str, Any], named: str
) -> None:
    for name, value in account.items():
        setattr(msg91.account, name, value)
    with pytest.raises(ConfigurationError, match=named):
        await sender.send(NUMBER, "048392", lifetime=FIVE_MINUTES)
    assert msg91.texts == []


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"status": 200, "body": {"type": "error", "message": "OTP retry count maxed out"}}, Outcome.REFUSED),
        ({"status": 400, "body": {"type": "error", "message": "Invalid mobile"}}, Outcome.REFUSED),
        ({"status": 200, "body": {"type": "error", "message": "Something new"}}, Outcome.RETRY),
        ({"status": 200, "body": {"type": "error", "message": 17, "code": {}}}, Outcome.RETRY),
        ({"status": 429, "body": {"type": "error", "message": "Slow down"}}, Outcome.RETRY),
        ({"status": 200, "body": ["success"]}, Outcome.RETRY),
        ({"status": 200, "body": "[" * 5000}, Outcome.RETRY),
        ({"status": 200, "body": ""}, Outcome.RETRY),
        (html_error(502), Outcome.RETRY),
        ({"status": 302, "headers": {"location": "http://127.0.0.1:1/"}}, Outcome.RETRY),
    ],
)
async def test_other_answers(
    msg91: Msg91StandIn, sender: Msg91Sender, fault: dict[str, Any], outcome: Outcome
) -> None:
    msg91.goes_wrong("/api/v5/otp", **fault)
    assert (await sender.send(NUMBER, "048392", lifetime=FIVE_MINUTES)).outcome is outcome


@pytest.mark.parametrize("status", [401, 403])
async def test_a_key_that_is_refused_by_status(msg91: Msg91StandIn, sender: Msg91Sender, status: int) -> None:
    msg91.goes_wrong("/api/v5/otp", status=status, body="")
    with pytest.raises(ConfigurationError, match="MELODY_MSG91_AUTH_KEY"):
        await sender.send(NUMBER, "048392", lifetime=FIVE_MINUTES)


async def test_a_reason_names_no_number(msg91: Msg91StandIn, sender: Msg91Sender) -> None:
    body = {"type": "error", "message": "no route to 919812345678 today"}
    msg91.goes_wrong("/api/v5/otp", status=200, body=body)
    result = await sender.send(NUMBER, "048392", lifetime=FIVE_MINUTES)
    assert result.error is not None
    assert "no route" in result.error
    assert "9812345678" not in result.error


async def test_a_service_that_is_away(msg91: Msg91StandIn, sender: Msg91Sender) -> None:
    msg91.goes_wrong("/api/v5/otp", cut=True)
    with pytest.raises(ServiceUnavailable, match="MSG91 does not answer"):
        await sender.send(NUMBER, "048392", lifetime=FIVE_MINUTES)


async def test_the_check_sends_nothing(msg91: Msg91StandIn, sender: Msg91Sender) -> None:
    assert "MSG91 knows the auth key" in await sender.check()
    assert msg91.texts == []


async def test_the_check_names_a_wrong_key_and_a_service_in_trouble(
    msg91: Msg91StandIn, sender: Msg91Sender
) -> None:
    msg91.goes_wrong("/api/v5/otp/verify", **html_error(503))
    with pytest.raises(ServiceUnavailable, match="503"):
        await sender.check()
    msg91.account.auth_key = "another"
    with pytest.raises(ConfigurationError, match="MELODY_MSG91_AUTH_KEY"):
        await sender.check()
