"""A static host in front of the gateway, which does what `_redirects` and `_headers` of its folder say.

As Netlify describes it (docs.netlify.com, "Redirects and rewrites", "Custom headers"): rules apply from the
top; `200!` hands a request on whatever file there is, `200` answers with another file where there is none of
that name; `*` at the end of a path is `:splat`. WebSockets are not handed on: their handshake arrives as a
plain GET.
"""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

PATIENCE = 30.0
HOP = {"connection", "keep-alive", "upgrade", "transfer-encoding", "host", "content-encoding"}
"""Headers of one connection, and those that are about a form of the body which we undo."""
SOCKETS = ("sec-websocket-",)


@dataclass(frozen=True)
class Redirect:
    path: str
    to: str
    is_forced: bool

    def target(self, path: str) -> str | None:
        if not fnmatchcase(path, self.path):
            return None
        return self.to.replace(":splat", path[len(self.path) - 1 :])


class StaticHost(ThreadingHTTPServer):
    """`handed_on` is what it asked the gateway for: method and path."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.folder = Path()
        self.redirects: list[Redirect] = []
        self.rules: list[tuple[str, str, str]] = []
        """(path, header, value)"""
        self.handed_on: list[tuple[str, str]] = []
        self.gateway = httpx.Client(timeout=PATIENCE, follow_redirects=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def publish(self, folder: Path) -> None:
        """Serve what was exported there."""
        self.folder = folder
        for line in (folder / "_redirects").read_text().splitlines():
            path, to, status = line.split()
            self.redirects.append(Redirect(path, to, status.endswith("!")))
        path = ""
        for line in (folder / "_headers").read_text().splitlines():
            if line.startswith("/"):
                path = line
            else:
                name, _, value = line.strip().partition(": ")
                self.rules.append((path, name, value))


class _Request(BaseHTTPRequestHandler):
    server: StaticHost
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        file = self.server.folder / (path.lstrip("/") or "index.html")
        is_there = file.is_file() and not file.name.startswith("_")
        for redirect in self.server.redirects:
            target = redirect.target(path)
            if target is None or (is_there and not redirect.is_forced):
                continue
            if redirect.is_forced:
                return self._hand_on(target)
            file, is_there = self.server.folder / target.lstrip("/"), True
            break
        if not is_there:
            return self._answer(404, [], b"Not found")
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        said = [(name, value) for rule, name, value in self.server.rules if fnmatchcase(path, rule)]
        return self._answer(200, [("Content-Type", kind), *said], file.read_bytes())

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - as http.server calls them

    def _hand_on(self, target: str) -> None:
        url = target + self.path[len(self.path.partition("?")[0]) :]
        self.server.handed_on.append((self.command, self.path))
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kept = [
            (name, value)
            for name, value in self.headers.items()
            if name.lower() not in HOP and not name.lower().startswith(SOCKETS)
        ]
        forwarded = [("X-Forwarded-Host", self.headers["Host"]), ("X-Forwarded-Proto", "http")]
        answer = self.server.gateway.request(self.command, url, headers=[*kept, *forwarded], content=body)
        back = [
            (name, value)
            for name, value in answer.headers.multi_items()
            if name not in HOP and name != "content-length"
        ]
        length = answer.headers.get("content-length") if self.command == "HEAD" else None
        self._answer(answer.status_code, back, answer.content, length)

    def _answer(
        self, status: int, headers: list[tuple[str, str]], body: bytes, length: str | None = None
    ) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if status >= 200 and status not in {204, 304}:
            self.send_header("Content-Length", length or str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def static_host() -> Iterator[StaticHost]:
    """A host on a free port, which has nothing to serve yet."""
    with StaticHost() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(5)
            server.gateway.close()
