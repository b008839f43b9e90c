"""What is told to browsers that nobody looks at: once, encrypted, and only while they want it."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from api.main import create_app
from core.accounts.models import User
from core.bootstrap import Services
from core.chat.push_texts import rendered
from core.chat.texts import languages, texts_in
from core.conversion.models import ConversionJob
from core.conversion.view import JobView
from core.db.lease import seconds_from_now
from core.dispatch import take_hints
from core.errors import DamagedRecording, PushSubscriptionRefused
from core.library.models import LibraryEntry
from core.membership.forgetting import forget_user
from core.membership.merging import merge
from core.push import subscriptions
from core.push.models import Push, PushSubscription
from core.push.sending import MOST_ATTEMPTS
from core.push.subscriptions import browser_of
from core.push.vapid import key_of_installation, public_key
from core.signin.sessions import end_session
from tests.fakes.telegram import Person, TelegramStandIn
from tests.fakes.webpush import Browser, PushServiceStandIn
from tests.fixtures.screens import screen, serving
from tests.fixtures.signed_in import access_token, calling
from tests.integration.desk import Desk

pytestmark = pytest.mark.broad

PATH = "/api/v1/users/me/push-subscriptions"
HERE = {"vapid_subject": "mailto:ops@melody.example", "host": "127.0.0.1"}


@pytest.fixture
def maker() -> Iterator[PushServiceStandIn]:
    with PushServiceStandIn() as stand_in:
        yield stand_in
        assert stand_in.violations == []


@pytest.fixture
async def desk(desk: Desk) -> AsyncIterator[Desk]:
    """Where web push is on."""
    desk.services.settings = desk.services.settings.model_copy(update=HERE)
    return desk


async def account_of(desk: Desk, person: Person) -> uuid.UUID:
    async with desk.database.transaction() as session:
        return (await desk._identity(session, person)).user_id


async def browser_of_person(desk: Desk, maker: PushServiceStandIn, user_id: uuid.UUID) -> Browser:
    """The person signs in with a browser and wants to be told there."""
    token = await access_token(desk.services, user_id)
    async with calling(create_app(desk.services), token) as client:
        key = (await client.get("/api/v1/system/info")).json()["vapid_public_key"]
        browser = maker.browser(key)
        answer = await client.post(PATH, json=browser.subscription)
        assert answer.status_code == 201, answer.text
    return browser


async def relay(desk: Desk) -> None:
    """What the relay tells of, and the workers send."""
    async with desk.database.transaction() as session:
        hints = await take_hints(session, [])
    for hint in hints:
        if hint.task == "push.send":
            await desk.services.push_sender.send(hint.row)


async def pauses_are_over(desk: Desk) -> None:
    async with desk.database.transaction() as session:
        await session.execute(update(Push).values(not_before=seconds_from_now(-1), dispatched_at=None))


def opened_by(notification: dict[str, Any]) -> str:
    """The player's page that a tap opens."""
    return str(notification["data"]["onActionClick"]["default"]["url"])


async def song_of(desk: Desk, job_id: uuid.UUID) -> uuid.UUID:
    async with desk.database.transaction() as session:
        job = await session.get_one(ConversionJob, job_id)
        return (await session.get_one(LibraryEntry, job.library_id)).song_id


async def statuses(desk: Desk) -> list[str]:
    async with desk.database.transaction() as session:
        return list((await session.execute(select(Push.status).order_by(Push.created_at))).scalars())


async def subscribed(services: Services) -> int:
    async with services.database.transaction() as session:
        return (await session.execute(select(func.count()).select_from(PushSubscription))).scalar_one()


