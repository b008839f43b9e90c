"""LALAL.AI as far as taking the voice out goes."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.fakes.lalal.description import complaints
from tests.fakes.lalal.sound import INSTRUMENTAL_SHARE, quieter, seconds_of
from tests.fakes.sources.base import HttpStandIn, Received
from tests.fakes.sources.openapi import description_path

API = "/api/v1/"
DAY, HOUR = 86_400.0, 3_600.0
CHECKS_A_MINUTE = 30
MOST_IDS = 200
_NAME = re.compile(r"attachment; filename=\"?[^\"/;]+\"?|attachment; filename\*=UTF-8''\S+", re.I)

__all__ = ["INSTRUMENTAL_SHARE", "LalalStandIn", "Source", "Task"]


@dataclass
class Source:
    """A file that was handed over."""

    content: bytes
    seconds: float
    at: float
    deleted_at: float | None = None


@dataclass
class Task:
    """A separation; each check brings it a step further."""

    source_id: str
    presets: dict[str, Any]
    at: float
    steps: deque[int]
    fails: str | None = None
    """`inference_error` and the like: the model's; `server_error`: the servers'."""
    is_cancelled: bool = False
    checks: int = 0

    @property
    def is_started(self) -> bool:
        return self.checks > 0


@dataclass
class Account:
    license_key: str = "license-of-the-stand-in"
    minutes_left: float = 250.0
    most_seconds: float = 10_800.0
    """The longest file that is taken."""


@dataclass
class Plans:
    """What is to become of the next tasks."""

    steps: tuple[int, ...] = (0, 40)
    """Per cent told by the checks before a task is done."""
    failures: deque[str] = field(default_factory=deque)
    """How the next tasks fail, one each."""
    result: Callable[[bytes], bytes] = quieter
    """The instrumental (FLAC) of a file."""


class LalalStandIn(HttpStandIn):
    """`sources` and `tasks` by id; `clock` gives seconds."""

    title = "LALAL.AI"

    def __init__(
        self, *, host: str = "127.0.0.1", port: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._is_checked = description_path("lalal.yml").is_file()
        self.account = Account()
        self.plans = Plans()
        self.sources: dict[str, Source] = {}
        self.tasks: dict[str, Task] = {}
        self.clock = clock
        self._keys: dict[str, str] = {}
        self._checked: deque[float] = deque()
        self._made: dict[str, bytes] = {}
        super().__init__(host=host, port=port)

    @property
    def license_key(self) -> str:
        return self.account.license_key

    def reset(self) -> None:
        super().reset()
        with self.lock:
            self.account, self.plans = Account(), Plans()
            for known in (self.sources, self.tasks, self._keys, self._checked, self._made):
                known.clear()  # type: ignore[attr-defined]

    def complaints(self, request: Received) -> Iterable[str]:
        if request.path.startswith(API):
            if self._is_checked:
                yield from complaints(request)
            return
        if "x-license-key" in request.headers:
            yield f"{request.path}: the key goes to the API alone"

    def answer(self, request: Received) -> Response:
        if request.path.startswith("/d/") and request.method == "GET":
            return self._track(request.path)
        operation = self._operations().get(request.path.removeprefix(API))
        if request.method != "POST" or not request.path.startswith(API) or operation is None:
            raise LookupError(f"LALAL.AI has no {request.method} {request.path}")
        if request.headers.get("x-license-key") != self.account.license_key:
            return _refusal(403, "Provide license key in 'X-License-Key' header")
        return operation(request)

    def _operations(self) -> dict[str, Callable[[Received], Response]]:
        return {
            "limits/minutes_left/": lambda _: JSONResponse({"minutes_left": self.account.minutes_left}),
            "upload/": self._upload,
            "split/stem_separator/": self._split,
            "check/": self._check,
            "cancel/": self._cancel,
            "delete/": self._delete,
        }

    # --- operations -----------------------------------------------------------------------------------------

    def _upload(self, request: Received) -> Response:
        if not _NAME.fullmatch(request.headers.get("content-disposition", "")):
            return _refusal(422, "Content-Disposition is missing or can't be read")
        seconds = seconds_of(request.body)
        if seconds is None:
            return _refusal(400, "The file is no audio")
        source_id = str(uuid.uuid4())
        self.sources[source_id] = Source(request.body, seconds, self.clock())
        answer = {"id": source_id, "name": "song.flac", "size": len(request.body)}
        return JSONResponse({**answer, "duration": round(seconds), "expires": int(time.time() + DAY)})

    def _split(self, request: Received) -> Response:
        order = json.loads(request.body)
        source = self._source(order["source_id"])
        if source is None:
            return _refusal(400, "The file has not been uploaded properly or has already been deleted.")
        key = order.get("idempotency_key")
        if key in self._keys:
            task_id = self._keys[key]
            if self.tasks[task_id].is_started:
                return _refusal(400, "Idempotency key has already been used.", "idempotency_key_used")
            return JSONResponse({"task_id": task_id})
        if source.seconds > self.account.most_seconds:
            return _refusal(400, "The file is too long.", "max_duration")
        if source.seconds / 60 > self.account.minutes_left:
            return _refusal(400, "Not enough minutes.", "exceeded_duration")
        self.account.minutes_left -= source.seconds / 60
        task_id = str(uuid.uuid4())
        fails = self.plans.failures.popleft() if self.plans.failures else None
        steps = deque(self.plans.steps)
        self.tasks[task_id] = Task(order["source_id"], order["presets"], self.clock(), steps, fails)
        if key is not None:
            self._keys[key] = task_id
        return JSONResponse({"task_id": task_id})

    def _check(self, request: Received) -> Response:
        now = self.clock()
        while self._checked and now - self._checked[0] >= 60:
            self._checked.popleft()
        if len(self._checked) >= CHECKS_A_MINUTE:
            return _refusal(429, "Too many requests")
        self._checked.append(now)
        asked = json.loads(request.body)["task_ids"]
        if len(asked) > MOST_IDS:
            return _refusal(422, "Too many ids")
        return JSONResponse({"result": {one: self._stands(one) for one in asked}})

    def _stands(self, task_id: str) -> dict[str, Any]:
        task = self.tasks.get(task_id)
        if task is None or self.clock() - task.at > DAY:
            return {"status": "server_error", "error": "Failed to extract information about task"}
        task.checks += 1
        known = {"source_id": task.source_id, "presets": {**task.presets, "label": "stem_separator"}}
        if task.is_cancelled:
            return {**known, "status": "cancelled"}
        if task.steps:
            return {**known, "status": "progress", "progress": task.steps.popleft()}
        if task.fails == "server_error":
            return {"status": "server_error", "error": "Internal error"}
        if task.fails is not None:
            error = {"code": task.fails, "detail": "Unable to detect voice/vocals in the uploaded files"}
            return {**known, "status": "error", "error": error}
        base = f"{self.url}/d/{task_id}"
        tracks = [  # never by place: the one that is wanted comes first here, last at others
            {"type": "back", "label": "no_vocals", "url": f"{base}/no_vocals", "size": 1},
            {"type": "stem", "label": "vocals", "url": f"{base}/vocals"},
        ]
        seconds = round(self.sources[task.source_id].seconds)
        return {**known, "status": "success", "result": {"duration": seconds, "tracks": tracks}}

    def _cancel(self, request: Received) -> Response:
        result: dict[str, Any] = {}
        for one in json.loads(request.body)["task_ids"]:
            task = self.tasks.get(one)
            if task is None or task.is_cancelled:
                result[one] = {"status": "server_error", "error": "Task is not in progress state"}
            else:
                task.is_cancelled = True
                result[one] = {"status": "success"}
        return JSONResponse({"result": result})

    def _delete(self, request: Received) -> Response:
        source_id = json.loads(request.body)["source_id"]
        source = self._source(source_id)
        if source is not None:
            source.deleted_at = self.clock()
            for task in self.tasks.values():
                if task.source_id == source_id and task.steps:
                    task.is_cancelled = True
        return JSONResponse({})

    # --- files ----------------------------------------------------------------------------------------------

    def _source(self, source_id: str) -> Source | None:
        source = self.sources.get(source_id)
        if source is None or source.deleted_at is not None or self.clock() - source.at > DAY:
            return None
        return source

    def _track(self, path: str) -> Response:
        """Links work for an hour after the deletion."""
        _, _, task_id, label = path.split("/")
        task = self.tasks.get(task_id)
        source = self.sources.get(task.source_id) if task is not None else None
        gone = source is None or (source.deleted_at is not None and self.clock() - source.deleted_at > HOUR)
        if gone or source is None or label != "no_vocals":
            return Response(status_code=404)
        if task_id not in self._made:
            self._made[task_id] = self.plans.result(source.content)
        headers = {"content-disposition": 'attachment; filename="song_no_vocals.flac"'}
        return Response(self._made[task_id], media_type="audio/flac", headers=headers)


def _refusal(status: int, detail: str, code: str | None = None) -> Response:
    return JSONResponse({"detail": detail} if code is None else {"detail": detail, "code": code}, status)
