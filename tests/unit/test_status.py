"""How a job stands, in words."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from core.accounts.models import ChannelIdentity, User
from core.chat.actions import (
    Cancel,
    ChooseQuality,
    MakeInstrumental,
    PickSong,
    PlaySong,
    SendAgain,
    ShowPage,
    WrongSong,
    cancel_action,
    make_action,
    page_action,
    parse_action,
    pick_action,
    play_action,
    quality_action,
    send_again_action,
    wrong_song_action,
)
from core.chat.status import render_status, texts_for
from core.chat.texts import languages, texts_in
from core.conversion.view import JobView
from core.ports import Quality

JOB = uuid.UUID("8ee1a3f0-61f1-4b21-9d93-0f6b0c8f5a51")
EN = texts_in("en")


def job(status: str, **values: Any) -> JobView:
    known: dict[str, Any] = {"title": "Lithium", "artist": "ichbinsoftware", "seconds": 327.4}
    return JobView(job_id=JOB, status=status, **(known | values))


def lines(view: JobView, language: str = "en") -> list[str]:
    """What follows the line of the song."""
    return render_status(view, texts_in(language)).text.splitlines()[1:]


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({}, "♪ Lithium — ichbinsoftware · 5:27"),
        ({"artist": None}, "♪ Lithium · 5:27"),
        ({"seconds": None}, "♪ Lithium — ichbinsoftware"),
        ({"title": "", "artist": None, "seconds": None}, "♪ Recording"),
        ({"title": "{title} %s", "artist": "{0}"}, "♪ {title} %s — {0} · 5:27"),
    ],
)
def test_the_song_comes_first(values: dict[str, Any], line: str) -> None:
    assert render_status(job("queued", **values), EN).text.splitlines()[0] == line


def test_the_queue() -> None:
    assert lines(job("queued", place=0, seconds_left=6.2)) == ["Starting now · about 6 s"]
    assert lines(job("queued", place=1, seconds_left=14)) == ["2nd in line · about 14 s"]
    assert lines(job("queued", place=11, seconds_left=200)) == ["12th in line · about 3 min"]
    assert lines(job("queued", place=1, seconds_left=14), "hi") == ["कतार में 2 नंबर पर · लगभग 14 सेकंड"]


@pytest.mark.parametrize(
    ("percent", "bar"),
    [(0, "▱▱▱▱▱▱▱▱▱▱▱▱ 0 %"), (50, "▰▰▰▰▰▰▱▱▱▱▱▱ 50 %"), (99, "▰▰▰▰▰▰▰▰▰▰▰▰ 99 %")],
)
def test_the_progress(percent: int, bar: str) -> None:
    view = job("processing", progress=percent, seconds_left=3.7)
    assert lines(view) == [bar, "Taking the voice out · 4 s left"]


def test_what_is_only_fetched_loses_no_voice() -> None:
    view = job("processing", progress=50, seconds_left=3.7, separates=False)
    assert lines(view)[1:] == ["Getting the song · 4 s left"]


def test_what_has_its_vocals_already_is_only_mixed_anew() -> None:
    view = job("processing", progress=50, seconds_left=3.7, is_separated=True)
    assert lines(view)[1:] == ["Mixing it anew · 4 s left"]


def test_the_end() -> None:
    assert lines(job("completed")) == [EN.say("status-ready")]
    assert lines(job("cancelled")) == [EN.say("status-cancelled")]
    assert lines(job("cancelled", error_code="already-making")) == [EN.say("status-merged")]
    failed = job("failed", error_code="too-long", error_params={"limit_minutes": 15})
    assert lines(failed) == ["This one did not work. " + EN.say("error-too-long", limit_minutes=15)]
    kept_back = job("failed", error_code="forbidden")
    assert lines(kept_back) == ["This one did not work. " + EN.say("error-audio-not-offered")]
    assert lines(job("failed")) == ["This one did not work. " + EN.say("error-internal")]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("status", ["queued", "processing", "completed", "cancelled", "failed"])
def test_only_what_is_open_can_be_cancelled(status: str, language: str) -> None:
    reply = render_status(job(status), texts_in(language))
    actions = [button.action for row in reply.buttons for button in row]
    assert actions == ([cancel_action(JOB)] if status in {"queued", "processing"} else [])


def test_actions_are_short_and_can_be_read_back() -> None:
    for text, action in {
        cancel_action(JOB): Cancel(JOB),
        send_again_action(JOB): SendAgain(JOB),
        quality_action(Quality.FAST): ChooseQuality(Quality.FAST),
        pick_action(JOB, "aZ_-0123"): PickSong(JOB, "aZ_-0123"),
        pick_action(JOB, None): PickSong(JOB),
        make_action(JOB): MakeInstrumental(JOB),
        play_action(JOB): PlaySong(JOB),
        page_action("aZ_-0123", 1000): ShowPage("aZ_-0123", 1000),
        wrong_song_action("aZ_-0123"): WrongSong("aZ_-0123"),
    }.items():
        assert len(text.encode()) <= 64
        assert parse_action(text) == action
    assert [parse_action(text) for text in ("", "cancel", "cancel:7", "quality:", "other:1")] == [None] * 5


@pytest.mark.parametrize(
    ("own", "messenger", "operator", "spoken"),
    [
        (None, None, "en", "en"),
        (None, "hi-IN", "en", "hi"),
        ("ta", "hi", "en", "ta"),
        ("xx", "hi", "en", "hi"),
        (None, "fr", "bn", "bn"),
        (None, None, "te", "te"),
        (7, "", "fr", "en"),
    ],
)
def test_the_language_of_a_person(own: object, messenger: str | None, operator: str, spoken: str) -> None:
    user = User(preferences={} if own is None else {"language": own})
    assert texts_for(user, ChannelIdentity(language=messenger), operator).language == spoken
