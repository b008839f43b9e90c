"""The WhatsApp channel: texts and audio as messages of their own, each sent once and never outside 24 hours.

Nothing here is repeated blindly: every message Twilio took is written down, and a delivery whose earlier try
is unclear is looked up there and in Twilio's list before anything is sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from core.adapters.channels.whatsapp.content import Filled, filled
from core.adapters.channels.whatsapp.look_back import (
    InDoubt,
    Message,
    OfTemplate,
    arrived_before,
    recorded,
)
from core.adapters.channels.whatsapp.outcome import BAD_MEDIA, SETTLED_AFTER, is_of_the_template
from core.adapters.channels.whatsapp.render import bodies, link_body
from core.db.session import Database
from core.errors import ConfigurationError, ServiceUnavailable
from core.ports import Attempt, AudioFormat, AudioMessage, Capabilities, Outcome, Reply, SendResult
from core.signing import FileSigner, file_signer
from core.whatsapp.at_twilio import AtTwilio
from core.whatsapp.contacts import CHANNEL, CLOSES_EARLY, OPEN_FOR, find_contact, may_be_written_to
from core.whatsapp.models import WhatsAppContact
from core.whatsapp.receipts import FAILED, OUTSIDE_WINDOW, Receipt, callback_query, note_message, note_taken
from core.whatsapp.templates import CODE_SETTING, has_failed_before, keep, note_failure, usable

if TYPE_CHECKING:
    from core.adapters.channels.whatsapp.announcing import Announcing
    from core.adapters.channels.whatsapp.client import TwilioClient
    from core.adapters.channels.whatsapp.content_api import ContentApi
    from core.adapters.channels.whatsapp.media import MediaFetcher
    from core.adapters.channels.whatsapp.setup import TemplateSetup

STATUS_PATH = "/webhooks/whatsapp/status"
LARGEST_MEDIA = 16_000_000
"""WhatsApp plays no more; a larger audio comes as a link."""
FETCHED_WITHIN = 6 * 3600.0
"""Seconds for which Twilio can fetch an audio: its queue holds messages for up to 4 hours."""
LINK_LASTS = 7 * 86_400.0
CAPABILITIES = Capabilities(
    max_text=1600 * 10,
    edits_text=False,
    audio_replaces_text=False,
    buttons=False,
    audio_format=AudioFormat.MP3,
    max_audio_bytes=2_000_000_000,
    max_fetch_bytes=16 * 1024 * 1024,
    audio_by_link=True,
    looks_back=True,
    files_come_singly=True,
    open_seconds=(OPEN_FOR - CLOSES_EARLY).total_seconds(),
)


class WhatsAppChannel:
    """`core.ports.Channel` for one sender at Twilio.

    `api_url` is Twilio's origin and `content_url` that of its templates; `ready_sid` names the template for
    what is ready outside the 24 hours, `code_sid` the one for sign-in codes. At `public_origin` Twilio
    fetches audio and tells what became of messages. A chat is a contact's id; addresses are looked up when
    something is sent.
    """

    name = CHANNEL

    def __init__(
        self,
        database: Database,
        *,
        account_sid: str,
        auth_token: str,
        sender: str,
        api_url: str,
        content_url: str,
        ready_sid: str | None,
        code_sid: str | None,
        public_origin: str,
        allow_loopback: bool,
    ) -> None:
        from core.adapters.channels.whatsapp.announcing import Announcing
        from core.adapters.channels.whatsapp.client import TwilioClient
        from core.adapters.channels.whatsapp.content_api import ContentApi
        from core.adapters.channels.whatsapp.lists import TwilioLists
        from core.adapters.channels.whatsapp.media import MediaFetcher
        from core.adapters.channels.whatsapp.setup import TemplateSetup

        self.account = account_sid
        self.capabilities = replace(CAPABILITIES, announces=ready_sid is not None)
        self._database = database
        self._public_origin = public_origin
        self._client: TwilioClient = TwilioClient(account_sid, auth_token, sender, api_url)
        self.lists: AtTwilio = TwilioLists(self._client)
        self._media: MediaFetcher = MediaFetcher(
            account_sid, auth_token, api_url, allow_loopback=allow_loopback
        )
        self._content: ContentApi = ContentApi(account_sid, auth_token, content_url)
        self._announcing: Announcing | None = None
        if ready_sid is not None:
            self._announcing = Announcing(database, self._content, account_sid, ready_sid)
        self._code_sid = code_sid
        self.templates: TemplateSetup = TemplateSetup(
            database, self._content, account_sid, ready_sid, code_sid
        )
        self._signer: FileSigner | None = None

    async def send_text(self, chat: str, reply: Reply, attempt: Attempt | None = None) -> SendResult:
        """The text, with buttons or a list where a template carries its choices."""
        if reply.announces is not None:
            return await self._announce(chat, reply, attempt)
        if reply.code is not None and self._code_sid is not None:
            return await self._bring_code(chat, reply.code, reply.text, self._code_sid)
        words = bodies(reply)
        if len(words) > 1:
            return await self._send(chat, [Message(body) for body in words], attempt)
        return await self._send(
            chat, [Message(words[0], made_of=await self._template(reply, attempt))], attempt
        )

    async def edit_text(self, chat: str, message_ref: str, reply: Reply) -> SendResult:
        """WhatsApp has no edits for businesses."""
        return SendResult(Outcome.REFUSED, error="no-edits")

    async def send_audio(
        self, chat: str, audio: AudioMessage, replaces: str | None, attempt: Attempt | None = None
    ) -> SendResult:
        """The audio by its link. Raises ValueError for an audio without its `sha256`."""
        if audio.sha256 is None:
            raise ValueError("an audio for WhatsApp is named by its sha256")
        if audio.size <= LARGEST_MEDIA:
            link = await self._link(audio.sha256, audio.file_name, FETCHED_WITHIN)
            result = await self._send(chat, [Message(media_url=link)], attempt)
            if result.error != BAD_MEDIA:
                return result
        link = await self._link(audio.sha256, audio.file_name, LINK_LASTS)
        return await self._send(chat, [Message(link_body(audio, link))], attempt)

    async def fetch(self, file_ref: str, into: Path, max_bytes: int) -> None:
        await self._media.fetch(file_ref, into, max_bytes)

    async def show_activity(self, chat: str) -> None:
        return None  # the indicator is another service of Twilio's, still in trial

    async def acknowledge(self, callback_ref: str, text: str | None) -> None:
        return None  # a tap arrives as a message

    async def address(self, words: str, start: str) -> str:
        """See `core.ports.OpenedByLink`. https://faq.whatsapp.com/5913398998672934"""
        number = self._client.sender.removeprefix("whatsapp:").removeprefix("+")
        return f"https://wa.me/{number}?text={quote(words, safe='')}"

    async def check(self) -> str:
        await self._client.check()
        return f"Twilio answers for the account …{self.account[-4:]}; callbacks go to {self._public_origin}"

    async def close(self) -> None:
        await self._client.close()
        await self._content.close()
        await self._media.close()

    # --- sending ----------------------------------------------------------------------------------------

    async def _send(self, chat: str, messages: Sequence[Message], attempt: Attempt | None) -> SendResult:
        """Send what did not arrive before; the result is that of the last message, or the first failure."""
        contact = await find_contact(self._database.reading, chat)
        if contact is None:
            return SendResult(Outcome.REFUSED, error="chat-not-found")
        arrived: dict[int, str] = {}
        if attempt is not None and attempt.unclear_since is not None:
            try:
                arrived = await arrived_before(
                    self._database,
                    self._client,
                    contact.address,
                    attempt.delivery_id,
                    messages,
                    attempt.unclear_since,
                )
            except InDoubt:
                return SendResult(Outcome.UNCERTAIN, error="in doubt")
            except (ServiceUnavailable, ConfigurationError):
                return SendResult(Outcome.RETRY, error="the list of messages is not to be had")
        for number, message in enumerate(messages, 1):
            if number in arrived:
                continue
            result = await self._send_one(contact, message, attempt, number, len(messages))
            if result.outcome is not Outcome.SENT or result.message_ref is None:
                return _after(result, bool(arrived), attempt)
            arrived[number] = result.message_ref
        return SendResult(Outcome.SENT, message_ref=arrived[len(messages)])

    async def _template(self, reply: Reply, attempt: Attempt | None) -> OfTemplate | None:
        """What carries the reply's choices, where there is such a thing that has not failed them already."""
        content = filled(reply)
        if content is None:
            return None
        template = await usable(self._database.reading, self.account, content.name)
        if template is None:
            return None
        async with self._database.transaction() as session:
            if attempt and await has_failed_before(session, attempt.delivery_id):
                return None
        return OfTemplate(template.sid, content)

    async def _announce(self, chat: str, reply: Reply, attempt: Attempt | None) -> SendResult:
        """Say by the ready template that something waits, in one single try; within the 24 hours there is no
        need to, what waits can be sent."""
        async with self._database.transaction() as session:
            contact = await find_contact(session, chat)
            known = {} if attempt is None else await recorded(session, attempt.delivery_id)
        if known:
            return SendResult(Outcome.SENT, message_ref=known[1])
        if attempt is not None and attempt.unclear_since is not None:
            return SendResult(Outcome.UNCERTAIN, error="in doubt")
        if contact is None or self._announcing is None:
            return SendResult(
                Outcome.REFUSED, error="nothing to announce with" if contact else "chat-not-found"
            )
        if may_be_written_to(contact, datetime.now(UTC)):
            return SendResult(Outcome.REFUSED, error="the person has written")
        message = await self._announcing.message(reply)
        result = await self._create(contact, message, attempt, 1, 1)
        if result.outcome is Outcome.HELD:
            result = replace(result, outcome=Outcome.REFUSED)
        if is_of_the_template(result):
            await self._note_failure(message, result)
            return replace(result, outcome=Outcome.REFUSED)
        return result

    async def _bring_code(self, chat: str, code: str, text: str, sid: str) -> SendResult:
        """By the template for codes, which may be sent at any time; within the 24 hours plain words will do
        where Twilio does not take it."""
        contact = await find_contact(self._database.reading, chat)
        if contact is None:
            return SendResult(Outcome.REFUSED, error="chat-not-found")
        message = Message(text, made_of=OfTemplate(sid, Filled(CODE_SETTING, {"1": code}, text)))
        result = await self._create(contact, message, None, 1, 1)
        if not is_of_the_template(result):
            return result
        async with self._database.transaction() as session:
            await keep(session, self.account, CODE_SETTING, sid)
        await self._note_failure(message, result)
        plain = await self._send_one(contact, Message(text), None, 1, 1)
        return result if plain.outcome is Outcome.HELD else plain

    async def _send_one(
        self, contact: WhatsAppContact, message: Message, attempt: Attempt | None, part: int, parts: int
    ) -> SendResult:
        """What Twilio does not take as made of a template goes once more as plain words."""
        if not may_be_written_to(contact, datetime.now(UTC)):
            return SendResult(Outcome.HELD, error="outside-window")
        result = await self._create(contact, message, attempt, part, parts)
        if message.made_of is None or not is_of_the_template(result):
            return result
        plain = await self._create(contact, Message(message.body), attempt, part, parts)
        if plain.outcome is Outcome.SENT:
            await self._note_failure(message, result)
        return plain

    async def _create(
        self, contact: WhatsAppContact, message: Message, attempt: Attempt | None, part: int, parts: int
    ) -> SendResult:
        if attempt is None:
            return await self._client.create(contact.address, message.content, None)
        query = callback_query(attempt.delivery_id, part, parts, message.template)
        callback = f"{self._public_origin}{STATUS_PATH}?{query}"
        result = await self._client.create(contact.address, message.content, callback)
        if result.outcome is not Outcome.SENT or result.message_ref is None:
            return result
        receipt = Receipt(
            result.message_ref, attempt.delivery_id, part, parts, "queued", None, message.template
        )
        return await self._note(receipt, result)

    async def _note_failure(self, message: Message, result: SendResult) -> None:
        assert message.template is not None
        async with self._database.transaction() as session:
            await note_failure(session, message.template, result.error or "refused")

    async def _note(self, receipt: Receipt, result: SendResult) -> SendResult:
        """Write the message down; a receipt that came before us may know already that it failed."""
        if await note_taken(self._database.reading, receipt):
            return result
        async with self._database.transaction() as session:
            message = await note_message(session, receipt)
        if message.status not in FAILED:
            return result
        if message.error_code == OUTSIDE_WINDOW:
            return SendResult(Outcome.HELD, error="outside-window")
        return SendResult(Outcome.RETRY, error=f"twilio-{message.error_code or message.status}")

    async def _link(self, sha256: str, file_name: str, lifetime: float) -> str:
        if self._signer is None:
            async with self._database.transaction() as session:
                self._signer = await file_signer(session)
        return self._public_origin + self._signer.sign(sha256, file_name, lifetime=lifetime)


def _after(result: SendResult, some_arrived: bool, attempt: Attempt | None) -> SendResult:
    """The result of a failure in the words of the whole delivery.

    When a part arrived, the next try has to look back, so it is unclear. A try that has looked back keeps its
    doubt and comes again; only what looking back could not tell is uncertain for good.
    """
    has_looked_back = attempt is not None and attempt.unclear_since is not None
    if has_looked_back and result.outcome is Outcome.UNCERTAIN:
        return SendResult(Outcome.RETRY, retry_after=SETTLED_AFTER, error=result.error)
    if some_arrived and not has_looked_back and result.outcome in {Outcome.RETRY, Outcome.HELD}:
        pause = result.retry_after or SETTLED_AFTER
        return SendResult(Outcome.UNCERTAIN, retry_after=pause, error=result.error)
    return result
