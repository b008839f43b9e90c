"""What the operator says about one person: how many songs a day, and who is kept out, at every door."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from sqlalchemy import func, select, update

from api.live.messages import Code
from api.main import create_app
from core.accounts.models import ChannelIdentity, User
from core.catalog.models import AudioAsset
from core.conversion.kept_vocals import keep
from core.conversion.models import SongCharge
from core.conversion.recipe import Recipe
from core.dispatch import take_hints
from core.errors import AccountBlocked, QuotaUsed, ServiceUnavailable
from core.membership.merging import merge
from core.operating.blocking import block, unblock
from core.operating.people import find_person
from core.ports import AudioFormat, Quality, Stem, StoredObject
from tests.fakes.telegram import Person, TelegramStandIn
from tests.fixtures.people import Caller, Gateway
from tests.fixtures.screens import screen, serving
from tests.fixtures.signed_in import access_token, calling
from tests.integration.desk import RECIPE, Desk
from tests.integration.test_admin import command
from tests.integration.test_api_conversions import CONVERT, fetchable

pytestmark = pytest.mark.broad


@pytest.fixture
def ravi(telegram: TelegramStandIn) -> Person:
    return telegram.person("Ravi")


VOICE = Recipe(RECIPE.engine, Quality.BEST, Stem.VOCALS, AudioFormat.M4A)


async def user_of(desk: Desk, person: Person) -> uuid.UUID:
    async with desk.database.transaction() as session:
        return (await desk._identity(session, person)).user_id


async def give(desk: Desk, user_id: uuid.UUID, songs: int | None) -> None:
    async with desk.database.transaction() as session:
        await session.execute(update(User).where(User.id == user_id).values(songs_a_day=songs))


async def charges(desk: Desk) -> int:
    async with desk.database.transaction() as session:
        return (await session.execute(select(func.count()).select_from(SongCharge))).scalar_one()


# --- quotas ---------------------------------------------------------------------------------------------


async def test_no_two_requests_at_once_pass_the_quota(gateway: Gateway, caller: Caller) -> None:
    songs = [await fetchable(gateway, f"Song {number}") for number in range(6)]
    async with gateway.services.database.transaction() as session:
        await session.execute(update(User).where(User.id == caller.user_id).values(songs_a_day=2))
    answers = await asyncio.gather(*(caller.post(CONVERT, json={"song_id": song}) for song in songs))
    assert sorted(answer.status_code for answer in answers) == [202, 202, 429, 429, 429, 429]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["code"] == "quota-used"
    assert 86_000 < int(refused.headers["Retry-After"]) <= 86_400
    assert "song_id" in refused.json()


async def test_a_song_counts_once_and_what_was_found_before_not_at_all(
    desk: Desk, asha: Person, ravi: Person
) -> None:
    await give(desk, await user_of(desk, asha), 1)
    await give(desk, await user_of(desk, ravi), 1)
    await desk.asks(asha, "AgAD1")
    await desk.asks(asha, "AgAD1", recipe=VOICE)
    assert await charges(desk) == 1
    with pytest.raises(QuotaUsed) as refusal:
        await desk.asks(asha, "AgAD2")
    assert refusal.value.params["limit"] == 1
    await desk.made()
    await desk.asks(ravi, "AgAD1")
    assert await charges(desk) == 1, "it was there already"


async def test_what_turns_out_to_be_known_is_given_back(desk: Desk, asha: Person, ravi: Person) -> None:
    """A recording that nobody sent before may hold the same bytes as another one."""
    await desk.asks(asha, "AgAD1")
    await desk.made()
    async with desk.database.transaction() as session:
        asset_id = (await session.execute(select(AudioAsset.id))).scalar_one()
        await keep(session, asset_id, RECIPE.effort, StoredObject("0" * 64, 1))
    await give(desk, await user_of(desk, ravi), 1)
    await desk.asks(ravi, "AgAD2", recipe=VOICE)
    assert await charges(desk) == 1
    await desk.fetched()
    assert await charges(desk) == 0, "the voice was found before"


async def test_what_fails_or_never_began_is_given_back(desk: Desk, asha: Person) -> None:
    user_id = await user_of(desk, asha)
    await give(desk, user_id, 1)
    job = await desk.asks(asha, "AgAD1")
    async with desk.database.transaction() as session:
        await desk.services.conversion.cancel(session, user_id, job.job_id)
    assert await charges(desk) == 0
    await desk.asks(asha, "AgAD2")
    await desk.fails(ServiceUnavailable())
    assert await charges(desk) == 0
    await desk.asks(asha, "AgAD3")


async def test_two_accounts_that_become_one_have_one_quota(desk: Desk, asha: Person, ravi: Person) -> None:
    hers, his = await user_of(desk, asha), await user_of(desk, ravi)
    await give(desk, his, 2)
    await give(desk, hers, 2)
    await desk.asks(asha, "AgAD1")
    await desk.asks(ravi, "AgAD2")
    async with desk.database.transaction() as session:
        await merge(session, hers, his)
    with pytest.raises(QuotaUsed):
        await desk.asks(ravi, "AgAD3")


async def test_quotas_by_command(desk: Desk, asha: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    user_id = await user_of(desk, asha)
    account = f"telegram:{asha.id}"
    assert "as many songs as they like" in await command(desk, monkeypatch, "quota", account)
    monkeypatch.setenv("MELODY_SONGS_A_DAY", "3")
    assert "3 songs in 24 hours (as everybody), 0 used" in await command(desk, monkeypatch, "quota", account)
    assert "1 song in 24 hours (of their own)" in await command(desk, monkeypatch, "quota", account, "1")
    await desk.asks(asha)
    assert "the next one at" in await command(desk, monkeypatch, "quota", str(user_id))
    assert "they like (of" in await command(desk, monkeypatch, "quota", account, "--unlimited")
    assert "(as everybody)" in await command(desk, monkeypatch, "quota", account, "--default")


# --- blocks ---------------------------------------------------------------------------------------------


async def test_every_door_of_the_api_is_closed_but_the_way_out(
    gateway: Gateway, caller: Caller, stranger: Caller
) -> None:
    song_id = await fetchable(gateway)
    assert (await caller.post(CONVERT, json={"song_id": song_id})).status_code == 202
    services = gateway.services
    done = await block(services.database, services.conversion, caller.user_id)
    assert (done.is_new, done.sessions, done.jobs) == (True, 1, 1)
    services.access.forget_all()
    refused = await caller.get("library")
    assert (refused.status_code, refused.json()["code"]) == (403, "account-blocked")
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert (await stranger.get("library")).status_code == 200
    token = await access_token(services, caller.user_id)  # they prove who they are once more
    async with calling(gateway.app, token) as client:
        for method, path in [("GET", "library"), ("GET", "audio/conversions"), ("GET", "playlists")]:
            assert (await client.request(method, f"/api/v1/{path}")).status_code == 403, path
        assert (await client.post(f"/api/v1/{CONVERT}", json={"song_id": song_id})).status_code == 403
        assert (await client.patch("/api/v1/users/me", json={"name": "A"})).status_code == 403
        assert (await client.get("/api/v1/users/me")).status_code == 200
        assert (await client.get("/api/v1/users/me/export")).status_code == 200
        again = await block(services.database, services.conversion, caller.user_id)
        assert (again.is_new, again.sessions, again.jobs) == (False, 1, 0)
    assert await unblock(services.database, caller.user_id)
    assert not await unblock(services.database, caller.user_id)
    async with calling(gateway.app, await access_token(services, caller.user_id)) as client:
        assert len((await client.get("/api/v1/library")).json()["items"]) == 1, "it stayed"
        assert (await client.post(f"/api/v1/{CONVERT}", json={"song_id": song_id})).status_code == 202


async def test_open_sockets_are_closed_and_none_is_opened(gateway: Gateway) -> None:
    services = gateway.services
    asha = await gateway.person("Asha")
    async with serving(create_app(services)) as url:
        async with screen(url, await access_token(services, asha.user_id)) as opened:
            await block(services.database, services.conversion, asha.user_id)
            assert await opened.close_code() == Code.NOT_SIGNED_IN
        token = await access_token(services, asha.user_id)
        async with screen(url) as opened:
            await opened.say(type="auth", token=token)
            assert await opened.close_code() == Code.BLOCKED


async def test_nothing_is_begun_for_whom_a_block_meets_as_they_ask(desk: Desk, asha: Person) -> None:
    """Whoever asks first has the block wait and cancel it; whoever asks later is refused."""
    user_id = await user_of(desk, asha)
    services = desk.services
    asking = [asyncio.create_task(asks(desk, asha, f"AgAD{number}")) for number in range(8)]
    await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
    await block(services.database, services.conversion, user_id)
    assert any(await asyncio.gather(*asking)), "the first was let in"
    async with desk.database.transaction() as session:
        assert await take_hints(session, []) == []
    assert not await asks(desk, asha, "AgAD9")


async def asks(desk: Desk, person: Person, recording: str) -> bool:
    """Whether they were let in."""
    try:
        await desk.asks(person, recording)
    except AccountBlocked:
        return False
    return True


async def test_what_came_of_their_songs_is_held_until_they_are_let_in(
    desk: Desk, asha: Person, telegram: TelegramStandIn
) -> None:
    await desk.asks(asha)
    await desk.deliver(await desk.status(asha))
    await desk.made()
    user_id = await user_of(desk, asha)
    await block(desk.database, desk.services.conversion, user_id)
    audio = await desk.deliver(await desk.audio(asha))
    assert audio.status == "held"
    await unblock(desk.database, user_id)
    assert (await desk.deliver(audio)).status == "sent"


async def test_people_are_found_by_what_the_operator_knows_of_them(desk: Desk, asha: Person) -> None:
    user_id = await user_of(desk, asha)
    async with desk.database.transaction() as session:
        await session.execute(update(ChannelIdentity).values(phone_number="+919812345678"))
        for name in (str(user_id), f"telegram:{asha.id}", "98123 45678", "telegram:+919812345678"):
            assert await find_person(session, name) == user_id


async def test_a_block_survives_becoming_one_account(desk: Desk, asha: Person, ravi: Person) -> None:
    hers, his = await user_of(desk, asha), await user_of(desk, ravi)
    await block(desk.database, desk.services.conversion, his)
    async with desk.database.transaction() as session:
        kept = await merge(session, hers, his)
        assert (await session.get_one(User, kept)).blocked_at is not None


async def test_blocks_by_command(desk: Desk, asha: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.asks(asha)
    account = f"telegram:{asha.id}"
    assert "blocked: 0 sessions ended, 1 job cancelled" in await command(desk, monkeypatch, "block", account)
    assert "was blocked already" in await command(desk, monkeypatch, "block", account)
    assert "may come in again" in await command(desk, monkeypatch, "unblock", account)
    assert "was not blocked" in await command(desk, monkeypatch, "unblock", account)
