"""Words to many: each person once, slowly, whatever is killed; and not to whom they would be unwelcome."""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update
from typer.testing import CliRunner

from core.accounts.models import ChannelIdentity, User
from core.cli import app
from core.db.lease import seconds_from_now
from core.delivery.models import Delivery
from core.dispatch import take_hints
from core.errors import ConfigurationError
from core.membership.merging import merge
from core.operating.broadcasts import MOST_AT_ONCE, MOST_WAITING, PER_SECOND, Broadcasts, Progress
from core.operating.models import Broadcast
from core.ports import Capabilities
from tests.fakes.telegram import Person, TelegramStandIn
from tests.integration.desk import Desk

pytestmark = pytest.mark.broad

NEWS = {"*": "New: playlists.", "hi": "नया: प्लेलिस्ट।"}


async def people(desk: Desk, count: int, channel: str = "telegram", **columns: object) -> list[uuid.UUID]:
    """So many people with an account each, and the ids of these accounts."""
    users = [{"id": uuid.uuid4()} for _ in range(count)]
    accounts = [
        {
            "id": uuid.uuid4(),
            "user_id": user["id"],
            "channel": channel,
            "external_id": str(uuid.uuid4()),
            "language": "en",
        }
        for user in users
    ]
    async with desk.database.transaction() as session:
        await session.execute(insert(User), users)
        await session.execute(insert(ChannelIdentity), accounts)
        if columns:
            theirs = ChannelIdentity.id.in_([account["id"] for account in accounts])
            await session.execute(update(ChannelIdentity).where(theirs).values(**columns))
    return [account["id"] for account in accounts]


async def begin(desk: Desk, channel: str | None = None, language: str | None = None) -> uuid.UUID:
    async with desk.database.transaction() as session:
        return (await desk.services.broadcasts.begin(session, NEWS, channel, language)).id


async def advance(desk: Desk) -> int:
    """One slice, two seconds after the one before."""
    async with desk.database.transaction() as session:
        await session.execute(update(Broadcast).values(sliced_at=seconds_from_now(-2)))
    async with desk.database.transaction() as session:
        return await desk.services.broadcasts.advance(session)


async def progress(desk: Desk) -> Progress:
    """Of the newest broadcast."""
    async with desk.database.transaction() as session:
        return (await desk.services.broadcasts.progress(session))[0]


async def all_sent(desk: Desk) -> None:
    async with desk.database.transaction() as session:
        await session.execute(update(Delivery).where(Delivery.status == "pending").values(status="sent"))


async def told(desk: Desk) -> Counter[uuid.UUID]:
    async with desk.database.transaction() as session:
        query = select(Delivery.identity_id).where(Delivery.broadcast_id.is_not(None))
        return Counter((await session.execute(query)).scalars())


async def test_a_kill_in_the_middle_tells_nobody_twice_and_leaves_nobody_out(desk: Desk) -> None:
    everybody = await people(desk, 3 * MOST_AT_ONCE)
    await begin(desk)
    slices = 0
    while True:
        await is_killed(desk)
        at_once = await asyncio.gather(advance(desk), advance(desk), advance(desk))
        await all_sent(desk)
        if not any(at_once):
            break
        slices += 1
    assert told_once(await told(desk)) == set(everybody)
    assert slices >= 2
    async with desk.database.transaction() as session:
        (one,) = await desk.services.broadcasts.progress(session)
    assert (one.status, one.told, one.outcomes) == ("done", len(everybody), {"sent": len(everybody)})


async def is_killed(desk: Desk) -> None:
    """Whoever makes a slice dies before it is through."""
    with contextlib.suppress(asyncio.CancelledError):
        async with desk.database.transaction() as session:
            await desk.services.broadcasts.advance(session)
            raise asyncio.CancelledError


def told_once(found: Counter[uuid.UUID]) -> set[uuid.UUID]:
    assert set(found.values()) <= {1}
    return set(found)


async def test_the_pace_is_bounded_and_so_is_what_is_on_its_way(desk: Desk) -> None:
    await people(desk, MOST_WAITING + MOST_AT_ONCE)
    await begin(desk)
    async with desk.database.transaction() as session:
        assert await desk.services.broadcasts.advance(session) == PER_SECOND
    async with desk.database.transaction() as session:
        assert await desk.services.broadcasts.advance(session) <= PER_SECOND, "no time has passed"
    made = [await advance(desk) for _ in range(5)]
    assert max(made) == MOST_AT_ONCE
    assert sum((await told(desk)).values()) == MOST_WAITING
    await all_sent(desk)
    assert await advance(desk) == MOST_AT_ONCE


