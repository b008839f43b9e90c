"""Access tokens: only ours, only in time, only signed the one way we sign."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_curve_key
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from core.errors import ConfigurationError, SignInNeeded, TokenExpired
from core.signin.keys import KeyRing, ring_of_file
from core.signin.tokens import ACCESS_SECONDS, Claims, issue, read

NOW = 1_795_000_000.5
USER, SESSION = uuid.uuid4(), uuid.uuid4()


def pem(key: Any) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def public_pem(key: RSAPrivateKey) -> str:
    written = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return written.decode()


@pytest.fixture(scope="module")
def old_key() -> RSAPrivateKey:
    return generate_private_key(65_537, 2048)


@pytest.fixture(scope="module")
def new_key() -> RSAPrivateKey:
    return generate_private_key(65_537, 2048)


@pytest.fixture
def keys_in(tmp_path: Path) -> Callable[..., KeyRing]:
    def write(*blocks: str) -> KeyRing:
        file = tmp_path / "keys.pem"
        file.write_text("\n".join(blocks))
        return ring_of_file(file)

    return write


def test_a_token_says_who_for_a_quarter_of_an_hour(
    keys_in: Callable[..., KeyRing], old_key: RSAPrivateKey
) -> None:
    ring = keys_in(pem(old_key))
    token = issue(ring, USER, SESSION, NOW)
    assert read(ring, token, NOW + ACCESS_SECONDS - 1) == Claims(USER, SESSION, int(NOW) + ACCESS_SECONDS)
    with pytest.raises(TokenExpired):
        read(ring, token, NOW + ACCESS_SECONDS)


@pytest.mark.parametrize("kept", [pem, public_pem])
def test_a_new_key_is_put_before_the_old_one(
    keys_in: Callable[..., KeyRing],
    old_key: RSAPrivateKey,
    new_key: RSAPrivateKey,
    kept: Callable[[RSAPrivateKey], str],
) -> None:
    token = issue(keys_in(pem(old_key)), USER, SESSION, NOW)
    both = keys_in(pem(new_key), kept(old_key))
    assert read(both, token, NOW).user_id == USER
    assert jwt.get_unverified_header(issue(both, USER, SESSION, NOW))["kid"] == both.kid
    with pytest.raises(SignInNeeded):
        read(keys_in(pem(new_key)), token, NOW)


def forged(ring: KeyRing, **changes: Any) -> dict[str, Any]:
    token = issue(ring, USER, SESSION, NOW)
    return jwt.decode(token, options={"verify_signature": False}) | changes


def test_what_is_not_ours_is_refused(
    keys_in: Callable[..., KeyRing], old_key: RSAPrivateKey, new_key: RSAPrivateKey
) -> None:
    ring = keys_in(pem(old_key))
    token = issue(ring, USER, SESSION, NOW)
    header = {"kid": ring.kid, "typ": "at+jwt"}
    head, body, signature = token.split(".")
    bad = [
        "",
        "x",
        "a.b.c",
        "é" * 40,
        f"{head}.{body}.",
        f"{head}.{body}.{signature[::-1]}",
        token + "A" * 3000,
        jwt.encode(forged(ring), None, "none", headers=header),
        # The public key as the secret of an HMAC, the classic confusion of algorithms.
        _signed_by_public_key(forged(ring), header, public_pem(old_key)),
        jwt.encode(forged(ring), new_key, "RS256", headers=header),
        jwt.encode(forged(ring), old_key, "RS512", headers=header),
        jwt.encode(forged(ring), old_key, "RS256", headers=header | {"typ": "JWT"}),
        jwt.encode(forged(ring), old_key, "RS256", headers=header | {"kid": "another"}),
        jwt.encode(forged(ring, iss="https://example.org"), old_key, "RS256", headers=header),
        jwt.encode(forged(ring, aud="another"), old_key, "RS256", headers=header),
        jwt.encode(forged(ring, sub="Asha"), old_key, "RS256", headers=header),
        jwt.encode({"sub": str(USER)}, old_key, "RS256", headers=header),
    ]
    for one in bad:
        with pytest.raises(SignInNeeded):
            read(ring, one, NOW)


def _signed_by_public_key(claims: dict[str, Any], header: dict[str, str], public: str) -> str:
    """As somebody without our library's scruples would write it."""
    import hashlib
    import hmac
    import json
    from base64 import urlsafe_b64encode

    def part(value: bytes) -> str:
        return urlsafe_b64encode(value).rstrip(b"=").decode()

    text = ".".join(part(json.dumps(one).encode()) for one in ({**header, "alg": "HS256"}, claims))
    return f"{text}.{part(hmac.digest(public.encode(), text.encode(), hashlib.sha256))}"


def test_a_file_that_can_not_be_used_says_which_setting(
    keys_in: Callable[..., KeyRing], old_key: RSAPrivateKey, tmp_path: Path
) -> None:
    for blocks in (
        ["nothing"],
        [public_pem(old_key)],
        [pem(generate_private_key(65_537, 1024))],
        [pem(generate_curve_key(SECP256R1()))],
        [pem(old_key).replace("M", "N")],
    ):
        with pytest.raises(ConfigurationError, match="MELODY_JWT_PRIVATE_KEY_FILE"):
            keys_in(*blocks)
    with pytest.raises(ConfigurationError, match="MELODY_JWT_PRIVATE_KEY_FILE"):
        ring_of_file(tmp_path / "missing.pem")
