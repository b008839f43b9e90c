"""Replies as buttons and lists: what fits, and what stands for each variable of a template."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.channels.whatsapp.content import Filled, filled
from core.adapters.channels.whatsapp.templates import (
    LIST_PICKER,
    LONGEST_BODY,
    LONGEST_DESCRIPTION,
    LONGEST_ITEM,
    LONGEST_TITLE,
    QUICK_REPLY,
    ready,
    wanted,
)
from core.chat.texts import languages
from core.ports import Button, Reply

TEMPLATES = {template.name: template for template in wanted(languages())}
SONGS = (
    "♫ Tum Hi Ho — Arijit Singh · 4:22 · Hindi",
    "Kesariya — Arijit Singh · 4:28 · Hindi · Spotify, YouTube",
    "Ilahi",
)


def reply(text: str, *labels: str) -> Reply:
    return Reply(text, tuple((Button(label, f"do:{number}"),) for number, label in enumerate(labels)))


def seen(content: Filled) -> dict[str, object]:
    """What WhatsApp shows: the template with its variables put in."""
    template = TEMPLATES[content.name]
    assert content.variables.keys() == template.variables.keys()
    text = re.sub(
        r"\{\{(\d+)\}\}", lambda v: json.dumps(content.variables[v[1]])[1:-1], json.dumps(template.content)
    )
    shown: dict[str, object] = json.loads(text)
    assert shown["body"] == content.body
    return shown


def test_three_short_choices_are_buttons() -> None:
    content = filled(reply("♪ Ilahi\nNext in line", "Cancel", "Save", "Play"))
    assert content is not None
    assert TEMPLATES[content.name].kind == QUICK_REPLY
    shown = seen(content)
    assert shown["body"] == "♪ Ilahi\nNext in line\n\n1. Cancel\n2. Save\n3. Play"
    assert shown["actions"] == [
        {"type": "QUICK_REPLY", "title": title, "id": f"do:{number}"}
        for number, title in enumerate(("Cancel", "Save", "Play"))
    ]


def test_long_choices_are_a_list() -> None:
    content = filled(reply("Which one is it?", *SONGS))
    assert content is not None
    assert TEMPLATES[content.name].kind == LIST_PICKER
    shown = seen(content)
    assert shown["body"] == "Which one is it?\n\n" + "\n".join(
        f"{number}. {song}" for number, song in enumerate(SONGS, 1)
    )
    assert shown["button"] == "1 – 3"
    assert shown["items"] == [
        {"item": "1. ♫ Tum Hi Ho", "id": "do:0", "description": "Arijit Singh · 4:22 · Hindi"},
        {
            "item": "2. Kesariya",
            "id": "do:1",
            "description": "Arijit Singh · 4:28 · Hindi · Spotify, YouTube",
        },
        {"item": "3. Ilahi", "id": "do:2", "description": "Which one is it?"},
    ]


def test_a_long_name_is_shortened_in_its_row_and_stands_below_in_full() -> None:
    content = filled(reply("Choose", "Take everything out of my library", "x" * 200))
    assert content is not None
    items = seen(content)["items"]
    assert isinstance(items, list)
    assert items[0]["item"] == "1. Take everything out…"
    assert items[0]["description"] == "Take everything out of my library"
    assert items[1]["description"] == "x" * 71 + "…"


def test_what_follows_the_first_line_is_one_line() -> None:
    content = filled(reply("♪ Ilahi\n\nFrom  Jawaani\t2013\nAsk away.\nNow", "Play"))
    assert content is not None
    assert content.body == "♪ Ilahi\nFrom Jawaani 2013 · Ask away. Now\n\n1. Play"


@pytest.mark.parametrize(
    "asked",
    [
        reply("Hello"),
        reply("Choose", *(f"Number {number}" for number in range(11))),
        reply("x" * 1020, "Play"),
        reply("\n".join("abcdef"), "Play"),
        reply("Choose", "Same", "Same"),
        Reply("Choose", ((Button("Same", "do"), Button("Other", "do")),)),
    ],
    ids=["no choice", "too many", "too long", "too many lines", "the same label", "the same action"],
)
def test_what_does_not_fit_stays_text(asked: Reply) -> None:
    assert filled(asked) is None


@given(st.text(max_size=1100), st.lists(st.text(min_size=1, max_size=90), min_size=1, max_size=11))
def test_whatever_is_said_stays_within_the_limits(text: str, labels: list[str]) -> None:
    content = filled(reply(text, *labels))
    if content is None:
        return
    shown = seen(content)
    assert all(value and not re.search(r"[\n\r\t]| {5}", value) for value in content.variables.values())
    assert units(content.body) <= LONGEST_BODY
    for choice in [*shown.get("actions", []), *shown.get("items", [])]:  # type: ignore[misc]
        assert 0 < units(choice.get("title", "x")) <= LONGEST_TITLE
        assert 0 < units(choice.get("item", "x")) <= LONGEST_ITEM
        assert 0 < units(choice.get("description", "x")) <= LONGEST_DESCRIPTION


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2


def test_variables_are_written_without_apostrophes() -> None:
    content = filled(reply("Don't stop", "Play"))
    assert content is not None
    assert "'" not in content.as_json
    assert json.loads(content.as_json) == content.variables


@pytest.mark.parametrize("language", languages())
def test_the_ready_template_is_one_that_whatsapp_approves(language: str) -> None:
    """No variable at an edge, more words than it, a short button."""
    content = ready(language).content
    before, after = content["body"].split("{{1}}")
    assert before.strip()
    assert len(after.split()) > 2
    assert units(content["actions"][0]["title"]) <= LONGEST_TITLE


def test_every_template_has_a_name_of_its_own_and_a_sample_of_each_variable() -> None:
    everything = list(wanted(languages()))
    assert len({template.name for template in everything}) == len(everything)
    for template in everything:
        named = set(re.findall(r"\{\{(\w+)\}\}", json.dumps(template.content)))
        assert named == template.variables.keys()
        assert len(named) <= 100
