"""The RSA keys that access tokens are signed with (RS256, RFC 7518 section 3.3).

They come from `MELODY_JWT_PRIVATE_KEY_FILE`: one or more PEM blocks, of which the first signs and all are
believed, so a new key is put before the old one and the old one is taken out later. Without the file this
installation makes its own, keeps them in its database and changes them by itself. A key is named (`kid`) by
its thumbprint (RFC 7638), so all processes call it the same.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import ConfigurationError
from core.signin.models import TokenKey

KEY_BITS = 2048
KEY_DAYS = 90
"""How long a key of our own signs."""
KEPT_AFTER = timedelta(hours=1)
"""How long a key is believed after the next one came: more than any process signs with an old one, and more
than a token lives."""

_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----", re.DOTALL)
_ONE_AT_A_TIME = 7_303_014
"""The advisory lock under which a key is made."""


@dataclass(frozen=True)
class KeyRing:
    """What tokens are signed with and by what they are checked."""

    kid: str
    private: RSAPrivateKey
    public: Mapping[str, RSAPublicKey]
    """All keys that are believed, by their `kid`."""


def ring_of_file(path: Path) -> KeyRing:
    """The operator's keys; behind the first, which signs, public keys will do.

    Raises ConfigurationError.
    """
    try:
        text = path.read_text("ascii")
        keys = [_read(block.group()) for block in _PEM.finditer(text)]
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unusable(f"can't be read ({type(error).__name__})") from None
    if not keys or not isinstance(keys[0], RSAPrivateKey):
        raise _unusable("must begin with an RSA private key as PEM, without a password")
    return _ring(keys)


async def ring_of_installation(session: AsyncSession) -> KeyRing:
    """The keys that this installation made; the first is made when nobody had one yet."""
    rows = await _rows(session)
    if not rows:
        await session.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
        rows = await _rows(session) or [await _add_key(session)]
    return _ring([_read(row.private_key.decode()) for row in rows])


async def change_keys(session: AsyncSession) -> None:
    """A new key when the newest is old, and away with those that nothing rests on any more."""
    await session.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    newest = select(func.max(TokenKey.created_at)).scalar_subquery()
    is_old = newest < func.now() - timedelta(days=KEY_DAYS)
    if (await session.execute(select(is_old))).scalar_one():
        await _add_key(session)
    else:
        is_over = (TokenKey.created_at < newest) & (newest < func.now() - KEPT_AFTER)
        await session.execute(delete(TokenKey).where(is_over))


async def _rows(session: AsyncSession) -> list[TokenKey]:
    query = select(TokenKey).order_by(TokenKey.created_at.desc(), TokenKey.kid)
    return list((await session.execute(query)).scalars())


async def _add_key(session: AsyncSession) -> TokenKey:
    private = await asyncio.to_thread(generate_private_key, public_exponent=65_537, key_size=KEY_BITS)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    row = TokenKey(kid=_thumbprint(private.public_key()), private_key=pem)
    session.add(row)
    await session.flush()
    return row


def _ring(keys: Iterable[RSAPrivateKey | RSAPublicKey]) -> KeyRing:
    first, *_ = keys = list(keys)
    assert isinstance(first, RSAPrivateKey)
    public = [key.public_key() if isinstance(key, RSAPrivateKey) else key for key in keys]
    return KeyRing(_thumbprint(public[0]), first, {_thumbprint(key): key for key in public})


def _read(pem: str) -> RSAPrivateKey | RSAPublicKey:
    key: object
    if "PRIVATE KEY" in pem:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    else:
        key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, RSAPrivateKey | RSAPublicKey):
        raise _unusable("must hold RSA keys")
    if key.key_size < KEY_BITS:
        raise _unusable(f"must hold keys of at least {KEY_BITS} bits")
    return key


def _thumbprint(key: RSAPublicKey) -> str:
    numbers = key.public_numbers()
    facts = {"e": _base64(_bytes(numbers.e)), "kty": "RSA", "n": _base64(_bytes(numbers.n))}
    return _base64(hashlib.sha256(json.dumps(facts, separators=(",", ":")).encode()).digest())


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _base64(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _unusable(why: str) -> ConfigurationError:
    return ConfigurationError(f"MELODY_JWT_PRIVATE_KEY_FILE: {why}")
