"""What is said to the two sides of a code, in the chats among them: the question, and what came of it.

A browser is told nothing here: it asks.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import ChannelIdentity
from core.accounts.phone import hint
from core.chat.actions import link_action
from core.chat.song_texts import shortened
from core.chat.status import texts_for
from core.delivery.outbox import Outbox
from core.membership.linking import Answer, Meeting, Side
from core.ports import Button, Reply

BROWSER = "Web"
LONGEST_NAME = 60


async def ask_both(session: AsyncSession, outbox: Outbox, meeting: Meeting, default_language: str) -> None:
    """Each is asked about the other."""
    for side, opposite in ((meeting.asker, meeting.other), (meeting.other, meeting.asker)):
        if isinstance(side, ChannelIdentity):
            texts = texts_for(side.user, side, default_language)
            yes = Button(texts.say("button-link-yes"), link_action(meeting.request_id, agrees=True))
            no = Button(texts.say("button-link-no"), link_action(meeting.request_id, agrees=False))
            await tell(
                session, outbox, side, Reply(texts.say("link-question", who=_who(opposite)), ((yes, no),))
            )


async def tell_both(
    session: AsyncSession, outbox: Outbox, meeting: Meeting, outcome: Answer, default_language: str
) -> None:
    """What both have come to."""
    key = "link-done" if outcome is Answer.LINKED else "link-refused"
    for side in (meeting.asker, meeting.other):
        if isinstance(side, ChannelIdentity):
            texts = texts_for(side.user, side, default_language)
            await tell(session, outbox, side, Reply(texts.say(key)))


async def tell(session: AsyncSession, outbox: Outbox, identity: ChannelIdentity, reply: Reply) -> None:
    """Say something in the person's private chat, which has the name of their account there.

    A messenger that the operator took away tells nobody anything.
    """
    if not outbox.reaches(identity.channel):
        return
    await outbox.reply(
        session,
        channel=identity.channel,
        chat=identity.external_id,
        identity_id=identity.id,
        reply=reply,
    )


def _who(side: Side) -> str:
    """`Asha (<messenger>)`; of a browser the name of the account, else the end of its number."""
    if isinstance(side, ChannelIdentity):
        return f"{shortened(side.display_name or '?', LONGEST_NAME)} ({side.channel.capitalize()})"
    number = side.user.phone_number
    name = side.user.name or (hint(number) if number else "?")
    return f"{shortened(name, LONGEST_NAME)} ({BROWSER})"
