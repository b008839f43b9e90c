"""`/api/v1/playlists`: making, filling, ordering, and the bounds."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from core.library import playlists
from tests.fixtures.people import Caller, Gateway


async def made(caller: Caller, name: str = "For the road") -> str:
    answer = await caller.post("playlists", json={"name": name})
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def titles(caller: Caller, playlist: str) -> list[str]:
    found = (await caller.get(f"playlists/{playlist}")).json()
    assert found["song_count"] == len(found["items"])
    return [item["song"]["title"] for item in found["items"]]


async def test_from_the_first_song_to_the_last(gateway: Gateway, caller: Caller) -> None:
    playlist = await made(caller, "  On   the road ")
    songs = {name: await gateway.song_of_all(name) for name in "ABCD"}
    for name, song_id in songs.items():
        answer = await caller.put(f"playlists/{playlist}/songs/{song_id}")
        assert answer.status_code == 201, name
    assert (await caller.put(f"playlists/{playlist}/songs/{songs['B']}")).status_code == 200
    assert await titles(caller, playlist) == ["A", "B", "C", "D"]
    for name, position, order in [
        ("D", 0, "DABC"),
        ("D", 2, "ABDC"),
        ("A", 199, "BDCA"),
        ("D", 1, "BDCA"),
    ]:
        moved = await caller.put(f"playlists/{playlist}/songs/{songs[name]}", json={"position": position})
        assert moved.status_code == 200
        assert await titles(caller, playlist) == list(order)
    assert (await caller.delete(f"playlists/{playlist}/songs/{songs['C']}")).status_code == 204
    assert (await caller.delete(f"playlists/{playlist}/songs/{songs['C']}")).status_code == 404
    await caller.put(f"playlists/{playlist}/songs/{songs['C']}")
    assert await titles(caller, playlist) == ["B", "D", "A", "C"]
    (only,) = (await caller.get("playlists")).json()["items"]
    assert (only["name"], only["song_count"]) == ("On the road", 4)
    renamed = await caller.patch(f"playlists/{playlist}", json={"name": "घर"})
    assert (renamed.json()["name"], renamed.json()["song_count"]) == ("घर", 4)
    assert (await caller.delete(f"playlists/{playlist}")).status_code == 204
    assert (await caller.get("playlists")).json()["items"] == []
    assert (await caller.get(f"playlists/{playlist}")).status_code == 404


@pytest.mark.broad
@pytest.mark.parametrize("name", ["", "   ", "\u200b", "\x00", "x" * 101, None, 7])
async def test_a_name_says_something(caller: Caller, name: Any) -> None:
    answer = await caller.post("playlists", json={"name": name})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_there_is_a_bound(gateway: Gateway, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = await asyncio.gather(
        *(caller.post("playlists", json={"name": str(number)}) for number in range(22))
    )
    assert sorted(answer.status_code for answer in answers) == [201] * 20 + [409] * 2
    assert {answer.json().get("code") for answer in answers} == {None, "too-many-playlists"}
    monkeypatch.setattr(playlists, "MOST_SONGS", 1)
    playlist = next(answer.json()["id"] for answer in answers if answer.status_code == 201)
    first, second = await gateway.song_of_all("A"), await gateway.song_of_all("B")
    assert (await caller.put(f"playlists/{playlist}/songs/{first}")).status_code == 201
    full = await caller.put(f"playlists/{playlist}/songs/{second}")
    assert (full.status_code, full.json()["code"]) == (409, "playlist-full")
    assert (await caller.put(f"playlists/{playlist}/songs/{first}")).status_code == 200


async def test_a_private_song_that_was_taken_out_leaves_no_gap(gateway: Gateway, caller: Caller) -> None:
    playlist = await made(caller)
    own, first, last = await caller.uploads(), await gateway.song_of_all("A"), await gateway.song_of_all("B")
    for song_id in (first, own, last):
        await caller.put(f"playlists/{playlist}/songs/{song_id}")
    assert len(await titles(caller, playlist)) == 3
    await caller.delete(f"library/{own}")
    await caller.put(f"playlists/{playlist}/songs/{last}", json={"position": 0})
    assert await titles(caller, playlist) == ["B", "A"]
