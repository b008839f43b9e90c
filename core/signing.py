"""Links that are their own ticket, and the secret that Telegram shows us.

A link to a stored file is `/files/{expires}/{signature}/{sha256}/{file_name}`: `expires` in Unix seconds,
the signature an HMAC-SHA256 (RFC 2104) over the other three, in URL-safe base64 without padding. Nothing is
looked up to check it. The media type is known from the file name's extension, which is signed with the name;
an extension not in MEDIA_TYPES is plain bytes.

A link to open content is signed as such. It is the same for everybody for weeks, so that caches between us
and people may keep what it leads to; where the operator has one, it leads there (`MELODY_PUBLIC_FILES_URL`).
"""

from __future__ import annotations

import hashlib
import hmac
import math
import time
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncSession

from core.config import Settings
from core.db.secrets import instance_secret
from core.errors import Forbidden, LinkExpired
from core.ports import AudioFormat

MEDIA_TYPES = {
    **{f".{kind.value}": kind.media_type for kind in AudioFormat},
    # What people send is handed back to them as it is.
    ".aac": "audio/aac",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".wav": "audio/wav",
    ".webm": "audio/webm",
    ".jpg": "image/jpeg",
}
ANY_BYTES = "application/octet-stream"

OPEN_SECONDS = 30 * 86_400
"""How long a link to open content stays the same; each is good for at least as long as is asked."""
_OPEN = "open\n"
"""Before what is signed: no private link can be made an open one."""
_LONGEST_STEM = 120
"""Characters: each may take nine in the link."""


@dataclass(frozen=True)
class SignedFile:
    """What a valid link stands for."""

    sha256: str
    file_name: str
    open_until: int | None = None
    """Unix seconds, of open content, which anybody may keep until then; None for a person's own."""

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES.get(PurePosixPath(self.file_name).suffix.lower(), ANY_BYTES)


class FileSigner:
    """Makes links to stored files and checks them. `clock` gives Unix seconds; links to open content lead to
    the origin `open_at` where there is one."""

    def __init__(
        self, key: bytes, clock: Callable[[], float] = time.time, *, open_at: str | None = None
    ) -> None:
        self._key = key
        self._clock = clock
        self._open_at = open_at or ""

    def sign(self, sha256: str, file_name: str, *, lifetime: float) -> str:
        """The path of a link that works for `lifetime` seconds; put the public origin before it."""
        name = link_name(file_name)
        expires = str(int(self._clock() + lifetime))
        return f"/files/{expires}/{self._signature(expires, sha256, name)}/{sha256}/{quote(name, safe='')}"

    def sign_open(self, sha256: str, file_name: str, *, lifetime: float) -> str:
        """A link to open content: a path as of `sign`, or an address at the operator's cache."""
        name = link_name(file_name)
        periods = math.ceil((self._clock() + lifetime) / OPEN_SECONDS)
        expires = str(periods * OPEN_SECONDS)
        signature = self._signature(expires, sha256, name, _OPEN)
        return f"{self._open_at}/files/{expires}/{signature}/{sha256}/{quote(name, safe='')}"

    def verify(self, expires: str, signature: str, sha256: str, file_name: str) -> SignedFile:
        """The parts of a link's path, percent-decoded. Raises Forbidden, LinkExpired."""
        is_open = same_secret(signature, self._signature(expires, sha256, file_name, _OPEN))
        if not is_open and not same_secret(signature, self._signature(expires, sha256, file_name)):
            raise Forbidden("wrong signature of a link")
        if int(expires) <= self._clock():
            raise LinkExpired
        return SignedFile(sha256, file_name, int(expires) if is_open else None)

    def _signature(self, expires: str, sha256: str, file_name: str, kind: str = "") -> str:
        message = (kind + "\n".join((expires, sha256, file_name))).encode(errors="replace")
        return urlsafe_b64encode(hmac.digest(self._key, message, hashlib.sha256)).rstrip(b"=").decode()


async def file_signer(session: AsyncSession, open_at: str | None = None) -> FileSigner:
    """This installation's signer; the same links are valid in all of its processes."""
    return FileSigner(await instance_secret(session, "files"), open_at=open_at)


async def webhook_secret(session: AsyncSession, settings: Settings) -> str:
    """What Telegram has to show with each update: the operator's choice, else one of this installation.

    1 to 256 of the characters A-Z a-z 0-9 _ -, as setWebhook's `secret_token` wants it.
    """
    if settings.telegram_webhook_secret is not None:
        return settings.telegram_webhook_secret.get_secret_value()
    key = await instance_secret(session, "telegram-webhook")
    return hmac.new(key, b"X-Telegram-Bot-Api-Secret-Token", hashlib.sha256).hexdigest()


def same_secret(given: str, expected: str) -> bool:
    """Compare in a time that tells nothing about where they differ."""
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())


def link_name(file_name: str) -> str:
    """The name as it can stand in a link: one path segment, no control characters, not too long."""
    kept = "".join(
        "_"
        if character in "/\\" or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
        else character
        for character in file_name
    )
    name = kept.strip(". ") or "file"
    extension = PurePosixPath(name).suffix
    if extension.lower() not in MEDIA_TYPES:
        extension = ""
    return name.removesuffix(extension)[:_LONGEST_STEM] + extension
