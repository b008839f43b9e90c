"""Signing in by phone with all processes running: from the gateway by relay and courier to the phone."""

from __future__ import annotations

import re
import time
from pathlib import Path

import httpx
import pytest

from tests.fakes.msg91 import Msg91StandIn
from tests.fixtures.codes import NUMBER
from tests.fixtures.studio import Studio, studio

pytestmark = pytest.mark.slow

SOON = 20.0


def ask(running: Studio) -> str:
    """Ask for a code; the request's id."""
    answer = httpx.post(f"{running.url}/api/v1/auth/request-otp", json={"phone_number": NUMBER})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["request_id"])


def sign_in(running: Studio, request_id: str, code: str) -> None:
    typed = {"request_id": request_id, "otp": code}
    answer = httpx.post(f"{running.url}/api/v1/auth/verify-otp", json=typed)
    assert answer.status_code == 200, answer.text
    assert answer.json()["user"]["phone_number"] == NUMBER


async def test_the_code_comes_by_text_message_and_is_in_no_log(msg91: Msg91StandIn, tmp_path: Path) -> None:
    environment = {
        "MELODY_MSG91_AUTH_KEY": msg91.auth_key,
        "MELODY_MSG91_TEMPLATE_ID": msg91.template_id,
        "MELODY_MSG91_API_URL": msg91.url,
    }
    with studio(tmp_path / "data", **environment) as running:
        request_id = ask(running)
        await msg91.until(lambda: bool(msg91.texts), timeout=SOON)
        code = msg91.texts_to(NUMBER)[0].otp
        sign_in(running, request_id, code)
    logs = [path.read_text() for path in (tmp_path / "data" / "logs").iterdir()]
    assert not any(re.search(rf"(?<!\d){code}(?!\d)", log) for log in logs)
    assert not any("9812345678" in log for log in logs)


def test_in_development_the_code_is_in_the_log(tmp_path: Path) -> None:
    with studio(tmp_path / "data") as running:
        request_id = ask(running)
        sign_in(running, request_id, in_the_log(tmp_path / "data" / "logs"))


def in_the_log(logs: Path) -> str:
    """The code, as soon as some log has it."""
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        for path in logs.iterdir():
            found = re.search(r"the sign-in code is (\d{6})\b", path.read_text())
            if found is not None:
                return found[1]
        time.sleep(0.1)
    pytest.fail("no code was logged")
