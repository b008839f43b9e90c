"""One's own account over HTTP: seen, changed, taken away and left."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import ForeignKey, Table, select

from api.main import create_app
from core.accounts.models import ChannelIdentity, User
from core.catalog.models import AudioAsset
from core.chat.models import InboxItem
from core.db.tables import metadata
from core.membership.models import Erasure
from core.signin.models import SignInSession
from core.takeout import export
from tests.fakes.telegram import Person
from tests.fixtures.signed_in import access_token, calling, new_person
from tests.integration.desk import SONG, Desk

PATH = "/api/v1/users/me"


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    return create_app(desk.services)


@pytest.fixture
async def user_id(desk: Desk, asha: Person) -> uuid.UUID:
    """Asha, who has a converted song and what was made of it, in Telegram."""
    await desk.asks(asha)
    await desk.made()
    async with desk.database.transaction() as session:
        query = select(ChannelIdentity.user_id).where(ChannelIdentity.external_id == str(asha.id))
        return (await session.execute(query)).scalar_one()


@pytest.fixture
async def client(app: FastAPI, desk: Desk, user_id: uuid.UUID) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(app, await access_token(desk.services, user_id)) as client:
        yield client


async def test_looking_at_and_changing_it(client: httpx.AsyncClient, user_id: uuid.UUID) -> None:
    before = (await client.get(PATH)).json()
    assert before["id"] == str(user_id)
    changes = {"name": " Asha P ", "preferences": {"language": "hi", "guide": 20, "key": -2}}
    after = await client.patch(PATH, json=changes)
    assert after.status_code == 200
    assert after.json()["name"] == "Asha P"
    assert after.json()["preferences"] == {"language": "hi", "guide": 20, "key": -2}
    back = await client.patch(PATH, json={"preferences": {"key": None, "language": None}})
    assert back.json()["preferences"] == {"guide": 20}
    assert back.json()["name"] == "Asha P"
    assert (await client.patch(PATH, json={"name": None})).json()["name"] is None


@pytest.mark.broad
@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"phone_number": "+919812345678"},
        {"preferences": {"language": "xx"}},
        {"preferences": {"guide": 41}},
        {"preferences": {"key": 7}},
        {"preferences": {"tempo": 0}},
        {"preferences": {"quality": "studio"}},
        {"preferences": {"theme": "dark"}},
        {"preferences": None},
        [],
    ],
)
async def test_what_can_not_be_chosen(client: httpx.AsyncClient, changes: object) -> None:
    answer = await client.patch(PATH, json=changes)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"


async def test_nobody_is_nobody(app: FastAPI) -> None:
    async with calling(app) as stranger:
        for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/export")):
            answer = await stranger.request(method, PATH + path, json={})
            assert answer.status_code == 401
            assert answer.json()["code"] == "sign-in-needed"


async def erase(desk: Desk) -> None:
    async with desk.database.transaction() as session:
        waiting = (await session.execute(select(Erasure.id))).scalars().all()
    for erasure_id in waiting:
        await desk.services.eraser.erase(erasure_id)


async def test_leaving_for_good(client: httpx.AsyncClient, desk: Desk, asha: Person) -> None:
    assert (await client.delete(PATH)).status_code == 202
    assert (await client.get(PATH)).status_code == 401
    async with desk.database.transaction() as session:
        assert (await session.execute(select(SignInSession))).first() is None
    await erase(desk)
    async with desk.database.transaction() as session:
        for model in (User, ChannelIdentity, AudioAsset, Erasure):
            assert (await session.execute(select(model))).first() is None
    assert not [path for path in desk.services.settings.storage_place.path.rglob("*") if path.is_file()]
    assert asha.from_bot[-1].text.startswith("Everything I had of you is gone.")


async def test_leaving_without_any_chat(app: FastAPI, desk: Desk) -> None:
    """Nobody is there to be told, and nothing stays all the same."""
    user_id = await new_person(desk.services, "Ravi", phone_number="+919812345678")
    async with calling(app, await access_token(desk.services, user_id)) as client:
        assert (await client.delete(PATH)).status_code == 202
    await erase(desk)
    async with desk.database.transaction() as session:
        assert (await session.execute(select(User))).first() is None
        assert (await session.execute(select(Erasure))).first() is None


async def test_leaving_twice_at_once_is_leaving(client: httpx.AsyncClient, desk: Desk) -> None:
    assert (await client.delete(PATH)).status_code == 202
    assert (await client.delete(PATH)).status_code == 401
    await erase(desk)


async def test_taking_everything_away(client: httpx.AsyncClient, desk: Desk, asha: Person) -> None:
    async with desk.database.transaction() as session:
        payload = {"message": {"text": "a song that I sang"}}
        session.add(InboxItem(channel="telegram", external_id="9", chat=str(asha.id), payload=payload))
    answer = await client.get(f"{PATH}/export")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        documents = {name: json.loads(archive.read(name)) for name in names if name.endswith(".json")}
        audio = {name: archive.read(name) for name in names if not name.endswith(".json")}
    assert documents["profile.json"][0]["name"] == asha.user.first_name
    assert documents["chats.json"][0]["external_id"] == str(asha.id)
    assert [row["title"] for row in documents["library.json"]] == ["Lithium"]
    assert documents["conversions.json"][0]["status"] == "completed"
    assert "a song that I sang" in json.dumps(documents["messages-from-you.json"])
    assert documents["sessions.json"]
    assert sorted(audio.values()) == sorted([SONG, SONG[::-1]])
    assert all(name.startswith("recordings/0001 Lithium/") for name in audio)


@pytest.mark.broad
async def test_what_somebody_else_has_is_not_in_it(app: FastAPI, desk: Desk, user_id: uuid.UUID) -> None:
    other = await new_person(desk.services, "Ravi")
    async with calling(app, await access_token(desk.services, other)) as client:
        answer = await client.get(f"{PATH}/export")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Lithium" not in everything
    assert b"Asha" not in everything
    assert str(user_id).encode() not in everything


@pytest.mark.broad
async def test_a_file_that_is_gone_is_named(client: httpx.AsyncClient, desk: Desk) -> None:
    for path in desk.services.settings.storage_place.path.rglob("*"):
        if path.is_file():
            path.unlink()
    answer = await client.get(f"{PATH}/export")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "recordings/0001 Lithium/original" in archive.read("not-there-any-more.txt").decode()


NOT_ABOUT_THE_PERSON = {
    "refresh_tokens": "hashes of secrets",
    "sign_in_links": "hashes of secrets",
    "phone_codes": "hashes of secrets, for minutes",
    "link_requests": "hashes of codes, for minutes",
    "whatsapp_messages": "the post's numbers of messages that are there",
    "erasures": "who asked is gone",
    "kept_vocals": "made from the recording, and made anew from it",
    "renditions": "as files",
    "audio_assets": "as files",
    "songs": "by name, where the person has them",
    "playlist_songs": "within playlists",
    "counted_plays": "so that each counts once; the library has how many",
    "remembered_answers": "what was answered a day ago at most, so that it can be answered again",
    "batches": "which conversions were asked for at once",
    "batch_songs": "which conversions were asked for at once",
    "media_references": "the messengers' names of files",
}


def test_every_table_about_people_is_in_the_export() -> None:
    """A new table that leads to a person has to be put into the export, or named above with the reason."""
    exported = {
        table.name
        for query in export._sections(uuid.uuid4(), [("telegram", "1")]).values()
        for table in query.get_final_froms()[0]._from_objects
        if isinstance(table, Table)
    }
    leads_to_people = {"users", "inbox", "whatsapp_contacts", "phone_codes", "erasures"}
    grew = True
    while grew:
        more = {
            table.name
            for table in metadata.sorted_tables
            for key in table.foreign_keys
            if isinstance(key, ForeignKey) and key.column.table.name in leads_to_people
        }
        grew = not more <= leads_to_people
        leads_to_people |= more
    assert leads_to_people - exported <= NOT_ABOUT_THE_PERSON.keys()
