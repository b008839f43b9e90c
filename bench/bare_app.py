"""What the API is compared with: a bare Starlette route, and bare asyncpg queries behind such routes.

The queries bring the same rows as the API's routes do, and nothing is done with them but JSON.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

POOL = 10
"""As many connections as the API keeps."""
SONG = "SELECT s.* FROM songs s WHERE s.id = $1"
LIBRARY = (
    "SELECT l.added_at, l.play_count, l.last_played_at, l.saved, l.instrumental_status, "
    "s.id, s.title, s.artist, s.album, s.duration, s.release_year "
    "FROM user_library l JOIN songs s ON s.id = l.song_id "
    "WHERE l.user_id = $1 ORDER BY greatest(l.added_at, l.last_played_at) DESC, l.id LIMIT 20"
)


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["BENCH_DATABASE_URL"], min_size=POOL, max_size=POOL) as pool:
        app.state.pool = pool
        yield


async def _nothing(request: Request) -> Response:
    return JSONResponse({"status": "up"})


async def _song(request: Request) -> Response:
    row = await request.app.state.pool.fetchrow(SONG, uuid.UUID(request.path_params["song_id"]))
    return _as_json(dict(row))


async def _library(request: Request) -> Response:
    rows = await request.app.state.pool.fetch(LIBRARY, uuid.UUID(request.path_params["user_id"]))
    return _as_json({"items": [dict(row) for row in rows]})


def _as_json(value: object) -> Response:
    return Response(json.dumps(value, default=str, ensure_ascii=False), media_type="application/json")


app = Starlette(
    routes=[
        Route("/nothing", _nothing),
        Route("/song/{song_id}", _song),
        Route("/library/{user_id}", _library),
    ],
    lifespan=_lifespan,
)
