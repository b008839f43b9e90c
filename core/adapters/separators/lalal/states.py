"""What LALAL.AI tells about a task: HTTP 200 always, so each answer has to be looked into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

INSTRUMENTAL = ("back", "no_vocals")
"""Type and label of the track we take; never by its place, which varies."""


class Stage(StrEnum):
    WORKING = "working"
    DONE = "done"
    REFUSED = "refused"
    """Their model could not do it."""
    BROKEN = "broken"
    """Their servers failed, or have lost the task or its file."""
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class TaskState:
    stage: Stage
    progress: float = 0.0
    """0 to 1; 0 while it is in line."""
    track_url: str | None = None
    """The instrumental, where it is DONE."""
    reason: str = ""
    """For the log."""

    def as_json(self) -> dict[str, Any]:
        return {
            "stage": self.stage.value,
            "progress": self.progress,
            "track_url": self.track_url,
            "reason": self.reason,
        }

    @classmethod
    def from_json(cls, known: dict[str, Any]) -> TaskState:
        """The inverse of `as_json`. Raises KeyError, ValueError."""
        return cls(Stage(known["stage"]), known["progress"], known["track_url"], known["reason"])


LOST = TaskState(Stage.BROKEN, reason="they know nothing of the task")


def state_of(answer: object) -> TaskState:
    """One entry of `check/`'s `result`; unknown fields are of no consequence."""
    if not isinstance(answer, dict):
        return LOST
    match answer.get("status"):
        case "progress":
            return TaskState(Stage.WORKING, _fraction(answer.get("progress")))
        case "success":
            return _finished(answer.get("result"))
        case "error":
            return TaskState(Stage.REFUSED, reason=_reason(answer.get("error")))
        case "cancelled":
            return TaskState(Stage.CANCELLED, reason="cancelled there")
        case "server_error":
            return TaskState(Stage.BROKEN, reason=_reason(answer.get("error")))
        case _:
            return TaskState(Stage.BROKEN, reason="a state that we do not know")


def _finished(result: object) -> TaskState:
    for track in _tracks(result):
        url = track.get("url")
        if (track.get("type"), track.get("label")) == INSTRUMENTAL and isinstance(url, str) and url:
            return TaskState(Stage.DONE, 1.0, url)
    return TaskState(Stage.BROKEN, reason="there is no instrumental among the tracks")


def _tracks(result: object) -> Iterator[dict[str, Any]]:
    tracks = result.get("tracks") if isinstance(result, dict) else None
    if isinstance(tracks, list):
        yield from (track for track in tracks if isinstance(track, dict))


def _fraction(percent: object) -> float:
    known = isinstance(percent, int | float) and not isinstance(percent, bool)
    return min(1.0, max(0.0, percent / 100)) if known else 0.0  # type: ignore[operator]


def _reason(error: object) -> str:
    if isinstance(error, dict):
        parts = [error.get("code"), error.get("detail")]
        return ": ".join(part for part in parts if isinstance(part, str))[:200]
    return error[:200] if isinstance(error, str) else "no reason told"
