"""`whatsapp setup` against Twilio's stand-in: what it makes, finds and says, and what the doctor sees."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from core.adapters.channels.whatsapp import content_api
from core.adapters.channels.whatsapp.content_api import ContentApi
from core.adapters.channels.whatsapp.setup import TemplateSetup
from core.adapters.channels.whatsapp.templates import ready, ready_name, wanted
from core.bootstrap import Services
from core.chat.texts import languages
from core.errors import ConfigurationError, ServiceUnavailable
from core.whatsapp.models import WhatsAppTemplate
from core.whatsapp.templates import Found, note_failure
from tests.fakes.twilio import TwilioStandIn, require_description
from tests.fakes.twilio.content import Template
from tests.fakes.twilio.model import new_sid
from tests.material import ROOT

pytestmark = pytest.mark.broad

NAMES = [template.name for template in wanted(languages())]


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    require_description()
    with TwilioStandIn() as stand_in:
        yield stand_in
    assert stand_in.violations == []


@pytest.fixture
async def api(twilio: TwilioStandIn) -> AsyncIterator[ContentApi]:
    made = ContentApi(twilio.account_sid, twilio.auth_token, twilio.url)
    yield made
    await made.close()


def setup_of(
    services: Services, twilio: TwilioStandIn, api: ContentApi, ready_sid: str | None = None
) -> TemplateSetup:
    return TemplateSetup(services.database, api, twilio.account_sid, ready_sid)


@pytest.fixture
def setup(services: Services, twilio: TwilioStandIn, api: ContentApi) -> TemplateSetup:
    return setup_of(services, twilio, api)


async def run(setup: TemplateSetup) -> list[Found]:
    return [found async for found in setup.run()]


async def test_it_makes_what_is_missing_and_submits_what_needs_approval(
    setup: TemplateSetup, twilio: TwilioStandIn
) -> None:
    found = await run(setup)
    assert [item.name for item in found] == NAMES
    assert all(item.is_new and item.problem is None for item in found)
    assert {item.sid for item in found} == twilio.content.templates.keys()
    submitted = {t.friendly_name for t in twilio.content.templates.values() if t.approval}
    assert submitted == {ready_name(language) for language in languages()}
    approval = twilio.content.named(ready_name("hi")).approval
    assert (approval["category"], approval["name"]) == ("UTILITY", ready_name("hi"))


async def test_a_repeat_makes_nothing_twice(
    setup: TemplateSetup, twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content_api, "PAGE", 7)  # so that names lie on several pages
    first = await run(setup)
    twilio.content.decide()
    before = len(twilio.requests)
    again = await run(setup)
    assert [item.sid for item in again] == [item.sid for item in first]
    assert not any(item.is_new for item in again)
    assert {request.method for request in twilio.requests[before:]} == {"GET"}
    assert {item.approval for item in again} == {None, "approved"}


async def test_after_a_failure_it_goes_on_from_there(setup: TemplateSetup, twilio: TwilioStandIn) -> None:
    twilio.goes_wrong("/v1/Content", cut=True, after=0, times=1)
    with pytest.raises(ServiceUnavailable, match="does not answer"):
        await run(setup)
    twilio.goes_wrong("/v1/Content/*/ApprovalRequests", status=503, body="<html>")
    with pytest.raises(ServiceUnavailable, match="HTTP 503"):
        await run(setup)
    await run(setup)
    assert sorted(t.friendly_name for t in twilio.content.templates.values()) == sorted(NAMES)


async def test_what_twilio_refuses_is_told_and_the_rest_is_made(
    setup: TemplateSetup, twilio: TwilioStandIn
) -> None:
    twilio.goes_wrong("*/ApprovalRequests/whatsapp", status=400, body={"code": 20001, "message": "x"})
    found = await run(setup)
    (refused,) = [item for item in found if item.problem is not None]
    assert refused.problem == "it can't be submitted: error 20001"
    assert refused.sid is not None


async def test_what_whatsapp_rejected_is_told(setup: TemplateSetup, twilio: TwilioStandIn) -> None:
    await run(setup)
    twilio.content.decide("rejected", "too short")
    problems = {item.problem for item in await run(setup) if item.says_ready_in}
    assert problems == {"WhatsApp says rejected: too short"}


async def test_too_fast_is_asked_again(
    setup: TemplateSetup, twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content_api, "LONGEST_PAUSE", 0.01)
    twilio.goes_wrong("/v1/Content", status=429, body={"code": 20429}, times=2)
    assert len(await run(setup)) == len(NAMES)


async def test_a_wrong_token_is_said_so(services: Services, twilio: TwilioStandIn) -> None:
    stranger = ContentApi(twilio.account_sid, "wrong", twilio.url)
    with pytest.raises(ConfigurationError, match="MELODY_TWILIO_AUTH_TOKEN"):
        await run(setup_of(services, twilio, stranger))
    await stranger.close()


async def test_one_sets_up_at_a_time(setup: TemplateSetup, twilio: TwilioStandIn) -> None:
    first = setup.run()
    await anext(first)
    with pytest.raises(ServiceUnavailable, match="another"):
        await run(setup)
    await first.aclose()


class TestDoctor:
    async def test_without_templates(self, setup: TemplateSetup, twilio: TwilioStandIn) -> None:
        assert "whatsapp setup" in await setup.check()
        assert twilio.requests == []

    async def test_all_is_well(self, services: Services, twilio: TwilioStandIn, api: ContentApi) -> None:
        await run(setup_of(services, twilio, api))
        sid = twilio.content.named(ready_name("en")).sid
        checked = setup_of(services, twilio, api, sid)
        assert "waits for WhatsApp's approval (received)" in await checked.check()
        twilio.content.decide()
        assert (await checked.check()).endswith("the ready template is approved")

    async def test_a_template_that_is_gone(self, setup: TemplateSetup, twilio: TwilioStandIn) -> None:
        await run(setup)
        name = NAMES[3]
        del twilio.content.templates[twilio.content.named(name).sid]
        with pytest.raises(ConfigurationError, match=name):
            await setup.check()
        await run(setup)
        await setup.check()

    async def test_a_failure_is_shown_for_a_day_or_until_set_up_again(
        self, setup: TemplateSetup, services: Services
    ) -> None:
        await run(setup)
        async with services.database.transaction() as session:
            await note_failure(session, NAMES[0], "twilio-63005")
        with pytest.raises(ConfigurationError, match=rf"{NAMES[0]} failed at .* \(twilio-63005\)"):
            await setup.check()
        async with services.database.transaction() as session:
            earlier = WhatsAppTemplate.failed_at - timedelta(days=1)
            await session.execute(update(WhatsAppTemplate).values(failed_at=earlier))
        await setup.check()

    @pytest.mark.parametrize(
        ("status", "said"), [("rejected", "WhatsApp says rejected: spam"), (None, "knows no such template")]
    )
    async def test_a_ready_template_that_can_not_be_sent(
        self, services: Services, twilio: TwilioStandIn, api: ContentApi, status: str | None, said: str
    ) -> None:
        own = Template(new_sid("HX"), "mine", "en", {}, {"twilio/text": {"body": "x"}})
        own.approval = {"status": status, "rejection_reason": "spam"}
        if status is not None:
            twilio.content.templates[own.sid] = own
        with pytest.raises(ConfigurationError, match=f"MELODY_TWILIO_TEMPLATE_READY_SID: .*{said}"):
            await setup_of(services, twilio, api, own.sid).check()


def melody(twilio: TwilioStandIn, database_url: str, **settings: str) -> subprocess.CompletedProcess[str]:
    account = {
        "MELODY_TWILIO_ACCOUNT_SID": twilio.account_sid,
        "MELODY_TWILIO_AUTH_TOKEN": twilio.auth_token,
        "MELODY_TWILIO_WHATSAPP_FROM": twilio.sender,
        "MELODY_TWILIO_API_URL": twilio.url,
        "MELODY_TWILIO_CONTENT_URL": twilio.url,
        "MELODY_PUBLIC_URL": "https://songs.example",
        "MELODY_DATABASE_URL": database_url,
    }
    return subprocess.run(
        [sys.executable, "-m", "core.cli", "whatsapp", "setup"],
        cwd=ROOT,
        env={**os.environ, **account, **settings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_the_command_says_what_it_made_and_what_is_left_to_do(
    twilio: TwilioStandIn, database_url: str
) -> None:
    first = melody(twilio, database_url)
    assert (first.returncode, first.stderr) == (0, "")
    sid = twilio.content.named(ready_name("en")).sid
    lines = first.stdout.splitlines()
    assert f"made     {ready_name('en')} {sid} (received)" in lines
    assert f"MELODY_TWILIO_TEMPLATE_READY_SID={sid}" in lines
    assert "https://songs.example/webhooks/whatsapp#rc=5&rp=all" in lines
    again = melody(twilio, database_url, MELODY_TWILIO_TEMPLATE_READY_SID=sid)
    assert again.returncode == 0
    assert f"0 made, {len(NAMES)} there before." in again.stdout
    assert f"READY_SID={sid}" not in again.stdout
    assert len(twilio.content.templates) == len(NAMES)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "code", "said"),
    [
        ({"MELODY_TWILIO_AUTH_TOKEN": "wrong"}, 2, "Twilio does not know this account and token"),
        ({"MELODY_TWILIO_CONTENT_URL": "http://127.0.0.1:9"}, 1, "Content API does not answer"),
        (
            {"MELODY_TWILIO_CONTENT_URL": "content.twilio.com"},
            2,
            "MELODY_TWILIO_CONTENT_URL: must be an origin",
        ),
        (
            {f"MELODY_TWILIO_{name}": "" for name in ("ACCOUNT_SID", "AUTH_TOKEN", "WHATSAPP_FROM")},
            2,
            "MELODY_TWILIO_ACCOUNT_SID",
        ),
    ],
)
def test_what_is_wrong_is_one_line(
    twilio: TwilioStandIn, database_url: str, settings: dict[str, str], code: int, said: str
) -> None:
    result = melody(twilio, database_url, **settings)
    assert result.returncode == code
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("melody: ")
    assert said in line


def test_the_ready_templates_are_in_their_own_languages() -> None:
    assert {ready(language).language for language in languages()} == set(languages())
