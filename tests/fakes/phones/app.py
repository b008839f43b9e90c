"""The page's server: what is on a phone, and what its owner does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from tests.fakes.phones.chats import Chat, Phones, send_sample

HERE = Path(__file__).parent
PAGES = {"/": "phones.html", "/phones.css": "phones.css", "/phones.js": "phones.js"}
POLICY = {
    "Content-Security-Policy": "default-src 'self'; img-src data:",
    "Cache-Control": "no-store",
}


def build_app(phones: Phones) -> Starlette:
    """`GET /phones/{person}` tells what is on a phone; below it is what its owner does in a chat."""

    async def seen(request: Request) -> Response:
        phones.street.forget_the_oldest()
        return JSONResponse(phones.seen_by(request.path_params["person"]))

    def chat_of(request: Request) -> Chat:
        return phones.chat(request.path_params["person"], request.path_params["chat"])

    async def says(request: Request) -> Response:
        await chat_of(request).says((await request.json())["text"])
        return Response(status_code=204)

    async def taps(request: Request) -> Response:
        told = await request.json()
        await chat_of(request).taps(told["message"], told["button"])
        return Response(status_code=204)

    async def sends(request: Request) -> Response:
        media_type = request.headers.get("content-type", "application/octet-stream")
        name = request.query_params.get("name", "file")
        await chat_of(request).sends(await request.body(), media_type, name)
        return Response(status_code=204)

    async def sends_sample(request: Request) -> Response:
        await send_sample(chat_of(request))
        return Response(status_code=204)

    async def file(request: Request) -> Response:
        data, media_type = chat_of(request).file(request.path_params["message"])
        return Response(data, media_type=media_type)

    chat = "/phones/{person}/{chat}"
    return Starlette(
        routes=[
            *(Route(path, _page(name)) for path, name in PAGES.items()),
            Route("/phones/{person}", seen),
            Route(f"{chat}/says", says, methods=["POST"]),
            Route(f"{chat}/taps", taps, methods=["POST"]),
            Route(f"{chat}/sends", sends, methods=["POST"]),
            Route(f"{chat}/sends-sample", sends_sample, methods=["POST"]),
            Route(f"{chat}/files/{{message}}", file),
        ],
        exception_handlers={LookupError: _nothing_there, KeyError: _nothing_there},
    )


def _page(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def page(request: Request) -> Response:
        return FileResponse(HERE / name, headers=POLICY)

    return page


async def _nothing_there(request: Request, error: Exception) -> Response:
    return JSONResponse({"detail": str(error)}, 404)
