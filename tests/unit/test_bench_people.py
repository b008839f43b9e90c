"""How the benchmark tells that an answer is out of order: what a number means depends on what was found."""

from __future__ import annotations

import pytest

from bench.people import Crowd, Deed, Song, crowd
from core.chat.texts import texts_in

EN = texts_in("en")
FOUND, MISSED = "search-which", "search-nothing"
CARD = f"♪ Kesariya — Arijit Singh\n\n1. {EN.say('button-save')}"


def told(channel: str, *answers: str) -> list[str]:
    """What counts as out of order where one person's searches and numbers are answered so, in turn: a number
    by the text itself, a search by the text of this name."""
    chats: dict[str, list[Deed]] = {}
    for deed in crowd(600, 5, [Song("0" * 32, "Kesariya")]).deeds:
        if deed.kind.endswith(("search", "number")) and deed.chat.startswith(channel):
            chats.setdefault(deed.chat, []).append(deed)
    ((chat, deeds), *_) = chats.items()
    begin = next(at for at in range(len(deeds) - 1) if deeds[at + 1].kind.endswith("number"))
    pairs = [deed for deed in zip(deeds[begin:], deeds[begin + 1 :], strict=False) if _is_pair(*deed)]
    people = Crowd([])
    for deed, answer in zip([deed for pair in pairs for deed in pair], answers, strict=False):
        people.does(deed, 0.0)
        text = EN.say(answer, query=deed.asked) if answer in {FOUND, MISSED} else answer
        people.heard(chat, text, "")
    return people.out_of_order


def _is_pair(search: Deed, number: Deed) -> bool:
    return search.kind.endswith("search") and number.kind.endswith("number")


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_a_number_after_a_search_is_answered_by_a_card(channel: str) -> None:
    assert told(channel, FOUND, CARD) == []
    assert len(told(channel, FOUND, EN.say(MISSED, query="1"))) == 1


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_where_nothing_was_ever_found_a_number_is_a_name(channel: str) -> None:
    assert told(channel, MISSED, EN.say(MISSED, query="1")) == []
    assert len(told(channel, MISSED, CARD)) == 1


def test_after_a_search_that_found_nothing_a_number_means_the_list_before_it() -> None:
    assert told("telegram", FOUND, CARD, MISSED, CARD) == []
    assert len(told("telegram", FOUND, CARD, MISSED, EN.say(MISSED, query="1"))) == 1


def test_on_whatsapp_it_means_the_first_choice_of_the_card_then() -> None:
    assert told("whatsapp", FOUND, CARD, MISSED, EN.say("library-saved", title="Kesariya")) == []
    assert len(told("whatsapp", FOUND, CARD, MISSED, CARD)) == 1