async def test_who_wants_or_may_hear_nothing_is_left_out(desk: Desk) -> None:
    (hears,) = await people(desk, 1)
    await people(desk, 1, blocked_at=func.now())
    await people(desk, 1, channel="console")
    (kept_out,) = await people(desk, 1)
    async with desk.database.transaction() as session:
        user_id = select(ChannelIdentity.user_id).where(ChannelIdentity.id == kept_out).scalar_subquery()
        await session.execute(update(User).where(User.id == user_id).values(blocked_at=func.now()))
    await begin(desk)
    await advance(desk)
    assert set(await told(desk)) == {hears}


async def test_a_closed_window_stays_closed(desk: Desk) -> None:
    """Where a messenger lets us write only for some hours after the person did."""
    window = Capabilities(
        **{**vars(desk.services.channels["telegram"].capabilities), "open_seconds": 86_340.0}
    )
    desk.services.broadcasts = Broadcasts({"whatsapp": window}, ["en", "hi"], "en")
    (wrote,) = await people(desk, 1, channel="whatsapp")
    closed = await people(desk, 3, channel="whatsapp", last_seen_at=seconds_from_now(-86_350))
    await people(desk, 2, channel="whatsapp", last_seen_at=seconds_from_now(-86_350), blocked_at=func.now())
    async with desk.database.transaction() as session:
        assert await desk.services.broadcasts.reach(session, None, None) == {"whatsapp": 1}
        assert await desk.services.broadcasts.out_of_reach(session, None, None) == {"whatsapp": 3}
        assert await desk.services.broadcasts.out_of_reach(session, None, "hi") == {}
    await begin(desk)
    assert (await progress(desk)).left_out == 0, "nobody's turn has come"
    await advance(desk)
    await people(desk, 1, channel="whatsapp", last_seen_at=seconds_from_now(-86_350))
    async with desk.database.transaction() as session:  # who writes afterwards was left out all the same
        again = update(ChannelIdentity).where(ChannelIdentity.id == closed[0])
        await session.execute(again.values(last_seen_at=func.now()))
    assert set(await told(desk)) == {wrote}
    assert ((await progress(desk)).status, (await progress(desk)).left_out) == ("done", 3)


async def test_who_can_be_told_elsewhere_is_not_left_out(desk: Desk) -> None:
    telegram = desk.services.channels["telegram"].capabilities
    window = Capabilities(**{**vars(telegram), "open_seconds": 86_340.0})
    desk.services.broadcasts = Broadcasts({"telegram": telegram, "whatsapp": window}, ["en", "hi"], "en")
    (here,) = await people(desk, 1, last_seen_at=seconds_from_now(-90_000))
    (there,) = await people(desk, 1, channel="whatsapp", last_seen_at=seconds_from_now(-87_000))
    async with desk.database.transaction() as session:
        (await session.get_one(ChannelIdentity, there)).user_id = (
            await session.get_one(ChannelIdentity, here)
        ).user_id
    async with desk.database.transaction() as session:
        assert await desk.services.broadcasts.out_of_reach(session, None, None) == {}
        assert await desk.services.broadcasts.out_of_reach(session, "whatsapp", None) == {"whatsapp": 1}
    await begin(desk)
    await advance(desk)
    assert set(await told(desk)) == {here}
    assert (await progress(desk)).left_out == 0


async def test_each_is_told_where_they_were_last_in_their_language(desk: Desk, asha: Person) -> None:
    (first,) = await people(desk, 1, last_seen_at=seconds_from_now(-60))
    (second,) = await people(desk, 1, language="hi-IN")
    async with desk.database.transaction() as session:
        one = await session.get_one(ChannelIdentity, first)
        another = await session.get_one(ChannelIdentity, second)
        another.user_id = one.user_id
    await begin(desk)
    await advance(desk)
    async with desk.database.transaction() as session:
        (delivery,) = (await session.execute(select(Delivery))).scalars()
    assert delivery.identity_id == second
    assert delivery.reply is not None
    assert delivery.reply["text"] == NEWS["hi"]


