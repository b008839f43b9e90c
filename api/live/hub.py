"""All open sockets of this process, and how they learn of what has changed.

Hints come over Redis (`core.live.channel`) and say whose jobs or library changed; what is shown is then read
from the rows, at once for all whom the hints of the moment concern. Only how far a rendition is, which comes
every second and concerns many, is shown as it is told. Because hints may be lost, everybody who
has a job open is looked after every few seconds anyway, everybody while Redis is away, and when it is back
all are told to look at their libraries again. So nothing is lost for good.
"""

from __future__ import annotations

import asyncio
import logging
import random
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import islice
from typing import Any, TypeVar

from redis.exceptions import RedisError

from api.live.board import Board
from api.live.messages import Code
from api.live.peer import Peer
from core.bootstrap import Services
from core.db.changes import Change, Changes
from core.live.presence import SAY_EVERY
from core.live.standings import standings
from core.loops import forever
from core.signin.sessions import owners_of

logger = logging.getLogger(__name__)

MOST_SOCKETS = 4000
MOST_OF_ONE = 20
"""Sockets of a person at this process: tabs and devices; the one that came first makes room."""
LOOK_AFTER_SECONDS = 5.0
PING_SECONDS = 25.0
AGAIN_SECONDS = 2.0
READ_SECONDS = 10.0
READ_PAUSE_SECONDS = 0.05
"""After a reading: when many come at once, they are read together."""
AT_ONCE = 200
"""People who are looked after, read or shown before others have their turn: of thousands at once, everybody
else would wait for the last."""
LISTEN_SECONDS = 5.0
SEND_SECONDS = 10.0
"""How long one message may wait for a slow reader, at least."""
SAY_SECONDS = 1.0
"""The longest a socket waits until others know that its person is there."""
REDIS_ERRORS = (RedisError, OSError, TimeoutError)

T = TypeVar("T")


