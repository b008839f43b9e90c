"""A stateful stand-in of Twilio's messaging for WhatsApp, strict where the real one is.

It takes messages over HTTP with Twilio's statuses and error codes, fetches their media as Twilio does, tells
what became of them by signed callbacks, and brings what people write to a signed webhook. Every request is
checked against the published description (`twilio.violations`). As a process:
`python -m tests.fakes.twilio --port 8082`, with its controls under `/control`.
"""

from tests.fakes.twilio.description import require_description
from tests.fakes.twilio.model import Message, Refusal
from tests.fakes.twilio.people import Person
from tests.fakes.twilio.stand_in import TwilioStandIn

__all__ = ["Message", "Person", "Refusal", "TwilioStandIn", "require_description"]
