"""People take turns; places and estimates follow the turns."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.conversion.queue import Waiting, in_turn

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PEOPLE = {name: uuid.uuid5(uuid.NAMESPACE_DNS, name) for name in "abcd"}


def waiting(owner: str, second: int, *, running: bool = False) -> Waiting:
    return Waiting(
        id=uuid.uuid5(uuid.NAMESPACE_DNS, f"{owner}{second}"),
        job_id=uuid.uuid5(uuid.NAMESPACE_DNS, f"job of {owner}{second}"),
        owner=PEOPLE[owner],
        since=NOON + timedelta(seconds=second),
        recipe="engine.1/best/instrumental/m4a",
        seconds=200.0,
        is_running=running,
        is_fetched=True,
    )


def names(queue: list[Waiting]) -> list[str]:
    owners = {person: name for name, person in PEOPLE.items()}
    return [f"{owners[item.owner]}{int((item.since - NOON).total_seconds())}" for item in queue]


def test_one_persons_songs_come_in_their_order() -> None:
    assert names(in_turn([waiting("a", 3), waiting("a", 1), waiting("a", 2)])) == ["a1", "a2", "a3"]


def test_nobody_waits_behind_an_album() -> None:
    album = [waiting("a", second) for second in (1, 2, 3, 4)]
    assert names(in_turn([*album, waiting("b", 9), waiting("c", 8)])) == ["a1", "c8", "b9", "a2", "a3", "a4"]


def test_what_runs_is_first_and_counts_as_a_turn() -> None:
    queue = [waiting("a", 1, running=True), waiting("a", 2), waiting("b", 9), waiting("b", 10)]
    assert names(in_turn(queue)) == ["a1", "b9", "a2", "b10"]


def test_what_runs_stays_first_whoever_comes() -> None:
    queue = [waiting("a", 1, running=True), waiting("a", 2, running=True), waiting("b", 0)]
    assert set(names(in_turn(queue))[:2]) == {"a1", "a2"}


@st.composite
def queues(draw: st.DrawFn) -> list[Waiting]:
    entries = draw(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 99)), unique=True, max_size=25))
    return [waiting(owner, second, running=draw(st.booleans())) for owner, second in entries]


@given(queues(), st.randoms())
def test_the_order_is_one_whatever_the_rows_come_in(queue: list[Waiting], random: st.randoms) -> None:  # type: ignore[valid-type]
    shuffled = list(queue)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert in_turn(shuffled) == in_turn(queue)
    assert sorted(item.id for item in in_turn(queue)) == sorted(item.id for item in queue)


@given(queues())
def test_among_those_who_wait_turns_are_fair(queue: list[Waiting]) -> None:
    """Nobody gets a turn more before somebody who still waits for that turn."""
    turns = dict.fromkeys(PEOPLE.values(), 0)
    last_turn = 0
    for item in in_turn(queue):
        if not item.is_running:
            assert turns[item.owner] >= last_turn
            last_turn = turns[item.owner]
        turns[item.owner] += 1


@given(queues())
def test_newcomers_never_push_a_persons_first_song_back_behind_a_second(queue: list[Waiting]) -> None:
    newcomer = waiting("d", 1000)
    others = [item for item in queue if item.owner != newcomer.owner]
    order = in_turn([*others, newcomer])
    ahead = [item for item in order[: order.index(newcomer)] if not item.is_running]
    assert len({item.owner for item in ahead}) == len(ahead)
