"""Who is signed in where, and what that rests on: sessions, their refresh tokens, links, and keys."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, func
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Created, Identified


class SignInSession(Identified, Created, Base):
    """One browser or app that somebody is signed in with: the family of its refresh tokens.

    A session that ended is not there any more, and its tokens are gone with it.
    """

    __tablename__ = "sign_in_sessions"
    __table_args__ = (Index(None, "user_id"), Index(None, "expires_at"))

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    way: Mapped[str] = mapped_column(String(20))
    """`core.signin.sessions.Way`: how the person came in."""
    is_native: Mapped[bool]
    """The refresh token travels in bodies; else in a cookie, and nowhere else."""
    last_used_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    """Moves on with each use, up to a bound."""


class RefreshToken(Created, Base):
    """One link in a session's chain of refresh tokens; each is good for one use."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (Index(None, "session_id"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    """SHA-256 of 256 random bits: nothing to guess, so nothing slower is needed."""
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sign_in_sessions.id", ondelete="CASCADE"))
    used_at: Mapped[datetime | None]
    sealed_successor: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """The token that followed, for whoever shows this one again at once; only they can read it."""


class SignInLink(Identified, Created, Base):
    """A link that signs in whoever asked for it in a private chat; its row goes when it is spent."""

    __tablename__ = "sign_in_links"
    __table_args__ = (Index(None, "identity_id"), Index(None, "expires_at"))

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    identity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("channel_identities.id", ondelete="CASCADE"))
    """The chat account it was asked for with: the person behind it, at the time it is spent."""
    expires_at: Mapped[datetime]


class TokenKey(Created, Base):
    """A key of this installation for access tokens; the newest signs, all of them are believed."""

    __tablename__ = "token_keys"

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    private_key: Mapped[bytes]
    """PKCS #8, PEM."""
