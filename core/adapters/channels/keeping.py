"""Files that people send, on their way from a messenger to this disk."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx

from core.errors import TooLarge

BLOCK = 256 * 1024


async def keep_body(answer: httpx.Response, into: Path, max_bytes: int) -> None:
    """Write the body to `into`, which may be there in part after an error. Raises TooLarge."""
    received = 0
    with await asyncio.to_thread(into.open, "wb") as file:
        async for block in answer.aiter_bytes(BLOCK):
            received += len(block)
            if received > max_bytes:
                raise TooLarge(limit_mb=max_bytes // 1_000_000)
            await asyncio.to_thread(file.write, block)
