"""A studio under attack: whom to kill, what its database says, and what every chat must hold in the end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

import asyncpg

from tests.fakes.telegram import Person, TelegramStandIn
from tests.fixtures.studio import Studio
from tests.reliability.songs import song, title

LOOK_EVERY = 0.05
_AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # asked on a connection that died a moment ago
)
PATIENCE = 60.0
"""Seconds until whatever was killed has recovered: the promise for a killed worker's job."""

WORDS = {
    "api": ("api.main",),
    "bot": ("bot.main",),
    "worker": ("tasks.worker", "convert"),
    "courier": ("tasks.worker", "courier"),
    "relay": ("tasks.relay",),
    "valkey": ("valkey-server",),
    "postgres": ("postgres", "-D"),
}
"""What the command lines of the processes have in common."""


class Ledger:
    """The studio's database, read from outside; it may die and come back meanwhile."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: asyncpg.Connection | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._hang_up()

    async def rows(self, query: str, *values: object) -> list[asyncpg.Record]:
        """The answer, as soon as there is a database to give one."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    if self._connection is None:
                        self._connection = await asyncpg.connect(self._url, timeout=5)
                    return await self._connection.fetch(query, *values, timeout=5)
                except _AWAY:
                    await self._hang_up()
                    await asyncio.sleep(LOOK_EVERY)

    async def value(self, query: str, *values: object) -> Any:
        rows = await self.rows(query, *values)
        return rows[0][0] if rows else None

    async def until(self, query: str, *values: object, patience: float = PATIENCE) -> Any:
        """Look again and again until the first value of the answer is true, and return it."""
        deadline = time.monotonic() + patience
        while not (value := await self.value(query, *values)):
            assert time.monotonic() < deadline, f"not within {patience:.0f} s: {query} {values}"
            await asyncio.sleep(LOOK_EVERY)
        return value

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(*_AWAY):
                await connection.close(timeout=1)


