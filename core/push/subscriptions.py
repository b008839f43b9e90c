"""Which browsers a person is told in."""

from __future__ import annotations

import hashlib
import uuid
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import User
from core.config import LOOPBACK
from core.errors import NotFound, PushSubscriptionRefused, SignInNeeded
from core.push.models import PushSubscription
from core.signin.access import Person

MOST_SUBSCRIPTIONS = 20
"""Of a person; the oldest makes room."""
LONGEST_ENDPOINT = 2000
SERVICES = ("fcm.googleapis.com",)
SERVICES_BELOW = (".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com")
"""The push services of the browsers there are. Endpoints come from outside: we post to no other host."""
_KEY_BYTES, _AUTH_BYTES = 65, 16


@dataclass(frozen=True)
class Browser:
    """Where and for whom to encrypt: what a browser's `PushSubscription.toJSON()` says."""

    endpoint: str
    p256dh: bytes
    auth: bytes


def browser_of(endpoint: str, p256dh: str, auth: str, *, allow_loopback: bool) -> Browser:
    """Both keys in URL-safe base64. Raises PushSubscriptionRefused."""
    if not _is_push_service(endpoint, allow_loopback):
        raise PushSubscriptionRefused("the endpoint is no push service's")
    key, secret = _bytes(p256dh), _bytes(auth)
    if len(key) != _KEY_BYTES or len(secret) != _AUTH_BYTES:
        raise PushSubscriptionRefused("a key is too long or too short")
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), key)
    except ValueError:
        raise PushSubscriptionRefused("the key is no point of P-256") from None
    return Browser(endpoint, key, secret)


async def subscribe(session: AsyncSession, person: Person, browser: Browser) -> PushSubscription:
    """Tell the person in this browser from now on, and nobody else there. Raises SignInNeeded."""
    user = select(User.id).where(User.id == person.user_id).with_for_update(key_share=True)
    if (await session.execute(user)).scalar_one_or_none() is None:
        raise SignInNeeded("the account is gone")
    digest = _hash(browser.endpoint)
    values = {
        "user_id": person.user_id,
        "session_id": person.session_id,
        "endpoint": browser.endpoint,
        "p256dh": browser.p256dh,
        "auth": browser.auth,
        "created_at": func.now(),
    }
    # Of somebody who was signed in here before, what is still on its way is not for this person.
    others = PushSubscription.user_id != person.user_id
    await session.execute(delete(PushSubscription).where(PushSubscription.endpoint_hash == digest, others))
    statement = insert(PushSubscription).values(id=uuid.uuid4(), endpoint_hash=digest, **values)
    statement = statement.on_conflict_do_update(index_elements=["endpoint_hash"], set_=values)
    kept = (await session.execute(statement.returning(PushSubscription))).scalar_one()
    await _make_room(session, person.user_id)
    return kept


async def subscriptions_of(session: AsyncSession, user_id: uuid.UUID) -> list[PushSubscription]:
    """The newest first."""
    query = (
        select(PushSubscription)
        .where(PushSubscription.user_id == user_id)
        .order_by(PushSubscription.created_at.desc(), PushSubscription.id)
    )
    return list((await session.execute(query)).scalars())


async def unsubscribe(session: AsyncSession, user_id: uuid.UUID, subscription_id: uuid.UUID) -> None:
    """Raises NotFound, for other people's too."""
    mine = (PushSubscription.id == subscription_id) & (PushSubscription.user_id == user_id)
    gone = delete(PushSubscription).where(mine).returning(PushSubscription.id)
    if (await session.execute(gone)).scalar_one_or_none() is None:
        raise NotFound("no subscription of this person")


async def _make_room(session: AsyncSession, user_id: uuid.UUID) -> None:
    newest = (
        select(PushSubscription.id)
        .where(PushSubscription.user_id == user_id)
        .order_by(PushSubscription.created_at.desc(), PushSubscription.id)
        .limit(MOST_SUBSCRIPTIONS)
    )
    surplus = (PushSubscription.user_id == user_id) & PushSubscription.id.not_in(newest)
    await session.execute(delete(PushSubscription).where(surplus))


def _is_push_service(endpoint: str, allow_loopback: bool) -> bool:
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    is_plain = endpoint.isascii() and endpoint.isprintable() and " " not in endpoint
    if len(endpoint) > LONGEST_ENDPOINT or not is_plain:
        return False
    if allow_loopback and host in LOOPBACK and parts.scheme in {"http", "https"}:
        return parts.username is None
    is_known = host in SERVICES or host.endswith(SERVICES_BELOW)
    return parts.scheme == "https" and is_known and port in {None, 443} and "@" not in parts.netloc


def _bytes(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise PushSubscriptionRefused("a key is no base64") from None


def _hash(endpoint: str) -> bytes:
    return hashlib.sha256(endpoint.encode()).digest()
