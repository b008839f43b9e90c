"""Links that are their own ticket, and the secret that Telegram shows us.

A link to a stored file is `/files/{expires}/{signature}/{sha256}/{file_name}`: `expires` in Unix seconds,
the signature an HMAC-SHA256 (RFC 2104) over the other three, in URL-safe base64 without padding. Nothing is
looked up to check it. The media type is known from the file name's extension, which is signed with the name;
an extension not in MEDIA_TYPES is plain bytes.
"""

from __future__ import annotations

import hashlib
import hmac
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

_LONGEST_STEM = 120
"""Characters: each may take nine in the link."""


@dataclass(frozen=True)
class SignedFile:
    """What a valid link stands for."""

    sha256: str
    file_name: str

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES.get(PurePosixPath(self.file_name).suffix.lower(), ANY_BYTES)


class FileSigner:
    """Makes links to stored files and checks them. `clock` gives Unix seconds."""

    def __init__(self, key: bytes, clock: Callable[[], float] = time.time) -> None:
        self._key = key
        self._clock = clock

    def sign(self, sha256: str, file_name: str, *, lifetime: float) -> str:
        """The path of a link that works for `lifetime` seconds; put the public origin before it."""
        name = link_name(file_name)
        expires = str(int(self._clock() + lifetime))
        return f"/files/{expires}/{self._signature(expires, sha256, name)}/{sha256}/{quote(name, safe='')}"

    def verify(self, expires: str, signature: str, sha256: str, file_name: str) -> SignedFile:
        """The parts of a link's path, percent-decoded. Raises Forbidden, LinkExpired."""
        if not same_secret(signature, self._signature(expires, sha256, file_name)):
            raise Forbidden("wrong signature of a link")
        if int(expires) <= self._clock():
            raise LinkExpired
        return SignedFile(sha256, file_name)

    def _signature(self, expires: str, sha256: str, file_name: str) -> str:
        message = "\n".join((expires, sha256, file_name)).encode(errors="replace")
        return urlsafe_b64encode(hmac.digest(self._key, message, hashlib.sha256)).rstrip(b"=").decode()


async def file_signer(session: AsyncSession) -> FileSigner:
    """This installation's signer; the same links are valid in all of its processes."""
    return FileSigner(await instance_secret(session, "files"))


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
