"""`python -m tests.fakes.serve --studio URL`: all outside services in one process, with a page of chats.

First come lines for whoever reads along, then one of JSON: the settings that lead a studio to the services.
"""

from __future__ import annotations

import argparse
import json
import socket
import sys

import uvicorn

from tests.fakes.phones.app import build_app
from tests.fakes.phones.chats import Phones
from tests.fakes.phones.street import LOOPBACK, street

USUAL_PORT = 8090


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.serve", description=__doc__)
    parser.add_argument("--studio", default="http://127.0.0.1:8000", help="the studio's origin")
    parser.add_argument("--host", default=LOOPBACK, help="the name by which the studio reaches this machine")
    parser.add_argument("--port", type=int, default=0, help="of the page; the services' are those after it")
    parser.add_argument("--no-bucket", action="store_true", help="without S3: the studio has its own store")
    options = parser.parse_args()
    first = options.port + 1 if options.port else 0
    with (
        street(options.studio, options.host, first, with_bucket=not options.no_bucket) as opened,
        _listener(options.host, options.port) as listener,
    ):
        server = uvicorn.Server(
            uvicorn.Config(build_app(Phones(opened)), log_config=None, access_log=False, ws="none")
        )
        shown = "127.0.0.1" if options.host != LOOPBACK else options.host
        print(f"Stand-ins of all services; the phones of two people: http://{shown}:{_port(listener)}")
        print("LALAL.AI's only makes songs quieter; MELODY_SEPARATOR=local takes their voices out here.")
        print(json.dumps(opened.settings()), flush=True)
        server.run(sockets=[listener])
    sys.exit(0)


def _listener(host: str, port: int) -> socket.socket:
    """At the port, else at the usual one, else at any that is free."""
    for wanted in [port] if port else [USUAL_PORT, 0]:
        try:
            return socket.create_server((host, wanted), backlog=64)
        except OSError:
            if wanted in {port, 0}:
                raise
    raise AssertionError("a free port was asked for")


def _port(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


if __name__ == "__main__":
    main()
