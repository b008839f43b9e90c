"""Access tokens: signed words about who somebody is, good for a quarter of an hour (RFC 7519, RFC 9068).

Claims: `sub` the user, `sid` the session, `iss`, `aud`, `iat`, `exp`.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import jwt

from core.errors import SignInNeeded, TokenExpired
from core.signin.keys import KeyRing

ACCESS_SECONDS = 900
LONGEST_TOKEN = 2048
"""Characters; ours have about 600."""

_ALGORITHM = "RS256"
_TYPE = "at+jwt"
_ISSUER = "melody-studio"
_AUDIENCE = "melody-studio/api"
_CLAIMS = ["sub", "sid", "iss", "aud", "iat", "exp"]


@dataclass(frozen=True)
class Claims:
    """What a good token says."""

    user_id: uuid.UUID
    session_id: uuid.UUID
    expires: int
    """Unix seconds."""


def issue(ring: KeyRing, user_id: uuid.UUID, session_id: uuid.UUID, now: float) -> str:
    """A token that is good from `now` (Unix seconds) on for ACCESS_SECONDS."""
    claims = {
        "iss": _ISSUER,
        "aud": _AUDIENCE,
        "sub": str(user_id),
        "sid": str(session_id),
        "iat": int(now),
        "exp": int(now) + ACCESS_SECONDS,
    }
    return jwt.encode(claims, ring.private, _ALGORITHM, headers={"kid": ring.kid, "typ": _TYPE})


def kid_of(token: str) -> str:
    """The name of the key that a token says it was signed with. Raises SignInNeeded."""
    if len(token) > LONGEST_TOKEN:
        raise SignInNeeded("a token of that length is none of ours")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise SignInNeeded("no token of ours") from None
    kid = header.get("kid")
    if header.get("typ") != _TYPE or not isinstance(kid, str):
        raise SignInNeeded("no access token")
    return kid


def read(ring: KeyRing, token: str, now: float) -> Claims:
    """What the token says, if we said so. Raises TokenExpired, and SignInNeeded for all else."""
    key = ring.public.get(kid_of(token))
    if key is None:
        raise SignInNeeded("signed with a key that we do not know")
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],  # ours alone, whatever the token asks for
            issuer=_ISSUER,
            audience=_AUDIENCE,
            # The times are looked at below, by the caller's clock.
            options={"require": _CLAIMS, "verify_exp": False, "verify_iat": False},
        )
        found = Claims(uuid.UUID(claims["sub"]), uuid.UUID(claims["sid"]), int(claims["exp"]))
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        raise SignInNeeded("no token of ours") from None
    if found.expires <= now:
        raise TokenExpired
    return found
