"""The HTTP gateway: `python -m api.main`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api import errors, limits
from api.about import ABOUT
from api.deps import Keys
from api.live.hub import MOST_SOCKETS, Hub
from api.live.messages import MOST_BYTES
from api.live.transport import CuttingProtocol
from api.middleware import MEBIBYTE, BodyLimit, Compressed, Frame, Heads, TrustedHosts
from api.player import BUILT, Player
from api.routes import (
    audio,
    chat_sign_in,
    conversions,
    covers,
    embed,
    files,
    home,
    identities,
    info,
    library,
    live,
    me,
    metrics,
    music,
    phone,
    playlists,
    push,
    reference,
    sessions,
    system,
)
from api.timing import TimedWebhooks
from api.tracing import Traced
from api.uploads import Uploads
from api.webhooks import telegram, whatsapp
from core import log, tracing
from core.bootstrap import Services, build
from core.catalog.searching.local_search import warm
from core.collecting import collect_seldom
from core.config import Settings
from core.errors import ConfigurationError
from core.sweep import UPLOADS

TAGS = {
    "auth": "Signing in, staying signed in, signing out.",
    "account": "One's own account, and the ways into it.",
    "music": "Songs of all: found, shown, and heard most. Nobody has to sign in.",
    "library": "The songs that somebody keeps, and their plays.",
    "playlists": "Songs that somebody put in a row.",
    "audio": "Recordings: sent in, made into instrumentals, and heard.",
    "system": "Whether everything runs, and what is set up here.",
    "files": "Stored audio by links that are their own ticket.",
    "webhooks": "For messengers alone, which sign what they bring.",
}
"""What the routes are grouped by."""
BODY_BYTES = MEBIBYTE
"""The most that a request may bring. Updates of messengers are a few kilobytes."""
DRAIN_SECONDS = 3
CLOSE_SECONDS = 2.0
"""Together the longest that an orderly end takes."""
CORS_SECONDS = 600
"""How long a browser may remember what a page of another origin may do."""
CONNECTIONS = 1000
"""Beside the open sockets, of which the hub keeps count."""
PING_SECONDS = 20.0
"""How often a socket's peer has to give a sign of life, and how long it may take to."""
BACKLOG = 512
OPEN_SECONDS, OPEN_TO_PROXIES_SECONDS = 5, 150
"""How long a connection that carries nothing stays open. A proxy has to be the first to close one, else it
now and then sends a request into one that we close at that moment, and answers 502: Amazon's closes after 120
seconds as `deploy/aws` sets it, Caddy after 120."""


def create_app(services: Services | None = None, *, player: Path | None = None) -> FastAPI:
    """The application on the given services, which stay the caller's, or on its own. Connects to nothing.
    `player` is the folder of the built player, which is served where nothing else is.

    Raises ConfigurationError.
    """
    own = services is None
    services = services or build(Settings.load())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        warming = asyncio.create_task(_warm_up(is_whole_process=own))
        yield
        await warming
        await app.state.hub.close()
        if own:
            async with asyncio.timeout(CLOSE_SECONDS):
                await services.close()

    app = FastAPI(
        title="Melody Studio",
        version="1",
        description=ABOUT,
        lifespan=lifespan,
        # FastAPI's own pages load their scripts from another host; ours are in `api.routes.reference`.
        docs_url=None,
        redoc_url=None,
        responses=errors.problems(400, 408, 413, 422, 500),
        openapi_tags=[{"name": name, "description": text} for name, text in TAGS.items()],
        generate_unique_id_function=lambda route: "-".join([*map(str, route.tags), route.name]),
    )
    _ = services.access  # keys that can't be used are told before anything is served
    _ = services.push_service
    app.state.services = services
    app.state.keys = Keys(services.settings, services.database)
    app.state.checks = system.Checks(services)
    app.state.hub = Hub(services)
    app.state.paces = limits.paces_of(services, app.state.keys)
    app.state.uploads = Uploads(services.settings.work_path / UPLOADS)
    app.state.telegram_name = info.TelegramName(services)
    errors.install(app)
    ways_in = (phone, chat_sign_in, sessions, me, identities, push)
    # Routes are looked through in their order: what is asked for most comes first.
    for routes in (library, music, audio, conversions, playlists, covers, *ways_in):
        app.include_router(routes.router, dependencies=[limits.PACED], responses=errors.problems(429))
    for routes in (system, metrics, info, live, files, telegram, whatsapp, embed, reference, home):
        app.include_router(routes.router)
    app.state.player = None if player is None else Player(player, services.settings.public_files_url)
    if player is not None:
        app.router.default = app.state.player  # after all routes, so that it hides none of them
    _surround(app, services)
    return app


async def _warm_up(*, is_whole_process: bool) -> None:
    await asyncio.to_thread(warm)
    if is_whole_process:
        collect_seldom()


def _surround(app: FastAPI, services: Services) -> None:
    """What every request goes through; the last one added is the outermost."""
    settings = services.settings
    app.add_middleware(BodyLimit, limit=BODY_BYTES, larger={audio.UPLOAD_PATH: audio.UPLOAD_BODY_BYTES})
    app.add_middleware(Compressed)
    app.add_middleware(Heads)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins.split(","),
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=[
                "Authorization",
                "Content-Type",
                "Idempotency-Key",
                "If-None-Match",
                "X-Request-ID",
            ],
            expose_headers=["ETag", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"],
            max_age=CORS_SECONDS,
        )
    app.add_middleware(TrustedHosts, allowed=settings.allowed_hosts)
    app.add_middleware(TimedWebhooks, services=services)
    if settings.otel_exporter_otlp_endpoint is not None:
        app.add_middleware(Traced)
    app.add_middleware(Frame, is_https=settings.public_origin.startswith("https://"))
    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxies)


def main() -> int:
    """Serve until SIGTERM or SIGINT; exit code 2 on bad configuration."""
    try:
        app = create_app(player=BUILT)
    except ConfigurationError as error:
        print(error.detail, file=sys.stderr)  # noqa: T201 (the one line that the operator needs)
        return 2
    settings: Settings = app.state.services.settings
    log.configure(settings, "api")
    tracing.begin(settings, "api")
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws=CuttingProtocol,
        ws_max_size=MOST_BYTES,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        ws_per_message_deflate=False,  # our messages are short, and there are thousands of sockets
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS + MOST_SOCKETS,
        backlog=BACKLOG,
        timeout_keep_alive=OPEN_TO_PROXIES_SECONDS if settings.trusted_proxies else OPEN_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    tracing.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
