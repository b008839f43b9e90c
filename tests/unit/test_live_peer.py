"""What waits to be sent on a socket: states replace each other, ends are never lost, nothing grows."""

from __future__ import annotations

import asyncio
import json
import uuid

from api.live.messages import Code
from api.live.peer import Peer
from core.live.standings import Standing
from core.signin.access import Person

JOB = Standing(
    job_id=uuid.uuid4(),
    rendition_id=uuid.uuid4(),
    status="processing",
    title="Lithium",
    artist="Nobody",
    song_id=uuid.uuid4(),
    progress=10,
    place=0,
    seconds_left=9.0,
    error_code=None,
    completed_at=None,
)
OTHER = JOB._replace(job_id=uuid.uuid4(), status="queued", place=3)


def new_peer() -> Peer:
    return Peer(Person(uuid.uuid4(), uuid.uuid4()))


async def drained(peer: Peer) -> list[dict[str, object]]:
    """All that waits, in its order."""
    peer.say('{"type":"last"}')
    messages = []
    while (message := json.loads(await peer.next_message()))["type"] != "last":
        messages.append(message)
    return messages


async def test_of_many_states_the_latest_is_sent() -> None:
    peer = new_peer()
    for percent in range(10, 90):
        peer.show([JOB._replace(progress=percent), OTHER])
    first, second = await drained(peer)
    assert (first["job_id"], first["progress"]) == (str(JOB.job_id), 89)
    assert (second["job_id"], second["place"]) == (str(OTHER.job_id), 3)


async def test_an_end_takes_the_place_of_progress_and_stays() -> None:
    peer = new_peer()
    peer.show([JOB])
    peer.show([JOB._replace(status="failed", error_code="damaged")])
    peer.show([])  # it ended long ago by now, and was not sent yet
    [done] = await drained(peer)
    assert (done["type"], done["status"], done["error_code"]) == ("conversion.done", "failed", "damaged")


async def test_what_was_shown_is_not_sent_again() -> None:
    peer = new_peer()
    peer.show([JOB])
    assert len(await drained(peer)) == 1
    peer.show([JOB])
    assert await drained(peer) == []


async def test_of_another_account_everything_is_shown_anew() -> None:
    peer = new_peer()
    peer.show([JOB])
    await drained(peer)
    peer.belongs_to(uuid.uuid4())
    peer.show([JOB])
    assert len(await drained(peer)) == 1


async def test_many_changes_of_the_library_are_one() -> None:
    peer = new_peer()
    for _ in range(1000):
        peer.show_library_changed()
        peer.ping()
    assert [message["type"] for message in await drained(peer)] == ["library.changed", "ping"]


async def test_who_waits_for_a_message_gets_the_next_one() -> None:
    peer = new_peer()
    waiting = asyncio.create_task(peer.next_message())
    await asyncio.sleep(0)
    peer.show_library_changed()
    assert json.loads(await waiting)["type"] == "library.changed"


async def test_the_first_reason_to_close_counts() -> None:
    peer = new_peer()
    peer.close(Code.TOO_MANY, "one")
    peer.close(Code.NOT_SIGNED_IN, "another")
    assert (await peer.closing).code == Code.TOO_MANY
