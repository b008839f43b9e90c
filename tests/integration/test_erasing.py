"""Being forgotten: everything of the person is gone, everything of others is still there."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from sqlalchemy import String, cast, func, select

from core.accounts.models import ChannelIdentity, User
from core.accounts.phone import give_number
from core.accounts.service import ChatAccount, identity_of
from core.catalog.models import AudioAsset, Recording, SearchPick, Song
from core.chat.inbox import take, waiting
from core.conversion.kept_vocals import keep
from core.conversion.models import ConversionJob, Rendition
from core.db.base import Base
from core.db.tables import metadata
from core.dispatch import take_hints
from core.errors import ServiceUnavailable
from core.membership.erasing import ask_to_forget
from core.membership.linking import give_code_to_browser
from core.membership.models import Erasure
from core.ports import Channel, Reply, SendResult
from core.signin import codes
from core.signin.code_models import PhoneCode
from core.signin.links import give_link
from core.signin.sessions import Way, open_session
from core.telegram.inbox import store_telegram_update
from tests.fakes.telegram import Person, TelegramStandIn
from tests.integration.desk import RECIPE, SONG, Desk

pytestmark = pytest.mark.broad

OWN = b"\x00\x00\x00\x18ftypM4A " + bytes(range(255, -1, -1)) * 40


async def identity(desk: Desk, person: Person) -> ChannelIdentity:
    async with desk.database.transaction() as session:
        account = ChatAccount("telegram", str(person.id), person.user.first_name, "en")
        return await identity_of(session, account)


async def wants_to_go(desk: Desk, person: Person) -> None:
    who = await identity(desk, person)
    async with desk.database.transaction() as session:
        await ask_to_forget(session, who.user_id, "en", (who.channel, str(person.id)))


async def work(desk: Desk) -> None:
    """What the relay tells about erasures, the courier does."""
    async with desk.database.transaction() as session:
        hints = await take_hints(session, desk.services.pushed_channels)
    for hint in hints:
        if hint.task == "account.erase":
            await desk.services.eraser.erase(hint.row)


async def has_a_song(desk: Desk, person: Person, recording: str, content: bytes) -> None:
    """Converted, delivered, with a cover and kept vocals."""
    await desk.asks(person, recording)
    await desk.deliver(await desk.status(person))
    await desk.fetched(content)
    async with desk.database.transaction() as session:
        await desk.finish(session)
        query = select(AudioAsset).join(Recording, Recording.asset_id == AudioAsset.id)
        asset = (await session.execute(query.where(Recording.unique_ref == recording))).scalar_one()
        vocals = await desk.services.store.put(desk.file(b"vocals of " + content))
        await keep(session, asset.id, RECIPE.effort, vocals)
    await desk.deliver(await desk.audio(person))


async def mentions(desk: Desk, word: str) -> list[str]:
    """The tables in which any row has the word."""
    found = []
    async with desk.database.transaction() as session:
        for table in metadata.sorted_tables:
            row = cast(func.to_jsonb(table.table_valued()), String)
            if (await session.execute(select(row).where(row.contains(word)).limit(1))).first():
                found.append(table.name)
    return found


def objects(desk: Desk) -> int:
    folder: Path = desk.services.settings.storage_place.path
    return sum(1 for path in folder.rglob("*") if path.is_file())


async def count(desk: Desk, model: type[Base]) -> int:
    async with desk.database.transaction() as session:
        return (await session.execute(select(func.count()).select_from(model))).scalar_one()


async def test_nothing_is_left(desk: Desk, asha: Person) -> None:
    update = {"update_id": 7, "message": {"chat": {"id": asha.id}, "text": "a secret song"}}
    async with desk.database.transaction() as session:
        await store_telegram_update(session, update)
    [item_id] = await waiting(desk.database.reading, [], 2)
    async with desk.database.transaction() as session:
        assert await take(session, item_id) is not None
    await has_a_song(desk, asha, "AgAD1", OWN)
    await desk.asks(asha, "never fetched")
    who = await identity(desk, asha)
    async with desk.database.transaction() as session:
        opened = await open_session(session, who.user_id, Way.LINK)
        await give_link(session, who, "http://melody")
        await give_code_to_browser(session, opened.session_id)
    assert await mentions(desk, str(asha.id))
    assert len(await mentions(desk, str(opened.session_id))) == 3  # the session, its token, its code
    await wants_to_go(desk, asha)
    await work(desk)
    for word in (
        str(asha.id),
        str(who.id),
        str(who.user_id),
        str(opened.session_id),
        "secret",
        "Lithium",
        "Asha",
    ):
        assert await mentions(desk, word) == []
    assert objects(desk) == 0
    assert (
        asha.from_bot[-1].text == "Everything I had of you is gone. If you write to me again, we start anew."
    )


async def test_what_others_have_too_stays(desk: Desk, telegram: TelegramStandIn, asha: Person) -> None:
    ravi = telegram.person("Ravi")
    await has_a_song(desk, asha, "AgAD1", SONG)
    await desk.asks(ravi, "AgAD1")
    await desk.deliver(await desk.status(ravi))
    before = objects(desk)
    await wants_to_go(desk, asha)
    await work(desk)
    assert objects(desk) == before
    assert await mentions(desk, str(asha.id)) == []
    audio = await desk.deliver(await desk.audio(ravi))
    assert audio.status == "sent"
    await wants_to_go(desk, ravi)
    await work(desk)
    assert objects(desk) == 0


async def test_the_catalogue_stays(desk: Desk, asha: Person) -> None:
    song = Song(title="Of all", artist="", in_catalogue=True)
    who = await identity(desk, asha)
    async with desk.database.transaction() as session:
        session.add(song)
        await session.flush()
        session.add(SearchPick(user_id=who.user_id, query="of all", song_id=song.id))
    await desk.asks(asha, song_id=song.id)
    await desk.made()
    before = objects(desk)
    await wants_to_go(desk, asha)
    await work(desk)
    assert objects(desk) == before
    assert (await count(desk, Song), await count(desk, SearchPick), await count(desk, ConversionJob)) == (
        1,
        0,
        0,
    )


async def test_what_is_being_made_is_given_up(desk: Desk, asha: Person) -> None:
    await desk.asks(asha)
    await desk.fetched()
    assert await count(desk, Rendition) == 1
    await wants_to_go(desk, asha)
    await work(desk)
    assert await count(desk, Rendition) == 0


async def test_it_goes_on_where_it_was_interrupted(
    desk: Desk, asha: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The storage is away; later it is there again, and the person is told once."""
    await has_a_song(desk, asha, "AgAD1", OWN)
    await wants_to_go(desk, asha)
    with monkeypatch.context() as patched:

        async def away(sha256: str) -> None:
            raise ServiceUnavailable

        patched.setattr(desk.services.store, "delete", away)
        await work(desk)
    assert await mentions(desk, "Lithium") == []
    assert objects(desk) > 0
    async with desk.database.transaction() as session:
        erasure = (await session.execute(select(Erasure))).scalar_one()
        erasure.not_before = erasure.dispatched_at = None
    await work(desk)
    assert objects(desk) == 0
    assert await count(desk, Erasure) == 0


