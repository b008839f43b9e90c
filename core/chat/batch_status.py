"""How the songs of a batch stand, in words: one message, a line a song."""

from __future__ import annotations

from core.chat.actions import cancel_action, cancel_batch_action
from core.chat.reasons import why
from core.chat.song_texts import shortened
from core.chat.texts import Texts
from core.conversion.batches import MERGED, BatchView
from core.conversion.service import MOST_OPEN_JOBS
from core.conversion.view import JobView
from core.ports import Button, Reply

MOST_LINES = 30
ROOM = 1100
"""Characters for all lines together: with its choices the message fits into one of every channel."""
SHORTEST_LINE = 80
SHORTEST_NAME = 20
LONGEST_NAME = 60
LONGEST_ON_BUTTON = 20
MOST_ALONE = 10
"""Of more, there is only the choice to cancel all."""
IN_A_ROW = 2


def render_batch(batch: BatchView, texts: Texts) -> Reply:
    """How many are ready and what found no room, then each song, then what can be cancelled."""
    if not batch.songs:
        return Reply(texts.say("error-too-busy", limit=MOST_OPEN_JOBS))
    taken = len(batch.songs)
    done = sum(song.status == "completed" for song in batch.songs)
    lines = [texts.say("batch-progress", done=done, count=taken)]
    if batch.left_out:
        all_of_it = taken + batch.left_out
        lines.append(texts.say("batch-left-out", limit=MOST_OPEN_JOBS, taken=taken, count=all_of_it))
    room = max(SHORTEST_LINE, ROOM // taken)
    lines += ["", *(_line(song, texts, room) for song in batch.songs[:MOST_LINES])]
    if taken > MOST_LINES:
        lines.append(texts.say("queue-more", count=taken - MOST_LINES))
    return Reply("\n".join(lines), _choices(batch, texts))


def _line(song: JobView, texts: Texts, room: int) -> str:
    """`♪ Kesariya — Arijit Singh · 42 %`."""
    state = _state(song, texts)
    if len(state) > room:
        state = f"{state[: room - 1].rstrip()}…"
    left = max(SHORTEST_NAME, min(LONGEST_NAME, room - len(state)))
    name = shortened(_name(song, texts), left)
    if song.artist and len(name) + len(song.artist) < left:
        name = f"{name} — {shortened(song.artist, left)}"
    return f"{texts.say('status-song', title=name)} · {state}"


def _name(song: JobView, texts: Texts) -> str:
    return song.version or texts.say("title-recording")


def _state(song: JobView, texts: Texts) -> str:
    left = texts.duration(song.seconds_left)
    match song.status:
        case "queued" if song.place == 0:
            return texts.say("status-next", duration=left)
        case "queued":
            return texts.say("status-waiting", place=texts.place(song.place + 1), duration=left)
        case "processing":
            return f"{song.progress} %"
        case "completed":
            return texts.say("history-completed")
        case "cancelled" if song.error_code == MERGED:
            return texts.say("status-merged")
        case "cancelled":
            return texts.say("history-cancelled")
        case _:
            return why(song, texts)


def _choices(batch: BatchView, texts: Texts) -> tuple[tuple[Button, ...], ...]:
    """Each song that is not done can be cancelled alone, where they are few, and all of them at once."""
    waiting = [song for song in batch.songs if song.is_open]
    word = texts.say("button-cancel")
    alone = [
        Button(f"{word}: {shortened(_name(song, texts), LONGEST_ON_BUTTON)}", cancel_action(song.job_id))
        for song in waiting
    ]
    if len(alone) > MOST_ALONE:
        alone = []
    rows = [tuple(alone[start : start + IN_A_ROW]) for start in range(0, len(alone), IN_A_ROW)]
    if len(waiting) > 1:
        rows.append((Button(texts.say("button-cancel-all"), cancel_batch_action(batch.batch_id)),))
    return tuple(rows)
