"""Calls to LALAL.AI: every one is bounded, repeated a few times where that may help, and fails in one way.

API version 1 (their OpenAPI description 1.1.0): all operations are POST under `/api/v1/`, with a slash at the
end and the key in `X-License-Key`. No address, key or body ever gets into an error.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import httpx

from core.adapters.json_objects import json_object
from core.adapters.separators.lalal.states import LOST, TaskState, state_of
from core.errors import EngineAway, ServiceUnavailable

PATH = "/api/v1"
CALL_SECONDS = 30.0
UPLOAD_SECONDS = 900.0
CONNECT_SECONDS = 5.0
BLOCK = 256 * 1024
MOST_BYTES = 2_000_000
TRIES = 3
FIRST_PAUSE = 1.0
MOST_IDS = 200
"""That `check/` takes."""
PRESETS = {
    "stem": "vocals",
    "dereverb_enabled": False,
    "encoder_format": "flac",
    "extraction_level": "deep_extraction",
}
"""Part of the engine's name: whoever changes them counts its version up. `splitter` stays away: their default
is the newest model, and has no name that the description allows."""


class Refused(ServiceUnavailable):
    """They understood us and said no; `code` is theirs, empty where they gave none."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"LALAL.AI says no: HTTP {status} {code} {detail}".rstrip())
        self.refusal = code


class KeyRefused(EngineAway):
    """They do not know our key."""

    def __init__(self) -> None:
        super().__init__("MELODY_LALAL_LICENSE_KEY: LALAL.AI does not take it", lasting=True)


class TooOften(ServiceUnavailable):
    """HTTP 429; they do not tell how long to wait."""


class LalalClient:
    """`origin` without a path. Belongs to one event loop."""

    def __init__(self, origin: str, license_key: str, *, pause: float = FIRST_PAUSE) -> None:
        """`pause` in seconds lies before the first repetition; each further one doubles it."""
        self._pause = pause
        self._http = httpx.AsyncClient(
            base_url=origin,
            headers={
                "X-License-Key": license_key,
                "Accept": "application/json",
                "User-Agent": "MelodyStudio/1",
            },
            timeout=httpx.Timeout(CALL_SECONDS, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=4),
            follow_redirects=False,
        )

    async def minutes_left(self) -> float:
        """What the account may still have separated, in minutes of sound."""
        answer = await self._patiently(lambda: self._call("limits/minutes_left/", None))
        left = answer.get("minutes_left")
        if not isinstance(left, int | float):
            raise ServiceUnavailable("LALAL.AI does not tell the minutes that are left")
        return float(left)

    async def upload(self, path: Path, size: int, sent: Callable[[int], None]) -> str:
        """Hand a file of `size` bytes over; returns their id of it. `sent` hears how much left, or raises."""
        answer = await self._patiently(lambda: self._upload(path, size, sent))
        return _text(answer, "id")

    async def split(self, source_id: str, idempotency_key: str) -> str:
        """Have the voice taken out, which is what costs; returns the task's id. Raises Refused."""
        order = {"source_id": source_id, "presets": PRESETS, "idempotency_key": idempotency_key}
        answer = await self._patiently(lambda: self._call("split/stem_separator/", order))
        return _text(answer, "task_id")

    async def check(self, task_ids: Sequence[str]) -> dict[str, TaskState]:
        """How tasks stand, MOST_IDS at most. Never repeated here: calls are counted. Raises TooOften."""
        answer = await self._call("check/", {"task_ids": list(task_ids)})
        result = answer.get("result")
        if not isinstance(result, dict):
            raise ServiceUnavailable("LALAL.AI does not tell how the tasks stand")
        return {one: state_of(result[one]) if one in result else LOST for one in task_ids}

    async def cancel(self, task_id: str) -> None:
        await self._call("cancel/", {"task_ids": [task_id]})

    async def delete(self, source_id: str) -> None:
        """Have the file and all that was made of it removed."""
        await self._patiently(lambda: self._call("delete/", {"source_id": source_id}))

    async def close(self) -> None:
        await self._http.aclose()

    # --- one call -------------------------------------------------------------------------------------------

    async def _patiently(self, call: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        """Repeat what may go better the next time, after a pause with jitter."""
        for left in reversed(range(TRIES)):
            try:
                return await call()
            except (Refused, KeyRefused):
                raise
            except ServiceUnavailable:
                if not left:
                    raise
            await asyncio.sleep(self._pause * 2 ** (TRIES - 1 - left) * random.uniform(1.0, 1.5))
        raise AssertionError("the last try returns or raises")

    async def _call(self, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        return await self._answer(CALL_SECONDS, path, json=body)

    async def _upload(self, path: Path, size: int, sent: Callable[[int], None]) -> dict[str, Any]:
        headers = {
            "Content-Type": "application/octet-stream",
            # Nobody there has to know what the song is called.
            "Content-Disposition": 'attachment; filename="song.flac"',
            "Content-Length": str(size),
        }
        return await self._answer(UPLOAD_SECONDS, "upload/", content=_blocks(path, sent), headers=headers)

    async def _answer(self, seconds: float, path: str, **content: Any) -> dict[str, Any]:
        try:
            async with (
                asyncio.timeout(seconds),
                self._http.stream("POST", f"{PATH}/{path}", **content) as response,
            ):
                body = bytearray()
                async for block in response.aiter_bytes():
                    body += block
                    if len(body) > MOST_BYTES:
                        raise ServiceUnavailable("LALAL.AI says more than we take")
        except (httpx.HTTPError, TimeoutError) as error:
            raise ServiceUnavailable(f"LALAL.AI does not answer ({type(error).__name__})") from None
        answer = json_object(bytes(body))
        _raise_unless_ok(response.status_code, answer)
        return answer


async def _blocks(path: Path, sent: Callable[[int], None]) -> AsyncIterator[bytes]:
    done = 0
    with await asyncio.to_thread(path.open, "rb") as file:
        while block := await asyncio.to_thread(file.read, BLOCK):
            yield block
            done += len(block)
            sent(done)


def _raise_unless_ok(status: int, answer: dict[str, Any]) -> None:
    """Raises KeyRefused, TooOften, Refused, ServiceUnavailable."""
    if status == 200:
        return
    if status in {401, 403}:
        raise KeyRefused
    if status == 429:
        raise TooOften("LALAL.AI wants to be asked less often")
    if 400 <= status < 500:
        code, detail = answer.get("code"), answer.get("detail")
        raise Refused(
            status,
            code[:40] if isinstance(code, str) else "",
            detail[:100] if isinstance(detail, str) else "",
        )
    raise ServiceUnavailable(f"LALAL.AI answers with HTTP {status}")


def _text(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise ServiceUnavailable(f"LALAL.AI's answer lacks {name}")
    return value
