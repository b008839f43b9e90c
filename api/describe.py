"""`python -m api.describe`: the description of the API, as `/openapi.json` serves it. Asks no server."""

from __future__ import annotations

import asyncio
import json
import sys

from api.main import create_app
from core.bootstrap import build
from core.config import Settings

NOWHERE = {"database_url": "postgresql://localhost/none", "redis_url": "redis://localhost/0"}
"""The services want addresses; to be described they are not asked."""


async def describe() -> str:
    services = build(Settings.load(**NOWHERE))
    try:
        return json.dumps(create_app(services).openapi(), ensure_ascii=False)
    finally:
        await services.close()


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(describe()))