async def test_the_last_word_is_said_at_most_once(
    desk: Desk, asha: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies while it speaks: nobody knows whether it was heard, so it is not said again."""
    await wants_to_go(desk, asha)
    channel: Channel = desk.services.channels["telegram"]
    said: list[str] = []

    async def dies(chat: str, reply: Reply) -> SendResult:
        said.append(reply.text)
        raise OSError

    monkeypatch.setattr(channel, "send_text", dies)
    for _ in range(3):
        await work(desk)
        async with desk.database.transaction() as session:
            for erasure in (await session.execute(select(Erasure))).scalars():
                erasure.not_before = erasure.dispatched_at = None
    assert len(said) == 1
    assert await count(desk, Erasure) == 0


async def test_asking_twice_is_asking_once(desk: Desk, asha: Person) -> None:
    await wants_to_go(desk, asha)
    await wants_to_go(desk, asha)
    assert await count(desk, Erasure) == 1
    await desk.services.eraser.erase(uuid.uuid4())


async def test_codes_on_their_way_to_the_person_go_with_them(desk: Desk, asha: Person) -> None:
    who = await identity(desk, asha)
    async with desk.database.transaction() as session:
        user = await session.get_one(User, who.user_id)
        await give_number(session, user, "+919812345678")
        book = await codes.code_book(session)
        for number in ("+919812345678", "+919812345679"):
            await codes.make(session, book, number, "sms")
    await wants_to_go(desk, asha)
    await work(desk)
    async with desk.database.transaction() as session:
        left = (await session.execute(select(PhoneCode.phone_number))).scalars().all()
    assert left == ["+919812345679"]
