"""The message that brings a sign-in code to a chat."""

from __future__ import annotations

from core.accounts.models import ChannelIdentity
from core.chat.status import texts_for
from core.ports import Reply


class CodeTexts:
    """`default_language` is for whom neither they nor their messenger chose one of ours."""

    def __init__(self, default_language: str) -> None:
        self._default_language = default_language

    def message(self, identity: ChannelIdentity, code: str) -> Reply:
        """`identity` with its user."""
        texts = texts_for(identity.user, identity, self._default_language)
        return Reply(texts.say("sign-in-code", code=code), code=code)
