"""`python -m tests.fakes.telegram --port 8081`: the stand-in as a process, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse

from tests.fakes.telegram.server import TelegramStandIn


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.telegram", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    parser.add_argument("--token", default="4200000001:stand-in-token-of-no-worth")
    options = parser.parse_args()
    stand_in = TelegramStandIn(token=options.token, host=options.host, port=options.port)
    print(f"Telegram stand-in (not the real service) at {stand_in.url}", flush=True)
    stand_in.run()


if __name__ == "__main__":
    main()
