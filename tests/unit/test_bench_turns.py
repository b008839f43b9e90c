"""How the benchmark finds who waited for longer than a fair turn."""

from __future__ import annotations

import pytest

from bench.turns import Beyond, Start, worst_wait


def starts(owners: str) -> list[Start]:
    return [Start(owner, 2.0 * number) for number, owner in enumerate(owners)]


@pytest.mark.parametrize("owners", ["abcabcab", "bacabcbb", "aaaa", "abcaa", ""])
def test_turns_in_whatever_order_are_fair(owners: str) -> None:
    assert worst_wait(starts(owners)) == Beyond(0, 0.0)


def test_one_who_waits_for_anothers_second_song_waits_for_one_too_long() -> None:
    assert worst_wait(starts("aab")) == Beyond(1, 2.0)


def test_the_worst_is_told() -> None:
    """Of c's song, behind two that were none of theirs; b's first was one late as well."""
    assert worst_wait(starts("aababc")) == Beyond(3, 6.0)
