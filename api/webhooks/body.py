"""The body of a webhook, which may not take for ever to arrive."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from fastapi import HTTPException, Request

BODY_SECONDS = 10.0
"""The longest that a body may take to arrive."""


async def body_of(request: Request) -> bytes:
    """All of it. Raises HTTPException 408 when it takes longer than BODY_SECONDS."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.body()
    except TimeoutError:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from None
