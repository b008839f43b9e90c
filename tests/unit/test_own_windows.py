"""Counting in one process: the limit holds, and what is told of waiting is true."""

from __future__ import annotations

import random
from collections import deque

import pytest

from core import own_windows
from core.own_windows import OwnWindow


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_so_many_and_no_more(clock: Clock) -> None:
    window = OwnWindow(3, 60, clock)
    assert [window.hit("asha") for _ in range(5)] == [2, 1, 0, None, None]
    assert window.hit("ravi") == 2


def test_after_a_while_it_may_be_done_again(clock: Clock) -> None:
    window = OwnWindow(3, 60, clock)
    for _ in range(3):
        window.hit("asha")
    clock.now += 121
    assert window.hit("asha") == 2


@pytest.mark.parametrize("amount", [1, 2, 7, 600])
def test_the_told_wait_is_enough_and_not_too_long(clock: Clock, amount: int) -> None:
    chance = random.Random(amount)
    window = OwnWindow(amount, 60, clock)
    for _ in range(200):
        clock.now += chance.random() * 20
        for _ in range(chance.randrange(amount + 2)):
            window.hit("asha")
        while window.hit("asha") is not None:
            pass
        wait = window.seconds_left("asha")
        assert 0 < wait <= 120
        clock.now += wait - 0.01
        assert window.hit("asha") is None
        clock.now += 0.02
        assert window.hit("asha") is not None


def test_who_always_asks_gets_no_more_in_the_long_run(clock: Clock) -> None:
    window = OwnWindow(100, 60, clock)
    taken: deque[float] = deque()
    got = 0
    for _ in range(60 * 200):
        clock.now += 0.05
        if window.hit("asha") is not None:
            got += 1
            taken.append(clock.now)
        while taken and taken[0] <= clock.now - 60:
            taken.popleft()
        assert len(taken) < 200
    assert got <= 1.05 * 100 * 10 + 100


def test_there_are_never_more_counters_than_may_be(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_windows, "MOST_COUNTED", 2)
    window = OwnWindow(1, 60, clock)
    assert [window.hit(who) for who in ("a", "b", "c")] == [0, 0, 0]
    assert window.hit("c") is None
    assert window.hit("a") == 0  # forgotten for c
