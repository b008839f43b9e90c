"""The player, as Angular has built it: its files, and its page for every address that nothing else has.

Hashed files are kept for good, the page and what the service worker reads are asked for each time. Texts were
compressed by the build. The page's policy lets in this server alone; its inline script is named by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import os
import re
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, PathLike, StaticFiles
from starlette.types import Receive, Scope, Send

from api.errors import problem

BUILT = Path(__file__).parent.parent / "webapp" / "dist"
PAGE = "index.html"
WORKERS = {"studio-worker.js", "ngsw-worker.js"}
"""The second is brought along by the first; browsers of earlier days have it alone."""

POLICY = "Content-Security-Policy"
FOR_GOOD = "public, max-age=31536000, immutable"
EACH_TIME = "no-cache"

_HASHED = re.compile(r"-[A-Z0-9]{8}\.\w+$")
_NOT_THE_PLAYERS = re.compile(r"(api|embed|files|webhooks|docs|redoc|metrics|openapi\.json)(/|$)")
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; "
    "style-src 'self' {empty}; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'{files}; "
    "media-src 'self'{files} blob:; manifest-src 'self'; "
    "worker-src 'self'; frame-src 'self'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors https://web.telegram.org; require-trusted-types-for 'script'; "
    "trusted-types angular angular#unsafe-bypass angular#components default"
)
"""`wasm-unsafe-eval` lets WebAssembly run, and no text: what changes the key of a song while it is sung is a
module of our own origin, and browsers run none without it (docs/decisions/0033)."""
_EMPTY = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
"""The style sheet with nothing in it: Angular's CDK makes one to ask the browser about its screen."""
_WORKER_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'{files}"
"""A worker is ruled by the policy it came with, and this one fetches for the whole player."""

mimetypes.add_type("application/manifest+json", ".webmanifest")


class Player(StaticFiles):
    """Serves the built player from a folder, which may be built anew meanwhile."""

    def __init__(self, folder: Path, files_origin: str | None = None) -> None:
        """`files_origin`: where open content comes from, beside this server."""
        super().__init__(directory=folder, check_dir=False)
        self._files = f" {files_origin}" if files_origin else ""
        self._page = folder / PAGE

    @property
    def is_built(self) -> bool:
        return self._page.is_file()

    async def page(self, request: Request) -> Response:
        return await self.get_response(PAGE, request.scope)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what no route has: a file, or the page for an address inside the player."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"} or not self.is_built:
            raise HTTPException(404)
        response = await self._answer(scope)
        await response(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response:
        path = self.get_path(scope)
        if _NOT_THE_PLAYERS.match(path.replace(os.sep, "/")):
            raise HTTPException(404)
        is_file = "." in Path(path).name and path != "."
        if not is_file:
            if not _takes_pages(Headers(scope=scope)):
                raise HTTPException(404)
            path = PAGE
        try:
            return await self.get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404:
                raise
            return problem(404, "not-found")

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The file as it was compressed for callers who take that, with what they may do with it."""
        path = Path(full_path)
        headers = {
            "Cache-Control": FOR_GOOD if _HASHED.search(path.name) else EACH_TIME,
            "Vary": "Accept-Encoding",
        }
        if path.name == PAGE:
            headers[POLICY] = _page_policy(path, stat_result.st_mtime_ns, self._files)
        elif path.name in WORKERS:
            headers[POLICY] = _WORKER_POLICY.format(files=self._files)
        request = Headers(scope=scope)
        sent, encoding = _compressed(path, request.get("accept-encoding", ""))
        if encoding is not None:
            headers["Content-Encoding"] = encoding
        response = FileResponse(
            sent,
            status_code,
            headers,
            media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
            stat_result=sent.stat(),
        )
        if self.is_not_modified(response.headers, request):
            return _not_modified(response)
        return response


def _not_modified(response: Response) -> Response:
    """With the policy: the headers of a 304 take the place of those kept with the page (RFC 9111 3.2)."""
    answer = NotModifiedResponse(response.headers)
    policy = response.headers.get(POLICY)
    if policy is not None:
        answer.headers[POLICY] = policy
    return answer


def _takes_pages(request: Headers) -> bool:
    accepted = request.get("accept", "*/*")
    return "text/html" in accepted or "*/*" in accepted


def _compressed(path: Path, accepted: str) -> tuple[Path, str | None]:
    """The file that is sent, and how it is compressed. Encodings weighted with q=0 are refused ones."""
    taken = {
        name.strip().lower()
        for name, _, weight in (part.partition(";") for part in accepted.split(","))
        if re.fullmatch(r"\s*q=0(\.0*)?\s*", weight) is None
    }
    for encoding, suffix in _ENCODINGS:
        smaller = path.with_name(path.name + suffix)
        if encoding in taken and smaller.is_file():
            return smaller, encoding
    return path, None


@lru_cache(maxsize=4)
def _page_policy(page: Path, changed_ns: int, files: str) -> str:
    """The policy for the page as it is at that time."""
    scripts = _INLINE_SCRIPT.findall(page.read_text(encoding="utf-8"))
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    hashes = "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return _POLICY.format(empty=_EMPTY, hashes=hashes, files=files)
