"""A public address in front of a studio, as a reverse proxy or a tunnel gives it."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

BLOCK = 65_536
IDLE_SECONDS = 30.0


class Tunnel(socketserver.ThreadingTCPServer):
    """Refuses connections until `leads_to` is set, then passes them on."""

    daemon_threads = True
    leads_to: str | None = None
    """Origin of the studio."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Passage(socketserver.BaseRequestHandler):
    server: Tunnel

    def handle(self) -> None:
        if self.server.leads_to is None:
            return
        target = urlsplit(self.server.leads_to)
        with socket.create_connection((target.hostname, target.port), IDLE_SECONDS) as inside:
            back = threading.Thread(target=_pass_on, args=(inside, self.request), daemon=True)
            back.start()
            _pass_on(self.request, inside)
            back.join(IDLE_SECONDS)


def _pass_on(source: socket.socket, to: socket.socket) -> None:
    source.settimeout(IDLE_SECONDS)
    with contextlib.suppress(OSError):
        while block := source.recv(BLOCK):
            to.sendall(block)
    with contextlib.suppress(OSError):
        to.shutdown(socket.SHUT_WR)


@contextmanager
def tunnel() -> Iterator[Tunnel]:
    with Tunnel(("127.0.0.1", 0), _Passage) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(5)
