"""One open socket as the others see it: whose it is, what it was shown, what waits to be sent on it.

What waits is kept by what it is about: of two states of the same job only the later one is sent. So there is
never more of it than jobs that a person has, however slow the reader is, and a job's end is never lost.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Hashable, Sequence

from api.live.messages import LIBRARY_CHANGED, PING, Closing, Code, job_event
from core.live.standings import Standing
from core.signin.access import Person


class Peer:
    """Belongs to one event loop."""

    def __init__(self, person: Person) -> None:
        self.user_id = person.user_id
        self.session_id = person.session_id
        self.closing: asyncio.Future[Closing] = asyncio.get_running_loop().create_future()
        """Set when the socket is to be closed."""
        self._shown: dict[uuid.UUID, Standing] = {}
        self._waiting: dict[Hashable, str] = {}
        self._has_mail = asyncio.Event()
        self._sending_since: float | None = None

    def show(self, jobs: Sequence[Standing]) -> None:
        """All jobs of the person that are open or have just ended; what is new to this socket is sent."""
        for job in jobs:
            if self._shown.get(job.job_id) != job:
                self._put(job.job_id, job_event(job))
        self._shown = {job.job_id: job for job in jobs}

    def show_library_changed(self) -> None:
        self._put("library", LIBRARY_CHANGED)

    def ping(self) -> None:
        """A sign of life that pages can see; browsers keep the protocol's own to themselves."""
        self._put("ping", PING)

    def say(self, text: str) -> None:
        """An answer to what the client said; unanswered ones count, so they are bounded as those are."""
        self._put(object(), text)

    def close(self, code: Code, reason: str) -> None:
        if not self.closing.done():
            self.closing.set_result(Closing(code, reason))

    def belongs_to(self, user_id: uuid.UUID) -> None:
        """Two accounts became one: what is shown begins anew."""
        self.user_id = user_id
        self._shown.clear()

    @property
    def seconds_sending(self) -> float:
        """How long the message that is being sent has been on its way; 0 where there is none."""
        return 0.0 if self._sending_since is None else time.monotonic() - self._sending_since

    async def send(self, send: Callable[[str], Awaitable[None]]) -> None:
        """Send what waits, one after the other, until cancelled."""
        while True:
            message = await self.next_message()
            self._sending_since = time.monotonic()
            await send(message)
            self._sending_since = None

    async def next_message(self) -> str:
        """The next one to send; waits for one."""
        while not self._waiting:
            self._has_mail.clear()
            await self._has_mail.wait()
        return self._waiting.pop(next(iter(self._waiting)))

    def _put(self, about: Hashable, text: str) -> None:
        self._waiting[about] = text
        self._has_mail.set()
