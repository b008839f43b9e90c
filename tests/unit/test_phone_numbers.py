"""Phone numbers as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.accounts.phone import as_typed
from core.errors import PhoneNumberUnusable

pytestmark = pytest.mark.broad


@pytest.mark.parametrize(
    "typed",
    [
        "9812345678",
        "98123 45678",
        "098123-45678",
        "919812345678",
        "+91 98123 45678",
        "0091 9812345678",
        " +91-98123-45678\n",
        "(+91) 9812345678",
        "९८१२३४५६७८",
        "৯৮১২৩৪৫৬৭৮",
    ],
)
def test_indian_numbers_first(typed: str) -> None:
    assert as_typed(typed) == "+919812345678"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+49 1511 2345678", "+4915112345678"),
        ("4915112345678", "+4915112345678"),
        ("+1 415 555 2671", "+14155552671"),
        ("+44 7911 123456", "+447911123456"),
        ("+971 50 123 4567", "+971501234567"),
        ("+880 1712-345678", "+8801712345678"),
        ("+1 555 123 4567", "+15551234567"),
    ],
)
def test_any_country_with_its_code(typed: str, number: str) -> None:
    assert as_typed(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "+",
        "123",
        "+91",
        "98123",
        "98123456789012345",
        "+999 123456789",
        "not a number",
        "1800-FLOWERS",
        "+91 9812345678 ext. 5",
        "+91 1800 123 4567",
        "+44 909 879 0879",
        "9" * 500,
        "+919812345678;DROP TABLE users",
    ],
)
def test_what_no_text_message_can_be_sent_to(typed: str) -> None:
    with pytest.raises(PhoneNumberUnusable):
        as_typed(typed)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_number_or_refused(typed: str) -> None:
    try:
        number = as_typed(typed)
    except PhoneNumberUnusable:
        return
    assert number[0] == "+"
    assert number[1:].isdecimal()
    assert number.isascii()
    assert len(number) <= 15
    assert as_typed(number) == number