async def test_a_browser_is_told_once_that_a_song_is_ready(
    desk: Desk, asha: Person, maker: PushServiceStandIn
) -> None:
    browser = await browser_of_person(desk, maker, await account_of(desk, asha))
    asked = await desk.asks(asha)
    await desk.made()
    await relay(desk)
    await pauses_are_over(desk)
    await relay(desk)
    [message] = browser.messages
    assert message.notification["title"] == "Ready to sing: Lithium"
    assert message.notification["data"]["job_id"] == str(asked.job_id)  # type: ignore[index]
    assert (message.topic, message.ttl) == (asked.job_id.hex, 86_400)
    assert opened_by(message.notification) == f"/song/{await song_of(desk, asked.job_id)}"
    assert await statuses(desk) == ["sent"]


async def test_who_has_a_screen_open_is_not_told(desk: Desk, asha: Person, maker: PushServiceStandIn) -> None:
    user_id = await account_of(desk, asha)
    browser = await browser_of_person(desk, maker, user_id)
    async with (
        serving(create_app(desk.services)) as url,
        screen(url, await access_token(desk.services, user_id)),
    ):
        await desk.asks(asha)
        await desk.made()
        await relay(desk)
    assert browser.messages == []
    assert await statuses(desk) == ["seen"]


async def test_who_is_blocked_is_told_nothing(desk: Desk, asha: Person, maker: PushServiceStandIn) -> None:
    user_id = await account_of(desk, asha)
    browser = await browser_of_person(desk, maker, user_id)
    await desk.asks(asha)
    await desk.made()
    async with desk.database.transaction() as session:
        await session.execute(update(User).values(blocked_at=func.now()))
    await relay(desk)
    assert browser.messages == []
    assert await statuses(desk) == ["given-up"]


async def test_what_failed_is_told_in_the_persons_language(
    desk: Desk, asha: Person, maker: PushServiceStandIn
) -> None:
    user_id = await account_of(desk, asha)
    browser = await browser_of_person(desk, maker, user_id)
    async with desk.database.transaction() as session:
        await session.execute(update(User).values(preferences={"language": "hi"}))
    asked = await desk.asks(asha)
    await desk.fetched()
    async with desk.database.transaction() as session:
        job = await session.get_one(ConversionJob, asked.job_id)
        assert job.rendition_id is not None
        await desk.services.conversion.rendition_failed(session, job.rendition_id, DamagedRecording())
    await relay(desk)
    [message] = browser.messages
    assert texts_in("hi").say("error-damaged") in str(message.notification["body"])
    assert opened_by(message.notification) == f"/song/{await song_of(desk, asked.job_id)}"


async def test_a_browser_that_does_not_want_any_more_is_forgotten(
    desk: Desk, asha: Person, maker: PushServiceStandIn
) -> None:
    browser = await browser_of_person(desk, maker, await account_of(desk, asha))
    browser.is_expired = True
    await desk.asks(asha)
    await desk.made()
    await relay(desk)
    assert await subscribed(desk.services) == 0


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_service_in_trouble_is_tried_again(
    desk: Desk, asha: Person, maker: PushServiceStandIn, status: int
) -> None:
    browser = await browser_of_person(desk, maker, await account_of(desk, asha))
    maker.goes_wrong("*", status=status, times=1, headers={"Retry-After": "120"})
    await desk.asks(asha)
    await desk.made()
    await relay(desk)
    await relay(desk)  # it is not due
    assert browser.messages == []
    async with desk.database.transaction() as session:
        left = (await session.execute(select(Push.not_before - func.now()))).scalar_one()
    assert 100 < left.total_seconds() <= 120
    await pauses_are_over(desk)
    await relay(desk)
    assert len(browser.messages) == 1


async def test_it_is_not_tried_for_ever(desk: Desk, asha: Person, maker: PushServiceStandIn) -> None:
    await browser_of_person(desk, maker, await account_of(desk, asha))
    maker.goes_wrong("*", status=503, times=1000)
    await desk.asks(asha)
    await desk.made()
    for _ in range(MOST_ATTEMPTS + 2):
        await relay(desk)
        await pauses_are_over(desk)
    assert await statuses(desk) == ["given-up"]
    assert len(maker.requests) == MOST_ATTEMPTS


