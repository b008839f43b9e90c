"""Making the content templates at Twilio, once, and looking whether they are well."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from core.adapters.channels.whatsapp.content_api import (
    APPROVED,
    REFUSED_BY_WHATSAPP,
    UNSUBMITTED,
    Approval,
    ContentApi,
    TemplateRefused,
)
from core.adapters.channels.whatsapp.templates import Template, wanted
from core.chat.texts import languages
from core.db.session import Database
from core.errors import ConfigurationError, NotFound, ServiceUnavailable
from core.whatsapp.models import WhatsAppTemplate
from core.whatsapp.templates import CODE_SETTING, READY_SETTING, Found, all_of, keep

FAILURES_COUNT_FOR = timedelta(days=1)
LOCK = "melody whatsapp setup"


class TemplateSetup:
    """`ready_sid` and `code_sid` are the operator's settings, where there are some."""

    def __init__(
        self,
        database: Database,
        content: ContentApi,
        account: str,
        ready_sid: str | None,
        code_sid: str | None = None,
    ) -> None:
        self._database = database
        self._content = content
        self._account = account
        self._ready_sid = ready_sid
        self._code_sid = code_sid

    async def run(self) -> AsyncGenerator[Found, None]:
        """Find each template by its name, make those that are missing, and submit those that need approval.

        Repeating it makes nothing twice. Raises ServiceUnavailable, ConfigurationError; what was made until
        then is found again.
        """
        async with self._database.transaction() as session:  # held to the end, so that one runs at a time
            lock = select(func.pg_try_advisory_xact_lock(func.hashtextextended(LOCK, 0)))
            if not (await session.execute(lock)).scalar_one():
                raise ServiceUnavailable("another `whatsapp setup` is running")
            there = await self._content.sids()
            for template in wanted(languages()):
                yield await self._look_after(template, there.get(template.name))

    async def _look_after(self, template: Template, sid: str | None) -> Found:
        language = template.language if template.is_submitted else None
        found = Found(template.name, sid, is_new=sid is None, says_ready_in=language)
        try:
            sid = sid or await self._content.create(template)
        except TemplateRefused as error:
            return replace(found, is_new=False, problem=f"Twilio refuses it: {error}")
        found = replace(found, sid=sid)
        await self._keep(template, sid, None)
        if not template.is_submitted:
            return found
        try:
            approval = await self._approval(template, sid)
        except TemplateRefused as error:
            return replace(found, problem=f"it can't be submitted: {error}")
        await self._keep(template, sid, approval)
        return replace(found, approval=approval.status, problem=_problem(approval))

    async def _approval(self, template: Template, sid: str) -> Approval:
        approval = await self._content.approval(sid)
        if approval.status == UNSUBMITTED:
            approval = await self._content.submit(sid, template.name)
        return approval

    async def _keep(self, template: Template, sid: str, approval: Approval | None) -> None:
        async with self._database.transaction() as session:
            await keep(session, self._account, template.name, sid, approval.status if approval else None)

    # --- the doctor's question ----------------------------------------------------------------------------

    async def check(self) -> str:
        """One line that says what people see. Raises ServiceUnavailable, ConfigurationError."""
        async with self._database.transaction() as session:
            templates = await all_of(session, self._account)
        if not templates and self._ready_sid is None and self._code_sid is None:
            return "choices come numbered; ./melody whatsapp setup adds buttons and lists"
        _raise_if_failed(templates)
        there = set((await self._content.sids()).values())
        ours = [template for template in templates if template.name not in {READY_SETTING, CODE_SETTING}]
        missing = [template.name for template in ours if template.sid not in there]
        if missing:
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            raise ConfigurationError(
                f"Twilio has {missing[0]}{more} no longer: ./melody whatsapp setup makes it again"
            )
        shown = f"{len(ours)} templates carry choices and news" if ours else "choices come numbered"
        states = [shown, "what is ready after 24 hours waits for the person's next message"]
        if self._ready_sid is not None:
            states[1:] = [await self._state("the ready template", READY_SETTING, self._ready_sid)]
        if self._code_sid is not None:
            states.append(await self._state("the template for codes", CODE_SETTING, self._code_sid))
        return "; ".join(states)

    async def _state(self, what: str, setting: str, sid: str) -> str:
        """What WhatsApp says of a template that the operator named."""
        try:
            approval = await self._content.approval(sid)
        except NotFound:
            raise ConfigurationError(f"{setting}: Twilio knows no such template") from None
        if (problem := _problem(approval)) is not None:
            raise ConfigurationError(f"{setting}: {problem}")
        if approval.status != APPROVED:
            return f"{what} waits for WhatsApp's approval ({approval.status})"
        return f"{what} is approved"


def _problem(approval: Approval | None) -> str | None:
    if approval is None or approval.status not in REFUSED_BY_WHATSAPP:
        return None
    reason = f": {approval.reason}" if approval.reason else ""
    return f"WhatsApp says {approval.status}{reason}"


def _raise_if_failed(templates: Sequence[WhatsAppTemplate]) -> None:
    since = datetime.now(UTC) - FAILURES_COUNT_FOR
    failed = [template for template in templates if template.failed_at and template.failed_at > since]
    if failed:
        last = max(failed, key=lambda template: template.failed_at or since)
        raise ConfigurationError(
            f"{last.name} failed at {last.failed_at:%Y-%m-%d %H:%M} UTC ({last.error}), numbered text went "
            "instead; ./melody whatsapp setup looks after it"
        )
