"""A stateful stand-in of the Telegram Bot API, strict where the real one is.

It answers over HTTP with the real statuses and error texts, remembers chats, messages and files, and checks
every request against the published description (`tg.violations`). As a process:
`python -m tests.fakes.telegram --port 8081`, with its controls under `/control` (see `/docs`).
"""

from tests.fakes.telegram.faults import Fault, Flood
from tests.fakes.telegram.model import ChatAudio, ChatButton, ChatMessage, Limits
from tests.fakes.telegram.people import Person
from tests.fakes.telegram.server import TelegramStandIn
from tests.fakes.telegram.spec import require_description
from tests.fakes.telegram.wire import Received

__all__ = [
    "ChatAudio",
    "ChatButton",
    "ChatMessage",
    "Fault",
    "Flood",
    "Limits",
    "Person",
    "Received",
    "TelegramStandIn",
    "require_description",
]
