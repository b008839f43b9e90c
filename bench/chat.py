"""How fast the chat answers: `python -m bench.chat`, with a whole studio and Telegram's stand-in.

- first reply: from the moment an update is there to the moment the bot's message is, one chat after another;
- a song: from the moment it is sent to the audio message, everything idle;
- the second asker: the same bytes from another person under another file id, no separation and no upload.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import report
from tests.fakes.telegram import ChatMessage, Person, TelegramStandIn
from tests.fixtures.studio import studio, telegram_environment
from tests.material import audio_dir

GREETINGS = 20
ASKERS = 5
SONG_SECONDS = 327
FIRST_REPLY_BOUND = 0.5
SECOND_ASKER_BOUND = 1.0


def seconds_until(person: Person, act: Callable[[], object], seen: Callable[[ChatMessage], bool]) -> float:
    """From the act to a message of the bot's that shows it."""
    began = time.perf_counter()
    act()
    person.wait_for(lambda chat: any(message.from_bot and seen(message) for message in chat), timeout=120.0)
    return time.perf_counter() - began


def main() -> int:
    """Exit code 1 when a bound is missed."""
    song = (audio_dir() / "lithium_full.m4a").read_bytes()
    with (
        TelegramStandIn() as telegram,
        TemporaryDirectory() as folder,
        studio(Path(folder), **telegram_environment(telegram)),
    ):
        replies = [_first_reply(telegram.person()) for _ in range(GREETINGS)]
        song_seconds = _song(telegram.person(), song, "song")
        again = [_song(telegram.person(), song, f"other-{number}") for number in range(ASKERS)]
        uploads = len([call for call in telegram.calls("editMessageMedia") if call.files])
    figures = {
        "first_reply_s": _summary(replies, FIRST_REPLY_BOUND),
        "second_asker_s": _summary(again, SECOND_ASKER_BOUND),
        "song_s": {"length": SONG_SECONDS, "sent_to_audio_message": round(song_seconds, 2)},
        "uploads": uploads,
    }
    report.write("chat", figures)
    print(f"{'':24} {'median':>8} {'slowest':>8} {'bound':>6}  (seconds)")
    for name, values, bound in (
        ("first reply", replies, FIRST_REPLY_BOUND),
        ("second asker", again, SECOND_ASKER_BOUND),
    ):
        print(f"{name:24} {statistics.median(values):8.3f} {max(values):8.3f} {bound:6.1f}")
    print(f"{'a song of 5:27, best':24} {song_seconds:8.2f}")
    print(f"uploads for {1 + ASKERS} askers: {uploads}")
    is_fast = statistics.median(replies) <= FIRST_REPLY_BOUND and max(again) <= SECOND_ASKER_BOUND
    return 0 if is_fast and uploads == 1 else 1


def _first_reply(person: Person) -> float:
    return seconds_until(person, lambda: person.says("/start"), lambda message: message.text is not None)


def _song(person: Person, song: bytes, unique_id: str) -> float:
    def send() -> None:
        person.sends(
            "audio", song, title="Lithium", duration=SONG_SECONDS, file_unique_id=unique_id, file_name="l.m4a"
        )

    return seconds_until(person, send, lambda message: message.audio is not None)


def _summary(values: list[float], bound: float) -> dict[str, float]:
    return {
        "median": round(statistics.median(values), 3),
        "slowest": round(max(values), 3),
        "bound": bound,
    }


if __name__ == "__main__":
    sys.exit(main())
