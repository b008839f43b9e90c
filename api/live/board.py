"""What this process knows of the jobs of those who are here, as it was last read or told."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence

from core.live.standings import Standing


class Board:
    def __init__(self) -> None:
        self._jobs: dict[uuid.UUID, Sequence[Standing]] = {}
        """Of each person."""
        self._waiting: dict[uuid.UUID, set[uuid.UUID]] = {}
        """For each rendition that is not made yet: who waits."""

    def is_busy(self, user_id: uuid.UUID) -> bool:
        """Whether the person has an open job."""
        return any(job.is_open for job in self.jobs_of(user_id))

    def jobs_of(self, user_id: uuid.UUID) -> Sequence[Standing]:
        return self._jobs.get(user_id, ())

    def put(self, user_id: uuid.UUID, jobs: Sequence[Standing]) -> None:
        """These are the person's jobs now."""
        self.forget(user_id)
        if jobs:
            self._jobs[user_id] = jobs
        for rendition_id in _awaited(jobs):
            self._waiting.setdefault(rendition_id, set()).add(user_id)

    def forget(self, user_id: uuid.UUID) -> None:
        for rendition_id in _awaited(self._jobs.pop(user_id, ())):
            self._waiting[rendition_id].discard(user_id)
            if not self._waiting[rendition_id]:
                del self._waiting[rendition_id]

    def move(self, progress: Mapping[uuid.UUID, int]) -> set[uuid.UUID]:
        """Renditions got so far (per cent); returns whose jobs that changes."""
        concerned: set[uuid.UUID] = set()
        for rendition_id, percent in progress.items():
            for user_id in self._waiting.get(rendition_id, ()):
                self._jobs[user_id] = [_moved(job, rendition_id, percent) for job in self._jobs[user_id]]
                concerned.add(user_id)
        return concerned


def _awaited(jobs: Iterable[Standing]) -> set[uuid.UUID]:
    return {job.rendition_id for job in jobs if job.is_open and job.rendition_id is not None}


def _moved(job: Standing, rendition_id: uuid.UUID, percent: int) -> Standing:
    """The time that is left shrinks with the work; the next look at the queue says it anew."""
    if job.rendition_id != rendition_id or job.status != "processing" or job.progress >= 100:
        return job
    share = (100 - percent) / (100 - job.progress)
    return job._replace(progress=percent, seconds_left=round(job.seconds_left * share, 1))
