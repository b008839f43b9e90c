"""Whether this process is up, and whether everything it needs is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from api.deps import UsesServices
from core.bootstrap import Services
from core.errors import ServiceUnavailable
from core.liveness import ROLES, Liveness

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/api/v1/system", tags=["system"])

CHECK_SECONDS = 2.0


class Health(BaseModel):
    status: Literal["up"] = "up"


class Readiness(BaseModel):
    ready: bool
    dependencies: dict[str, bool]
    """Whether each answers: database, redis, storage, and the other processes of the product."""


class Checks:
    """Asks all dependencies side by side; callers who come meanwhile share the answer.

    So however many ask, each dependency sees one question at a time.
    """

    def __init__(self, services: Services) -> None:
        self._checks: dict[str, Callable[[], Awaitable[object]]] = {
            "database": services.database.check,
            "redis": services.redis.ping,
            "storage": services.store.check,
            **{name: partial(_lives, services.liveness, name) for name in ROLES},
        }
        self._running: asyncio.Task[dict[str, bool]] | None = None

    async def run(self) -> dict[str, bool]:
        """Whether each dependency answers, known within CHECK_SECONDS."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._ask_all())
        return await asyncio.shield(self._running)

    async def _ask_all(self) -> dict[str, bool]:
        answers = await asyncio.gather(*(_answers(name, check) for name, check in self._checks.items()))
        return dict(zip(self._checks, answers, strict=True))


async def _lives(liveness: Liveness, process: str) -> None:
    if not await liveness.alive(process):
        raise ServiceUnavailable(process)


async def _answers(name: str, check: Callable[[], Awaitable[object]]) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except Exception as error:  # noqa: BLE001 (whatever is wrong with it, it is not ready)
        logger.debug("not ready", extra={"dependency": name, "reason": type(error).__name__})
        return False
    return True


@router.get("/health", summary="Is it up?")
async def health() -> Health:
    """This process is up; says nothing about what it needs."""
    return Health()


@router.get("/ready", summary="Does everything answer?", responses={503: {"model": Readiness}})
async def ready(request: Request, response: Response, services: UsesServices) -> Readiness:
    """Whether a song sent now would come back: 503 while any dependency does not answer."""
    checks: Checks = request.app.state.checks
    dependencies = await checks.run()
    is_ready = all(dependencies.values())
    if not is_ready:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    response.headers["Cache-Control"] = "no-store"
    return Readiness(ready=is_ready, dependencies=dependencies)
