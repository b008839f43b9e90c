"""A push service, and the browsers of its maker."""

from __future__ import annotations

import json
import re
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.responses import Response

from tests.fakes.sources.base import HttpStandIn, Received

LONGEST_BODY = 4096
LONGEST_TOKEN_SECONDS = 86_400
_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
_HEAD = 16 + 4 + 1 + 65
"""Salt, record size, length of the key's name, and the sender's key as that name."""


@dataclass(frozen=True)
class Message:
    """What a browser was shown."""

    text: str
    topic: str
    ttl: int

    @property
    def notification(self) -> dict[str, object]:
        shown: dict[str, object] = json.loads(self.text)["notification"]
        return shown


@dataclass
class Browser:
    """One browser that has subscribed, with the private half of its keys."""

    endpoint: str
    application_key: str
    private: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    auth: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    messages: list[Message] = field(default_factory=list)
    is_expired: bool = False

    @property
    def subscription(self) -> dict[str, object]:
        """As `PushSubscription.toJSON()` says it."""
        keys = {"p256dh": _base64(_point(self.private.public_key())), "auth": _base64(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}


class PushServiceStandIn(HttpStandIn):
    """`browsers` by the path of their endpoint."""

    title = "The push service"

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.browsers: dict[str, Browser] = {}
        super().__init__(host=host, port=port)

    def browser(self, application_key: str) -> Browser:
        """A browser subscribes with the sender's public key."""
        path = f"/send/{secrets.token_urlsafe(24)}"
        with self.lock:
            self.browsers[path] = Browser(f"{self.url}{path}", application_key)
            return self.browsers[path]

    def reset(self) -> None:
        super().reset()
        with self.lock:
            self.browsers.clear()

    def complaints(self, request: Received) -> Iterable[str]:
        if request.method != "POST":
            yield f"{request.method} is no way to send"
        if request.headers.get("content-encoding") != "aes128gcm":
            yield "the content's encoding is not aes128gcm"
        if not _TOPIC.fullmatch(request.headers.get("topic", "x")):
            yield "the topic is longer than 32 characters of base64"

    def answer(self, request: Received) -> Response:
        browser = self.browsers.get(request.path)
        if browser is None:
            return Response(status_code=404)
        if browser.is_expired:
            return Response(status_code=410)
        if not request.headers.get("ttl", "").isdecimal():
            return Response("a TTL is required", 400)
        refusal = self._refusal(request.headers.get("authorization", ""), browser)
        if refusal is not None:
            return Response(json.dumps({"reason": refusal}), 403)
        if len(request.body) > LONGEST_BODY:
            return Response(status_code=413)
        try:
            text = _opened(browser, request.body).decode()
        except Exception as error:  # noqa: BLE001 (whatever it is: the browser could not read it)
            self.violations.append(f"a message that can't be opened: {type(error).__name__}")
            return Response(status_code=400)
        message = Message(text, request.headers.get("topic", ""), int(request.headers["ttl"]))
        browser.messages.append(message)
        return Response(status_code=201, headers={"Location": f"{self.url}/m/{secrets.token_urlsafe(8)}"})

    def _refusal(self, authorization: str, browser: Browser) -> str | None:
        """Why the sender is not believed (RFC 8292)."""
        scheme, _, rest = authorization.partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
        if scheme.lower() != "vapid" or not {"t", "k"} <= parts.keys():
            return "MissingAuthorization"
        if parts["k"] != browser.application_key:
            return "VapidPkHashMismatch"
        key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _bytes(parts["k"]))
        try:
            claims = jwt.decode(parts["t"], key, algorithms=["ES256"], audience=self.url)
        except jwt.PyJWTError:
            return "BadJwtToken"
        if not time.time() < claims.get("exp", 0) <= time.time() + LONGEST_TOKEN_SECONDS:
            return "BadJwtToken"
        if not str(claims.get("sub", "")).startswith(("mailto:", "https://")):
            return "BadJwtToken"
        return None


def _opened(browser: Browser, body: bytes) -> bytes:
    """RFC 8291 section 3.4 and RFC 8188 section 2, for a message of one record."""
    salt, sender = body[:16], body[21:_HEAD]
    if body[20] != 65 or int.from_bytes(body[16:20]) < len(body) - _HEAD:
        raise ValueError("no message of one record")
    shared = browser.private.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), sender))
    about = b"WebPush: info\0" + _point(browser.private.public_key()) + sender
    secret = HKDF(SHA256(), 32, browser.auth, about).derive(shared)
    key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
    nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
    plain = AESGCM(key).decrypt(nonce, body[_HEAD:], None).rstrip(b"\0")
    if not plain.endswith(b"\2"):
        raise ValueError("without the mark of a last record")
    return plain[:-1]


def _point(key: EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _base64(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
