"""A stateful stand-in of MSG91's OTP API, version 5, with its habit of refusing with HTTP 200.

It keeps the text messages it would have sent (`texts`), drops a repeated one within ten seconds (code 311),
verifies and resends codes, counts retries, and refuses wrong keys, unknown templates, addresses that are not
on the key's list (418) and accounts without a balance. Requests that MSG91 would not understand are in
`violations`. As a process: `python -m tests.fakes.msg91 --port 8091`.
"""

from tests.fakes.msg91.stand_in import Msg91StandIn, Text

__all__ = ["Msg91StandIn", "Text"]