class Hub:
    """Works from the first socket on until it is closed."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._people: dict[uuid.UUID, dict[Peer, None]] = {}
        """Each with their sockets, the oldest first."""
        self._board = Board()
        self._due: dict[uuid.UUID, None] = {}
        """Whose jobs have to be read, in that order."""
        self._progress: dict[uuid.UUID, int] = {}
        """What was told since the last reading began, which may not have seen it."""
        self._is_due = asyncio.Event()
        self._sessions_due: set[uuid.UUID] = set()
        """Whose sessions may be over, or another's."""
        self._are_sessions_due = asyncio.Event()
        self._hears = False
        self._sockets = 0
        self._tasks: list[asyncio.Task[None]] = []

    # --- sockets --------------------------------------------------------------------------------------

    @property
    def is_full(self) -> bool:
        return self._sockets >= MOST_SOCKETS

    @contextmanager
    def counted(self) -> Iterator[None]:
        """One more socket, whoever it may belong to."""
        self._sockets += 1
        try:
            yield
        finally:
            self._sockets -= 1

    @asynccontextmanager
    async def joined(self, peer: Peer) -> AsyncIterator[None]:
        """The socket belongs to somebody: inside the block it is shown how their jobs stand, from now on."""
        self._work()
        self._add(peer)
        try:
            await self._say([peer.user_id])
            yield
        finally:
            self._remove(peer)
            if peer.user_id not in self._people:
                await self._unsay(peer.user_id)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def _add(self, peer: Peer) -> None:
        sockets = self._people.setdefault(peer.user_id, {})
        staying = [socket for socket in sockets if not socket.closing.done()]
        if len(staying) >= MOST_OF_ONE:
            staying[0].close(Code.TOO_MANY, "another socket took this one's place")
        sockets[peer] = None
        self._read_soon([peer.user_id])

    def _remove(self, peer: Peer) -> None:
        sockets = self._people.get(peer.user_id, {})
        sockets.pop(peer, None)
        if not sockets:
            self._people.pop(peer.user_id, None)
            self._board.forget(peer.user_id)

    def _peers(self, people: Iterable[uuid.UUID]) -> list[Peer]:
        return [peer for user_id in people for peer in self._people.get(user_id, ())]

    def _work(self) -> None:
        if not self._tasks:
            steps = (
                self._read,
                self._look_after,
                self._look_at_sessions,
                self._hear,
                self._keep_saying,
                self._keep_pinging,
            )
            self._tasks = [asyncio.create_task(_always(step)) for step in steps]

    # --- what is shown --------------------------------------------------------------------------------

    def _read_soon(self, people: Iterable[uuid.UUID]) -> None:
        self._due |= dict.fromkeys(people)
        if self._due:
            self._is_due.set()

    async def _read(self) -> None:
        """Wait until somebody's jobs have to be read, then read and show them."""
        await self._is_due.wait()
        due = set(islice(self._due, AT_ONCE))
        for user_id in due:
            del self._due[user_id]
        if not self._due:
            self._is_due.clear()
        due &= self._people.keys()
        if not due:
            return
        self._progress.clear()
        try:
            async with asyncio.timeout(READ_SECONDS), self._services.database.transaction() as session:
                found = await standings(session, due)
        except BaseException:
            self._read_soon(due)
            raise
        still_here = due & self._people.keys()
        for user_id in still_here:
            self._board.put(user_id, found.get(user_id, []))
        self._board.move(self._progress)
        await self._show(still_here)
        if not self._due:
            await asyncio.sleep(READ_PAUSE_SECONDS)

    async def _show(self, people: Iterable[uuid.UUID]) -> None:
        for some in _slices(people):
            for user_id in some:
                jobs = self._board.jobs_of(user_id)
                for peer in self._people.get(user_id, ()):
                    peer.show(jobs)
            await asyncio.sleep(0)  # what was put into the sockets' boxes is sent now

    async def _look_after(self) -> None:
        """See by ourselves what no hint told: of everybody once in a while, not of all at the same moment."""
        for some in (slices := _slices(self._people)):
            await asyncio.sleep(LOOK_AFTER_SECONDS / len(slices) * random.uniform(0.8, 1.2))
            for peer in self._peers(some):
                if peer.seconds_sending > SEND_SECONDS:
                    peer.close(Code.TOO_SLOW, "too slow")
            self._read_soon(filter(self._board.is_busy, some) if self._hears else some)
            self._look_at_sessions_soon(some)

    def _look_at_sessions_soon(self, people: Iterable[uuid.UUID]) -> None:
        self._sessions_due.update(people)
        if self._sessions_due:
            self._are_sessions_due.set()

    async def _look_at_sessions(self) -> None:
        """Close the sockets of sessions that are over, and move those of accounts that became one."""
        await self._are_sessions_due.wait()
        self._are_sessions_due.clear()
        due, self._sessions_due = self._sessions_due, set()
        for peers in _slices(self._peers(due)):
            async with asyncio.timeout(READ_SECONDS), self._services.database.transaction() as session:
                owners = await owners_of(session, {peer.session_id for peer in peers})
            for peer in peers:
                owner = owners.get(peer.session_id)
                if owner is None:
                    self._services.access.forget(peer.session_id)
                    peer.close(Code.NOT_SIGNED_IN, "the session is over")
                elif owner != peer.user_id:
                    await self._move(peer, owner)

    async def _move(self, peer: Peer, owner: uuid.UUID) -> None:
        if peer not in self._people.get(peer.user_id, ()):
            return  # it has gone meanwhile
        self._remove(peer)
        peer.belongs_to(owner)
        self._add(peer)
        peer.show_library_changed()
        await self._say([owner])

    # --- hints ----------------------------------------------------------------------------------------

    async def _hear(self) -> None:
        try:
            async with self._services.live_channel.listening() as listener:
                self._hears = True
                await self._catch_up()
                while True:
                    changes = await listener.next(LISTEN_SECONDS)
                    if changes is not None:
                        await self._take(changes)
        except REDIS_ERRORS as error:
            logger.warning("no hints of changes, looking by ourselves: %s", type(error).__name__)
        finally:
            self._hears = False
        await asyncio.sleep(AGAIN_SECONDS * random.uniform(1.0, 1.5))

    async def _catch_up(self) -> None:
        """Nobody knows what was missed."""
        await self._take(Changes({change: set(self._people) for change in Change}))

    async def _take(self, changes: Changes) -> None:
        self._progress |= changes.progress
        await self._show(self._board.move(changes.progress))
        here = {change: people & self._people.keys() for change, people in changes.people.items()}
        self._read_soon(here.get(Change.JOBS, ()))
        for peer in self._peers(here.get(Change.LIBRARY, ())):
            peer.show_library_changed()
        self._look_at_sessions_soon(here.get(Change.SESSIONS, ()))

    # --- who is there ---------------------------------------------------------------------------------

    async def _keep_saying(self) -> None:
        for some in (slices := _slices(self._people)):
            await asyncio.sleep(SAY_EVERY / len(slices))
            await self._say([user_id for user_id in some if user_id in self._people])

    async def _say(self, people: Collection[uuid.UUID]) -> None:
        await self._in_bounds(self._services.presence.say(people))

    async def _unsay(self, user_id: uuid.UUID) -> None:
        await self._in_bounds(self._services.presence.unsay(user_id))

    async def _in_bounds(self, saying: Coroutine[Any, Any, None]) -> None:
        """A Redis that is away is no reason not to show anything."""
        try:
            async with asyncio.timeout(SAY_SECONDS):
                await saying
        except REDIS_ERRORS as error:
            logger.info("nobody else knows who is there: %s", type(error).__name__)

    async def _keep_pinging(self) -> None:
        for some in (slices := _slices(self._people)):
            await asyncio.sleep(PING_SECONDS / len(slices))
            for peer in self._peers(some):
                peer.ping()


def _slices(things: Iterable[T]) -> list[list[T]]:
    """At least one, which may be empty."""
    everything = list(things)
    return [everything[start : start + AT_ONCE] for start in range(0, len(everything) or 1, AT_ONCE)]


async def _always(step: Callable[[], Awaitable[object]]) -> None:
    """Whatever goes wrong in one step, the sockets live on."""
    while True:
        try:
            await forever("live updates", step)
        except Exception:
            logger.exception("live updates failed, trying again")
        await asyncio.sleep(AGAIN_SECONDS)
