"""What the API is compared with: a bare Starlette route, and bare asyncpg queries behind such routes.

The statements are those of the API's routes, to the letter; nothing is done with their rows but JSON.
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

from core.catalog.showing import BY_IDS
from core.db.reading import Written
from core.library.pages import LibraryShelf, Sort, page_statement

POOL = 10
"""As many connections as the API keeps."""
PAGE = 20


SONG = Written(BY_IDS)
LIBRARY = Written(page_statement(LibraryShelf.RECENT, Sort.USED, is_later=False))


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["BENCH_DATABASE_URL"], min_size=POOL, max_size=POOL) as pool:
        app.state.pool = pool
        yield


async def _nothing(request: Request) -> Response:
    return JSONResponse({"status": "up"})


async def _song(request: Request) -> Response:
    given = SONG.values({"ids": [uuid.UUID(request.path_params["song_id"])]})
    row = await request.app.state.pool.fetchrow(SONG.text, *given)
    return _as_json(dict(row))


async def _library(request: Request) -> Response:
    given = LIBRARY.values({"user_id": uuid.UUID(request.path_params["user_id"]), "most": PAGE + 1})
    rows = await request.app.state.pool.fetch(LIBRARY.text, *given)
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