class House:
    """A studio, Telegram beside it, and all that was asked of them."""

    def __init__(self, studio: Studio, telegram: TelegramStandIn) -> None:
        assert studio.instance.database_url is not None
        self.studio = studio
        self.telegram = telegram
        self.ledger = Ledger(studio.instance.database_url)
        self.asked: defaultdict[int, list[str]] = defaultdict(list)
        """Titles of the songs that each chat has asked for."""

    def sends(self, person: Person, number: int, seconds: float = 5.0) -> None:
        """The person asks for an instrumental of a song."""
        self.asked[person.id].append(title(number))
        person.sends(
            "audio",
            song(number, seconds),
            file_name=f"{number}.wav",
            media_type="audio/x-wav",
            title=title(number),
            performer="The Processes",
            duration=round(seconds),
        )

    # --- killing ------------------------------------------------------------------------------------------

    def alive(self, role: str) -> list[int]:
        """The processes of a role, the parent first."""
        return self.studio.pids(*WORDS[role])

    def kill(self, role: str) -> bool:
        """SIGKILL to a program with all its children; False when it is not there just now."""
        return _strike(self.alive(role)[:1], os.killpg if role not in {"valkey", "postgres"} else os.kill)

    def kill_children(self, role: str) -> bool:
        """SIGKILL to a worker's children alone: its parent lives on."""
        return _strike(self.alive(role)[1:], os.kill)

    def kill_one_child(self, role: str, choice: random.Random) -> bool:
        """SIGKILL to one child of a worker."""
        children = self.alive(role)[1:]
        return bool(children) and _strike([choice.choice(children)], os.kill)

    async def until_back(self, role: str, former: Iterable[int]) -> None:
        """Until a new process of the role has started."""
        gone = set(former)
        deadline = time.monotonic() + PATIENCE
        while not set(self.alive(role)) - gone:
            assert time.monotonic() < deadline, f"{role} did not come back"
            await asyncio.sleep(LOOK_EVERY)

    # --- asking the database ------------------------------------------------------------------------------

    async def until_stored(self, person: Person, updates: int = 1) -> None:
        query = "SELECT count(*) >= $2 FROM inbox WHERE chat = $1"
        await self.ledger.until(query, str(person.id), updates)

    async def until_rendition(self, person: Person, condition: str) -> None:
        """Until the rendition that a person waits for meets an SQL condition on renditions `r`."""
        await self.ledger.until(
            "SELECT r.id FROM renditions r JOIN conversion_jobs j ON j.rendition_id = r.id"
            f" JOIN conversion_askers a ON a.job_id = j.id WHERE a.chat = $1 AND ({condition})",
            str(person.id),
        )

    # --- the end ------------------------------------------------------------------------------------------

    async def settle(self, *people: Person, patience: float = PATIENCE) -> None:
        """Until every song these people asked for was sent, or is known to be lost."""
        chats = [str(person.id) for person in people]
        wanted = sum(len(self.asked[person.id]) for person in people)
        try:
            await self.ledger.until(
                "SELECT count(*) >= $2 FROM deliveries"
                " WHERE chat = ANY($1) AND kind = 'audio' AND status <> 'pending'",
                chats,
                wanted,
                patience=patience,
            )
        except AssertionError as error:
            raise AssertionError(f"{error}\n{await self.story(chats)}") from None

    async def assert_once(self, *people: Person) -> None:
        """Nothing lost, nothing twice: in the rows, in the chats as they are, and in all they ever held."""
        chats = [str(person.id) for person in people]
        story = await self.story(chats)
        asked = Counter((str(person.id), name) for person in people for name in self.asked[person.id])

        jobs = await self.ledger.rows(
            "SELECT a.chat, j.status, r.status AS made, count(d.id) AS sent"
            " FROM conversion_askers a JOIN conversion_jobs j ON j.id = a.job_id"
            " LEFT JOIN renditions r ON r.id = j.rendition_id"
            " LEFT JOIN deliveries d ON d.job_id = j.id AND d.chat = a.chat AND d.kind = 'audio'"
            " AND d.status = 'sent' WHERE a.chat = ANY($1) GROUP BY a.id, j.id, r.id",
            chats,
        )
        assert Counter(row["chat"] for row in jobs) == Counter(chat for chat, _ in asked.elements()), story
        assert {(row["status"], row["made"], row["sent"]) for row in jobs} == {("completed",) * 2 + (1,)}, (
            story
        )
        other = "SELECT count(*) FROM deliveries WHERE chat = ANY($1) AND kind = 'audio' AND status <> 'sent'"
        assert await self.ledger.value(other, chats) == 0, story

        for person in people:
            wanted = sorted(f"{name} (Instrumental)" for name in self.asked[person.id])
            now = sorted(m.audio.title or "" for m in person.from_bot if m.audio is not None)
            assert now == wanted, story
            assert sorted(self._ever_heard(person)) == wanted, story
            assert self.telegram.calls("sendAudio", person.id) == [], story
        assert self.telegram.violations == []

    def _ever_heard(self, person: Person) -> list[str]:
        """The title of every message of the bot that has been an audio at any time."""
        with self.telegram.world.lock:
            chat = self.telegram.world.chats[person.id]
            messages = [*chat.messages.values(), *chat.deleted.values()]
            heard = [[v.audio.title for v in m.versions if v.audio] for m in messages if m.sender.is_bot]
        return [titles[-1] or "" for titles in heard if titles]

    async def story(self, chats: list[str]) -> str:
        """What happened, for whoever reads a failure."""
        rows = await self.ledger.rows(
            "SELECT d.chat, d.number, d.kind, d.status, d.attempts, d.error, d.message_ref, j.status AS job,"
            " r.status AS rendition, r.attempts AS makings, j.error_code, d.lease_until, d.dispatched_at"
            " FROM deliveries d LEFT JOIN conversion_jobs j ON j.id = d.job_id"
            " LEFT JOIN renditions r ON r.id = j.rendition_id WHERE d.chat = ANY($1) ORDER BY d.number",
            chats,
        )
        seen = [f"{chat}: {message.as_json()}" for chat in chats for message in self.telegram.chat(int(chat))]
        return "\n".join(["", *(str(dict(row)) for row in rows), *seen])


def _strike(pids: list[int], how: Any) -> bool:
    """Whether there was somebody to kill."""
    hit = False
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            how(pid, signal.SIGKILL)
            hit = True
    return hit
