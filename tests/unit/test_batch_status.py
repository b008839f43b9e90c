"""How several songs stand, in words: one message that fits, whatever they are called."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from core.adapters.channels.telegram.channel import CAPABILITIES as TELEGRAM
from core.adapters.channels.whatsapp.render import bodies
from core.chat.actions import CancelBatch, cancel_action, cancel_batch_action, parse_action
from core.chat.batch_status import render_batch
from core.chat.texts import languages, texts_in
from core.conversion.batches import BatchView
from core.conversion.view import JobView

BATCH = uuid.UUID("8ee1a3f0-61f1-4b21-9d93-0f6b0c8f5a51")
EN = texts_in("en")


def song(status: str, **values: Any) -> JobView:
    known: dict[str, Any] = {"title": "Lithium", "artist": "ichbinsoftware", "seconds": 327.4}
    return JobView(job_id=uuid.uuid4(), status=status, **(known | values))


def lines(*songs: JobView) -> list[str]:
    return render_batch(BatchView(BATCH, list(songs)), EN).text.splitlines()


def test_each_song_has_a_line() -> None:
    assert lines(
        song("completed"),
        song("processing", progress=42),
        song("queued", place=2, seconds_left=20, artist=None),
        song("cancelled"),
        song("cancelled", error_code="already-making"),
        song("failed", error_code="damaged", title="", artist=None),
        song("failed", error_code="link-gone", title="https://a.example/b", artist=None),
    ) == [
        "1 of 7 ready",
        "",
        "♪ Lithium — ichbinsoftware · ready",
        "♪ Lithium — ichbinsoftware · 42 %",
        "♪ Lithium · 3rd in line · about 20 s",
        "♪ Lithium — ichbinsoftware · cancelled",
        f"♪ Lithium — ichbinsoftware · {EN.say('status-merged')}",
        f"♪ Recording · {EN.say('error-damaged')}",
        f"♪ https://a.example/b · {EN.say('link-gone')}",
    ]


def test_what_can_be_cancelled() -> None:
    first, second = song("queued"), song("processing", title="Ilahi")
    rows = render_batch(BatchView(BATCH, [first, song("completed"), second]), EN).buttons
    assert [[(button.label, button.action) for button in row] for row in rows] == [
        [("Cancel: Lithium", cancel_action(first.job_id)), ("Cancel: Ilahi", cancel_action(second.job_id))],
        [("Cancel all", cancel_batch_action(BATCH))],
    ]
    alone = render_batch(BatchView(BATCH, [first, song("completed")]), EN).buttons
    assert [button.label for row in alone for button in row] == ["Cancel: Lithium"]
    assert render_batch(BatchView(BATCH, [song("completed")] * 3), EN).buttons == ()
    assert parse_action(cancel_batch_action(BATCH)) == CancelBatch(BATCH)
    assert len(cancel_batch_action(BATCH)) <= 64


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    "values",
    [
        {"status": "queued", "place": 11, "seconds_left": 60},
        {"status": "failed", "error_code": "audio-not-offered"},
        {"status": "cancelled", "error_code": "already-making"},
    ],
    ids=lambda values: values["status"],
)
def test_it_fits_into_one_message(language: str, values: dict[str, Any]) -> None:
    """Ten is what WhatsApp brings in one message; on Telegram there may be more."""
    texts = texts_in(language)
    long = song(**({"title": "Sunn Raha Hai Na Tu " * 20, "artist": "Shreya Ghoshal " * 20} | values))
    assert len(bodies(render_batch(BatchView(BATCH, [long] * 10), texts))) == 1
    reply = render_batch(BatchView(BATCH, [long] * 60, left_out=7), texts)
    assert len(reply.text.encode("utf-16-le")) // 2 <= TELEGRAM.max_text
    assert all(len(button.label) <= 60 for row in reply.buttons for button in row)


def test_no_room_at_all_is_said_alone() -> None:
    assert render_batch(BatchView(BATCH, [], left_out=3), EN).text == EN.say("error-too-busy", limit=25)
