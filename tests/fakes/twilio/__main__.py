"""`python -m tests.fakes.twilio --port 8082`: the stand-in as a process, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse

from tests.fakes.twilio.stand_in import TwilioStandIn


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.twilio", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    parser.add_argument("--webhook", default="http://127.0.0.1:8000/webhooks/whatsapp")
    options = parser.parse_args()
    stand_in = TwilioStandIn(host=options.host, port=options.port)
    stand_in.webhook_url = options.webhook
    print(f"Twilio stand-in (not the real service) at {stand_in.url}", flush=True)
    print(f"account {stand_in.account_sid}, token {stand_in.auth_token}, from {stand_in.sender}", flush=True)
    stand_in.run()


if __name__ == "__main__":
    main()
