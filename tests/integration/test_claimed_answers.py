"""Answers that are made with their sender's lease on them, and updates that are found in one look."""

from __future__ import annotations

from sqlalchemy import delete, update

from core.chat.inbox import store_update, take, waiting
from core.chat.models import InboxItem
from core.db.lease import seconds_from_now
from core.delivery.claimed import Claimed
from core.delivery.models import Delivery
from core.ports import Reply
from tests.fakes.telegram import Person, TelegramStandIn
from tests.integration.desk import Desk


async def answered(desk: Desk, person: Person, *texts: str, once: str | None = None) -> list[Claimed | None]:
    """Answers for the person, each claimed as it is made, in one transaction."""
    async with desk.database.transaction() as session:
        identity = await desk._identity(session, person)
        return [
            await desk.services.outbox.reply_claimed(
                session,
                channel="telegram",
                chat=str(person.id),
                identity_id=identity.id,
                reply=Reply(text),
                once=once,
            )
            for text in texts
        ]


class TestAnswers:
    async def test_nobody_else_sends_what_was_claimed(self, desk: Desk, asha: Person) -> None:
        [claimed] = await answered(desk, asha, "Hello")
        assert claimed is not None
        await desk.deliver(claimed.delivery)
        await desk.services.delivery.say_pending("telegram", str(asha.id))
        assert asha.chat == []
        await desk.services.delivery.say(claimed)
        sent = await desk.text(asha)
        assert (sent.status, sent.attempts, sent.lease_token) == ("sent", 1, None)
        assert sent.message_ref == str(asha.chat[0].message_id)

    async def test_what_comes_after_another_is_not_claimed_but_said(self, desk: Desk, asha: Person) -> None:
        first, *others = await answered(desk, asha, *"abc")
        assert first is not None
        assert others == [None, None]
        await desk.services.delivery.say(first)
        assert [message.text for message in asha.chat] == [*"abc"]

    async def test_an_intent_is_said_once(self, desk: Desk, asha: Person) -> None:
        [first] = await answered(desk, asha, "a", once="greeting")
        assert first is not None
        await desk.services.delivery.say(first)
        assert await answered(desk, asha, "b", once="greeting") == [None]
        assert [message.text for message in asha.chat] == ["a"]

    async def test_what_its_sender_lets_go_is_anybodys(self, desk: Desk, asha: Person) -> None:
        [claimed] = await answered(desk, asha, "Hello")
        assert claimed is not None
        await desk.services.delivery.let_go(claimed)
        assert (await desk.deliver(claimed.delivery)).status == "sent"
        assert [message.text for message in asha.chat] == ["Hello"]

    async def test_letting_go_what_was_never_written_changes_nothing(self, desk: Desk, asha: Person) -> None:
        [claimed] = await answered(desk, asha, "Hello")
        assert claimed is not None
        async with desk.database.transaction() as session:  # as if it had not been committed
            await session.execute(delete(Delivery))
        await desk.services.delivery.let_go(claimed)
        assert await desk.deliveries(asha) == []

    async def test_of_a_sender_that_died_nobody_knows(
        self, desk: Desk, telegram: TelegramStandIn, asha: Person
    ) -> None:
        [claimed] = await answered(desk, asha, "Hello")
        assert claimed is not None
        await desk.lease_runs_out(claimed.delivery)
        assert (await desk.deliver(claimed.delivery)).status == "uncertain"
        await desk.services.delivery.say(claimed)  # it was only slow: what it sends now is not recorded
        assert (await desk.text(asha)).status == "uncertain"


async def stored(desk: Desk, external_id: str, chat: str) -> bool:
    return await store_update(
        desk.database.reading,
        channel="telegram",
        external_id=external_id,
        chat=chat,
        payload={"a": external_id},
    )


class TestUpdates:
    async def test_the_oldest_of_each_chat_waits(self, desk: Desk) -> None:
        for number, chat in enumerate(("a", "b", "a", "c")):
            assert await stored(desk, str(number), chat)
        assert not await stored(desk, "3", "c")
        reading = desk.database.reading
        first, second, fourth = await waiting(reading, [], 9)
        assert await waiting(reading, [first], 1) == [second]
        async with desk.database.transaction() as session:
            item = await take(session, first)
            assert item is not None
            assert (item.external_id, item.payload) == ("0", {"a": "0"})
            async with desk.database.transaction() as other:
                assert await take(other, first + 2) is None  # an older one of its chat is pending
        assert await waiting(reading, [], 9) == [second, first + 2, fourth]

    async def test_what_is_tried_again_later_holds_its_chat_back(self, desk: Desk) -> None:
        for number, chat in enumerate(("a", "a", "b")):
            await stored(desk, str(number), chat)
        [first, third] = await waiting(desk.database.reading, [], 9)
        async with desk.database.transaction() as session:
            later = update(InboxItem).where(InboxItem.id == first)
            await session.execute(later.values(not_before=seconds_from_now(60)))
        assert await waiting(desk.database.reading, [], 9) == [third]
        async with desk.database.transaction() as session:
            assert await take(session, first) is None

    async def test_of_many_takers_one_has_it(self, desk: Desk) -> None:
        await stored(desk, "1", "a")
        [item_id] = await waiting(desk.database.reading, [], 9)
        async with desk.database.transaction() as one, desk.database.transaction() as other:
            assert await take(one, item_id) is not None
            assert await take(other, item_id) is None
