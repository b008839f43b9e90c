"""Which template says that a song is ready: the person's language, where WhatsApp has approved of it.

The operator's setting says whether anything is announced at all, and is the template for everybody whose own
language has none that is approved.
"""

from __future__ import annotations

import logging

from core.adapters.channels.whatsapp.content import Filled, one_line
from core.adapters.channels.whatsapp.content_api import APPROVED, ContentApi
from core.adapters.channels.whatsapp.look_back import Message, OfTemplate
from core.adapters.channels.whatsapp.templates import ready_name
from core.db.session import Database
from core.errors import MelodyError
from core.ports import Reply
from core.whatsapp.models import WhatsAppTemplate
from core.whatsapp.templates import READY_SETTING, all_of, keep, usable

logger = logging.getLogger(__name__)


class Announcing:
    """`ready_sid` is the operator's setting."""

    def __init__(self, database: Database, content: ContentApi, account: str, ready_sid: str) -> None:
        self._database = database
        self._content = content
        self._account = account
        self._ready_sid = ready_sid

    async def message(self, reply: Reply) -> Message:
        """The announcement as a message that may be sent outside the 24 hours."""
        assert reply.announces is not None
        name, sid = await self._template(reply.announces.language)
        filled = Filled(name, {"1": one_line(reply.announces.title) or "♪"}, reply.text)
        return Message(reply.text, made_of=OfTemplate(sid, filled))

    async def _template(self, language: str) -> tuple[str, str]:
        async with self._database.transaction() as session:
            own = await usable(session, self._account, ready_name(language))
            named = [row.name for row in await all_of(session, self._account) if row.sid == self._ready_sid]
            if not named:
                await keep(session, self._account, READY_SETTING, self._ready_sid)
        if own is not None and (own.sid == self._ready_sid or await self._is_approved(own)):
            return own.name, own.sid
        return next(iter(named), READY_SETTING), self._ready_sid

    async def _is_approved(self, template: WhatsAppTemplate) -> bool:
        """WhatsApp takes its time with an approval: it is asked for until it is there."""
        if template.approval == APPROVED:
            return True
        try:
            approval = await self._content.approval(template.sid)
        except MelodyError as error:
            logger.warning("nothing is known of a WhatsApp template", extra={"error": error.detail})
            return False
        if approval.status != APPROVED:
            return False
        async with self._database.transaction() as session:
            await keep(session, self._account, template.name, template.sid, APPROVED)
        return True