async def test_who_is_not_believed_keeps_the_subscription(
    desk: Desk, asha: Person, maker: PushServiceStandIn
) -> None:
    browser = await browser_of_person(desk, maker, await account_of(desk, asha))
    browser.application_key = "of another sender"
    await desk.asks(asha)
    await desk.made()
    await relay(desk)
    assert await statuses(desk) == ["given-up"]
    assert await subscribed(desk.services) == 1


async def test_what_may_have_gone_out_is_not_sent_again(
    desk: Desk, asha: Person, maker: PushServiceStandIn
) -> None:
    await browser_of_person(desk, maker, await account_of(desk, asha))
    await desk.asks(asha)
    await desk.made()
    async with desk.database.transaction() as session:  # a worker was killed while it sent
        await session.execute(update(Push).values(status="sending", lease_until=seconds_from_now(-1)))
    await relay(desk)
    assert maker.requests == []


async def test_who_signs_out_is_told_no_more(desk: Desk, asha: Person, maker: PushServiceStandIn) -> None:
    user_id = await account_of(desk, asha)
    browser = await browser_of_person(desk, maker, user_id)
    async with desk.database.transaction() as session:
        row = (await session.execute(select(PushSubscription))).scalar_one()
        await end_session(session, row.session_id)
    await desk.asks(asha)
    await desk.made()
    await relay(desk)
    assert browser.messages == []


async def test_a_browser_follows_whoever_is_signed_in_there(
    desk: Desk, asha: Person, telegram: TelegramStandIn, maker: PushServiceStandIn
) -> None:
    browser = await browser_of_person(desk, maker, await account_of(desk, asha))
    await desk.asks(asha)
    await desk.made()  # on its way to the browser, and Asha has just handed it over
    ravi = await account_of(desk, telegram.person("Ravi"))
    async with calling(create_app(desk.services), await access_token(desk.services, ravi)) as client:
        assert (await client.post(PATH, json=browser.subscription)).status_code == 201
        assert len((await client.get(PATH)).json()["items"]) == 1
    await relay(desk)
    assert browser.messages == []
    assert await subscribed(desk.services) == 1


async def test_accounts_that_become_one_and_those_that_go(
    desk: Desk, asha: Person, telegram: TelegramStandIn, maker: PushServiceStandIn
) -> None:
    kept, gone = await account_of(desk, asha), await account_of(desk, telegram.person("Asha at work"))
    browser = await browser_of_person(desk, maker, gone)
    async with desk.database.transaction() as session:
        assert await merge(session, kept, gone) == kept
    await desk.asks(asha)
    await desk.made()
    await relay(desk)
    assert len(browser.messages) == 1
    async with desk.database.transaction() as session:
        await forget_user(session, kept)
    assert await subscribed(desk.services) == 0
    assert await statuses(desk) == []


# --- the routes -------------------------------------------------------------------------------------------


async def test_subscriptions_are_their_persons_alone(
    desk: Desk, asha: Person, telegram: TelegramStandIn, maker: PushServiceStandIn
) -> None:
    user_id = await account_of(desk, asha)
    await browser_of_person(desk, maker, user_id)
    ravi = await account_of(desk, telegram.person("Ravi"))
    app = create_app(desk.services)
    async with calling(app, await access_token(desk.services, user_id)) as client:
        [mine] = (await client.get(PATH)).json()["items"]
    assert mine["service"] == "127.0.0.1"
    async with calling(app, await access_token(desk.services, ravi)) as client:
        assert (await client.get(PATH)).json()["items"] == []
        assert (await client.delete(f"{PATH}/{mine['id']}")).status_code == 404
    async with calling(app, await access_token(desk.services, user_id)) as client:
        assert (await client.delete(f"{PATH}/{mine['id']}")).status_code == 204
        assert (await client.delete(f"{PATH}/{mine['id']}")).status_code == 404
    async with calling(app) as client:
        assert (await client.get(PATH)).status_code == 401


