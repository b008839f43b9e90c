"""Messages that no webhook brought: found in Twilio's list and put into the inbox as the webhook would have.

The list is read from where the last reading ended, a little overlapping, since messages appear in it late.
What is in the inbox already is left alone, so a message that comes both ways at once has one effect. The
youngest are left to the webhook, which tells more about them.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime

from core.chat.inbox import stored_before
from core.db.session import Database
from core.whatsapp.at_twilio import AtTwilio, ListTooLong, ReceivedFile, ReceivedMessage
from core.whatsapp.contacts import CHANNEL
from core.whatsapp.inbox import NotAMessage, store_message

logger = logging.getLogger(__name__)

SENT_AT = "DateSent"
"""The field that only forms made here have: when the message was sent, as RFC 2822 writes it."""
FARTHEST = timedelta(days=2)
"""No farther back; what is older than a day is only told that it waited too long. Well below the seven days
for which the inbox knows what it had."""
OVERLAP = timedelta(minutes=10)
LEFT_TO_THE_WEBHOOK = timedelta(seconds=20)
"""Twilio waits 15 seconds for it."""
AT_ONCE = timedelta(hours=1)
"""So much of the list is read before what it holds is stored; less where that is too much."""
LEAST_AT_ONCE = timedelta(seconds=10)


async def take_up(
    database: Database,
    twilio: AtTwilio,
    read_until: datetime | None,
    now: datetime,
    done: Callable[[datetime], Awaitable[None]],
) -> int:
    """Store what was sent to us since `read_until` and is not there; returns how many messages.

    `done` is told up to when all is there. Raises ServiceUnavailable, ConfigurationError.
    """
    since = now - FARTHEST
    if read_until is not None:
        since = max(since, read_until - OVERLAP)
    until, at_once, taken = now - LEFT_TO_THE_WEBHOOK, AT_ONCE, 0
    while since < until:
        end = min(since + at_once, until)
        try:
            listed = await twilio.received(since, end)
        except ListTooLong:
            if at_once > LEAST_AT_ONCE:
                at_once /= 2
                continue
            logger.error("more messages came in a few seconds than can be looked up: they are passed over")
            listed = []
        taken += await _store(database, twilio, listed)
        await done(end)
        since = end
    if taken:
        logger.info("messages that no webhook brought: %d", taken)
    return taken


async def _store(database: Database, twilio: AtTwilio, listed: Sequence[ReceivedMessage]) -> int:
    """Each in a transaction of its own, in the order in which they were sent."""
    async with database.transaction() as session:
        known = await stored_before(session, CHANNEL, [message.sid for message in listed])
    taken = 0
    for message in listed:
        if message.sid in known:
            continue
        files = await twilio.files_of(message.sid) if message.media else ()
        try:
            async with database.transaction() as session:
                taken += await store_message(session, as_form(message, files, twilio), message.sent_at)
        except NotAMessage:
            logger.warning("Twilio lists a message whose sender can't be answered")
    return taken


def as_form(message: ReceivedMessage, files: Sequence[ReceivedFile], twilio: AtTwilio) -> dict[str, str]:
    """The form of a webhook, as far as the list tells it."""
    form = {
        "MessageSid": message.sid,
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "AccountSid": twilio.account_sid,
        "From": message.author,
        "To": twilio.sender,
        "Body": message.body,
        "NumMedia": str(len(files)),
        "SmsStatus": "received",
        SENT_AT: format_datetime(message.sent_at),
    }
    if message.user_ref is not None:
        form["ExternalUserId"] = message.user_ref
    for number, file in enumerate(files):
        form[f"MediaUrl{number}"], form[f"MediaContentType{number}"] = file.url, file.content_type
    return form
