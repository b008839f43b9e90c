"""Telling a chat that somebody signed in by its link, with the way to undo it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import ChannelIdentity
from core.chat.actions import SIGN_OUT
from core.chat.meeting import tell
from core.chat.status import texts_for
from core.delivery.outbox import Outbox
from core.ports import Button, Reply


async def tell_signed_in(
    session: AsyncSession, outbox: Outbox, identity: ChannelIdentity, default_language: str
) -> None:
    """To the private chat where the link was asked for. `identity` comes with its user."""
    texts = texts_for(identity.user, identity, default_language)
    undo = Button(texts.say("button-sign-out"), SIGN_OUT)
    await tell(session, outbox, identity, Reply(texts.say("signed-in-elsewhere"), ((undo,),)))