async def test_a_person_has_a_bounded_number(
    desk: Desk, asha: Person, maker: PushServiceStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "MOST_SUBSCRIPTIONS", 2)
    user_id = await account_of(desk, asha)
    for _ in range(3):
        await browser_of_person(desk, maker, user_id)
    assert await subscribed(desk.services) == 2


async def test_without_a_contact_it_is_off(services: Services) -> None:
    user = User(name="Asha")
    async with services.database.transaction() as session:
        session.add(user)
    async with calling(create_app(services), await access_token(services, user.id)) as client:
        assert (await client.get("/api/v1/system/info")).json()["vapid_public_key"] is None
        body = Browser("https://fcm.googleapis.com/fcm/send/1", "").subscription
        answer = await client.post(PATH, json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "push-off")


async def test_the_installations_key_stays(services: Services) -> None:
    async with services.database.transaction() as session:
        first = public_key(await key_of_installation(session))
    async with services.database.transaction() as session:
        assert public_key(await key_of_installation(session)) == first
    assert len(first) == 87


GOOD = (
    "https://fcm.googleapis.com/fcm/send/abc",
    "https://updates.push.services.mozilla.com/wpush/v2/abc",
    "https://web.push.apple.com/abc",
    "https://wns2-par02p.notify.windows.com/w/?token=abc",
)
BAD = (
    "http://fcm.googleapis.com/fcm/send/abc",
    "https://fcm.googleapis.com:8443/abc",
    "https://fcm.googleapis.com.evil.example/abc",
    "https://evil.example/fcm.googleapis.com",
    "https://me@fcm.googleapis.com/abc",
    "https://notify.windows.com.evil.example/",
    "https://169.254.169.254/latest/meta-data",
    "https://127.0.0.1/abc",
    "https://localhost:9/abc",
    "https://[::1]/abc",
    "https://fcm.googleapis.com/" + "a" * 2000,
    "https://fcm.googleapis.com/a b",
    "https://fcm.googleapis.com\\@evil.example/",
    "ftp://fcm.googleapis.com/abc",
    "fcm.googleapis.com",
    "https://[",
    "",
)


@pytest.mark.parametrize("endpoint", GOOD)
def test_the_makers_push_services_are_known(endpoint: str) -> None:
    keys = Browser(endpoint, "").subscription["keys"]
    assert browser_of(endpoint, **keys, allow_loopback=False).endpoint == endpoint  # type: ignore[arg-type]


@pytest.mark.parametrize("endpoint", BAD)
def test_nothing_is_posted_anywhere_else(endpoint: str) -> None:
    keys = Browser(endpoint, "").subscription["keys"]
    with pytest.raises(PushSubscriptionRefused):
        browser_of(endpoint, **keys, allow_loopback=False)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("p256dh", "auth"), [("", ""), ("AAAA", "AAAA"), ("!", "?"), ("B" + "A" * 86, "A" * 22), ("é", "A" * 22)]
)
def test_keys_that_are_none_are_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(PushSubscriptionRefused):
        browser_of(GOOD[0], p256dh, auth, allow_loopback=False)


@pytest.mark.parametrize("language", languages())
def test_no_message_is_too_long(language: str) -> None:
    longest = JobView(uuid.uuid4(), "completed", "𝕬" * 500, "𝕬" * 500, 240.0)
    for job in (longest, replace(longest, status="failed", error_code="damaged")):
        assert len(rendered(job, texts_in(language))) <= 3900


def test_where_no_song_is_known_the_player_is_opened() -> None:
    unknown = JobView(uuid.uuid4(), "failed", "", None, None, error_code="damaged")
    assert opened_by(json.loads(rendered(unknown, texts_in("en")))["notification"]) == "/"
