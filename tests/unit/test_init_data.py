"""Init data of Mini Apps: only what Telegram signed for our bot, only while it is fresh."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import MiniAppNotBelieved
from core.signin.init_data import CLOCKS_APART, FRESH_SECONDS, MiniAppUser, who_opened
from tests.fakes.telegram.mini_app import init_data

pytestmark = pytest.mark.broad

TOKEN = "700100200:AAExampleExampleExampleExampleExample"
NOW = 1_795_000_000.5
ASHA = {"id": 700100200, "first_name": "Asha & Söhne", "language_code": "hi"}


def signed(token: str = TOKEN, at: float = NOW, user: Any = ASHA, **more: str) -> str:
    return init_data(token, user, at, **more)


def test_whoever_opened_the_app() -> None:
    assert who_opened(signed(), TOKEN, NOW) == MiniAppUser(700100200, "Asha & Söhne", "hi")


def test_the_newer_signature_is_part_of_what_is_signed() -> None:
    assert who_opened(signed(signature="abc-_", start_param="song_1"), TOKEN, NOW).id == 700100200


def test_as_the_documentation_says_it() -> None:
    """The algorithm once more, letter by letter, so that the stand-in can't share our mistake."""
    user = json.dumps(ASHA)
    check = f"auth_date={int(NOW)}\nquery_id=AAH\nuser={user}"
    secret = hmac.new(b"WebAppData", TOKEN.encode(), hashlib.sha256).digest()
    told = hmac.new(secret, check.encode(), hashlib.sha256).hexdigest()
    text = urlencode({"query_id": "AAH", "user": user, "auth_date": int(NOW), "hash": told})
    assert who_opened(text, TOKEN, NOW).name == "Asha & Söhne"


@pytest.mark.parametrize("at", [NOW - FRESH_SECONDS + 1, NOW, NOW + CLOCKS_APART - 1])
def test_fresh(at: float) -> None:
    assert who_opened(signed(at=at), TOKEN, NOW).id == 700100200


@pytest.mark.parametrize("at", [0, NOW - FRESH_SECONDS - 2, NOW + CLOCKS_APART + 2, -NOW])
def test_stale_or_of_the_future(at: float) -> None:
    with pytest.raises(MiniAppNotBelieved):
        who_opened(signed(at=at), TOKEN, NOW)


def test_another_bot() -> None:
    with pytest.raises(MiniAppNotBelieved):
        who_opened(signed(token="1:other"), TOKEN, NOW)


def test_each_changed_character_shows() -> None:
    text = signed()
    for place in range(len(text)):
        changed = "0" if text[place] != "0" else "1"
        with pytest.raises(MiniAppNotBelieved):
            who_opened(text[:place] + changed + text[place + 1 :], TOKEN, NOW)


def test_a_second_user_behind_the_first() -> None:
    mallory = urlencode({"user": json.dumps({"id": 666})})
    for text in (f"{signed()}&{mallory}", f"{mallory}&{signed()}"):
        with pytest.raises(MiniAppNotBelieved):
            who_opened(text, TOKEN, NOW)


@pytest.mark.parametrize("user", [{"id": "7"}, {"id": -7}, {"id": True}, {"id": None}, {}, [], 7, "x", None])
def test_signed_but_about_nobody(user: Any) -> None:
    with pytest.raises(MiniAppNotBelieved):
        who_opened(signed(user=user), TOKEN, NOW)


@pytest.mark.parametrize("text", ["", "hash=", "&&&", "a=1;b=2", "hash=%ff", "user=1&hash=é", "x=1&" * 400])
def test_nonsense(text: str) -> None:
    with pytest.raises(MiniAppNotBelieved):
        who_opened(text, TOKEN, NOW)


@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    with pytest.raises(MiniAppNotBelieved):
        who_opened(text, TOKEN, NOW)