async def test_accounts_that_become_one_meanwhile_are_told_once(desk: Desk) -> None:
    pair = await people(desk, 2)
    await begin(desk)
    async with desk.database.transaction() as session:
        query = select(ChannelIdentity).where(ChannelIdentity.id.in_(pair)).order_by(ChannelIdentity.user_id)
        first, second = (await session.execute(query)).scalars()
        broadcasts = desk.services.broadcasts
        await session.execute(update(Broadcast).values(sliced_at=seconds_from_now(-1 / PER_SECOND)))
        assert await broadcasts.advance(session) == 1
        await session.execute(
            update(User).where(User.id == second.user_id).values(phone_number="+919812345678")
        )
        assert await merge(session, first.user_id, second.user_id) == second.user_id
    assert await advance(desk) == 0
    assert set(await told(desk)) == {first.id}


async def test_what_was_made_is_sent_by_the_ordinary_couriers(
    desk: Desk, asha: Person, telegram: TelegramStandIn
) -> None:
    await desk.says(asha)  # nothing, but they are known
    await begin(desk)
    assert await advance(desk) == 1
    async with desk.database.transaction() as session:
        await session.execute(update(Delivery).values(created_at=seconds_from_now(-5)))
        (hint,) = await take_hints(session, ["telegram"])
    await desk.services.delivery.deliver(hint.row)
    await desk.services.delivery.deliver(hint.row)
    assert [message.text for message in asha.from_bot] == [NEWS["*"]]


async def test_a_cancelled_one_ends_at_once(desk: Desk) -> None:
    await people(desk, 2 * MOST_AT_ONCE)
    broadcast_id = await begin(desk)
    await advance(desk)
    async with desk.database.transaction() as session:
        assert await desk.services.broadcasts.cancel(session, broadcast_id)
        assert not await desk.services.broadcasts.cancel(session, broadcast_id)
    assert await advance(desk) == 0
    async with desk.database.transaction() as session:
        (one,) = await desk.services.broadcasts.progress(session)
    assert (one.status, one.outcomes) == ("cancelled", {"refused": MOST_AT_ONCE})


async def test_what_cant_be_sent_is_refused(desk: Desk) -> None:
    async with desk.database.transaction() as session:
        broadcasts = desk.services.broadcasts
        for texts in ({"*": " "}, {"*": "x" * 5000}, {"hi": "नया"}, {"*": "new", "xx": "new"}):
            with pytest.raises(ConfigurationError):
                await broadcasts.begin(session, texts, None, None)
        with pytest.raises(ConfigurationError):
            await broadcasts.begin(session, NEWS, "pigeon", None)
        await broadcasts.begin(session, NEWS, None, "hi")
        with pytest.raises(ConfigurationError, match="already"):
            await broadcasts.begin(session, NEWS, None, "hi")


async def test_by_command(
    desk: Desk, telegram: TelegramStandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await people(desk, 3)
    await people(desk, 2, language="hi")
    monkeypatch.setenv("MELODY_DATABASE_URL", desk.database.url.replace("+asyncpg", ""))
    monkeypatch.setenv("MELODY_REDIS_URL", desk.services.settings.redis_url or "")
    monkeypatch.setenv("MELODY_TELEGRAM_TOKEN", telegram.token)
    monkeypatch.setenv("MELODY_TELEGRAM_API_URL", telegram.url)
    file = tmp_path / "news.json"
    file.write_text(json.dumps({"en": "New", "hi": "नया"}), encoding="utf-8")

    async def admin(*words: str) -> tuple[int, str]:
        result = await asyncio.to_thread(CliRunner().invoke, app, ["admin", *words])
        return result.exit_code, result.output

    code, said = await admin("broadcast", "--dry-run", "--language", "hi")
    assert (code, said.splitlines()[0].split()) == (0, ["2", "telegram"])
    assert (await admin("broadcasts"))[1] == "none\n", "a dry run makes nothing"
    code, said = await admin("broadcast", "--file", str(file))
    assert code == 0, said
    broadcast_id = said.splitlines()[-1].removeprefix("begun: ")
    await advance(desk)
    said = (await admin("broadcasts"))[1]
    assert "5 told  5 pending" in said
    assert f"{broadcast_id} cancelled" in (await admin("broadcasts", "--cancel", broadcast_id))[1]
