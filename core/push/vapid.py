"""The key by which push services know us (VAPID, RFC 8292): the operator's, or one of this installation.

Browsers subscribe for one key; another key makes all subscriptions worthless.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from sqlalchemy.ext.asyncio import AsyncSession

from core.db.secrets import instance_secret
from core.errors import ConfigurationError

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of P-256 (FIPS 186-5)."""


def key_of_file(path: Path) -> EllipticCurvePrivateKey:
    """Raises ConfigurationError."""
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unusable(f"can't be read ({type(error).__name__})") from None
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise _unusable("must be a private key of the curve P-256 as PEM, without a password")
    return key


async def key_of_installation(session: AsyncSession) -> EllipticCurvePrivateKey:
    """The same for all processes and for good; made when first asked for."""
    secret = await instance_secret(session, "vapid")
    return derive_private_key(1 + int.from_bytes(secret) % (_ORDER - 1), SECP256R1())


async def vapid_key(session: AsyncSession, path: Path | None) -> EllipticCurvePrivateKey:
    """Raises ConfigurationError."""
    return await key_of_installation(session) if path is None else key_of_file(path)


def public_key(key: EllipticCurvePrivateKey) -> str:
    """What browsers subscribe with, as `applicationServerKey`: 65 bytes in URL-safe base64."""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).rstrip(b"=").decode()


def _unusable(why: str) -> ConfigurationError:
    return ConfigurationError(f"MELODY_VAPID_PRIVATE_KEY_FILE: {why}")
