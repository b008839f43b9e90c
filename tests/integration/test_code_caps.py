"""How many codes are sent: to a number, from an address, abroad, and altogether."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from core.errors import CodeTooOften
from core.limiter import Limiter
from core.signin import caps
from core.signin.caps import CodeCaps, network_of

pytestmark = pytest.mark.broad


def hide(what: str) -> str:
    return f"hidden-{what}"


@pytest.fixture
async def limiter(redis_url: str) -> AsyncIterator[Limiter]:
    made = Limiter(redis_url, "melody:codes")
    yield made
    await made.close()


def indian(number: int) -> str:
    return f"+9198{number:08}"


async def too_often(counter: CodeCaps, number: str, address: str | None) -> int | None:
    """The seconds to wait; None where the code may be sent."""
    try:
        await counter.take(hide, number, address)
    except CodeTooOften as error:
        wait = error.params["retry_after"]
        assert isinstance(wait, int)
        return wait
    return None


async def test_one_a_minute_for_a_number(limiter: Limiter) -> None:
    counter = CodeCaps(limiter)
    assert await too_often(counter, indian(1), "192.0.2.1") is None
    wait = await too_often(counter, indian(1), "192.0.2.2")
    assert wait is not None
    assert 55 <= wait <= 60
    assert await too_often(counter, indian(2), "192.0.2.1") is None


async def test_an_address_has_thirty_an_hour_for_all_numbers(limiter: Limiter) -> None:
    counter = CodeCaps(limiter)
    for number in range(30):
        assert await too_often(counter, indian(number), "192.0.2.1") is None
    wait = await too_often(counter, indian(31), "192.0.2.1")
    assert wait is not None
    assert 3500 <= wait <= 3600
    assert await too_often(counter, indian(31), "192.0.2.2") is None


async def test_abroad_the_limits_are_narrower(limiter: Limiter) -> None:
    counter = CodeCaps(limiter)
    for number in range(5):
        assert await too_often(counter, f"+1415555267{number}", "192.0.2.1") is None
    assert await too_often(counter, "+14155552679", "192.0.2.1") is not None
    assert await too_often(counter, indian(1), "192.0.2.1") is None


async def test_a_country_abroad_has_a_limit_of_its_own(
    limiter: Limiter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(caps.ABROAD, "country", ((2, caps.A_DAY),))
    counter = CodeCaps(limiter)
    for number in range(2):
        assert await too_often(counter, f"+1415555267{number}", f"192.0.2.{number}") is None
    assert await too_often(counter, "+14155552679", "192.0.2.9") is not None
    assert await too_often(counter, "+447911123456", "192.0.2.9") is None


async def test_all_together_have_a_limit_a_day(limiter: Limiter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(caps.AT_HOME, "all", ((3, caps.A_DAY),))
    counter = CodeCaps(limiter)
    for number in range(3):
        assert await too_often(counter, indian(number), f"192.0.2.{number}") is None
    assert await too_often(counter, indian(9), "192.0.2.9") is not None


async def test_what_is_refused_counts_nowhere(limiter: Limiter) -> None:
    counter = CodeCaps(limiter)
    assert await too_often(counter, indian(0), "192.0.2.1") is None
    for _ in range(50):
        assert await too_often(counter, indian(0), "192.0.2.1") is not None
    for number in range(1, 30):
        assert await too_often(counter, indian(number), "192.0.2.1") is None


async def test_the_scale_multiplies_the_limits(limiter: Limiter) -> None:
    counter = CodeCaps(limiter, scale=3.0)
    for _ in range(3):
        assert await too_often(counter, indian(1), "192.0.2.1") is None
    assert await too_often(counter, indian(1), "192.0.2.1") is not None


async def test_processes_count_together_and_alone_without_redis(redis_url: str) -> None:
    first, second = Limiter(redis_url, "melody:codes"), Limiter(redis_url, "melody:codes")
    alone = Limiter("redis://127.0.0.1:1/0", "melody:codes")
    try:
        assert await too_often(CodeCaps(first), indian(1), None) is None
        assert await too_often(CodeCaps(second), indian(1), None) is not None
        assert await too_often(CodeCaps(alone), indian(1), None) is None
        assert await too_often(CodeCaps(alone), indian(1), None) is not None
    finally:
        for limiter in (first, second, alone):
            await limiter.close()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_addresses_of_one_subscriber_count_together(address: str, network: str) -> None:
    assert network_of(address) == network
